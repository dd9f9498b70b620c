"""Searching songs, albums and artists by their words."""

from typing import Any

from antiphon.areas.library.api.browse import Browse
from antiphon.areas.library.api.search_order import SearchOrder
from antiphon.areas.library.data import AlbumRow, ArtistRow, SearchHits, SongRow
from antiphon.areas.library.internal import search
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Database
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal

# What a database takes for a number of rows; no library has more.
MOST_ROWS = 2**31 - 1


class Search:
    """Finds things whose words begin with the words of a query, whatever their case and accents; where it has no word,
    things whose name begins with it."""

    def __init__(self, database: Database, browse: Browse) -> None:
        self.order = SearchOrder(database)
        self._reader = database.reader
        self._browse = browse

    async def everything(
        self, principal: Principal, query: str, limit: int, *, library_id: int | None = None
    ) -> SearchHits:
        """The best `limit` artists, albums and songs each. A query without a word finds those whose name begins with
        its signs, an empty one nothing."""
        page = Page(limit, 0)
        return SearchHits(
            artists=await self.artists(principal, query, page, library_id=library_id),
            albums=await self.albums(principal, query, page, library_id=library_id),
            songs=await self.songs(principal, query, page, library_id=library_id),
        )

    async def songs(
        self, principal: Principal, query: str, page: Page, *, library_id: int | None = None
    ) -> list[SongRow]:
        """One page of songs, the best first; `library_id` narrows to one library."""
        return await self._browse.songs_by_ids(
            principal, await self._ids("song", principal, query, page, library_id), listed_only=True
        )

    async def albums(
        self, principal: Principal, query: str, page: Page, *, library_id: int | None = None
    ) -> list[AlbumRow]:
        """One page of albums, the best first; `library_id` narrows to one library."""
        return await self._browse.albums_by_ids(principal, await self._ids("album", principal, query, page, library_id))

    async def artists(
        self, principal: Principal, query: str, page: Page, *, library_id: int | None = None
    ) -> list[ArtistRow]:
        """One page of artists, the best first; `library_id` narrows to those with music in one library."""
        return await self._browse.artists_by_ids(
            principal, await self._ids("artist", principal, query, page, library_id)
        )

    async def _ids(self, thing: str, principal: Principal, query: str, page: Page, library_id: int | None) -> list[int]:
        words = search.match_expression(query, self._reader.dialect)
        key = search.name_key(query)
        if page.limit == 0 or not (words or key):
            return []
        wanted = min(page.offset + page.limit, MOST_ROWS)
        parameters: dict[str, Any] = {"candidates": max(search.CANDIDATES, wanted), **viewing(principal)}
        find, find_named = search.FIND, search.FIND_NAMED
        if library_id is not None:
            find, find_named = search.FIND_IN_LIBRARY, search.FIND_NAMED_IN_LIBRARY
            parameters["library_id"] = library_id
        if words is None:
            named = await self._reader.fetch(find_named[thing], **parameters, name_key=key)
            return [row[0] for row in named[page.offset : wanted]]
        found = await self._reader.fetch(find[thing], **parameters, words=words)
        # Only the first are ranked, however many are wanted: so pages fit together.
        first, rest = found[: search.CANDIDATES], found[search.CANDIDATES :]
        if len(first) == search.CANDIDATES:
            # The very name may be none of the first, as long as nobody plays it.
            parameters["candidates"] = search.NAMED
            named = await self._reader.fetch(find_named[thing], **parameters, name_key=key)
            first = list({row[0]: row for row in (*first, *named)}.values())
            ranked = {row[0] for row in named}
            rest = [row for row in rest if row[0] not in ranked]
        best = search.ranked(query, first)
        return [*best, *(row[0] for row in rest)][page.offset : wanted]
