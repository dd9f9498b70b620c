"""Files in a folder of the server: two levels of folders, each file under its final name only when it is whole."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

from antiphon.adapters.storage.names import checked_name, file_missing
from antiphon.kernel.errors import AntiphonError, Kind, unavailable

CHUNK = 256 * 1024
LISTED_AT_ONCE = 1000
PART = ".part"


class LocalStorage:
    """Keeps files below `folder`, which is made at the first need."""

    is_near = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, file: Path, content_type: str) -> None:
        """Move `file` here: on the same disk no byte is copied."""
        await asyncio.to_thread(self._take_over, self._path(name), file)

    async def read(self, name: str, first: int, length: int) -> AsyncGenerator[bytes, None]:
        """Read in chunks, each beside the event loop."""
        try:
            opened = await asyncio.to_thread(os.open, self._path(name), os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise _told(error) from error
        try:
            while length > 0:
                chunk = await asyncio.to_thread(os.pread, opened, min(CHUNK, length), first)
                if not chunk:
                    return
                first, length = first + len(chunk), length - len(chunk)
                yield chunk
        finally:
            os.close(opened)

    async def size(self, name: str) -> int | None:
        """The size of the file."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _told(error) from error

    async def delete(self, names: Sequence[str]) -> None:
        """Remove files; their folders stay."""
        await asyncio.to_thread(self._delete, [self._path(name) for name in names])

    async def names(self) -> AsyncGenerator[str, None]:
        """Every whole file."""
        found = self._names()
        while chunk := await asyncio.to_thread(_take, found, LISTED_AT_ONCE):
            for name in chunk:
                yield name

    def file(self, name: str) -> Path | None:
        """The file itself."""
        return self._path(name)

    async def address(self, name: str, content_type: str, disposition: str = "") -> str | None:
        """Nobody but the server reaches the folder."""
        return None

    async def remove_leftovers(self) -> None:
        """Remove copies that did not become whole."""
        await asyncio.to_thread(self._remove_leftovers)

    async def check_keys(self) -> None:
        """A folder asks for none."""

    async def is_reachable(self) -> bool:
        """Whether the folder can be written, or else made."""
        folder = next(part for part in (self._folder, *self._folder.parents) if part.exists())
        return os.access(folder, os.W_OK | os.X_OK)

    def _path(self, name: str) -> Path:
        return self._folder / checked_name(name)

    def _take_over(self, path: Path, file: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _to_disk(file)
            try:
                file.replace(path)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                self._copy(path, file)
            _to_disk(path.parent)
            _to_disk(path.parent.parent)
        except OSError as error:
            raise _told(error) from error

    def _copy(self, path: Path, file: Path) -> None:
        """From another disk."""
        part = path.with_name(path.name + PART)
        try:
            shutil.copyfile(file, part)
            _to_disk(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        file.unlink(missing_ok=True)

    def _delete(self, paths: Sequence[Path]) -> None:
        try:
            for path in paths:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise _told(error) from error

    def _names(self) -> Iterator[str]:
        for path in self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if path.suffix != PART:
                yield path.relative_to(self._folder).as_posix()

    def _remove_leftovers(self) -> None:
        for path in self._folder.glob(f"*/*/*{PART}"):
            path.unlink(missing_ok=True)


def _take(found: Iterator[str], most: int) -> list[str]:
    return [name for name, _ in zip(found, range(most), strict=False)]


def _to_disk(path: Path) -> None:
    """Have the file, or the names in a folder, survive a power cut."""
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _told(error: OSError) -> AntiphonError:
    if isinstance(error, FileNotFoundError):
        return file_missing()
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return AntiphonError(Kind.NO_SPACE, "no_space", "The disk of the server is full.")
    return unavailable("storage_down", "The storage of uploads cannot be used just now.")
