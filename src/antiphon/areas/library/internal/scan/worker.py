"""What a worker process does: read the tags of some files and prepare them, bytes in and bytes out."""

import os

import msgspec

from antiphon.areas.library.data import LyricsReader, TagReader
from antiphon.areas.library.data.tags import BrokenFile
from antiphon.areas.library.internal.paths import real_text
from antiphon.areas.library.internal.scan.prepare import PreparedSong, Unreadable, prepare

CHUNK_FILES = 64
POLITE = 10


class Chunk(msgspec.Struct, frozen=True, array_like=True):
    """Some files of one library: (path relative to `root`, size, modification time in ns, lyrics lie beside it)."""

    root: str
    files: list[tuple[str, int, int, bool]]


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """What became of a chunk's files."""

    songs: list[PreparedSong]
    unreadable: list[Unreadable]


class _Readers:
    tags: TagReader
    lyrics: LyricsReader


def begin(tags: TagReader, lyrics: LyricsReader) -> None:
    """Make this process a reader: polite to whoever listens meanwhile."""
    _Readers.tags = staticmethod(tags)
    _Readers.lyrics = staticmethod(lyrics)
    os.nice(POLITE)


def work(encoded: bytes) -> bytes:
    """Read one chunk. The chunk and its outcome travel as MessagePack: cheaper than pickling thousands of values."""
    chunk = msgspec.msgpack.decode(encoded, type=Chunk)
    paths = [(real_text(f"{chunk.root}/{path}"), False) for path, _, _, _ in chunk.files]
    songs: list[PreparedSong] = []
    unreadable: list[Unreadable] = []
    for (path, size, modified_ns, has_lyrics), read in zip(chunk.files, _Readers.tags(paths), strict=True):
        if isinstance(read, BrokenFile):
            unreadable.append(Unreadable(path, size, modified_ns, read.reason))
        else:
            beside = _Readers.lyrics(real_text(f"{chunk.root}/{path}")) if has_lyrics else ((), None)
            songs.append(prepare(read, path, size, modified_ns, beside))
    return msgspec.msgpack.encode(Outcome(songs, unreadable))
