"""Bytes of one open file, read in blocks: what lies near the last read costs nothing."""

from __future__ import annotations

import os
import stat

from antiphon.adapters.media.tags.raw import Unreadable, Unusual

#: Bytes read at once; what taggers write before the first picture mostly fits.
BLOCK = 8192
#: Bytes at the end of the file that old tags may fill.
TAIL = 160
#: The largest part (a tag, a packet of comments) that is read into memory.
PART_LIMIT = 32 << 20


class Source:
    """An open regular file. Use as a context manager."""

    __slots__ = ("_block", "_block_start", "_file", "_tail", "head", "size")

    def __init__(self, path: str) -> None:
        """Open the file. Raises Unreadable for folders, pipes, devices and empty files, OSError otherwise."""
        # Without O_NONBLOCK the opening of a pipe would wait for ever.
        self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            found = os.fstat(self._file)
            if stat.S_ISDIR(found.st_mode):
                raise Unreadable("It is a folder, not a file.")
            if not stat.S_ISREG(found.st_mode):
                raise Unreadable("It is not a regular file.")
            if found.st_size == 0:
                raise Unreadable("The file is empty.")
            self.size = found.st_size
            self.head = os.pread(self._file, BLOCK, 0)
        except BaseException:
            os.close(self._file)
            raise
        self._block = self.head
        self._block_start = 0
        self._tail: bytes | None = None

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def tail(self) -> bytes:
        """The last 160 bytes, fewer of a shorter file: where the old tags of MPEG audio are."""
        if self._tail is None:
            start = max(0, self.size - TAIL)
            self._tail = self.head[start:] if self.size <= len(self.head) else os.pread(self._file, TAIL, start)
        return self._tail

    def read(self, offset: int, length: int) -> bytes:
        """The bytes there, fewer at the end of the file. Raises Unusual for an impossible length."""
        if offset >= 0 and offset + length <= len(self.head):
            return self.head[offset : offset + length]
        start = offset - self._block_start
        if start >= 0 and start + length <= len(self._block):
            return self._block[start : start + length]
        if length > PART_LIMIT or offset < 0 or length < 0:
            raise Unusual
        if length >= BLOCK:
            return os.pread(self._file, length, offset)
        self._block = os.pread(self._file, BLOCK, offset)
        self._block_start = offset
        return self._block[:length]
