"""Reading the tags of music files: plain, synchronous Python that runs in worker processes.

`read_tags` reads one file, `read_many` a chunk of them and never raises. The content decides what a file is, not its
name. Quick readers know the common formats; what is unusual goes to the careful reader, and what is doubtful must
prove to FFmpeg that it holds audio.
"""

from __future__ import annotations

from collections.abc import Iterable

from antiphon.adapters.media.tags.assemble import assemble
from antiphon.adapters.media.tags.code_pages import AUTO, CODE_PAGES, assume
from antiphon.adapters.media.tags.lyrics import find_lyrics_beside, parse_lrc, read_lyrics
from antiphon.adapters.media.tags.raw import Unreadable
from antiphon.adapters.media.tags.readers import read_raw
from antiphon.areas.library.data.tags import BrokenFile, ReadTags

__all__ = [
    "AUTO",
    "CODE_PAGES",
    "BrokenFile",
    "ReadTags",
    "Unreadable",
    "assume",
    "find_lyrics_beside",
    "parse_lrc",
    "read_lyrics",
    "read_many",
    "read_tags",
]


def read_tags(path: str, with_picture: bool = False) -> ReadTags:
    """Read one file; `with_picture` also takes out the embedded picture, the front cover before all others.

    Raises Unreadable, with a sentence for people, when the file is not there, is no regular file, or holds no audio.
    """
    kind, raw, duration = read_raw(path, with_picture)
    return assemble(path, kind, raw, duration)


def read_many(paths: Iterable[tuple[str, bool]], code_page: str = AUTO) -> list[ReadTags | BrokenFile]:
    """Read files given as (path, with picture), in that order. One broken file stops nothing: this never raises. What
    does not say how it is written is taken for `code_page` (see `code_pages.py`), from then on in this process."""
    assume(code_page)
    read: list[ReadTags | BrokenFile] = []
    for path, with_picture in paths:
        try:
            read.append(read_tags(path, with_picture))
        except Unreadable as broken:
            read.append(BrokenFile(path, str(broken)))
        except Exception as error:  # noqa: BLE001 - hostile files find ways that nobody thought of
            read.append(BrokenFile(path, f"The file could not be read ({type(error).__name__})."))
    return read
