"""Looking through a folder now and then: for what lies on other machines, and where events cannot be had.

Of each folder one number is kept, made of the names, sizes and times of its files.
"""

import asyncio
import os
import time
from pathlib import Path
from typing import Literal

from antiphon.areas.library.data.watching import FolderChange, WatchEnded

LONGEST_WAIT_SECONDS = 5.0
# However large the folder: looking takes at most a tenth of the time.
REST_FACTOR = 9.0


class PollingWatch:
    """A folder that is looked through every some seconds."""

    how: Literal["events", "polling"] = "polling"

    def __init__(self, folder: str, seconds: float, note: str) -> None:
        self.note = note
        self._folder = folder
        self._seconds = seconds
        self._seen: dict[str, int] = {}
        self._next = 0.0

    @classmethod
    async def open(cls, folder: Path, seconds: float, note: str = "") -> "PollingWatch":
        """Begin, with a first look. Raises WatchEnded where the folder cannot be read."""
        watch = cls(os.path.realpath(folder), seconds, note)
        await watch.changes()
        return watch

    async def changes(self) -> frozenset[FolderChange]:
        """What has changed since the last look."""
        wait = self._next - time.monotonic()
        if wait > LONGEST_WAIT_SECONDS:
            await asyncio.sleep(LONGEST_WAIT_SECONDS)
            return frozenset()
        if wait > 0:
            await asyncio.sleep(wait)
        started = time.monotonic()
        seen = await asyncio.to_thread(self._look)
        took = time.monotonic() - started
        self._next = time.monotonic() + max(self._seconds, took * REST_FACTOR)
        before, self._seen = self._seen, seen
        gone = {FolderChange(path, "gone") for path in before.keys() - seen.keys()}
        return frozenset(
            gone | {FolderChange(path, "listing") for path, number in seen.items() if before.get(path) != number}
        )

    async def close(self) -> None:
        """Look no more."""
        self._seen = {}

    def _look(self) -> dict[str, int]:
        if not Path(self._folder).is_dir():
            raise WatchEnded("The folder is not there.")
        seen: dict[str, int] = {}
        waiting = [""]
        while waiting:
            path = waiting.pop()
            number, below = self._listing(path)
            seen[path] = number
            waiting += below
        return seen

    def _listing(self, path: str) -> tuple[int, list[str]]:
        """A number that differs when the files of a folder do, and the folders in it. Links are not followed: what they
        lead to inside is looked at there."""
        files: list[tuple[str, int, int]] = []
        below: list[str] = []
        try:
            with os.scandir(f"{self._folder}/{path}" if path else self._folder) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        below.append(f"{path}/{entry.name}" if path else entry.name)
                        continue
                    status = entry.stat(follow_symlinks=False)
                    files.append((entry.name, status.st_size, status.st_mtime_ns))
        except OSError:
            # What cannot be read now differs from what could be read before.
            return -1, below
        return hash(tuple(sorted(files))), below
