"""Plays count once; what is playing fades."""

import pytest

from antiphon.areas.playback.data import Play, PlayRecorded
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ANONYMOUS, Principal
from tests.people import known
from tests.stage import Stage


async def test_a_play_counts_for_song_album_and_artist(stage: Stage) -> None:
    anna = await stage.person("anna")
    song = (await stage.songs(anna))["Dawn"]
    heard: list[PlayRecorded] = []

    async def hear(event: PlayRecorded) -> None:
        heard.append(event)

    stage.application.database.subscriptions.after_commit(PlayRecorded, hear)
    assert await stage.areas.playback.record_play(anna, song.id, played_at=1_000_000.0, seconds=0.5)
    again = await stage.areas.library.browse.song(anna, song.id)
    assert (again.play_count, again.user_play_count, again.last_played_at) == (1, 1, 1_000_000.0)
    assert again.album_id is not None
    assert (await stage.areas.library.browse.album(anna, again.album_id)).user_play_count == 1
    (play,) = (await stage.areas.playback.plays(anna, Page())).rows
    assert (play.played_at, play.seconds, play.song.id) == (1_000_000.0, 0.5, song.id)
    assert play.completion == pytest.approx(0.5 / song.duration)
    assert [(event.user_id, event.song_id) for event in heard] == [(anna.user_id, song.id)]


async def test_the_same_play_counts_once_however_often_it_is_told(stage: Stage) -> None:
    anna, berta = await stage.person("anna"), await stage.person("berta")
    song = (await stage.songs(anna))["Dawn"]
    playback = stage.areas.playback
    assert await playback.record_play(anna, song.id, played_at=5.0)
    assert not await playback.record_play(anna, song.id, played_at=5.0)
    assert not await playback.record_play(anna, song.id, played_at=5.0004)
    assert await playback.record_play(anna, song.id, played_at=6.0)
    assert await playback.record_play(berta, song.id, played_at=5.0)
    assert (await stage.areas.library.browse.song(anna, song.id)).play_count == 3
    assert (await playback.plays(anna, Page())).total == 2


async def test_several_plays_at_once_pass_over_what_is_gone(stage: Stage) -> None:
    anna = await stage.person("anna")
    songs = await stage.songs(anna)
    plays = [
        Play(songs["Dawn"].id, 10.0),
        Play(999_999, 11.0),
        Play(songs["Dusk"].id, 12.0),
        Play(songs["Dawn"].id, 10.0),
    ]
    assert await stage.areas.playback.record_plays(anna, plays) == 2
    listed = await stage.areas.playback.plays(anna, Page(1))
    assert ([play.song.title for play in listed.rows], listed.total) == (["Dusk"], 2)
    with pytest.raises(AntiphonError) as caught:
        await stage.areas.playback.record_plays(anna, [Play(999_999, 1.0)])
    assert caught.value.kind is Kind.NOT_FOUND


@pytest.mark.parametrize(
    "play", [Play(1, -1.0), Play(1, float("nan")), Play(1, None, -3.0), Play(1, None, float("inf"))]
)
async def test_impossible_plays_are_refused(stage: Stage, play: Play) -> None:
    anna = await stage.person("anna")
    with pytest.raises(AntiphonError) as caught:
        await stage.areas.playback.record_plays(anna, [play])
    assert caught.value.kind is Kind.INVALID


async def test_a_play_from_far_ahead_counts_as_one_of_now(stage: Stage) -> None:
    anna = await stage.person("anna")
    song = (await stage.songs(anna))["Dawn"]
    await stage.areas.playback.record_play(anna, song.id, played_at=9_999_999_999.0)
    (play,) = (await stage.areas.playback.plays(anna, Page())).rows
    assert play.played_at < 9_000_000_000.0


async def test_nobody_can_play_without_signing_in(stage: Stage) -> None:
    anna = await stage.person("anna")
    song = (await stage.songs(anna))["Dawn"]
    for refused in (
        stage.areas.playback.record_play(ANONYMOUS, song.id),
        stage.areas.playback.audio(ANONYMOUS, song.id),
        stage.areas.playback.now_playing(ANONYMOUS),
        stage.areas.playback.plays(ANONYMOUS, Page()),
    ):
        with pytest.raises(AntiphonError) as caught:
            await refused
        assert caught.value.kind is Kind.NOT_SIGNED_IN
    reader = Principal(anna.user_id, "anna", anna.roles, scopes=frozenset({"read"}))
    with pytest.raises(AntiphonError) as caught:
        await stage.areas.playback.record_play(reader, song.id)
    assert caught.value.kind is Kind.FORBIDDEN


async def test_what_is_playing_is_told_for_each_app_and_fades(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, berta = await stage.person("anna"), await stage.person("berta")
    songs = await stage.songs(anna)
    playback = stage.areas.playback
    now = 2_000_000_000.0
    monkeypatch.setattr(playback, "_clock", lambda: now)
    await playback.set_now_playing(anna, songs["Dawn"].id)
    await playback.set_now_playing(anna, songs["Dusk"].id, position=0.25)
    phone = Principal(berta.user_id, "berta", berta.roles, client="phone")
    await playback.set_now_playing(phone, songs['Noon <&> "Sun"'].id)
    shown = await playback.now_playing(berta)
    assert {(entry.username, entry.client, entry.song.title, entry.position) for entry in shown} == {
        ("anna", "", "Dusk", 0.25),
        ("berta", "phone", 'Noon <&> "Sun"', 0.0),
    }
    await playback.set_now_playing(phone, None)
    assert [entry.username for entry in await playback.now_playing(anna)] == ["anna"]
    now += 300
    assert await playback.now_playing(anna) == []


async def test_a_star_on_a_song_is_logged_as_a_like(stage: Stage) -> None:
    anna = await stage.person("anna")
    song = (await stage.songs(anna))["Dawn"]
    await stage.areas.library.annotations.star(anna, "song", [song.id])
    await stage.areas.library.annotations.unstar(anna, "song", [song.id])
    exported = await known(await stage.areas.playback.export_personal(anna.user_id))
    assert [(row["action"], row["title"]) for row in exported["activity"]] == [("like", "Dawn")]


async def test_a_person_is_exported_and_erased(stage: Stage) -> None:
    anna = await stage.person("anna")
    song = (await stage.songs(anna))["Dawn"]
    await stage.areas.playback.record_play(anna, song.id, played_at=7.0)
    await stage.areas.playback.set_now_playing(anna, song.id)
    await stage.areas.playback.queues.save(anna, [song.id, song.id], place=1, position=3.5)
    await stage.areas.playback.bookmarks.set(anna, song.id, 12.0, "here")
    exported = await known(await stage.areas.playback.export_personal(anna.user_id))
    assert exported["play_queues"][0]["song_ids"] == [song.id, song.id]
    assert exported["bookmarks"][0]["comment"] == "here"
    assert [row["at"] for row in exported["activity"]] == [7.0]
    assert [row["song_id"] for row in exported["now_playing"]] == [song.id]
    async with stage.application.database.transaction() as transaction:
        await stage.areas.playback.erase_personal(transaction, anna.user_id)
    left = await known(await stage.areas.playback.export_personal(anna.user_id))
    tables = ("activity", "now_playing", "play_queues", "bookmarks", "shares", "jukebox", "scrobble_connections")
    assert left == {**{table: [] for table in tables}, "stream_ceiling": None}
    assert (await stage.areas.library.browse.song(anna, song.id)).play_count == 1
