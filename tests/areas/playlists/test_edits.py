"""Random edits: the log tells the state, the revision counts the log, the order is what people see."""

import asyncio
import time
from collections.abc import Collection
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from antiphon.areas.playlists.data import Track
from antiphon.areas.playlists.internal import editing
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal
from tests.areas.playlists.replaying import Replayed
from tests.stage import Stage

SPOTIFY = "spotify:track:11dFghVXANMlKmJXsNCbNl"

EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.integers(0, 5), min_size=1, max_size=4), st.none() | st.integers(0, 12)),
        st.tuples(st.just("move"), st.integers(0, 20), st.integers(0, 20)),
        st.tuples(st.just("remove"), st.lists(st.integers(0, 20), min_size=1, max_size=3), st.none()),
        st.tuples(st.just("replace"), st.lists(st.integers(0, 5), max_size=6), st.none()),
        st.tuples(st.just("rename"), st.sampled_from(["one", "two"]), st.none()),
    ),
    max_size=15,
)


async def shown(stage: Stage, principal: Principal, playlist_id: int) -> list[tuple[int, Track]]:
    found = await stage.areas.playlists.browse.items(principal, playlist_id, Page(500))
    assert found.total == len(found.rows)
    return [(item.item_id, item.track) for item in found.rows]


async def replayed(stage: Stage, principal: Principal, playlist_id: int) -> Replayed:
    state, since = Replayed(), 0
    while operations := await stage.areas.playlists.browse.changes(principal, playlist_id, since):
        for operation in operations:
            assert operation.revision == since + 1
            state.apply(operation)
            since = operation.revision
    assert (await stage.areas.playlists.browse.playlist(principal, playlist_id)).revision == since
    return state


@pytest_asyncio.fixture
async def anna(stage: Stage) -> Principal:
    """Somebody who edits."""
    return await stage.person("anna")


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
async def test_random_edits(
    stage: Stage, anna: Principal, monkeypatch: pytest.MonkeyPatch, edits: list[tuple[str, Any, Any]]
) -> None:
    # Places are renewed early, so that renewing is exercised too.
    monkeypatch.setattr(editing, "LONGEST", 4)
    songs = list((await stage.songs(anna)).values())[:5]
    tracks: list[Track] = [song.id for song in songs]
    tracks.append(SPOTIFY)
    edit = stage.areas.playlists.edit
    playlist_id = await edit.create(anna, "random")
    expected: list[tuple[int, Track]] = []
    title = "random"
    for kind, what, where in edits:
        if kind == "add":
            added = [tracks[index] for index in what]
            ids = await edit.add(anna, playlist_id, added, position=where)
            at = len(expected) if where is None else min(where, len(expected))
            expected[at:at] = list(zip(ids, added, strict=True))
        elif kind == "move" and expected:
            item = expected.pop(what % len(expected))
            expected.insert(where, item)
            await edit.move(anna, playlist_id, item[0], where)
        elif kind == "remove" and expected:
            gone = {expected[index % len(expected)][0] for index in what}
            await edit.remove_items(anna, playlist_id, list(gone))
            expected = [item for item in expected if item[0] not in gone]
        elif kind == "replace":
            wanted = [tracks[index] for index in what]
            await edit.update(anna, playlist_id, tracks=wanted)
            expected = await shown(stage, anna, playlist_id)
            assert [track for _, track in expected] == wanted
        elif kind == "rename":
            title = what
            await edit.update(anna, playlist_id, title=title)
        assert await shown(stage, anna, playlist_id) == expected
    state = await replayed(stage, anna, playlist_id)
    assert (state.title, state.items) == (title, expected)


@pytest_asyncio.fixture
async def admin(stage: Stage) -> Principal:
    """Somebody who sees everything."""
    return await stage.person("root", admin=True)


def left_behind(items: list[tuple[int, Track]], seen: Collection[Track], wanted: list[Track]) -> list[Track]:
    """The items once `wanted` replaces what is seen of them, no track twice: others behind what they followed."""
    start: list[Track] = []
    behind: dict[Track, list[Track]] = {track: [] for track in wanted}
    run = start
    for _, track in items:
        if track not in seen:
            run.append(track)
        elif track in behind:
            run = behind[track]
    return [*start, *(one for track in wanted for one in (track, *behind[track]))]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    at_first=st.lists(st.integers(0, 6), max_size=12),
    then=st.lists(st.integers(0, 3), max_size=6),
    only_songs=st.booleans(),
)
@example(at_first=[4, 0, 4, 5, 1, 6, 2, 5], then=[2, 3, 0, 1], only_songs=True)
@example(at_first=[0, 4, 4, 5, 1, 6, 2, 5, 3], then=[3, 2, 1, 0], only_songs=True)
@example(at_first=[4, 0, 4, 0, 6, 0, 5], then=[0, 1, 0], only_songs=False)
async def test_what_is_not_shown_stays_when_the_rest_is_replaced(
    stage: Stage,
    anna: Principal,
    admin: Principal,
    monkeypatch: pytest.MonkeyPatch,
    at_first: list[int],
    then: list[int],
    only_songs: bool,
) -> None:
    monkeypatch.setattr(editing, "LONGEST", 4)
    songs = sorted((await stage.songs(admin)).values(), key=lambda song: song.id)
    for song in songs[4:]:
        await stage.areas.library.flags.song(admin, song.id, True)
    tracks: list[Track] = [*(song.id for song in songs[:6]), SPOTIFY]
    seen = set(tracks[:4]) if only_songs else {*tracks[:4], SPOTIFY}
    edit, collaborators = stage.areas.playlists.edit, [anna.user_id]
    playlist_id = await edit.create(
        admin, "seen in part", tracks=[tracks[index] for index in at_first], collaborators=collaborators
    )
    before, wanted = await shown(stage, admin, playlist_id), [tracks[index] for index in then]
    await edit.update(anna, playlist_id, tracks=wanted, only_songs=only_songs)
    after = await shown(stage, admin, playlist_id)
    assert [track for _, track in after if track in seen] == wanted
    assert {item for item in before if item[1] not in seen} == {item for item in after if item[1] not in seen}
    told = [track for _, track in before if track in seen]
    if len(set(told)) == len(told) and len(set(wanted)) == len(wanted):
        assert [track for _, track in after] == left_behind(before, seen, wanted)
    assert (await replayed(stage, admin, playlist_id)).items == after


