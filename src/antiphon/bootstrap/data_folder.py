"""One server a data folder: the lock that says so, and what a crash may have left behind."""

import fcntl
import os
import shutil
import time
from pathlib import Path
from typing import IO

MEBIBYTE = 1024 * 1024
FREE_BYTES = 256 * MEBIBYTE
START_BYTES = 16 * MEBIBYTE
# Commands that only look hold the lock for a moment.
LOOKING_SECONDS = 0.5


class DataFolderError(Exception):
    """The data folder cannot be used; the message says why and what to do."""


def lock_data_folder(data: Path) -> IO[str]:
    """Take the data folder for this server; hold the file open for as long as it runs.

    Raises DataFolderError where another server has it, where it cannot be written, or where the disk has less than
    START_BYTES free.
    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (data / "lock").open("a+", encoding="ascii")
    except OSError as error:
        raise DataFolderError(f"The data folder {data} cannot be written ({error.strerror}).") from error
    try:
        is_ours = locked_within(LOOKING_SECONDS, lock)
    except OSError as error:
        raise DataFolderError(f"The data folder {data} cannot be locked ({error.strerror}).") from error
    if not is_ours:
        lock.seek(0)
        holder = lock.read().strip()
        raise DataFolderError(
            f"Another Antiphon{f' (process {holder})' if holder else ''} uses the data folder {data}. "
            "Stop it first, or set ANTIPHON_DATA to another folder."
        )
    free = shutil.disk_usage(data).free
    if free < START_BYTES:
        raise DataFolderError(
            f"The disk of {data} has {free / MEBIBYTE:.1f} MiB free; "
            f"{START_BYTES // MEBIBYTE} MiB are needed to start. Free some space first."
        )
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def locked_within(seconds: float, lock: IO[str]) -> bool:
    """Lock an open file for as long as it is open; False where another process holds it all the time."""
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        else:
            return True


def server_runs(data: Path) -> bool:
    """True while a server holds the data folder."""
    try:
        with (data / "lock").open("a+", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return (data / "lock").exists()
    return False


def remove_leftovers(data: Path) -> None:
    """Remove half-written files that a crash left in the caches."""
    for part in (data / "cache").rglob("*.part"):
        part.unlink(missing_ok=True)
