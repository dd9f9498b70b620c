"""Covers that people give to songs and albums: made anew from what they bring, and kept in the storage."""

from collections.abc import Awaitable, Callable
from typing import Literal

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.api.editing.rights import check_artist, check_may_change
from antiphon.areas.library.api.uploads.finishing import Finishing
from antiphon.areas.library.api.uploads.tools import Desk
from antiphon.areas.library.data import AlbumEdit
from antiphon.areas.library.internal import revisions
from antiphon.areas.library.internal.editing import albums, songs
from antiphon.areas.library.internal.editing.albums import AlbumNow
from antiphon.areas.library.internal.editing.songs import SongNow
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.uploading import making
from antiphon.areas.library.internal.uploading.making import StoredCover
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded

CoveredThing = Literal["song", "album"]


class Covers:
    """Giving things a cover, and taking it away: by owners their own, by admins all."""

    def __init__(self, desk: Desk, finishing: Finishing) -> None:
        self._desk = desk
        self._finishing = finishing

    async def create_album(self, principal: Principal, edit: AlbumEdit, given: bytes | None) -> int:
        """A new album's id, with `given` as its cover; both or nothing. Artists and admins only. Raises INVALID by
        field, UNSUPPORTED_MEDIA `no_picture`, NO_SPACE, UNAVAILABLE."""
        check_artist(principal)
        desk = self._desk
        cover = None if given is None else await self._finishing.store_cover(await desk.covers.cover(given))
        async with desk.tools.database.transaction() as transaction:
            album_id = await desk.editing.albums.create(principal, edit)
            if cover is not None:
                await making.show_cover(transaction, "album", album_id, cover, desk.tools.clock())
        return album_id

    async def with_change(
        self,
        principal: Principal,
        thing: CoveredThing,
        thing_id: int,
        change: Callable[[], Awaitable[object]],
        given: bytes | None,
    ) -> None:
        """Do `change` and make `given`, if there is one, the cover of what is changed; both or nothing. Raises what
        `change` raises, and what `set` does."""
        if given is None:
            await change()
            return
        await self.check(principal, thing, thing_id)
        cover = await self._finishing.store_cover(await self._desk.covers.cover(given))
        async with self._desk.tools.database.transaction() as transaction:
            await change()
            title = await _open(transaction, principal, thing, thing_id)
            await self._write(transaction, principal, thing, thing_id, title, cover)

    async def check(self, principal: Principal, thing: CoveredThing, thing_id: int) -> None:
        """Raise NOT_FOUND or FORBIDDEN where the caller may not do this: before a picture is even read."""
        async with self._desk.tools.database.transaction() as transaction:
            await _open(transaction, principal, thing, thing_id)

    async def set(self, principal: Principal, thing: CoveredThing, thing_id: int, given: bytes) -> None:
        """Make `given` the cover. Raises NOT_FOUND, FORBIDDEN, UNSUPPORTED_MEDIA `no_picture`, INVALID `image`,
        NO_SPACE, UNAVAILABLE."""
        await self.check(principal, thing, thing_id)
        cover = await self._finishing.store_cover(await self._desk.covers.cover(given))
        async with self._desk.tools.database.transaction() as transaction:
            title = await _open(transaction, principal, thing, thing_id)
            await self._write(transaction, principal, thing, thing_id, title, cover)

    async def remove(self, principal: Principal, thing: CoveredThing, thing_id: int) -> None:
        """Take the cover away. Raises NOT_FOUND, FORBIDDEN."""
        async with self._desk.tools.database.transaction() as transaction:
            title = await _open(transaction, principal, thing, thing_id)
            await self._write(transaction, principal, thing, thing_id, title, None)

    async def _write(
        self,
        transaction: Transaction,
        principal: Principal,
        thing: CoveredThing,
        thing_id: int,
        title: str,
        cover: StoredCover | None,
    ) -> None:
        await making.show_cover(transaction, thing, thing_id, cover, self._desk.tools.clock())
        await revisions.library_changed(transaction)
        await transaction.publish(recorded(principal, f"{thing}.changed", thing, thing_id, title, fields=["image"]))


async def _open(transaction: Transaction, principal: Principal, thing: CoveredThing, thing_id: int) -> str:
    """The title of a thing that the caller may change."""
    check_may_write(principal)
    found: SongNow | AlbumNow | None = None
    if thing == "song":
        row = await transaction.fetch_one(songs.VISIBLE, ids=as_list([thing_id]), **viewing(principal))
        found = None if row is None else SongNow(*row)
    else:
        row = await transaction.fetch_one(albums.VISIBLE, id=thing_id, **viewing(principal))
        found = None if row is None else AlbumNow(*row)
    if found is None:
        raise not_found(thing)
    check_may_change(principal, found.uploader_id, thing)
    return found.title
