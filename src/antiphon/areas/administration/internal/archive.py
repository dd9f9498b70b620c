"""A person's data as a ZIP that is made while it is handed out: never more than some pages of it are in memory."""

import asyncio
import io
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

from antiphon.kernel.personal import PersonalData, PersonalFile

README = """This archive holds what the server knows about the person it was made for.

There is one JSON file for each part of the server, named after it (accounts.json, library.json, ...). In each file
every name stands for a kind of record: lists have one object for each record. Moments are seconds since
1970-01-01 00:00 UTC, truths are 0 or 1. Pictures are files of their own in a folder named after their part.

Passwords, tokens and keys are not here: the server keeps them as hashes or encrypted, and they open nothing elsewhere.

Person: {name} (number {user_id})
Made:   {moment}
"""


class _Outlet(io.RawIOBase):
    """What a ZIP is written to: no file, its bytes are taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def write(self, part: Any, /) -> int:
        """Keep bytes until they are taken."""
        self._parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self._parts = b"".join(self._parts), []
        return taken


async def pack(personal: PersonalData, user_id: int, name: str, now: float) -> AsyncGenerator[bytes]:
    """The ZIP, in pieces. Compressing is done beside the event loop."""
    outlet = _Outlet()
    moment = time.gmtime(now)
    with ZipFile(outlet, "w", ZIP_DEFLATED) as archive:
        readme = README.format(name=name, user_id=user_id, moment=time.strftime("%Y-%m-%d %H:%M UTC", moment))
        archive.writestr(_entry("README.txt", moment), readme)
        async for area, tables in personal.export(user_id):
            with archive.open(_entry(f"{area}.json", moment), "w") as member:
                async for piece in _json_of(tables):
                    await asyncio.to_thread(member.write, piece)
                    taken = outlet.take()
                    if taken:
                        yield taken
            for value in tables.values():
                if isinstance(value, PersonalFile):
                    archive.writestr(_entry(f"{area}/{value.name}", moment, ZIP_STORED), value.content)
                    yield outlet.take()
    yield outlet.take()


def _entry(name: str, moment: time.struct_time, compression: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, moment[:6])
    entry.compress_type = compression
    entry.external_attr = 0o600 << 16
    return entry


async def _json_of(tables: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """What an area knows, as one JSON object that people can read, too."""
    separator = b"{\n"
    for name, value in tables.items():
        head = separator + msgspec.json.encode(name) + b": "
        separator = b",\n"
        if isinstance(value, AsyncIterator):
            yield head
            async for piece in _list_of(value):
                yield piece
        else:
            shown = value.name if isinstance(value, PersonalFile) else value
            yield head + msgspec.json.format(msgspec.json.encode(shown), indent=1)
    yield b"\n}\n" if tables else b"{}\n"


async def _list_of(pages: AsyncIterator[list[Any]]) -> AsyncIterator[bytes]:
    separator = b"["
    async for rows in pages:
        lines = []
        for row in rows:
            lines.append(separator + b"\n " + msgspec.json.encode(row))
            separator = b","
        yield b"".join(lines)
    yield b"[]" if separator == b"[" else b"\n]"
