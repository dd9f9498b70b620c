"""Lists: paging, orders, filters, totals, random choices, and how much each costs."""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.areas.library.data import (
    AlbumFilter,
    AlbumRow,
    AlbumSort,
    ArtistFilter,
    ArtistRow,
    ArtistSort,
    SongFilter,
    SongRow,
    SongSort,
)
from antiphon.areas.library.internal.columns import ALBUM_COLUMNS, ARTIST_COLUMNS, SONG_COLUMNS
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import scan, song, songs
from tests.stage import Stage


@pytest.mark.parametrize(
    ("columns", "row"), [(SONG_COLUMNS, SongRow), (ALBUM_COLUMNS, AlbumRow), (ARTIST_COLUMNS, ArtistRow)]
)
def test_columns_stand_in_the_order_of_the_fields(columns: Any, row: type[msgspec.Struct]) -> None:
    assert [column.key for column in columns] == list(row.__struct_fields__)


@pytest.mark.parametrize("sort", get_args(SongSort))
async def test_every_order_of_songs(stage: Stage, sort: SongSort) -> None:
    mara = await stage.person("mara")
    known = await songs(stage)
    for row in known.values():
        await stage.areas.library.annotations.star(mara, "song", [row.id])
        await stage.areas.library.annotations.rate(mara, "song", row.id, 1 + row.id % 5)
        await stage.areas.playback.record_play(mara, row.id)
    found = await stage.areas.library.browse.songs(mara, SongFilter(), sort, Page(50))
    # Whose year nobody knows has no place among the years.
    listed = [row.id for row in known.values() if sort != "year" or row.year]
    assert sorted(row.id for row in found.rows) == sorted(listed)
    assert found.total == len(listed) and (sort == "year") == (len(listed) < len(known))


@pytest.mark.parametrize("sort", get_args(AlbumSort))
async def test_every_order_of_albums(stage: Stage, sort: AlbumSort) -> None:
    mara = await stage.person("mara")
    browse, annotations = stage.areas.library.browse, stage.areas.library.annotations
    albums = (await browse.albums(mara, AlbumFilter(), "title", Page(50))).rows
    for album in albums:
        await annotations.star(mara, "album", [album.id])
        await annotations.rate(mara, "album", album.id, 3)
        await stage.areas.playback.record_play(mara, (await browse.songs_of_album(mara, album.id))[0].id)
    found = await browse.albums(mara, AlbumFilter(), sort, Page(50))
    assert sorted(row.id for row in found.rows) == sorted(album.id for album in albums)
    assert found.total == len(albums)


@pytest.mark.parametrize("sort", get_args(ArtistSort))
async def test_every_order_of_artists(stage: Stage, sort: ArtistSort) -> None:
    found = await stage.areas.library.browse.artists(SYSTEM, ArtistFilter(), sort, Page(50))
    assert {row.name for row in found.rows} >= {"Aurora", "Борис", "The Nobody"}
    assert found.total == len(found.rows)


async def test_articles_do_not_count_in_the_order_of_artists(stage: Stage) -> None:
    found = await stage.areas.library.browse.artists(SYSTEM, ArtistFilter(), "name", Page(50))
    assert [row.name for row in found.rows][:2] == ["Aurora", "The Nobody"]


async def test_filters_narrow_songs(stage: Stage) -> None:
    browse = stage.areas.library.browse
    known = await songs(stage)

    async def titles(**wanted: Any) -> set[str]:
        found = await browse.songs(SYSTEM, SongFilter(**wanted), "title", Page(50))
        assert found.total == len(found.rows)
        return {row.title for row in found.rows}

    assert await titles(genre="rock") == {"Überfluß", "Утро"}
    assert await titles(genre="ROCK", year_from=2005) == {"Überfluß"}
    assert await titles(genre="no such genre") == set()
    assert await titles(album_id=known["Dawn"].album_id) == {"Dawn", 'Noon <&> "Sun"', "Dusk"}
    assert await titles(year_to=1999) == {"Утро"}
    boris = next(c["id"] for c in msgspec.json.decode(known["Überfluß"].credits) if c["name"] == "Борис")
    assert await titles(artist_id=boris) == {"Überfluß", "Утро"}


@given(limit=st.integers(1, 7))
@settings(max_examples=7, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_pages_make_up_the_whole(stage: Stage, limit: int) -> None:
    browse = stage.areas.library.browse
    whole = [row.id for row in (await browse.songs(SYSTEM, SongFilter(), "title", Page(500))).rows]
    pieces: list[int] = []
    for offset in range(0, len(whole) + limit, limit):
        page = await browse.songs(SYSTEM, SongFilter(), "title", Page(limit, offset))
        assert page.total == len(whole)
        pieces += [row.id for row in page.rows]
    assert pieces == whole


async def test_random_choices_of_a_small_library_are_all_of_it(empty_stage: Stage) -> None:
    for number in range(5):
        song(empty_stage, f"{number}/1.mp3", title=f"S{number}", artist="A", album=f"Album {number}")
    await scan(empty_stage)
    browse = empty_stage.areas.library.browse
    for _ in range(10):
        albums = await browse.albums(SYSTEM, AlbumFilter(), "random", Page(12))
        assert len({row.id for row in albums.rows}) == 5
        some = await browse.songs(SYSTEM, SongFilter(), "random", Page(3))
        assert len({row.id for row in some.rows}) == 3


async def test_totals_follow_what_changes(stage: Stage) -> None:
    browse = stage.areas.library.browse
    before = (await browse.songs(SYSTEM, SongFilter(), "title", Page(1))).total
    song(stage, "new/1.mp3", title="Brand new", artist="A", album="New")
    await scan(stage)
    assert (await browse.songs(SYSTEM, SongFilter(), "title", Page(1))).total == before + 1


class CountingReader:
    """Counts the statements that go through a reader."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self.dialect = reader.dialect
        self.statements = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("fetch"):
            self.statements += 1
        return getattr(self._reader, name)


@pytest.mark.parametrize(
    ("call", "most"),
    [
        (lambda browse: browse.song(SYSTEM, 1), 1),
        (lambda browse: browse.album(SYSTEM, 1), 1),
        (lambda browse: browse.songs_of_album(SYSTEM, 1), 1),
        (lambda browse: browse.albums(SYSTEM, AlbumFilter(), "newest", Page(50), count=False), 1),
        (lambda browse: browse.songs(SYSTEM, SongFilter(), "title", Page(50), count=False), 1),
        (lambda browse: browse.songs(SYSTEM, SongFilter(), "random", Page(3), count=False), 4),
        (lambda browse: browse.artists(SYSTEM, ArtistFilter(), "name", Page(50), count=False), 1),
        (lambda browse: browse.genres(SYSTEM), 1),
    ],
)
async def test_a_call_is_one_statement(stage: Stage, call: Any, most: int) -> None:
    browse = stage.areas.library.browse
    counting = CountingReader(browse._reader)
    browse._reader = counting
    await call(browse)
    assert 1 <= counting.statements <= most