async def test_a_replaced_list_keeps_what_stays_at_both_ends(stage: Stage, anna: Principal) -> None:
    ids = [song.id for song in (await stage.songs(anna)).values()]
    edit = stage.areas.playlists.edit
    playlist_id = await edit.create(anna, "mix", tracks=[ids[0], ids[1], ids[2], ids[3]])
    before = await shown(stage, anna, playlist_id)
    revision = (await stage.areas.playlists.browse.playlist(anna, playlist_id)).revision
    await edit.update(anna, playlist_id, tracks=[ids[0], ids[4], ids[2], ids[3]])
    after = await shown(stage, anna, playlist_id)
    assert (after[0], after[2:]) == (before[0], before[2:])
    assert after[1][1] == ids[4]
    assert (await stage.areas.playlists.browse.playlist(anna, playlist_id)).revision == revision + 2
    await edit.update(anna, playlist_id, tracks=[ids[0], ids[4], ids[2], ids[3]], title="mix", description="")
    assert (await stage.areas.playlists.browse.playlist(anna, playlist_id)).revision == revision + 2


async def test_a_song_may_stand_twice(stage: Stage, anna: Principal) -> None:
    first, second = [song.id for song in (await stage.songs(anna)).values()][:2]
    edit = stage.areas.playlists.edit
    playlist_id = await edit.create(anna, "twice", tracks=[first, second, first, first])
    before = await shown(stage, anna, playlist_id)
    await edit.remove_track(anna, playlist_id, first)
    assert await shown(stage, anna, playlist_id) == before[1:]
    await edit.remove_indexes(anna, playlist_id, [1])
    assert await shown(stage, anna, playlist_id) == [before[1], before[3]]


async def test_ten_thousand_songs_are_added_at_once(stage: Stage, anna: Principal) -> None:
    song_id = (await stage.songs(anna))["Dawn"].id
    edit = stage.areas.playlists.edit
    playlist_id = await edit.create(anna, "long")
    started = time.process_time()
    ids = await edit.add(anna, playlist_id, [song_id] * 10_000)
    assert time.process_time() - started < 5
    assert ids == sorted(set(ids))
    assert len(await stage.areas.playlists.browse.songs(anna, playlist_id)) == 10_000
    assert (await stage.areas.playlists.browse.playlist(anna, playlist_id)).song_count == 10_000


async def test_a_playlist_has_a_longest_length(stage: Stage, anna: Principal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "MAXIMUM_ITEMS", 3)
    song_id = (await stage.songs(anna))["Dawn"].id
    edit = stage.areas.playlists.edit
    playlist_id = await edit.create(anna, "short", tracks=[song_id] * 3)
    with pytest.raises(AntiphonError) as caught:
        await edit.add(anna, playlist_id, [song_id])
    assert caught.value.kind is Kind.INVALID
    assert len(await shown(stage, anna, playlist_id)) == 3


async def test_two_edits_at_the_same_time_both_count(stage: Stage, anna: Principal) -> None:
    songs = [song.id for song in (await stage.songs(anna)).values()]
    edit = stage.areas.playlists.edit
    playlist_id = await edit.create(anna, "busy", tracks=songs[:3])
    items = await shown(stage, anna, playlist_id)
    await asyncio.gather(
        edit.move(anna, playlist_id, items[0][0], 2),
        edit.move(anna, playlist_id, items[0][0], 1),
        edit.add(anna, playlist_id, [songs[3]]),
        edit.add(anna, playlist_id, [songs[4]], position=0),
        edit.remove_items(anna, playlist_id, [items[1][0]]),
    )
    state = await replayed(stage, anna, playlist_id)
    assert state.items == await shown(stage, anna, playlist_id)
    assert sorted(track for _, track in state.items) == sorted([songs[0], songs[2], songs[3], songs[4]])
