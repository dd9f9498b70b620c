"""Sending a file from disk over ASGI: ranges, conditions, HEAD, and an end as soon as the client has left.

Where the HTTP server lets the system send files by itself (the extension `http.response.zerocopysend` of ASGI), it
does. Else a file is read in chunks by `os.pread` right on the event loop: what is played is in the page cache or read
ahead.
"""

import asyncio
import logging
import os
import stat
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from urllib.parse import quote

from antiphon.api.http.asgi import Header, Receive, Scope, Send
from antiphon.api.http.exchange import KEY, Exchange
from antiphon.api.http.ranges import ByteRange, Unsatisfiable, condition_fields, http_date, verdict, wanted_range
from antiphon.kernel.errors import AntiphonError, Kind

log = logging.getLogger(__name__)

CHUNK = 64 * 1024
ZERO_COPY = "http.response.zerocopysend"
DRAIN_SECONDS = 5.0


class OpenStreams:
    """The streams that are open in this process, and how they end at a shutdown."""

    def __init__(self) -> None:
        self._limits: set[asyncio.Timeout] = set()
        self._draining = False

    def __len__(self) -> int:
        return len(self._limits)

    def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """The server is about to stop: end every stream, also those begun from now on, within `seconds`."""
        self._draining = True
        until = asyncio.get_running_loop().time() + seconds
        for limit in self._limits:
            _end_at(limit, until)

    def opened(self, limit: asyncio.Timeout) -> None:
        """A stream has begun; `limit` ends it when it is rescheduled."""
        self._limits.add(limit)
        if self._draining:
            _end_at(limit, asyncio.get_running_loop().time() + DRAIN_SECONDS)

    def closed(self, limit: asyncio.Timeout) -> None:
        """A stream has ended."""
        self._limits.discard(limit)


open_streams = OpenStreams()


async def send_file(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    path: str | Path,
    content_type: str,
    etag: str | None = None,
    last_modified: float | None = None,
    headers: Sequence[Header] = (),
    head_only: bool = False,
    own: bool = False,
) -> None:
    """Answer a request with a file: 200, 206, 304, 412 or 416 as its header fields ask.

    `etag` (in quotes) and `last_modified` (seconds since 1970) are made from the file where they are None. A proxy that
    can send the file does all of that, unless it is to be done by our `own` means. `headers` always stand; ranges count
    not for HEAD. A file that shrinks meanwhile ends the answer there, and the connection, lest it be taken for whole.
    Raises NOT_FOUND `file_missing`, before anything is sent, where there is no such file or it may not be read.
    """
    file = _open(path)
    try:
        state = os.fstat(file)
        if not own and (location := _location(scope, path)) is not None:
            await _send_by_proxy(send, location, content_type, headers)
            return
        tag = etag or f'"{state.st_mtime_ns:x}-{state.st_size:x}"'
        changed = state.st_mtime if last_modified is None else last_modified
        validators = [(b"etag", tag.encode("latin-1")), (b"last-modified", http_date(changed).encode()), *headers]
        wanted = _wanted(scope, state.st_size, tag, changed, head_only)
        if isinstance(wanted, int):
            await _send_empty(send, wanted, state.st_size, validators)
            return
        await _send_start(send, state.st_size, wanted, content_type, validators)
        if head_only:
            await send({"type": "http.response.body", "body": b""})
            return
        await _send_bytes(scope, receive, send, file, wanted or ByteRange(0, state.st_size - 1))
    finally:
        os.close(file)


Read = Callable[[int, int], AsyncGenerator[bytes, None]]
"""Gives so many bytes from a place on, bit by bit."""


async def send_read(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    read: Read,
    size: int,
    content_type: str,
    etag: str,
    last_modified: float,
    headers: Sequence[Header] = (),
    head_only: bool = False,
) -> None:
    """The same for `size` bytes that lie elsewhere. What `read` raises before its first bytes is raised before anything
    is sent."""
    validators = [(b"etag", etag.encode("latin-1")), (b"last-modified", http_date(last_modified).encode()), *headers]
    wanted = _wanted(scope, size, etag, last_modified, head_only)
    if isinstance(wanted, int):
        await _send_empty(send, wanted, size, validators)
        return
    if head_only:
        await _send_start(send, size, wanted, content_type, validators)
        await send({"type": "http.response.body", "body": b""})
        return
    part = wanted or ByteRange(0, size - 1)
    async with aclosing(read(part.first, part.length)) as chunks:
        first = await anext(chunks, b"")
        if not first:
            raise _missing()
        await _send_start(send, size, wanted, content_type, validators)
        await while_listened(receive, lambda: _pass_on(send, first, chunks, part.length))


async def _pass_on(send: Send, first: bytes, chunks: AsyncGenerator[bytes, None], length: int) -> None:
    left = length - len(first)
    await send({"type": "http.response.body", "body": first, "more_body": left > 0})
    async for chunk in chunks:
        left -= len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": left > 0})


