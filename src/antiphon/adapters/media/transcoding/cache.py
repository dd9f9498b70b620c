"""Finished transcodes, kept on disk as long as there is room; the least recently used go first."""

import asyncio
import contextlib
import hashlib
import logging
import os
import shutil
import time
from pathlib import Path

import msgspec

from antiphon.areas.playback.data.transcodes import Recipe

log = logging.getLogger(__name__)

# At the limit so much is removed that the next ones have room.
EMPTIED_TO = 0.9
FREE_BYTES = 256 * 1024 * 1024
FREE_PART = 0.02
# The way a form is made: a change of it makes what was kept worthless.
VERSION = b"3"


class TranscodeCache:
    """A folder of at most `most` bytes. A file has its final name only when it is whole."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._bytes: int | None = None
        self._tidying: asyncio.Task[None] | None = None

    def find(self, recipe: Recipe) -> Path | None:
        """The whole transcode, where it is there."""
        if not self._most:
            return None
        file = self._file(recipe)
        try:
            # Its time tells when it was last used.
            os.utime(file)
        except OSError:
            return None
        return file

    def begin(self, recipe: Recipe) -> "Keeping | None":
        """A file to write a transcode into; None where nothing may be kept now."""
        if not self._most or not self._has_room():
            return None
        if self._bytes is None:
            self._bytes = 0
            self._tidy_soon()
        file = self._file(recipe)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            return Keeping(self, file)
        except OSError as error:
            log.warning("no transcode can be kept: %s", error)
            return None

    def resize(self, most: int) -> None:
        """Keep at most so many bytes from now on."""
        if most == self._most:
            return
        is_less, self._most = most < self._most, most
        if is_less:
            self._tidy_soon()

    async def close(self) -> None:
        """Wait for what is being tidied."""
        if self._tidying is not None:
            await self._tidying

    def added(self, size: int) -> None:
        """A file of so many bytes has come in."""
        self._bytes = (self._bytes or 0) + size
        if self._bytes > self._most:
            self._tidy_soon()

    def _file(self, recipe: Recipe) -> Path:
        key = hashlib.sha256(VERSION + msgspec.msgpack.encode(recipe)).hexdigest()[:40]
        return self._folder / key[:2] / key

    def _has_room(self) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            disk = shutil.disk_usage(self._folder)
        except OSError:
            return False
        return disk.free > max(FREE_BYTES, disk.total * FREE_PART)

    def _tidy_soon(self) -> None:
        if self._tidying is None or self._tidying.done():
            self._tidying = asyncio.get_running_loop().create_task(self._tidy())

    async def _tidy(self) -> None:
        is_first, self._bytes = not self._bytes, self._bytes or 0
        self._bytes = await asyncio.to_thread(tidy, self._folder, self._most, is_first)


def tidy(folder: Path, most: int, remove_parts: bool) -> int:
    """Remove the least recently used files of `folder` until at most `most` bytes are left, if they are more; and, with
    `remove_parts`, what was left half-made. Gives the bytes that remain."""
    found: list[tuple[float, int, Path]] = []
    for file in folder.glob("*/*"):
        with contextlib.suppress(OSError):
            state = file.stat()
            if file.suffix != ".part":
                found.append((state.st_mtime, state.st_size, file))
            elif remove_parts and state.st_mtime < time.time() - 3600:
                file.unlink()
    total = sum(size for _, size, _ in found)
    if total <= most:
        return total
    for _, size, file in sorted(found):
        if total <= most * EMPTIED_TO:
            break
        with contextlib.suppress(OSError):
            file.unlink()
            total -= size
    return total


class Keeping:
    """A file that is being written beside a stream. Exactly one of `done` and `give_up` ends it."""

    def __init__(self, cache: TranscodeCache, file: Path) -> None:
        self._cache = cache
        self._file = file
        self._part = file.with_name(f"{file.name}.{os.getpid()}-{time.monotonic_ns()}.part")
        self.descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    async def done(self) -> None:
        """It is whole: it gets its name, once it is surely on the disk."""
        size = await asyncio.to_thread(self._finish)
        if size:
            self._cache.added(size)

    def _finish(self) -> int:
        try:
            os.fsync(self.descriptor)
            size = os.fstat(self.descriptor).st_size
            self._part.rename(self._file)
        except OSError as error:
            log.warning("a transcode could not be kept: %s", error)
            self.give_up()
            return 0
        os.close(self.descriptor)
        return size

    def give_up(self) -> None:
        """It will not be whole."""
        os.close(self.descriptor)
        with contextlib.suppress(OSError):
            self._part.unlink()
