"""Pieces of sound as players take them: fragments of an MP4 (ISO 14496-12), and bare frames with a mark of time."""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_BASE_IS_FRAGMENT = 0x020000
_OFFSET, _EACH_LENGTH, _EACH_SIZE = 0x001, 0x100, 0x200
_WHERE_SOUND_LIES = 8
_CLOCK = 90_000
_CLOCK_BITS = 33
_OWNER = b"com.apple.streaming.transportStreamTimestamp\x00"


class Sample(NamedTuple):
    """A packet of sound, and for how many samples it plays."""

    data: bytes
    length: int


def fragment(number: int, begins: int, samples: Sequence[Sample]) -> bytes:
    """The fragment `number` of an MP4 with one track whose clock counts samples; it begins at the sample `begins`."""
    offset = len(_moof(number, begins, samples, 0)) + _WHERE_SOUND_LIES
    return _moof(number, begins, samples, offset) + _box(b"mdat", b"".join(sample.data for sample in samples))


def _moof(number: int, begins: int, samples: Sequence[Sample], offset: int) -> bytes:
    header = _full_box(b"mfhd", 0, 0, struct.pack(">I", number + 1))
    track = _full_box(b"tfhd", 0, _BASE_IS_FRAGMENT, struct.pack(">I", 1))
    moment = _full_box(b"tfdt", 1, 0, struct.pack(">Q", begins))
    run = struct.pack(">Ii", len(samples), offset) + b"".join(
        struct.pack(">II", sample.length, len(sample.data)) for sample in samples
    )
    sizes = _full_box(b"trun", 0, _OFFSET | _EACH_LENGTH | _EACH_SIZE, run)
    return _box(b"moof", header + _box(b"traf", track + moment + sizes))


def _full_box(name: bytes, version: int, flags: int, content: bytes) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags) + content)


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def beginning(movie: bytes) -> bytes:
    """What players need before the fragments, from a fragmented MP4: how its sound is to be read."""
    return b"".join(box for name, box in _boxes(movie) if name in (b"ftyp", b"moov"))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, place)
        if size < 8:
            return
        yield name, data[place : place + size]
        place += size


def moment(seconds: float) -> bytes:
    """An ID3 tag that tells when the frames behind it play (RFC 8216, 3.4)."""
    value = round(seconds * _CLOCK) % (1 << _CLOCK_BITS)
    private = _OWNER + struct.pack(">Q", value)
    frame = b"PRIV" + _seven_bits(len(private)) + bytes(2) + private
    return b"ID3\x04\x00\x00" + _seven_bits(len(frame)) + frame


def _seven_bits(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
