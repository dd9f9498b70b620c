"""Reading songs, albums, artists and genres. Whatever the caller may not see is not there."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec

from antiphon.areas.library.data import (
    AlbumFilter,
    AlbumRow,
    AlbumSort,
    ArtistFilter,
    ArtistRow,
    ArtistSort,
    GenreRow,
    LibraryRow,
    Lyrics,
    SongFilter,
    SongRow,
    SongSort,
)
from antiphon.areas.library.data.lyrics import read_kept, read_singing
from antiphon.areas.library.internal import entities, lists, revisions
from antiphon.areas.library.internal.counts import Counts
from antiphon.areas.library.internal.fold import name_key
from antiphon.areas.library.internal.random import chosen_ids, largest_id, random_ids, thrown
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Database, Statement
from antiphon.kernel.errors import not_found
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal

# Filters that leave so few rows that any order of them is quick, or lead to where a page begins.
_FEW = {"album_id", "artist_id", "uploader_id", "starred", "after_id"}
# So long what another process writes may go unnoticed; this process's own writes show at once.
BELIEVED_SECONDS = 0.005
KNOWN = 1000


class _Releases(NamedTuple):
    """The moments of the last and the next release, as they are at one revision of the library."""

    revision: int
    passed: int
    next: int


class Browse:
    """One statement for each page or entity; totals are counted once for each revision of the library."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = database.reader
        self._counts = Counts(database.reader)
        self._known: dict[int, tuple[float, int, tuple[int, int]]] = {}
        self._releases = _Releases(-1, 0, 0)

    async def revision(self, principal: Principal) -> tuple[int, int]:
        """(of the library, of the caller's own stars, ratings and plays): while both stay, so does what they read.

        The library's changes with every write, and with every release that passes. Questions that come within
        milliseconds share one look.
        """
        known = self.believed_revision(principal)
        if known is not None:
            return known
        moment, commits = time.monotonic(), self._database.commits
        row = await self._reader.fetch_one(
            entities.REVISIONS, library=revisions.LIBRARY, own=revisions.of_user(principal.user_id)
        )
        assert row is not None
        passed = await self._passed_release(int(row[0]), viewing(principal)["now"])
        revisions_now = revisions.with_release(int(row[0]), passed), int(row[1])
        if len(self._known) >= KNOWN:
            self._known.clear()
        self._known[principal.user_id] = moment, commits, revisions_now
        return revisions_now

    def believed_revision(self, principal: Principal) -> tuple[int, int] | None:
        """The same as it was told within the last milliseconds, None where one has to look."""
        known = self._known.get(principal.user_id)
        if known is None or known[1] != self._database.commits or time.monotonic() - known[0] >= BELIEVED_SECONDS:
            return None
        return known[2]

    async def changed_at(self, principal: Principal) -> int:
        """`revision` for clients that ask by a date: see `revisions.as_moment`."""
        return revisions.as_moment(await self.revision(principal), principal)

    async def _passed_release(self, revision: int, now: int) -> int:
        """The moment of the last release that has passed: looked up once for each revision and each release."""
        known = self._releases
        if known.revision != revision or not known.passed <= now < known.next:
            row = await self._reader.fetch_one(entities.RELEASES, now=now)
            assert row is not None
            known = self._releases = _Releases(revision, int(row[0]), int(row[1]))
        return known.passed

    async def song(self, principal: Principal, song_id: int) -> SongRow:
        """One song. Raises NOT_FOUND for what is missing and for what the caller may not see."""
        row = await self._reader.fetch_one(entities.SONG, id=song_id, **viewing(principal))
        if row is None:
            raise not_found("song")
        return SongRow(*row)

    async def songs_by_ids(
        self, principal: Principal, song_ids: Sequence[int], *, listed_only: bool = False
    ) -> list[SongRow]:
        """The songs of these ids that the caller may see, in the order of the ids (an id named twice stands twice).

        `listed_only` leaves out unlisted and missing songs.
        """
        statement = entities.LISTED_SONGS if listed_only else entities.SONGS
        return [SongRow(*row) for row in await self._by_ids(statement, principal, song_ids)]

    async def songs(
        self,
        principal: Principal,
        wanted: SongFilter,
        sort: SongSort,
        page: Page,
        *,
        count: bool = True,
        reverse: bool = False,
    ) -> Slice[SongRow]:
        """One page of songs, with `reverse` from the order's end; a random order has none. `count=False` leaves
        the total at 0 where the caller's dialect does not tell it."""
        filters = _filters(wanted)
        if sort == "random":
            found = await self._random("song", entities.LISTED_SONGS, filters, page, principal)
            rows = [SongRow(*row) for row in found]
            return Slice(rows, await self._total("song", filters, "title", principal, count), page)
        total, until = await self._extent("song", filters, sort, principal, count)
        if count and not total:
            return Slice([], 0, page, until)
        found = await self._page(partial(lists.song_list, reverse=reverse), "song", filters, sort, page, principal)
        return Slice([SongRow(*row) for row in found], total, page, until)

    async def album(self, principal: Principal, album_id: int) -> AlbumRow:
        """One album. Raises NOT_FOUND."""
        row = await self._reader.fetch_one(entities.ALBUM, id=album_id, **viewing(principal))
        if row is None:
            raise not_found("album")
        return AlbumRow(*row)

    async def songs_of_album(self, principal: Principal, album_id: int) -> list[SongRow]:
        """The songs of an album that the caller may see, in the order of discs and tracks."""
        found = await self._reader.fetch(entities.SONGS_OF_ALBUM, id=album_id, **viewing(principal))
        return [SongRow(*row) for row in found]

    async def albums_by_ids(self, principal: Principal, album_ids: Sequence[int]) -> list[AlbumRow]:
        """The albums of these ids that the caller may see, in the order of the ids."""
        return [AlbumRow(*row) for row in await self._by_ids(entities.ALBUMS, principal, album_ids)]

    async def albums(
        self,
        principal: Principal,
        wanted: AlbumFilter,
        sort: AlbumSort,
        page: Page,
        *,
        count: bool = True,
        reverse: bool = False,
    ) -> Slice[AlbumRow]:
        """One page of albums, with `reverse` from the order's end; a random order has none."""
        filters = _filters(wanted)
        if sort == "random":
            found = await self._random("album", entities.ALBUMS, filters, page, principal)
            rows = [AlbumRow(*row) for row in found]
            return Slice(rows, await self._total("album", filters, "title", principal, count), page)
        total, until = await self._extent("album", filters, sort, principal, count)
        if count and not total:
            return Slice([], 0, page, until)
        found = await self._page(partial(lists.album_list, reverse=reverse), "album", filters, sort, page, principal)
        return Slice([AlbumRow(*row) for row in found], total, page, until)

    async def artist(self, principal: Principal, artist_id: int) -> ArtistRow:
        """One artist. Raises NOT_FOUND."""
        row = await self._reader.fetch_one(entities.ARTIST, id=artist_id, **viewing(principal))
        if row is None:
            raise not_found("artist")
        return ArtistRow(*row)

    async def albums_of_artist(self, principal: Principal, artist_id: int) -> list[AlbumRow]:
        """The albums that bear the artist's name, the newest first."""
        found = await self._reader.fetch(entities.ALBUMS_OF_ARTIST, id=artist_id, **viewing(principal))
        return [AlbumRow(*row) for row in found]

    async def appearances_of_artist(self, principal: Principal, artist_id: int) -> list[AlbumRow]:
        """The albums of others on which the artist has a credit."""
        found = await self._reader.fetch(entities.APPEARANCES_OF_ARTIST, id=artist_id, **viewing(principal))
        return [AlbumRow(*row) for row in found]

    async def loose_songs_of_artist(self, principal: Principal, artist_id: int) -> list[SongRow]:
        """The songs without an album on which the artist has a credit, by title."""
        found = await self._reader.fetch(entities.LOOSE_SONGS_OF_ARTIST, id=artist_id, **viewing(principal))
        return [SongRow(*row) for row in found]

    async def artists_by_ids(self, principal: Principal, artist_ids: Sequence[int]) -> list[ArtistRow]:
        """The artists of these ids that the caller may see, in the order of the ids."""
        return [ArtistRow(*row) for row in await self._by_ids(entities.ARTISTS, principal, artist_ids)]

    async def artists(
        self, principal: Principal, wanted: ArtistFilter, sort: ArtistSort, page: Page, *, count: bool = True
    ) -> Slice[ArtistRow]:
        """One page of artists."""
        filters = _filters(wanted)
        if sort == "random":
            found = await self._random("artist", entities.ARTISTS, filters, page, principal)
            rows = [ArtistRow(*row) for row in found]
            return Slice(rows, await self._total("artist", filters, "name", principal, count), page)
        total, until = await self._extent("artist", filters, sort, principal, count)
        found = await self._page(lists.artist_list, "artist", filters, sort, page, principal)
        return Slice([ArtistRow(*row) for row in found], total, page, until)

    async def genres(self, principal: Principal) -> list[GenreRow]:
        """All genres that have a song the caller may see, by name."""
        return [GenreRow(*row) for row in await self._reader.fetch(entities.GENRES, **viewing(principal))]

    async def genre(self, principal: Principal, genre_id: int) -> GenreRow:
        """One genre. Raises NOT_FOUND."""
        row = await self._reader.fetch_one(entities.GENRE, id=genre_id, **viewing(principal))
        if row is None:
            raise not_found("genre")
        return GenreRow(*row)

    async def libraries(self, principal: Principal) -> list[LibraryRow]:
        """The libraries the caller may browse; only admins are told where they are."""
        found = await self._reader.fetch(entities.LIBRARIES, **viewing(principal))
        rows = [LibraryRow(*row) for row in found]
        return rows if principal.is_admin else [msgspec.structs.replace(row, path="") for row in rows]

    async def lyrics(self, principal: Principal, song_id: int) -> Lyrics:
        """A song's words; empty where it has none. Raises NOT_FOUND for the song."""
        row = await self._reader.fetch_one(entities.LYRICS, id=song_id, **viewing(principal))
        if row is None:
            raise not_found("song")
        synced = read_kept(row[2] or "[]")
        singing = read_singing(row[4] or "[]")
        return Lyrics(song_id=song_id, plain=row[1] or "", synced=synced, language=row[3] or "", singing=singing)

    async def _by_ids(self, statement: Statement, principal: Principal, ids: Sequence[int]) -> list[tuple[Any, ...]]:
        if not ids:
            return []
        listed = msgspec.json.encode(list(dict.fromkeys(ids))).decode()
        found = await self._reader.fetch(statement, ids=listed, **viewing(principal))
        by_id = {row[0]: row for row in found}
        return [by_id[thing_id] for thing_id in ids if thing_id in by_id]

    async def _page(
        self, build: Any, thing: str, filters: dict[str, Any], sort: str, page: Page, principal: Principal
    ) -> list[tuple[Any, ...]]:
        statement = build(sort, frozenset(filters))
        quick = not filters.keys() - {"until_id"} or bool(_FEW & filters.keys())
        fetch = self._reader.fetch if quick else self._reader.fetch_slow
        return await fetch(statement, limit=page.limit, offset=page.offset, **filters, **viewing(principal))

    async def _total(self, thing: str, filters: dict[str, Any], sort: str, principal: Principal, count: bool) -> int:
        return (await self._extent(thing, filters, sort, principal, count))[0]

    async def _extent(
        self, thing: str, filters: dict[str, Any], sort: str, principal: Principal, count: bool
    ) -> tuple[int, int | None]:
        """How many there are, and what the following pages are narrowed by, so that things which are added meanwhile do
        not move them. Looked up before the page: what comes in between stands twice nowhere."""
        if not count:
            return 0, None
        revision, _ = await self.revision(principal)
        until = filters.get("until_id")
        if until is None:
            until = await self._counts.newest(thing, revision)
        return await self._counts.total(thing, filters, sort, revision, viewing(principal)), until

    async def _random(
        self, thing: str, statement: Statement, filters: dict[str, Any], page: Page, principal: Principal
    ) -> list[tuple[Any, ...]]:
        rows = partial(self._by_ids, statement, principal)
        largest = await largest_id(self._reader, thing)
        # Chance hits some of a few again and again: a small library is simply shuffled.
        if thing != "artist" and not filters and largest > 2 * page.limit:
            found = await thrown(rows, largest, page.limit)
            if len(found) < page.limit:
                near = await random_ids(self._reader, thing, page.limit, **viewing(principal))
                found.update((row[0], row) for row in await rows([number for number in near if number not in found]))
            if len(found) >= page.limit:
                return list(found.values())[: page.limit]
        return await rows(await chosen_ids(self._reader, thing, largest, page.limit, filters, viewing(principal)))


def _filters(wanted: SongFilter | AlbumFilter | ArtistFilter) -> dict[str, Any]:
    """The filters that narrow anything, with their values as the statements take them."""
    filters = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value not in (None, False)}
    if "genre" in filters:
        filters["genre"] = name_key(filters["genre"])
    return filters
