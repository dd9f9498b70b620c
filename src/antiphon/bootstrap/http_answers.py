"""What an answer looks like on its connection: head, chunks, and files that the system sends by itself (RFC 9112)."""

from collections.abc import Iterable

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from antiphon.api.http.asgi import WHOLE_ANSWER, Header, Message
from antiphon.api.http.streaming import ZERO_COPY
from antiphon.bootstrap.zero_copy import send_by_system, sent_out

# What no field may hold; the two that end lines are counted.
CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\r\n"})
NO_BODY = (204, 304)
# Fields that are the same in answer after answer are written out once.
REPEATED = frozenset(
    {
        b"access-control-allow-origin",
        b"access-control-expose-headers",
        b"cache-control",
        b"content-security-policy",
        b"content-type",
        b"cross-origin-opener-policy",
        b"referrer-policy",
        b"strict-transport-security",
        b"x-content-type-options",
    }
)
KEPT_LINES = 200
_lines: dict[Header, bytes] = {}


class Answering:
    """The answer to one request. Head and body go out together where the length is known before."""

    __slots__ = ("_chunked", "_cycle", "_head", "_left")

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle
        self._head = b""
        self._chunked = False
        # How much of the body is to come; None where nobody knows.
        self._left: int | None = 0

    async def send(self, message: Message) -> None:
        """Take a message of ASGI. Waits for a client that reads slowly; does nothing where it has gone.

        Raises ValueError for a field that is none, RuntimeError for a body that has not the length it was to have.
        """
        cycle = self._cycle
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        kind = message["type"]
        if kind == WHOLE_ANSWER:
            self._begin(message["status"], message["headers"], message.get("lines", b""))
            self._write(message["body"])
            self._end()
            return
        if kind == "http.response.start":
            self._begin(message["status"], message.get("headers", ()))
            return
        if kind == ZERO_COPY:
            await self._send_by_system(message)
        else:
            self._write(message.get("body", b""))
        if not message.get("more_body", False):
            self._end()

    def _begin(self, status: int, fields: Iterable[Header], written: bytes = b"") -> None:
        cycle = self._cycle
        lines = [STATUS_LINE[status]]
        length: int | None = None
        closes = False
        for field in (*cycle.default_headers, *fields):
            line = _lines.get(field)
            if line is None:
                line = b"%b: %b\r\n" % field
                name = field[0].lower()
                if name == b"content-length":
                    length = int(field[1])
                elif name == b"connection":
                    closes = field[1].lower() == b"close"
                elif name in REPEATED and len(_lines) < KEPT_LINES:
                    _lines[field] = line
            lines.append(line)
        has_body = status not in NO_BODY and cycle.scope["method"] != "HEAD"
        if length is None and has_body:
            # HTTP/1.0 knows no chunks: an answer of unknown length ends with its connection.
            if cycle.scope["http_version"] == "1.1":
                self._chunked = True
                lines.append(b"transfer-encoding: chunked\r\n")
            else:
                cycle.keep_alive = False
        if closes:
            cycle.keep_alive = False
        elif not cycle.keep_alive:
            lines.append(b"connection: close\r\n")
        self._left = length if has_body else 0
        head = b"".join(lines)
        if not len(lines) == head.count(b"\n") == head.count(b"\r") or len(head.translate(None, CONTROLS)) != len(head):
            raise ValueError("a field of the answer holds a control character")
        head = b"".join((head, written, b"\r\n"))
        cycle.response_started = True
        cycle.waiting_for_100_continue = False
        if self._left:
            self._head = head
        else:
            cycle.transport.write(head)

    def _write(self, body: bytes) -> None:
        cycle = self._cycle
        if cycle.scope["method"] == "HEAD":
            return
        if self._chunked:
            if body:
                cycle.transport.write(b"%x\r\n%b\r\n" % (len(body), body))
            return
        if self._left is not None:
            self._left -= len(body)
            if self._left < 0:
                raise RuntimeError("an answer is longer than it was to be")
        if self._head:
            cycle.transport.write(self._head + body)
            self._head = b""
        elif body:
            cycle.transport.write(body)

    def _end(self) -> None:
        cycle = self._cycle
        if self._left:
            raise RuntimeError("an answer is shorter than it was to be")
        if self._chunked:
            cycle.transport.write(b"0\r\n\r\n")
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    async def _send_by_system(self, message: Message) -> None:
        """Have a part of a file sent; the connection ends where it is shorter than it was to be."""
        cycle, count = self._cycle, message["count"]
        if cycle.scope["method"] == "HEAD":
            return
        assert self._left is not None
        self._write(b"")
        self._left -= count
        missing = count
        if await sent_out(cycle.transport):
            missing -= await send_by_system(cycle.transport, message["file"], message["offset"], count)
        if missing:
            cycle.transport.close()
