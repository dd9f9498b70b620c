"""Stars, ratings and plays: per person and for all."""

import asyncio

import pytest

from antiphon.areas.library.data import AlbumFilter, SongFilter
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ANONYMOUS
from tests.areas.library.scanning import albums, songs
from tests.stage import Stage


async def test_stars_are_each_persons_own(stage: Stage) -> None:
    mara, noor = await stage.person("mara"), await stage.person("noor")
    song_id = (await songs(stage))["Dawn"].id
    library = stage.areas.library
    await library.annotations.star(mara, "song", [song_id])
    first = (await library.browse.song(mara, song_id)).starred_at
    await library.annotations.star(mara, "song", [song_id])
    assert (await library.browse.song(mara, song_id)).starred_at == first, "a second star keeps the first one's moment"
    assert (await library.browse.song(noor, song_id)).starred_at is None
    starred = await library.browse.songs(mara, SongFilter(starred=True), "starred", Page(10))
    assert ([row.id for row in starred.rows], starred.total) == ([song_id], 1)
    await library.annotations.unstar(mara, "song", [song_id])
    assert (await library.browse.songs(mara, SongFilter(starred=True), "starred", Page(10))).total == 0


async def test_starring_several_is_all_or_nothing(stage: Stage) -> None:
    mara = await stage.person("mara")
    song_id = (await songs(stage))["Dawn"].id
    with pytest.raises(AntiphonError) as raised:
        await stage.areas.library.annotations.star(mara, "song", [song_id, 999_999])
    assert raised.value.kind is Kind.NOT_FOUND
    assert (await stage.areas.library.browse.song(mara, song_id)).starred_at is None


async def test_ratings_have_a_mean(stage: Stage) -> None:
    people = [await stage.person(name) for name in ("mara", "noor", "olga")]
    album_id = (await albums(stage))["First Light"].id
    library = stage.areas.library
    for person, rating in zip(people, (5, 4, 3), strict=True):
        await library.annotations.rate(person, "album", album_id, rating)
    row = await library.browse.album(people[0], album_id)
    assert (row.rating_sum, row.rating_count, row.user_rating) == (12, 3, 5)
    await library.annotations.rate(people[2], "album", album_id, 0)
    row = await library.browse.album(people[2], album_id)
    assert (row.rating_sum, row.rating_count, row.user_rating) == (9, 2, 0)


@pytest.mark.parametrize("rating", [-1, 6])
async def test_a_rating_out_of_range_is_refused(stage: Stage, rating: int) -> None:
    mara = await stage.person("mara")
    with pytest.raises(AntiphonError) as raised:
        await stage.areas.library.annotations.rate(mara, "song", (await songs(stage))["Dawn"].id, rating)
    assert raised.value.kind is Kind.INVALID
    assert "rating" in raised.value.fields


async def test_nobody_can_star(stage: Stage) -> None:
    with pytest.raises(AntiphonError) as raised:
        await stage.areas.library.annotations.star(ANONYMOUS, "song", [(await songs(stage))["Dawn"].id])
    assert raised.value.kind is Kind.NOT_SIGNED_IN


async def test_plays_order_what_was_heard(stage: Stage) -> None:
    mara = await stage.person("mara")
    known = await songs(stage)
    playback, browse = stage.areas.playback, stage.areas.library.browse
    for title, at in (("Dawn", 1000.0), ("Dusk", 3000.0), ("Dawn", 2000.0)):
        await playback.record_play(mara, known[title].id, played_at=at)
    recent = await browse.songs(mara, SongFilter(), "recently_played", Page(10))
    assert [row.title for row in recent.rows] == ["Dusk", "Dawn"]
    own = await browse.songs(mara, SongFilter(), "own_most_played", Page(10))
    assert [(row.title, row.user_play_count) for row in own.rows] == [("Dawn", 2), ("Dusk", 1)]
    # A play that an app tells late does not make the last one older.
    await playback.record_play(mara, known["Dawn"].id, played_at=500.0)
    assert (await browse.song(mara, known["Dawn"].id)).last_played_at == 2000.0
    heard = await browse.albums(mara, AlbumFilter(), "recently_played", Page(10))
    assert [row.title for row in heard.rows] == ["First Light"]


async def test_many_people_star_at_once(stage: Stage) -> None:
    people = [await stage.person(f"person{number}") for number in range(6)]
    known = list((await songs(stage)).values())
    await asyncio.gather(
        *(stage.areas.library.annotations.star(person, "song", [row.id]) for person in people for row in known)
    )
    for person in people:
        found = await stage.areas.library.browse.songs(person, SongFilter(starred=True), "starred", Page(50))
        assert found.total == len(known)
