"""Messages between a process and its helpers: MessagePack behind its length, decoded into a type that the reader names.

Values only, never code: a helper that opens strangers' files may have been taken over by one, and must not be able to
have anything done by who reads its answers.
"""

from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeVar

import msgspec

if TYPE_CHECKING:
    from asyncio import StreamReader

LENGTH_BYTES = 4

Value = TypeVar("Value")
Known = TypeVar("Known", covariant=True)


class Garbage(Exception):
    """What came is no message of the kind that was to come. It does not tell what it was: that is a stranger's."""


class Decoder(Protocol[Known]):
    """What turns a message into a value of one type."""

    def decode(self, buf: bytes | msgspec.Raw, /) -> Known:
        """The value. Raises what msgspec raises."""
        ...


def framed(message: bytes) -> bytes:
    """A message behind its length."""
    return len(message).to_bytes(LENGTH_BYTES, "big") + message


def read_frame(source: BinaryIO) -> bytes | None:
    """The next message; None at the end, also where whoever wrote it was killed in the middle."""
    length = source.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    size = int.from_bytes(length, "big")
    message = source.read(size)
    return message if len(message) == size else None


async def receive(source: "StreamReader", decoder: Decoder[Value], longest: int) -> Value:
    """The next message of a helper, of at most `longest` bytes. Raises Garbage, IncompleteReadError at the end."""
    length = int.from_bytes(await source.readexactly(LENGTH_BYTES), "big")
    if length > longest:
        raise Garbage("A message is longer than any that may come.")
    return decoded(decoder, await source.readexactly(length))


def decoded(decoder: Decoder[Value], message: bytes | msgspec.Raw) -> Value:
    """The value in a message of a helper. Raises Garbage."""
    try:
        return decoder.decode(message)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError):
        # Without its cause: the words of a decoder would bring those of the stranger into the log.
        raise Garbage("A message is not of the kind that was to come.") from None
