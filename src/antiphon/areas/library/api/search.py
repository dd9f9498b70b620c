"""Searching songs, albums and artists by their words."""

from typing import Any

from antiphon.areas.library.api.browse import Browse
from antiphon.areas.library.data import AlbumRow, ArtistRow, SearchHits, SongRow
from antiphon.areas.library.internal import search
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Reader
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal


class Search:
    """Finds things whose words begin with the words of a query, whatever their case and accents."""

    def __init__(self, reader: Reader, browse: Browse) -> None:
        self._reader = reader
        self._browse = browse

    async def everything(self, principal: Principal, query: str, limit: int) -> SearchHits:
        """The best `limit` artists, albums and songs each. A query without a word finds nothing."""
        page = Page(limit, 0)
        return SearchHits(
            artists=await self.artists(principal, query, page),
            albums=await self.albums(principal, query, page),
            songs=await self.songs(principal, query, page),
        )

    async def songs(self, principal: Principal, query: str, page: Page) -> list[SongRow]:
        """One page of songs, the best first."""
        return await self._browse.songs_by_ids(
            principal, await self._ids("song", principal, query, page), listed_only=True
        )

    async def albums(self, principal: Principal, query: str, page: Page) -> list[AlbumRow]:
        """One page of albums, the best first."""
        return await self._browse.albums_by_ids(principal, await self._ids("album", principal, query, page))

    async def artists(self, principal: Principal, query: str, page: Page) -> list[ArtistRow]:
        """One page of artists, the best first."""
        return await self._browse.artists_by_ids(principal, await self._ids("artist", principal, query, page))

    async def _ids(self, thing: str, principal: Principal, query: str, page: Page) -> list[int]:
        words = search.match_expression(query, self._reader.dialect)
        if words is None or page.limit == 0:
            return []
        wanted = page.offset + page.limit
        parameters: dict[str, Any] = {
            "words": words,
            "candidates": max(search.CANDIDATES, wanted),
            **viewing(principal),
        }
        found = await self._reader.fetch(search.FIND[thing], **parameters)
        return search.ranked(query, found)[page.offset : wanted]
