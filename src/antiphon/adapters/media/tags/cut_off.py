"""Lossless files that end in the middle: their header still tells the whole duration, their last frame does not."""

from __future__ import annotations

import struct

from antiphon.adapters.media.tags.raw import RawTags
from antiphon.adapters.media.tags.source import Source

#: Fewer bytes than this part of the bare samples are looked at: most music keeps more of them, what was cut off less.
_THIN = 0.5
#: Bytes at the end in which the last frame is looked for; more of WavPack, whose frames last half a second.
_REACHES = {"flac": (8192, 1 << 16), "wavpack": (1 << 16, 1 << 19)}
_LONGEST_FRAME_HEADER = 16
#: Seconds by which the last frame may fall short of what the header tells.
_SHORT = 1.0


def is_believable(source: Source, kind: str, raw: RawTags) -> bool:
    """Take `raw.duration` back to the last frame where the file ends before what its header tells. False where that
    seems so and no frame is found at its end."""
    if kind not in _REACHES or not raw.duration or not _is_thin(raw, source.size):
        return True
    look = _end_of_flac if kind == "flac" else _end_of_wavpack
    for reach in _REACHES[kind]:
        start = max(0, source.size - reach)
        if (seconds := look(source, source.read(start, source.size - start), raw)) is not None:
            shorten(raw, seconds)
            return True
    return False


def shorten(raw: RawTags, seconds: float) -> None:
    """Believe so many seconds where that is clearly less than what the header tells."""
    assert raw.duration
    if seconds < raw.duration - _SHORT:
        raw.bitrate = raw.bitrate and raw.bitrate * raw.duration / max(seconds, 0.001)
        raw.duration = seconds


def _is_thin(raw: RawTags, size: int) -> bool:
    bare = (raw.sample_rate or 0) * (raw.channels or 0) * (raw.bit_depth or 0)  # bits a second
    told = raw.bitrate * 1000 if raw.bitrate else size * 8 / (raw.duration or 1)
    return told < bare * _THIN


def _end_of_flac(source: Source, tail: bytes, raw: RawTags) -> float | None:
    """Seconds up to the end of the last frame, by its number; None where none is found."""
    begin = source.head.find(b"fLaC")
    block = int.from_bytes(source.head[begin + 10 : begin + 12], "big")
    if begin < 0 or not raw.sample_rate or not raw.duration:
        return None
    total = round(raw.duration * raw.sample_rate)
    place = len(tail)
    while (place := max(tail.rfind(b"\xff\xf8", 0, place), tail.rfind(b"\xff\xf9", 0, place))) >= 0:
        number = _frame_number(tail[place : place + _LONGEST_FRAME_HEADER])
        if number is None:
            continue
        first = number if tail[place + 1] & 1 else number * block
        if first < total:
            return (first + block) / raw.sample_rate
    return None


def _frame_number(data: bytes) -> int | None:
    """The number in the header of a FLAC frame; None where the bytes are none."""
    if len(data) < _LONGEST_FRAME_HEADER or not data[2] >> 4 or data[2] & 15 == 15 or data[3] & 1:
        return None
    more = 8 - (data[4] ^ 0xFF).bit_length()  # as in UTF-8: so many bits are set before the first that is not
    length = max(1, more)
    if more == 1 or more > 7:
        return None
    number = data[4] & (0x7F >> more)
    for byte in data[5 : 4 + length]:
        number = number << 6 | byte & 0x3F
    end = 4 + length + {6: 1, 7: 2}.get(data[2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(data[2] & 15, 0)
    return number if end < len(data) and _checksum(data[:end]) == data[end] else None


def _checksum(data: bytes) -> int:
    """CRC-8 with the polynomial 7."""
    found = 0
    for byte in data:
        found = _CHECKSUMS[found ^ byte]
    return found


def _checksum_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte << 1 ^ 0x07) & 0xFF if byte & 0x80 else byte << 1
    return byte


_CHECKSUMS = bytes(map(_checksum_of, range(256)))


def _end_of_wavpack(source: Source, tail: bytes, raw: RawTags) -> float | None:
    """Seconds up to the end of the last block that is there as a whole; None where none is found."""
    total = int.from_bytes(source.head[12:16], "little")
    place = len(tail)
    while (place := tail.rfind(b"wvpk", 0, place)) >= 0:
        if place + 32 > len(tail):
            continue
        size, version, _, _, first, own = struct.unpack_from("<IHHIII", tail, place + 4)
        if version >> 8 == 4 and own and first + own <= total:
            whole = place + 8 + size <= len(tail)
            return float((first + own * whole) / total * (raw.duration or 0))
    return None
