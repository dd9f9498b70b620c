"""The audio of songs and the pictures of things, for who may hear and see them."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any, Literal

from antiphon.areas.library.data import ArtworkMaker, Picture, SongFile, Storage
from antiphon.areas.library.internal import entities
from antiphon.areas.library.internal.paths import real_path, real_text
from antiphon.areas.library.internal.uploading.copies import Copies
from antiphon.areas.library.internal.uploading.rows import STORED
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Reader
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.principal import Principal

SIZES = (64, 160, 300, 600, 1200)

_Thing = Literal["song", "album", "artist"]
_ARTWORK = {"song": entities.SONG_ARTWORK, "album": entities.ALBUM_ARTWORK, "artist": entities.ARTIST_ARTWORK}
_NAMED_ARTWORK = {
    "song": entities.NAMED_SONG_ARTWORK,
    "album": entities.NAMED_ALBUM_ARTWORK,
    "artist": entities.NAMED_ARTIST_ARTWORK,
}


class Files:
    """Where bytes are that may be sent."""

    def __init__(self, *, reader: Reader, artwork_maker: ArtworkMaker, storage: Storage, copies: Copies) -> None:
        self._reader = reader
        self._artwork_maker = artwork_maker
        self._storage = storage
        self._copies = copies

    async def song_file(self, principal: Principal, song_id: int) -> SongFile:
        """The original audio of a song. Raises NOT_FOUND, also where the file has vanished."""
        row = await self._reader.fetch_one(entities.FILE_OF_SONG, id=song_id, **viewing(principal))
        if row is None:
            raise not_found("song")
        if row[8]:
            raise AntiphonError(Kind.NOT_FOUND, "file_missing", "The file has vanished.")
        is_stored = not row[1]
        path = self._storage.file(row[2]) if is_stored else real_path(Path(row[1]), row[2])
        return SongFile(
            song_id=row[0],
            path="" if path is None else str(path),
            content_type=row[3],
            suffix=row[4],
            size=row[5],
            modified_ns=row[6],
            duration=row[7],
            stored=row[2] if path is None else "",
        )

    async def address(self, file: SongFile, disposition: str = "") -> str | None:
        """A signed address that gives a stored file to whoever has it, for a minute; None where there is none.
        `disposition` is the Content-Disposition of the answer there."""
        return await self._storage.address(file.stored, file.content_type, disposition) if file.stored else None

    def read(self, file: SongFile, first: int, length: int) -> AsyncGenerator[bytes, None]:
        """`length` bytes of a stored file from `first` on. Raises NOT_FOUND `file_missing`, UNAVAILABLE."""
        return self._storage.read(file.stored, first, length)

    async def on_disk(self, file: SongFile) -> str:
        """The path of a song's audio on a disk of this machine, copied there where it is stored elsewhere.

        Raises NOT_FOUND `file_missing`, NO_SPACE, UNAVAILABLE.
        """
        if file.stored:
            return str(await self._copies.file(file.stored))
        if not await asyncio.to_thread(os.path.isfile, file.path):
            raise AntiphonError(Kind.NOT_FOUND, "file_missing", "The file has vanished.")
        return file.path

    async def picture(self, principal: Principal, thing: _Thing, thing_id: int, size: int) -> Picture | None:
        """The cover of a thing at the next fixed size at or above `size` pixels; None where it has no cover.

        Raises NOT_FOUND for a thing the caller may not see.
        """
        row = await self._reader.fetch_one(_ARTWORK[thing], id=thing_id, **viewing(principal))
        if row is None:
            raise not_found(thing)
        return None if row[0] is None else await self._sized(row, size)

    async def named_picture(
        self, principal: Principal, thing: _Thing, thing_id: int, artwork_id: int, size: int
    ) -> Picture | None:
        """The picture `artwork_id` where it is the cover of a thing, or of a song on an album, that the caller may see;
        else None."""
        row = await self._reader.fetch_one(_NAMED_ARTWORK[thing], id=thing_id, artwork=artwork_id, **viewing(principal))
        return None if row is None else await self._sized(row, size)

    async def _sized(self, row: Sequence[Any], size: int) -> Picture | None:
        """A picture, None where it cannot be read any more."""
        try:
            is_stored = row[4] == STORED
            source = await self._copies.file(row[3]) if is_stored else Path(real_text(row[3]))
            return await self._artwork_maker.sized(source, bool(row[4]) and not is_stored, row[1], fixed_size(size))
        except AntiphonError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            raise

    async def placeholder(self, thing: str, thing_id: int, size: int) -> Picture:
        """A quiet pattern for a thing without a cover, always the same for the same thing."""
        return await self._artwork_maker.placeholder(f"{thing}:{thing_id}", fixed_size(size))


def fixed_size(size: int) -> int:
    """The smallest of the fixed sizes that is not below `size`; the largest for anything above."""
    return next((fixed for fixed in SIZES if fixed >= size), SIZES[-1])
