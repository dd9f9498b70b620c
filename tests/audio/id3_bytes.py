"""ID3 tags byte by byte: the versions and oddities that no library writes."""

from __future__ import annotations

from collections.abc import Iterable

Frames = Iterable[tuple[str, bytes]]


def text_frame(*values: str, code: int = 3) -> bytes:
    """The content of a text frame: several values stand apart by NUL."""
    return bytes([code]) + encode_text("\0".join(values), code)


def encode_text(text: str, code: int) -> bytes:
    """Text as frames keep it: 0 Latin-1, 1 UTF-16 with a mark, 2 UTF-16 big-endian, 3 UTF-8."""
    return text.encode(("latin-1", "utf-16", "utf-16-be", "utf-8")[code])


def id3_tag(version: int, frames: Frames, flags: int = 0, frame_flags: int = 0, padding: int = 64) -> bytes:
    """A whole ID3v2 tag of version 2, 3 or 4."""
    body = b"".join(_frame(version, name, content, frame_flags) for name, content in frames) + bytes(padding)
    if flags & 0x80:
        body = unsynchronise(body)
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body)) + body


def id3v1_tag(
    title: bytes, artist: bytes, album: bytes, year: bytes = b"1997", track: int = 0, genre: int = 255
) -> bytes:
    """The 128 bytes that end old files; texts in whatever code page."""
    comment = bytes(28) + b"\0" + bytes([track])
    fields = title.ljust(30, b"\0") + artist.ljust(30, b"\0") + album.ljust(30, b"\0") + year.ljust(4, b"\0")
    return b"TAG" + fields + comment + bytes([genre])


def synchsafe(number: int) -> bytes:
    """Four bytes of seven bits."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def unsynchronise(data: bytes) -> bytes:
    """A zero after each byte of set bits, so that no old player takes the tag for sound."""
    return data.replace(b"\xff", b"\xff\x00")


def _frame(version: int, name: str, content: bytes, flags: int) -> bytes:
    if version == 2:
        return name.encode() + len(content).to_bytes(3, "big") + content
    size = len(content).to_bytes(4, "big") if version == 3 else synchsafe(len(content))
    return name.encode() + size + bytes([0, flags]) + content
