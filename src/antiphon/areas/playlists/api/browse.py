"""Reading playlists. What the caller may not see is not there."""

import msgspec

from antiphon.areas.library.api import Library
from antiphon.areas.library.data import SongRow
from antiphon.areas.playlists.data import ItemRow, Operation, PlaylistRow, Which
from antiphon.areas.playlists.internal import queries
from antiphon.areas.playlists.internal.counts import SongCounts
from antiphon.areas.playlists.internal.queries import viewing
from antiphon.kernel.db import Reader
from antiphon.kernel.db.reader import Row
from antiphon.kernel.errors import not_found, not_signed_in
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal

# Longer playlists are read beside the event loop.
QUICK_SONGS = 500
MAXIMUM_CHANGES = 1000


class Browse:
    """Lists of playlists, and what is in them."""

    def __init__(self, reader: Reader, library: Library) -> None:
        self._reader = reader
        self._library = library
        self._counts = SongCounts(reader)

    async def playlists(self, principal: Principal, which: Which, page: Page) -> Slice[PlaylistRow]:
        """One page of playlists by title: those one owns, those one is a member of, or all one may see."""
        _check_signed_in(principal)
        visibility = viewing(principal)
        viewer = {"viewer": principal.user_id, "admin": visibility["admin"]}
        rows = await self._reader.fetch(queries.LISTS[which], limit=page.limit, offset=page.offset, **viewer)
        if page.offset == 0 and len(rows) < page.limit:
            total = len(rows)
        else:
            total = int((await self._reader.fetch_slow(queries.TOTALS[which], **viewer))[0][0])
        revision, _ = await self._library.browse.revision(principal)
        counted = await self._counts.of([(row[0], row[9]) for row in rows], revision, visibility)
        return Slice([_playlist(row, counted[row[0]]) for row in rows], total, page)

    async def playlist(self, principal: Principal, playlist_id: int) -> PlaylistRow:
        """One playlist. Raises NOT_FOUND for what is missing and for what is private to others."""
        _check_signed_in(principal)
        visibility = viewing(principal)
        row = await self._reader.fetch_one(queries.PLAYLIST, id=playlist_id, **visibility)
        if row is None:
            raise not_found("playlist")
        revision, _ = await self._library.browse.revision(principal)
        counted = await self._counts.of([(row[0], row[9])], revision, visibility)
        return _playlist(row, counted[playlist_id])

    async def owned_by_title(self, principal: Principal, title: str) -> int:
        """The id of the caller's own playlist of this very title, the oldest where there are several. Raises
        NOT_FOUND."""
        _check_signed_in(principal)
        key = title.casefold()
        row = await self._reader.fetch_one(queries.OWNED_NAMED, viewer=principal.user_id, title=title, key=key)
        if row is None:
            raise not_found("playlist")
        return int(row[0])

    async def items(self, principal: Principal, playlist_id: int, page: Page) -> Slice[ItemRow]:
        """One page of the items that the caller may see, tracks without a song among them. Raises NOT_FOUND."""
        return (await self.with_items(principal, playlist_id, page))[1]

    async def with_items(
        self, principal: Principal, playlist_id: int, page: Page
    ) -> tuple[PlaylistRow, Slice[ItemRow]]:
        """A playlist and what `items` gives of it. Raises NOT_FOUND."""
        playlist = await self.playlist(principal, playlist_id)
        visibility = viewing(principal)
        rows = await self._reader.fetch(
            queries.ITEMS, id=playlist_id, limit=page.limit, offset=page.offset, **visibility
        )
        if page.offset == 0 and len(rows) < page.limit:
            total = len(rows)
        else:
            total = int((await self._reader.fetch_slow(queries.ITEM_COUNT, id=playlist_id, **visibility))[0][0])
        return playlist, Slice([_item(row) for row in rows], total, page)

    async def songs(self, principal: Principal, playlist_id: int) -> list[SongRow]:
        """All songs of a playlist that the caller may see, in its order. Raises NOT_FOUND."""
        return (await self.with_songs(principal, playlist_id))[1]

    async def with_songs(self, principal: Principal, playlist_id: int) -> tuple[PlaylistRow, list[SongRow]]:
        """A playlist and what `songs` gives of it. Raises NOT_FOUND."""
        playlist = await self.playlist(principal, playlist_id)
        fetch = self._reader.fetch if playlist.song_count <= QUICK_SONGS else self._reader.fetch_slow
        rows = await fetch(queries.SONGS, id=playlist_id, **viewing(principal))
        return playlist, [SongRow(*row) for row in rows]

    async def changes(self, principal: Principal, playlist_id: int, since: int) -> list[Operation]:
        """The next operations after the revision `since`, at most 1000, in their order. Raises NOT_FOUND.

        An operation names a track also where the caller may not see the song.
        """
        await self.playlist(principal, playlist_id)
        rows = await self._reader.fetch(queries.OPERATIONS, id=playlist_id, since=since, limit=MAXIMUM_CHANGES)
        return [Operation(row[0], row[1], msgspec.json.decode(row[2]), row[3], row[4]) for row in rows]


def _check_signed_in(principal: Principal) -> None:
    if principal.is_anonymous:
        raise not_signed_in()


def _playlist(row: Row, counted: tuple[int, float]) -> PlaylistRow:
    return PlaylistRow(
        id=row[0],
        owner_id=row[1],
        owner=row[2],
        title=row[3],
        description=row[4],
        is_public=bool(row[5]),
        mood_tags=tuple(msgspec.json.decode(row[6], type=list[str])),
        collaborators=tuple(sorted(map(int, row[7].split()))),
        role=row[8],
        revision=row[9],
        created_at=row[10],
        updated_at=row[11],
        song_count=counted[0],
        duration=counted[1],
        flagged=bool(row[12]),
    )


def _item(row: Row) -> ItemRow:
    song = SongRow(*row[4:]) if row[4] is not None else None
    return ItemRow(
        item_id=row[0], track=row[1] if song is None else song.id, song=song, added_by=row[2], added_at=row[3]
    )
