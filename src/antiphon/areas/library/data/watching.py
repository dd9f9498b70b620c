"""What the library needs to notice changes on disk: adapters implement it, bootstrap hands it in."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal, Protocol

import msgspec

WatchMode = Literal["auto", "poll", "off"]
"""What the owner has set: by events where the file system tells them, always by looking now and then, or not at all."""


class FolderChange(msgspec.Struct, frozen=True, gc=False):
    """Something below a watched folder that is new, different or gone: `path` relative to it, as the file system gives
    it, empty for the folder itself.

    `kind` is a `folder` with all below it, the `listing` of one (its own files), a `file`, or what has `gone`, whatever
    it was.
    """

    path: str
    kind: Literal["folder", "listing", "file", "gone"]


class WatchEnded(Exception):
    """The folder cannot be watched in this way any more. The message is a sentence for the admin."""


class FolderWatch(Protocol):
    """One folder that is being watched. `how` tells by which means, `note` is a sentence where that is not as one would
    expect, else empty."""

    how: Literal["events", "polling"]
    note: str

    async def changes(self) -> frozenset[FolderChange]:
        """What has changed since the last call; waits until there is something, some seconds at most: then it is empty.
        Raises WatchEnded."""
        ...

    async def close(self) -> None:
        """Watch no more."""
        ...


OpenWatch = Callable[[Path, WatchMode], Awaitable[FolderWatch]]
"""Begins to watch a folder, which must be there. What changes from then on is told. Raises WatchEnded."""


class WatchTools(msgspec.Struct, frozen=True):
    """How folders are watched: by what, and in which mode."""

    open: OpenWatch
    mode: WatchMode
