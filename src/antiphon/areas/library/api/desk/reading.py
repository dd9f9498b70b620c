"""One's own songs and albums, with plays, likes and ratings."""

from typing import Any

from antiphon.areas.library.api.editing.rights import check_may_change
from antiphon.areas.library.data import (
    AlbumRow,
    DeskAlbumRow,
    DeskAlbumSort,
    DeskSongRow,
    DeskSongSort,
    DeskState,
    DeskTotals,
    SongRow,
    state_of,
)
from antiphon.areas.library.internal import desk
from antiphon.areas.library.internal.fold import fold
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Reader
from antiphon.kernel.db.reader import Row
from antiphon.kernel.errors import not_found, not_signed_in
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal

_SONG_FIELDS, _ALBUM_FIELDS = len(SongRow.__struct_fields__), len(AlbumRow.__struct_fields__)


class DeskReading:
    """What the caller has brought: nobody sees the desk of somebody else."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def songs(
        self,
        principal: Principal,
        page: Page,
        *,
        sort: DeskSongSort = "newest",
        state: DeskState = "all",
        title: str = "",
    ) -> Slice[DeskSongRow]:
        """One page of the caller's own songs whose titles hold `title`. Raises NOT_SIGNED_IN."""
        asked = _asked(principal, title)
        rows = await self._reader.fetch_slow(
            desk.song_page(sort, state, bool(title)), limit=page.limit, offset=page.offset, **asked
        )
        total = await self._reader.fetch_slow(desk.song_count(state, bool(title)), **asked)
        return Slice([_song(row, asked["now"]) for row in rows], total[0][0], page)

    async def song(self, principal: Principal, song_id: int) -> DeskSongRow:
        """One song that the caller may change. Raises NOT_FOUND, and FORBIDDEN for who is neither owner nor admin."""
        asked = _asked(principal, "")
        row = await self._reader.fetch_one(desk.SONG, id=song_id, **asked)
        if row is None:
            raise not_found("song")
        found = _song(row, asked["now"])
        check_may_change(principal, found.song.uploader_id, "song")
        return found

    async def albums(
        self, principal: Principal, page: Page, *, sort: DeskAlbumSort = "newest", title: str = ""
    ) -> Slice[DeskAlbumRow]:
        """One page of the caller's own albums whose titles hold `title`. Raises NOT_SIGNED_IN."""
        asked = _asked(principal, title)
        rows = await self._reader.fetch_slow(
            desk.album_page(sort, bool(title)), limit=page.limit, offset=page.offset, **asked
        )
        total = await self._reader.fetch_slow(desk.album_count(bool(title)), **asked)
        found = [DeskAlbumRow(AlbumRow(*row[:_ALBUM_FIELDS]), *row[_ALBUM_FIELDS:]) for row in rows]
        return Slice(found, total[0][0], page)

    async def totals(self, principal: Principal) -> DeskTotals:
        """All of the caller's own music in numbers. Raises NOT_SIGNED_IN."""
        rows = await self._reader.fetch_slow(desk.TOTALS, **_asked(principal, ""))
        return DeskTotals(*rows[0])


def _song(row: Row, now: int) -> DeskSongRow:
    song = SongRow(*row[:_SONG_FIELDS])
    state = state_of(song.flagged, song.privacy, song.release_at, now)
    return DeskSongRow(song, state, *row[_SONG_FIELDS:])


def _asked(principal: Principal, title: str) -> dict[str, Any]:
    if principal.is_anonymous:
        raise not_signed_in()
    if not title:
        return viewing(principal)
    escaped = fold(title).strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {**viewing(principal), "pattern": f"%{escaped}%"}
