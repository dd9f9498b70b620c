"""Files that are coming in: `<upload>.part`, on the disk where they will stay."""

import errno
import fcntl
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from antiphon.kernel.errors import AntiphonError, Kind

PART = ".part"
RESERVE_BYTES = 256 * 1024 * 1024
RESERVE_SHARE = 50


class Incoming:
    """The folder of files that are coming in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, upload_id: str) -> Path:
        """Where the bytes of an upload are; the id must be one of ours."""
        return self._folder / f"{upload_id}{PART}"

    def open(self, upload_id: str, offset: int) -> "IncomingFile":
        """The file of an upload, cut off at `offset`. Raises CONFLICT `upload_busy` while somebody else writes to it,
        NO_SPACE."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return IncomingFile(self.path(upload_id), offset)
        except OSError as error:
            raise told(error) from error

    def write(self, name: str, content: bytes) -> Path:
        """A small file of our own making. Raises NO_SPACE."""
        path = self._folder / f"{name}{PART}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise told(error) from error
        return path

    def size(self, upload_id: str) -> int:
        """How many bytes are there; 0 where there is no file."""
        try:
            return self.path(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def remove(self, upload_id: str) -> None:
        """Remove the file of an upload, if it is there."""
        self.path(upload_id).unlink(missing_ok=True)

    def ids(self) -> set[str]:
        """The names of all files, without their ending."""
        return {path.name.removesuffix(PART) for path in self._folder.glob(f"*{PART}")}

    def check_space(self, wanted: int) -> None:
        """Raise NO_SPACE where `wanted` bytes would leave less than the reserve: it is for the database."""
        folder = next(part for part in (self._folder, *self._folder.parents) if part.exists())
        disk = shutil.disk_usage(folder)
        if disk.free - wanted < min(RESERVE_BYTES, disk.total // RESERVE_SHARE):
            raise no_space()


class IncomingFile:
    """A file that is being written. Only one at a time writes to it, in whichever process."""

    def __init__(self, path: Path, offset: int) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        self._lock = threading.Lock()
        self._users = 0
        self._is_closed = False
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.cut(offset)
        except BaseException:
            os.close(self._file)
            raise

    def cut(self, offset: int) -> None:
        """Forget what stands behind `offset`."""
        with self._used():
            os.ftruncate(self._file, offset)
            os.lseek(self._file, offset, os.SEEK_SET)

    def write(self, *pieces: bytes) -> None:
        """Append pieces, at most a thousand. Raises NO_SPACE."""
        try:
            with self._used():
                views = [memoryview(piece) for piece in pieces]
                while views:
                    written = os.writev(self._file, views)
                    while views and written >= len(views[0]):
                        written -= len(views.pop(0))
                    if written:
                        views[0] = views[0][written:]
        except OSError as error:
            raise told(error) from error

    def keep(self) -> None:
        """Have everything so far survive a power cut. Raises NO_SPACE."""
        try:
            with self._used():
                os.fdatasync(self._file)
        except OSError as error:
            raise told(error) from error

    def close(self) -> None:
        """Let others write; where a thread is just writing, as soon as it has ended."""
        with self._lock:
            if not self._is_closed and not self._users:
                os.close(self._file)
            self._is_closed = True

    @contextmanager
    def _used(self) -> Iterator[None]:
        """Keep the file open for as long as the block runs: whoever waits for a thread may be gone before it."""
        with self._lock:
            if self._is_closed:
                raise OSError(errno.EBADF, "the file is closed")
            self._users += 1
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._is_closed and not self._users:
                os.close(self._file)


def no_space() -> AntiphonError:
    """The disk is as good as full."""
    return AntiphonError(Kind.NO_SPACE, "no_space", "There is no room left for uploads on the server's disk.")


def told(error: OSError) -> Exception:
    """What an error of the disk means for who uploads."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return no_space()
    if isinstance(error, BlockingIOError):
        return AntiphonError(
            Kind.CONFLICT, "upload_busy", "Somebody else is sending this file just now.", retry_after=1
        )
    return error
