"""What the library needs from outside: adapters implement it, bootstrap hands it in."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, get_args

import msgspec

from antiphon.areas.library.data.lyrics import Singing, SyncedLine
from antiphon.areas.library.data.tags import BrokenFile, ReadTags

TagReader = Callable[[list[tuple[str, bool]], str], list[ReadTags | BrokenFile]]
"""From (path, picture wanted too) to tags or the reason why there are none; the text names the code page of tags that
name none. Never raises; runs in a worker process, so it must be a module-level function."""


class FoundLyrics(NamedTuple):
    """The words that lie beside a song: lines in time and plain text, their language, and who sings them. `problem`
    names a file that could not be read, and why."""

    synced: tuple[SyncedLine, ...] = ()
    plain: str | None = None
    language: str = ""
    singing: Singing = Singing()
    problem: str = ""


WordsEnding = Literal[".ttml", ".lrc", ".txt"]
WORDS_ENDINGS: tuple[str, ...] = get_args(WordsEnding)
"""How the names of files with words end, the best first."""

LyricsReader = Callable[[str, str], FoundLyrics]
"""From the path of a song, and a code page, to the words that lie beside it (`.ttml`, `.lrc`, `.txt`). Module-level,
never raises."""

WordsReader = Callable[[str, bytes], FoundLyrics]
"""From the ending of a file's name (`.ttml`, `.lrc`, `.txt`) and all its bytes to the words in it. Never raises."""


class ScanTools(msgspec.Struct, frozen=True):
    """What a scan needs from outside: how tags and lyrics beside a song are read, in how many processes, and the code
    page of what names none."""

    tags: TagReader
    lyrics: LyricsReader
    processes: int
    code_page: str


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

    async def lacking(self, hashes: Sequence[str], sizes: Sequence[int]) -> list[str]:
        """The pictures among these of which not all sizes are there, and which were not tried in vain already."""
        ...

    async def make_ahead(self, source: Path, embedded: bool, picture_hash: str, sizes: Sequence[int]) -> None:
        """Have all sizes there, from one look at the source. One that is no picture is not tried again. Raises
        UNAVAILABLE."""
        ...

    def has_room(self) -> bool:
        """Whether the disk is roomy enough for pictures that nobody has asked for yet."""
        ...

    async def placeholder(self, seed: str, size: int) -> Picture:
        """A quiet two-tone pattern made from `seed`, for what has no cover."""
        ...
