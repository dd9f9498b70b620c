"""Files made of chunks: WAV and AIFF, with their own few tags and with ID3 inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from antiphon.adapters.media.tags.code_pages import undeclared
from antiphon.adapters.media.tags.id3 import read_id3
from antiphon.adapters.media.tags.names import RIFF_INFO
from antiphon.adapters.media.tags.raw import RawTags, Unreadable, Unusual
from antiphon.adapters.media.tags.source import Source

_CHUNKS_LIMIT = 2_000
_LIST_LIMIT = 1 << 20
_SSND_HEADER = 8
_PCM, _FLOAT, _EXTENSIBLE = 0x01, 0x03, 0xFFFE
_WAV_CODECS = {0x02: "adpcm", 0x06: "alaw", 0x07: "mulaw", 0x11: "adpcm", 0x50: "mp2", 0x55: "mp3"}
_AIFF_TEXTS = {b"NAME": "title", b"AUTH": "artist", b"ANNO": "comment", b"(c) ": "copyright"}
_AIFF_UNCOMPRESSED = (b"", b"NONE", b"raw ", b"twos", b"sowt", b"in24", b"42ni", b"in32", b"23ni", b"fl32", b"FL32",
                      b"fl64", b"FL64")  # fmt: skip

ByteOrder = Literal["little", "big"]


def read_wav(source: Source, raw: RawTags) -> None:
    """Read a WAV file. Duration stays open for compressed sound inside: FFmpeg tells it.

    Raises Unusual without a format and Unreadable without sound.
    """
    raw.has_picture = False
    bytes_a_second = 0
    size = 0
    for name, start, length in _chunks(source, "little"):
        if name == b"fmt ":
            bytes_a_second = _read_wav_format(raw, source.read(start, min(length, 40)))
        elif name == b"data":
            size = length
        elif name == b"LIST" and source.read(start, 4) == b"INFO":
            _read_info(raw, source.read(start + 4, min(length, _LIST_LIMIT) - 4))
        elif name in (b"id3 ", b"ID3 "):
            read_id3(source, raw, start)
    if not raw.codec:
        raise Unusual
    if size <= 0:
        # FFmpeg is not asked: a wrong length before the sound brings it to fill gigabytes.
        raise Unreadable("There is no sound in it.")
    if raw.codec == "wav" and bytes_a_second:
        raw.duration = size / bytes_a_second
        raw.bitrate = bytes_a_second * 8 / 1000


def read_aiff(source: Source, raw: RawTags) -> None:
    """Read an AIFF or AIFF-C file. Raises Unusual without a format."""
    raw.has_picture = False
    size = 0
    for name, start, length in _chunks(source, "big"):
        if name == b"COMM":
            _read_aiff_format(raw, source.read(start, min(length, 64)))
        elif name == b"SSND":
            size = length - _SSND_HEADER
        elif name in _AIFF_TEXTS:
            raw.add(_AIFF_TEXTS[name], undeclared(source.read(start, min(length, _LIST_LIMIT))))
        elif name in (b"id3 ", b"ID3 "):
            read_id3(source, raw, start)
    if not raw.codec:
        raise Unusual
    if raw.duration and raw.bitrate:
        # A file that was cut off lasts as long as what is left of it.
        raw.duration = min(raw.duration, max(0, size) * 8 / (raw.bitrate * 1000))


def _chunks(source: Source, order: ByteOrder) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and length of each chunk; the length never reaches beyond the end of the file."""
    position = 12
    for _ in range(_CHUNKS_LIMIT):
        header = source.read(position, 8)
        if len(header) < 8:
            return
        length = min(int.from_bytes(header[4:8], order), source.size - position - 8)
        yield header[:4], position + 8, length
        position += 8 + length + length % 2


def _read_wav_format(raw: RawTags, data: bytes) -> int:
    """Note the format and return its bytes a second."""
    kind, channels = int.from_bytes(data[0:2], "little"), int.from_bytes(data[2:4], "little")
    raw.channels, raw.sample_rate = channels or None, int.from_bytes(data[4:8], "little") or None
    if kind == _EXTENSIBLE:
        kind = int.from_bytes(data[24:26], "little")
    if kind not in (_PCM, _FLOAT):
        raw.codec = _WAV_CODECS.get(kind, "wav-compressed")
        return 0
    raw.codec, raw.bit_depth = "wav", int.from_bytes(data[14:16], "little") or None
    return int.from_bytes(data[12:14], "little") * (raw.sample_rate or 0)


def _read_info(raw: RawTags, data: bytes) -> None:
    position = 0
    while position + 8 <= len(data):
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        name = RIFF_INFO.get(data[position : position + 4].decode("latin-1"))
        text = undeclared(data[position + 8 : position + 8 + length].rstrip(b"\x00"))
        if name and text and name not in raw.values:
            raw.add(name, text)
        position += 8 + length + length % 2


def _read_aiff_format(raw: RawTags, data: bytes) -> None:
    raw.channels = int.from_bytes(data[0:2], "big") or None
    frames, raw.bit_depth = int.from_bytes(data[2:6], "big"), int.from_bytes(data[6:8], "big") or None
    exponent, mantissa = int.from_bytes(data[8:10], "big"), int.from_bytes(data[10:18], "big")
    shift = exponent - 0x3FFF - 63
    if not -63 <= shift <= 0:
        raise Unusual
    raw.sample_rate = mantissa >> -shift
    compression = data[18:22]
    raw.codec = "aiff" if compression in _AIFF_UNCOMPRESSED else compression.decode("latin-1").strip().lower()
    if raw.codec == "aiff" and raw.sample_rate:
        raw.duration = frames / raw.sample_rate
        raw.bitrate = raw.sample_rate * (raw.channels or 0) * (raw.bit_depth or 0) / 1000
