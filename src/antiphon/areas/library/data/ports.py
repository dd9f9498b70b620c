"""What the library needs from outside: adapters implement it, bootstrap hands it in."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from antiphon.areas.library.data.lyrics import SyncedLine
from antiphon.areas.library.data.tags import BrokenFile, ReadTags

TagReader = Callable[[list[tuple[str, bool]]], list[ReadTags | BrokenFile]]
"""From (path, picture wanted too) to tags or the reason why there are none. Never raises; runs in a worker process,
so it must be a module-level function."""


BesideLyrics = tuple[tuple[SyncedLine, ...], str | None]
LyricsReader = Callable[[str], BesideLyrics]
"""From the path of a song to the words that lie beside it (`.lrc`, `.txt`): synced lines and plain
text; `((), None)` where there are none. Module-level, never raises."""


class ScanTools(msgspec.Struct, frozen=True):
    """What a scan needs from outside: how tags and lyrics beside a song are read, and in how many processes."""

    tags: TagReader
    lyrics: LyricsReader
    processes: int


class Picture(msgspec.Struct, frozen=True):
    """A picture ready to be sent: `file` on disk, its media type, and a text that changes when the picture does."""

    file: Path
    mime: str
    etag: str


class ArtworkMaker(Protocol):
    """Makes covers of fixed sizes from pictures of strangers, in a process of its own, and keeps them on disk."""

    async def sized(self, source: Path, embedded: bool, picture_hash: str, size: int) -> Picture:
        """The picture scaled down to `size` pixels a side. Raises NOT_FOUND where its source has gone or is none."""
        ...

    async def placeholder(self, seed: str, size: int) -> Picture:
        """A quiet two-tone pattern made from `seed`, for what has no cover."""
        ...
