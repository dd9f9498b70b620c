"""The process of a reader: `python -m …scan.worker TAGS LYRICS CODE_PAGE PARENT` reads and prepares tags.

TAGS and LYRICS name functions as `module:function`; CODE_PAGE is that of what names none; PARENT is the process that
asks, with which this one ends. Chunks of files come in on standard input, what became of them goes out on standard
output, each as MessagePack behind its length.
When the input ends, the process ends.
"""

import gc
import importlib
import os
import signal
import sys
from typing import Any, BinaryIO

import msgspec

from antiphon.areas.library.data.ports import FoundLyrics, LyricsReader, TagReader
from antiphon.areas.library.data.tags import BrokenFile
from antiphon.areas.library.internal.paths import real_text, shown_text
from antiphon.areas.library.internal.scan.prepare import PreparedSong, Unreadable, prepare
from antiphon.kernel.confinement import leave_network, limit_bytes
from antiphon.kernel.frames import framed, read_frame
from antiphon.kernel.parent_process import die_with_parent

CHUNK_FILES = 64
POLITE = 10
# Usual files need a tenth of it.
MEMORY = 1536 * 1024 * 1024
# A reader writes no files but what Python keeps of its own modules.
LARGEST_FILE = 64 * 1024 * 1024
# Objects between two collections of garbage.
SELDOM = 100_000
READY = b"ready"


class Chunk(msgspec.Struct, frozen=True, array_like=True):
    """Some files of one library: (path relative to `root`, size, modification time in ns, lyrics lie beside it)."""

    root: str
    files: list[tuple[str, int, int, bool]]


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """What became of a chunk's files."""

    songs: list[PreparedSong]
    unreadable: list[Unreadable]
    warnings: list[str] = []


def read_chunk(chunk: Chunk, tags: TagReader, lyrics: LyricsReader, code_page: str) -> Outcome:
    """Read the tags of some files and prepare them."""
    paths = [(real_text(f"{chunk.root}/{path}"), False) for path, _, _, _ in chunk.files]
    songs: list[PreparedSong] = []
    unreadable: list[Unreadable] = []
    warnings: list[str] = []
    for (path, size, modified_ns, has_lyrics), read in zip(chunk.files, tags(paths, code_page), strict=True):
        if isinstance(read, BrokenFile):
            unreadable.append(Unreadable(path, size, modified_ns, read.reason))
        else:
            beside = lyrics(real_text(f"{chunk.root}/{path}"), code_page) if has_lyrics else FoundLyrics()
            songs.append(prepare(read, path, size, modified_ns, beside))
            if beside.problem:
                warnings.append(f"{shown_text(path.rpartition('/')[0])}/{beside.problem}".lstrip("/"))
    return Outcome(songs, unreadable, warnings)


def main() -> None:
    """Read until the input ends: polite to whoever listens meanwhile, and deaf to Ctrl+C, which is for the parent."""
    die_with_parent(signal.SIGKILL, int(sys.argv[4]))
    os.nice(POLITE)
    limit_bytes(MEMORY, LARGEST_FILE)
    leave_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    (tags, lyrics), code_page = (_function(name) for name in sys.argv[1:3]), sys.argv[3]
    source, target = sys.stdin.buffer, _own_output()
    target.write(READY)
    target.flush()
    # What reading leaves behind has no cycles; what was imported stays.
    gc.freeze()
    gc.set_threshold(SELDOM)
    chunks = msgspec.msgpack.Decoder(Chunk)
    while (asked := read_frame(source)) is not None:
        chunk = chunks.decode(asked)
        target.write(framed(msgspec.msgpack.encode(read_chunk(chunk, tags, lyrics, code_page))))
        target.flush()


def _function(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def _own_output() -> BinaryIO:
    """Standard output for answers alone: whatever a library prints goes to standard error instead."""
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return target


def end_with_reader() -> None:
    """Do `main`; where whoever reads the answers has gone, nobody is left to tell: end at once, without a word."""
    try:
        main()
    except BrokenPipeError:
        # What still waits to be written would fail again at the interpreter's own end.
        os._exit(0)


if __name__ == "__main__":
    end_with_reader()
