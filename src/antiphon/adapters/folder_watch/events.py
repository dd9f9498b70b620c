"""Events of the file system (inotify and its like), told by watchfiles, which listens in a thread of its own.

New folders are taken in as they appear. Only its inner part is used: the rest is for reloading programs.
"""

import asyncio
import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

from watchfiles._rust_notify import RustNotify

from antiphon.areas.library.data.watching import FolderChange, WatchEnded

# Changes are gathered until nothing has happened for a step, and no longer than this. Milliseconds.
GATHERED_MS, STEP_MS, LONGEST_MS = 1000, 300, 5000
GONE = 3
# It gives up at the first name that is no UTF-8, and says so at every call from then on.
UNREADABLE = "Unable to decode path"


class EventWatch:
    """A folder whose changes the system tells at once."""

    how: Literal["events", "polling"] = "events"
    note = ""

    def __init__(self, folder: str, thread: ThreadPoolExecutor, notify: RustNotify) -> None:
        self._folder = folder
        self._thread = thread
        self._notify = notify
        self._stop = threading.Event()

    @classmethod
    async def open(cls, folder: Path) -> "EventWatch":
        """Begin. Raises WatchEnded where the system cannot take so many folders."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="folder events")
        root = os.path.realpath(folder)
        try:
            loop = asyncio.get_running_loop()
            notify = await loop.run_in_executor(thread, _listen_to, root)
        except (OSError, RuntimeError) as error:
            thread.shutdown(wait=False)
            raise WatchEnded(_reason(error)) from error
        return cls(root, thread, notify)

    async def changes(self) -> frozenset[FolderChange]:
        """What has changed since the last call."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, self._wait)
        except (OSError, RuntimeError) as error:
            raise WatchEnded(_reason(error)) from error

    def _wait(self) -> frozenset[FolderChange]:
        try:
            found = self._notify.watch(GATHERED_MS, STEP_MS, LONGEST_MS, self._stop)
        except RuntimeError as error:
            if UNREADABLE not in str(error):
                raise
            self._notify.close()
            self._notify = _listen_to(self._folder)
            # What happened in between was heard by nobody.
            return frozenset((FolderChange("", "folder"),))
        return frozenset(self._changes(found)) if isinstance(found, set) else frozenset()

    def _changes(self, found: set[tuple[int, str]]) -> Iterable[FolderChange]:
        for kind, path in found:
            relative = self._relative(path)
            if relative is None:
                continue
            if kind == GONE and not os.path.lexists(path):
                yield FolderChange(relative, "gone")
            else:
                yield FolderChange(relative, "folder" if Path(path).is_dir() else "file")

    def _relative(self, path: str) -> str | None:
        if path == self._folder:
            return ""
        start = f"{self._folder}/"
        return path.removeprefix(start) if path.startswith(start) else None

    async def close(self) -> None:
        """Watch no more."""
        self._stop.set()
        self._thread.submit(self._notify.close)
        self._thread.shutdown(wait=False)


def _listen_to(root: str) -> RustNotify:
    return RustNotify([root], False, False, 0, True, True)


def _reason(error: Exception) -> str:
    """What the admin can do about it."""
    text = str(error)
    if "limit" in text.lower() or "No space left" in text or "Too many open files" in text:
        return (
            "The system watches no more folders. Raise its limits: sysctl fs.inotify.max_user_watches=1048576 "
            "fs.inotify.max_user_instances=512."
        )
    return f"The system does not tell changes here ({text[:200]})."
