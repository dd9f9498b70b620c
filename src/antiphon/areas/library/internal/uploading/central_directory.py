"""The end of a ZIP, where it tells how large its table of contents is: looked at before that table is read."""

import struct
from typing import BinaryIO

from antiphon.kernel.errors import AntiphonError, Kind

END = struct.Struct("<4s4H2LH")
END_64 = struct.Struct("<4sQ2H2L4Q")
END_SIGN, END_64_PLACE_SIGN = b"PK\x05\x06", b"PK\x06\x07"
# What stands before the end of a large ZIP: the end with large numbers, and where that is.
LARGE_BYTES = END_64.size + 20
LONGEST_COMMENT = 1 << 16
# A file's line in the table, with a name of 1000 characters.
BYTES_PER_FILE = 1100


def check(file: BinaryIO, size: int, most_files: int) -> None:
    """Raise TOO_LARGE `archive_too_large` where the table of contents is longer than so many files need, ValueError
    where there is none."""
    files, length = _told(file, size)
    if files > most_files or length > BYTES_PER_FILE * most_files:
        raise too_many(most_files)
    if length > size:
        raise ValueError("the table of contents is longer than the file")


def too_many(most: int) -> AntiphonError:
    """An archive with more files than are taken."""
    sentence = f"This ZIP holds more than {most:,} files. Make several of it."
    return AntiphonError(Kind.TOO_LARGE, "archive_too_large", sentence)


def _told(file: BinaryIO, size: int) -> tuple[int, int]:
    """How many files and how many bytes of table the end tells: the most of all that a reader could take for the end,
    so that none is fooled by a second one."""
    start = max(0, size - END.size - LONGEST_COMMENT - LARGE_BYTES)
    file.seek(start)
    tail = file.read(size - start)
    places = {tail.rfind(END_SIGN), len(tail) - END.size if tail[-END.size :].startswith(END_SIGN) else -1}
    ends = [_end_at(tail, place) for place in places if 0 <= place <= len(tail) - END.size]
    if not ends:
        raise ValueError("there is no end of a ZIP")
    return max(files for files, _ in ends), max(length for _, length in ends)


def _end_at(tail: bytes, place: int) -> tuple[int, int]:
    _, disk, other_disk, _, files, length, _, _ = END.unpack_from(tail, place)
    record = tail[max(0, place - LARGE_BYTES) : place]
    if len(record) == LARGE_BYTES and record[END_64.size :].startswith(END_64_PLACE_SIGN):
        _, _, _, _, disk, other_disk, _, files_64, length_64, _ = END_64.unpack_from(record)
        files = files_64 if files == 0xFFFF else max(files, files_64)
        length = length_64 if length == 0xFFFFFFFF else max(length, length_64)
    if disk or other_disk:
        sentence = "This is one part of a ZIP in several parts. Make one file of them."
        raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "bad_archive", sentence)
    return files, length