def content_disposition(filename: str, kind: str = "attachment") -> Header:
    """The header field that names a file for who saves it: in plain ASCII for old clients, and in full."""
    shown = "".join(letter if letter.isprintable() and letter not in '/\\"%' else "_" for letter in filename)[:200]
    plain = shown.encode("ascii", "replace").decode().replace("?", "_")
    return (
        b"content-disposition",
        f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(shown.encode('utf-8', 'replace'), safe='')}".encode(),
    )


def _missing() -> AntiphonError:
    return AntiphonError(Kind.NOT_FOUND, "file_missing", "The file has vanished.")


def _open(path: str | Path) -> int:
    try:
        # O_NONBLOCK: a named pipe that took a file's place must not hold the event loop.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        raise _missing() from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise _missing()
    return file


def _wanted(scope: Scope, size: int, tag: str, changed: float, head_only: bool) -> ByteRange | int | None:
    """The part to send, None for the whole file, or the status of an answer without one."""
    fields = condition_fields(scope["headers"])
    decided = verdict(fields, tag, changed)
    if decided != "send":
        return 304 if decided == "not_modified" else 412
    try:
        return None if head_only else wanted_range(fields, size, tag, changed)
    except Unsatisfiable:
        return 416


def _location(scope: Scope, path: str | Path) -> str | None:
    exchange = scope.get(KEY)
    accelerator = exchange.accelerator if isinstance(exchange, Exchange) else None
    return None if accelerator is None else accelerator.location(path)


async def _send_by_proxy(send: Send, location: str, content_type: str, headers: Sequence[Header]) -> None:
    """Conditions, ranges and HEAD are the proxy's to answer: its ETag is not ours."""
    fields = [(b"x-accel-redirect", location.encode()), (b"content-type", content_type.encode("latin-1"))]
    await send({"type": "http.response.start", "status": 200, "headers": [*fields, *headers]})
    await send({"type": "http.response.body", "body": b""})


async def _send_empty(send: Send, status: int, size: int, validators: Sequence[Header]) -> None:
    headers = [*validators]
    if status != 304:
        headers.append((b"content-length", b"0"))
    if status == 416:
        headers.append((b"content-range", b"bytes */%d" % size))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _send_start(
    send: Send, size: int, part: ByteRange | None, content_type: str, validators: Sequence[Header]
) -> None:
    headers: list[Header] = [
        (b"content-type", content_type.encode("latin-1")),
        (b"content-length", b"%d" % (size if part is None else part.length)),
        (b"accept-ranges", b"bytes"),
        *validators,
    ]
    if part is not None:
        headers.append((b"content-range", b"bytes %d-%d/%d" % (part.first, part.last, size)))
    await send({"type": "http.response.start", "status": 200 if part is None else 206, "headers": headers})


async def _send_bytes(scope: Scope, receive: Receive, send: Send, file: int, part: ByteRange) -> None:
    """Send a part of an open file until its end, the client's leaving, or the server's stop."""
    if part.length <= CHUNK:
        body = _read(file, part.length, part.first)
        if len(body) == part.length:
            await send({"type": "http.response.body", "body": body})
    elif ZERO_COPY in scope.get("extensions", ()):
        whole = {"type": ZERO_COPY, "file": file, "offset": part.first, "count": part.length}
        await while_listened(receive, lambda: send(whole))
    else:
        await while_listened(receive, lambda: _pump(send, file, part))


async def while_listened(receive: Receive, sending: Callable[[], Awaitable[None]]) -> None:
    """Do what `sending` does until its end, the client's leaving, or the server's stop."""
    limit = asyncio.timeout(None)
    with suppress(TimeoutError):
        async with limit:
            open_streams.opened(limit)
            watcher = asyncio.ensure_future(_end_when_gone(receive, limit))
            try:
                await sending()
            finally:
                open_streams.closed(limit)
                watcher.cancel()


async def _pump(send: Send, file: int, part: ByteRange) -> None:
    position, end = part.first, part.last + 1
    while position < end:
        body = _read(file, min(CHUNK, end - position), position)
        if not body:
            return
        position += len(body)
        await send({"type": "http.response.body", "body": body, "more_body": position < end})


def _read(file: int, length: int, position: int) -> bytes:
    """The bytes, or none where the disk does not give them any more: the answer has begun, so it can only end."""
    try:
        return os.pread(file, length, position)
    except OSError as error:
        log.warning("a file could not be read to its end: %s", error)
        return b""


async def _end_when_gone(receive: Receive, limit: asyncio.Timeout) -> None:
    """`send` never fails after the client has left, so the request's own channel has to tell."""
    while (await receive())["type"] != "http.disconnect":
        pass
    _end_at(limit, asyncio.get_running_loop().time())


def _end_at(limit: asyncio.Timeout, when: float) -> None:
    if not limit.expired():
        limit.reschedule(when)
