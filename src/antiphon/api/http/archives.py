"""Several files as one ZIP, made while it is sent: nothing is compressed, since sound is already, and nothing is kept.

Sizes are known before the first byte, so the length of the whole is told. What the files' bytes add up to is only known
behind each of them, where the format has a place for it.
"""

import logging
import os
import struct
import time
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from antiphon.api.http.asgi import Header, Receive, Scope, Send
from antiphon.api.http.streaming import CHUNK, content_disposition, while_listened

log = logging.getLogger(__name__)

LONGEST_NAME = 120
# What file systems somewhere do not take in a name.
_REFUSED = frozenset('<>:"/\\|?*')
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)))
)
_VERSION = 45
# Names in UTF-8, and the checksum behind the bytes.
_FLAGS = 0x0808
# A plain file that its owner may write and all may read.
_MODE = 0o100644 << 16
_LOCAL, _BEHIND, _CENTRAL = 0x04034B50, 0x08074B50, 0x02014B50
_END_64, _LOCATOR_64, _END = 0x06064B50, 0x07064B50, 0x06054B50
_LOCAL_BYTES, _BEHIND_BYTES, _CENTRAL_BYTES, _END_BYTES = 30 + 20, 24, 46 + 28, 56 + 20 + 22


class Entry(msgspec.Struct, frozen=True):
    """A file in an archive: its name there (folders with slashes), where it lies, and its size in bytes."""

    name: str
    path: str
    size: int


def safe_name(text: str, fallback: str = "_") -> str:
    """A name for a file or folder that every system takes and that leads nowhere else."""
    shown = "".join(letter if letter.isprintable() and letter not in _REFUSED else "_" for letter in text)
    shown = shown[:LONGEST_NAME].strip(" .") or fallback
    return f"_{shown}" if shown.partition(".")[0].lower() in _RESERVED else shown


def with_own_names(entries: Iterable[Entry]) -> list[Entry]:
    """The entries, each with a name that none before it has."""
    taken: set[str] = set()
    found: list[Entry] = []
    for entry in entries:
        name, number = entry.name, 2
        while name.casefold() in taken:
            stem, dot, suffix = entry.name.rpartition(".")
            name = f"{stem} ({number}){dot}{suffix}" if dot else f"{entry.name} ({number})"
            number += 1
        taken.add(name.casefold())
        found.append(msgspec.structs.replace(entry, name=name))
    return found


def length_of(entries: Sequence[Entry]) -> int:
    """The bytes of the whole archive."""
    names = sum(len(entry.name.encode()) for entry in entries)
    each = _LOCAL_BYTES + _BEHIND_BYTES + _CENTRAL_BYTES
    return 2 * names + sum(entry.size for entry in entries) + len(entries) * each + _END_BYTES


async def send_archive(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    entries: Sequence[Entry],
    filename: str,
    headers: Sequence[Header] = (),
) -> None:
    """Answer with the entries as one ZIP. A file that has changed meanwhile ends the answer, and its connection."""
    whole: list[Header] = [
        (b"content-type", b"application/zip"),
        (b"content-length", b"%d" % length_of(entries)),
        (b"accept-ranges", b"none"),
        content_disposition(filename),
        *headers,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": whole})
    if scope["method"] == "HEAD":
        await send({"type": "http.response.body", "body": b""})
        return
    await while_listened(receive, lambda: _send_entries(send, entries))


async def _send_entries(send: Send, entries: Sequence[Entry]) -> None:
    central: list[bytes] = []
    position = 0
    stamp = _moment(time.localtime())
    for entry in entries:
        name = entry.name.encode()
        await send({"type": "http.response.body", "body": _local(name, entry.size, stamp), "more_body": True})
        checksum = await _send_bytes(send, entry)
        if checksum is None:
            log.warning("%s has changed or vanished while it was put into an archive", entry.path)
            return
        behind = struct.pack("<IIQQ", _BEHIND, checksum, entry.size, entry.size)
        await send({"type": "http.response.body", "body": behind, "more_body": True})
        central.append(_central(name, entry.size, checksum, stamp, position))
        position += _LOCAL_BYTES + len(name) + entry.size + _BEHIND_BYTES
    directory = b"".join(central)
    end = _end(len(entries), len(directory), position)
    await send({"type": "http.response.body", "body": directory + end, "more_body": False})


async def _send_bytes(send: Send, entry: Entry) -> int | None:
    """The checksum of a file's bytes once they are sent; None where they are not as many as was said."""
    try:
        file = os.open(Path(entry.path), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        if os.fstat(file).st_size != entry.size:
            return None
        checksum = position = 0
        while position < entry.size:
            body = os.pread(file, min(CHUNK, entry.size - position), position)
            if not body:
                return None
            checksum = zlib.crc32(body, checksum)
            position += len(body)
            await send({"type": "http.response.body", "body": body, "more_body": True})
        return checksum
    except OSError:
        return None
    finally:
        os.close(file)


def _moment(now: time.struct_time) -> tuple[int, int]:
    day = max(now.tm_year - 1980, 0) << 9 | now.tm_mon << 5 | now.tm_mday
    return now.tm_hour << 11 | now.tm_min << 5 | now.tm_sec // 2, day


def _local(name: bytes, size: int, stamp: tuple[int, int]) -> bytes:
    most = 0xFFFFFFFF
    head = struct.pack("<IHHHHHIIIHH", _LOCAL, _VERSION, _FLAGS, 0, *stamp, 0, most, most, len(name), 20)
    return head + name + struct.pack("<HHQQ", 1, 16, size, size)


def _central(name: bytes, size: int, checksum: int, stamp: tuple[int, int], position: int) -> bytes:
    most = 0xFFFFFFFF
    made_by = 3 << 8 | _VERSION
    head = struct.pack(
        "<IHHHHHHIIIHHHHHII",
        _CENTRAL, made_by, _VERSION, _FLAGS, 0, *stamp, checksum, most, most, len(name), 28, 0, 0, 0, _MODE, most,
    )  # fmt: skip
    return head + name + struct.pack("<HHQQQ", 1, 24, size, size, position)


def _end(count: int, size: int, position: int) -> bytes:
    """The end of the directory in its large form, and in the small one that points to it."""
    large = struct.pack("<IQHHIIQQQQ", _END_64, 44, _VERSION, _VERSION, 0, 0, count, count, size, position)
    locator = struct.pack("<IIQI", _LOCATOR_64, 0, position + size, 1)
    small = struct.pack("<IHHHHIIH", _END, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return large + locator + small
