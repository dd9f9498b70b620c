"""The order in which searches take their matches, and the index they look into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from antiphon.areas.library.internal import search
from antiphon.areas.library.internal.search_order import MOST_SEGMENTS, position_of
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import later, scan, song
from tests.stage import Stage

IDS = st.integers(1, 2**40 - 1)
PLAYS = st.integers(1, 2**31 - 1)


async def first_found(stage: Stage, query: str) -> list[str]:
    return [row.title for row in await stage.areas.library.search.songs(SYSTEM, query, Page(1))]


async def test_what_is_played_is_found_among_very_many(empty_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more match than are looked at, those that are played are among the ones which are."""
    monkeypatch.setattr(search, "CANDIDATES", 2)
    for number in range(6):
        song(empty_stage, f"{number}.mp3", title=f"Very common {number}", artist="A", album=f"Album {number}")
    await scan(empty_stage)
    songs = await empty_stage.songs(SYSTEM)
    mara = await empty_stage.person("mara")
    order = empty_stage.areas.library.search.order
    assert await order.renew() == 0
    for title, plays in (("Very common 4", 1), ("Very common 5", 3)):
        for _ in range(plays):
            await empty_stage.areas.playback.record_play(mara, songs[title].id)
    assert await first_found(empty_stage, "common") == ["Very common 0"]
    assert await order.renew() == 4  # two songs and their albums
    assert await first_found(empty_stage, "common") == ["Very common 5"]
    hits = await empty_stage.areas.library.search.everything(SYSTEM, "common", 6)
    assert [row.title for row in hits.songs[:2]] == ["Very common 5", "Very common 4"]
    assert len(hits.songs) == 6
    assert await order.renew() == 0


async def test_many_pieces_of_the_index_become_few(empty_stage: Stage) -> None:
    """Of SQLite's index; on PostgreSQL nothing is to be done."""
    stage = empty_stage
    for number in range(12):
        song(stage, f"{number}.mp3", title=f"Title {number}", artist=f"Artist {number}", album=f"Album {number}")
        await scan(stage)
    later(song(stage, "0.mp3", title="Other", artist="Artist 0", album="Album 0"))
    await scan(stage)
    await stage.areas.library.search.order.renew()
    assert len(await stage.areas.library.search.songs(SYSTEM, "title", Page(20))) == 11
    assert await first_found(stage, "other") == ["Other"]
    database = stage.application.database
    if database.reader.dialect != "sqlite":
        return
    async with database.transaction() as transaction:
        for index in ("song_search_index", "album_search_index", "artist_search_index"):
            counted = text(f"SELECT count(DISTINCT segid) FROM {index}_idx")
            assert (await transaction.fetch(counted))[0][0] <= MOST_SEGMENTS
            await transaction.execute(text(f"INSERT INTO {index}({index}) VALUES ('integrity-check')"))


@given(IDS, PLAYS, IDS, PLAYS)
def test_places_are_apart_and_before_all_that_was_never_played(first: int, plays: int, other: int, more: int) -> None:
    one, two = position_of(first, plays), position_of(other, more)
    assert -(2**63) < one < 0 and -(2**63) < two < 0
    assert (one == two) == (first == other and plays.bit_length() == more.bit_length())
    if more >= 2 * plays:
        assert two < one
