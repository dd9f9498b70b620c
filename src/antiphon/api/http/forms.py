"""Reading forms with files as they come in: each part goes to a sink that the route has chosen, nothing to disk."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import msgspec
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from antiphon.api.http.asgi import Receive
from antiphon.api.http.bodies import ClientGone
from antiphon.api.http.problems import Refusal
from antiphon.kernel.errors import AntiphonError, Kind, invalid

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FORM = b"multipart/form-data"
IDLE_SECONDS = 30.0
MOST_PARTS = 60
MOST_HEADER_BYTES = 8 * 1024
MOST_TEXT_BYTES = 1024 * 1024


class Part(msgspec.Struct, frozen=True):
    """One part of a form, as its header tells. `filename` is a label of the sender's and None for a plain field."""

    name: str
    filename: str | None
    content_type: str


class Sink(Protocol):
    """Takes the content of a part."""

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes; what is raised here ends the reading."""
        ...


Chooser = Callable[[Part], Sink | None]
"""Gives the sink of a part. None: a plain field is read as text, a file is passed over."""


class MemorySink:
    """Keeps a part in memory, up to `maximum` bytes: TOO_LARGE is raised beyond."""

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self._content = bytearray()

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if len(self._content) + len(chunk) > self._maximum:
            shown = self._maximum // 1024 // 1024
            raise AntiphonError(Kind.TOO_LARGE, "too_large", f"A picture may have {shown} MiB at most.")
        self._content += chunk

    @property
    def content(self) -> bytes:
        """All of it."""
        return bytes(self._content)


async def chunks(receive: Receive, idle_seconds: float = IDLE_SECONDS) -> AsyncGenerator[bytes, None]:
    """The body bit by bit. Raises Refusal 408 where nothing comes for so long, ClientGone where the client leaves."""
    while True:
        try:
            async with asyncio.timeout(idle_seconds):
                message = await receive()
        except TimeoutError as error:
            raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "too_slow", "The request did not arrive in time.") from error
        if message["type"] == "http.disconnect":
            raise ClientGone
        body: bytes = message.get("body", b"")
        if body:
            yield body
        if not message.get("more_body", False):
            return


def is_form(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request says that it is a form with files."""
    return headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == FORM


async def read_form(
    receive: Receive, headers: Mapping[bytes, bytes], choose: Chooser, *, maximum: int
) -> dict[str, str]:
    """Read a form; gives its plain fields, of those that stand twice the last.

    Raises UNSUPPORTED_MEDIA where it is no form, UNREADABLE where it is broken or beyond the ceilings (60 parts, 8 KiB
    of header, 1 MiB of text), TOO_LARGE above `maximum` bytes, INVALID for a zero character; and what sinks raise.
    """
    parsing = _Parsing(_boundary(headers), choose)
    size = 0
    async for chunk in chunks(receive):
        size += len(chunk)
        if size > maximum:
            raise AntiphonError(Kind.TOO_LARGE, "too_large", f"A form may have {maximum // 1024 // 1024} MiB here.")
        await parsing.take(chunk)
    return parsing.finish()


def _boundary(headers: Mapping[bytes, bytes]) -> bytes:
    kind, options = parse_options_header(headers.get(b"content-type", b""))
    if kind.strip() != FORM:
        raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "no_form", "Files are taken as multipart/form-data.")
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise unreadable()
    return boundary


def unreadable() -> AntiphonError:
    """What is told of a form that is none."""
    return AntiphonError(Kind.UNREADABLE, "unreadable", "The request is not readable as a form.")


class _Parsing:
    """What the parser tells, kept until it has seen a whole chunk, and then given to sinks."""

    def __init__(self, boundary: bytes, choose: Chooser) -> None:
        self._choose = choose
        self._told: list[Part | bytes] = []
        self._parts = 0
        self._header_bytes = 0
        self._field = bytearray()
        self._value = bytearray()
        self._header: dict[str, str] = {}
        self._is_whole = False
        self._sink: Sink | None = None
        self._part: Part | None = None
        self._text = bytearray()
        self._text_bytes = 0
        self._values: dict[str, str] = {}
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._on_part_begin,
            "on_header_field": lambda data, start, end: self._on_header(self._field, data[start:end]),
            "on_header_value": lambda data, start, end: self._on_header(self._value, data[start:end]),
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": lambda data, start, end: self._told.append(data[start:end]),
            "on_end": self._on_end,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks, max_header_count=16, max_header_size=MOST_HEADER_BYTES)
        except (FormParserError, ValueError) as error:
            raise unreadable() from error

    async def take(self, chunk: bytes) -> None:
        """The next bytes of the form."""
        try:
            self._parser.write(chunk)
        except (FormParserError, ValueError, LookupError) as error:
            raise unreadable() from error
        told, self._told = self._told, []
        for one in told:
            if isinstance(one, Part):
                self._end_text()
                self._part, self._sink = one, self._choose(one)
            elif self._sink is not None:
                await self._sink.write(one)
            elif self._part is not None and self._part.filename is None:
                self._take_text(one)

    def finish(self) -> dict[str, str]:
        """The fields, once everything has come."""
        if not self._is_whole:
            raise unreadable()
        self._end_text()
        return self._values

    def _take_text(self, text: bytes) -> None:
        self._text_bytes += len(text)
        if self._text_bytes > MOST_TEXT_BYTES:
            raise AntiphonError(Kind.TOO_LARGE, "too_large", "The texts of a form may have 1 MiB at most.")
        self._text += text

    def _end_text(self) -> None:
        part, self._part = self._part, None
        if part is None or self._sink is not None or part.filename is not None:
            return
        try:
            text = self._text.decode()
        except UnicodeDecodeError as error:
            raise unreadable() from error
        self._text = bytearray()
        if "\0" in text or "\0" in part.name:
            raise invalid(**{part.name.replace("\0", ""): "A text cannot hold a zero character."})
        self._values[part.name] = text

    def _on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise unreadable()
        self._header = {}
        self._header_bytes = 0

    def _on_header(self, kept: bytearray, part: bytes) -> None:
        self._header_bytes += len(part)
        if self._header_bytes > MOST_HEADER_BYTES:
            raise unreadable()
        kept += part

    def _on_header_end(self) -> None:
        name = self._field.decode("latin-1").lower()
        self._header[name] = self._value.decode("utf-8", "replace")
        self._field.clear()
        self._value.clear()

    def _on_headers_finished(self) -> None:
        # The parser reads what it is given as Latin-1 and gives it back so.
        disposition = self._header.get("content-disposition", "").encode().decode("latin-1")
        kind, options = parse_options_header(disposition)
        if kind.strip() != b"form-data" or b"name" not in options:
            raise unreadable()
        filename = options.get(b"filename")
        self._told.append(
            Part(
                name=options[b"name"].decode("utf-8", "replace"),
                filename=None if filename is None else filename.decode("utf-8", "replace"),
                content_type=self._header.get("content-type", ""),
            )
        )

    def _on_end(self) -> None:
        self._is_whole = True
