"""FLAC and Ogg (Vorbis, Opus, Speex, FLAC in Ogg): comments, and duration without reading the sound."""

from __future__ import annotations

import struct

from antiphon.adapters.media.tags.code_pages import utf_8
from antiphon.adapters.media.tags.raw import RawTags, Unusual
from antiphon.adapters.media.tags.source import PART_LIMIT, Source
from antiphon.adapters.media.tags.vorbis_values import note_vorbis_comment, plain_name, read_flac_picture

_LENGTH = struct.Struct("<I").unpack_from
_STREAM_INFO, _COMMENTS, _PICTURE, _INVALID = 0, 4, 6, 127
_BLOCKS_LIMIT = 1_000
_PAGES_LIMIT = 2_000
_COMMENTS_LIMIT = 10_000
_OPUS_RATE = 48_000
_LAST_OF_STREAM = 0x04


def read_flac(source: Source, raw: RawTags) -> None:
    """Read a FLAC file. Raises Unusual where its blocks are not in order."""
    if not source.head.startswith(b"fLaC"):
        raise Unusual  # an ID3 tag stands in front
    raw.has_picture = False
    raw.codec = "flac"
    position = 4
    for _ in range(_BLOCKS_LIMIT):
        header = source.read(position, 4)
        kind, size = header[0] & 0x7F, int.from_bytes(header[1:4], "big")
        position += 4
        if kind == _INVALID or position + size > source.size or (position == 8) != (kind == _STREAM_INFO):
            raise Unusual
        if kind == _STREAM_INFO:
            _read_stream_info(raw, source.read(position, size))
        elif kind == _COMMENTS:
            read_comments(raw, source.read(position, size))
        elif kind == _PICTURE:
            raw.has_picture = True
            if raw.with_picture:
                read_flac_picture(raw, source.read(position, size))
        position += size
        if header[0] & 0x80:
            break
    if raw.duration:
        raw.bitrate = (source.size - position) * 8 / raw.duration / 1000


def _read_stream_info(raw: RawTags, data: bytes) -> None:
    packed = int.from_bytes(data[10:18], "big")
    raw.sample_rate = packed >> 44
    raw.channels = (packed >> 41 & 7) + 1
    raw.bit_depth = (packed >> 36 & 31) + 1
    samples = packed & 0xF_FFFF_FFFF
    raw.duration = samples / raw.sample_rate if raw.sample_rate else None


def read_comments(raw: RawTags, data: bytes) -> None:
    """Note the Vorbis comments in a packet. Raises Unusual or struct.error when its lengths are wrong."""
    position = _LENGTH(data)[0] + 4
    count = _LENGTH(data, position)[0]
    position += 4
    for _ in range(min(count, _COMMENTS_LIMIT)):
        start = position + 4
        position = start + _LENGTH(data, position)[0]
        if position > len(data):
            raise Unusual
        name, separator, value = data[start:position].partition(b"=")
        if not separator or len(name) > 100:
            continue
        text = utf_8(value)
        if (plain := plain_name(name)) is not None:
            raw.add(plain, text)
        else:
            note_vorbis_comment(raw, name.decode("ascii", "replace"), text)


def read_ogg(source: Source, raw: RawTags) -> None:
    """Read an Ogg file with one stream of sound. Raises Unusual for video, several streams and what is damaged."""
    raw.has_picture = False
    serial, (first, second) = _first_packets(source)
    if first.startswith(b"\x01vorbis"):
        raw.codec, skipped = "vorbis", 0
        raw.channels, raw.sample_rate = struct.unpack_from("<Bi", first, 11)
        read_comments(raw, _behind(second, b"\x03vorbis"))
        rate = raw.sample_rate
    elif first.startswith(b"OpusHead"):
        raw.codec = "opus"
        raw.channels, skipped = struct.unpack_from("<BH", first, 9)
        raw.sample_rate = rate = _OPUS_RATE
        read_comments(raw, _behind(second, b"OpusTags"))
    else:
        raise Unusual
    if rate is None or rate <= 0:
        raise Unusual
    raw.duration = (_last_position(source, serial) - skipped) / rate
    if raw.duration > 0:
        raw.bitrate = source.size * 8 / raw.duration / 1000


def _behind(packet: bytes, mark: bytes) -> bytes:
    if not packet.startswith(mark):
        raise Unusual
    return packet[len(mark) :]


def _first_packets(source: Source) -> tuple[int, list[bytes]]:
    """The first two packets of the first stream, put together from the pages they are spread over."""
    position, serial, size = 0, None, 0
    packets: list[bytes] = []
    parts: list[bytes] = []
    for _ in range(_PAGES_LIMIT):
        header = source.read(position, 27)
        if header[:5] != b"OggS\x00":
            raise Unusual
        number = struct.unpack_from("<I", header, 14)[0]
        lengths = source.read(position + 27, header[26])
        position += 27 + header[26]
        serial = number if serial is None else serial
        if number != serial:
            raise Unusual
        body = source.read(position, sum(lengths))
        position += len(body)
        start = end = 0
        for length in lengths:
            end += length
            if length < 255:
                packets.append(b"".join([*parts, body[start:end]]))
                parts, start = [], end
                if len(packets) == 2:
                    return serial, packets
        parts.append(body[start:])
        size += len(body)
        if size > PART_LIMIT:
            raise Unusual
    raise Unusual


def _last_position(source: Source, serial: int) -> int:
    """Samples up to the end of the stream, from its last page."""
    for reach in (8192, 1 << 17):
        start = max(0, source.size - reach)
        tail = source.read(start, source.size - start)
        place = len(tail)
        while (place := tail.rfind(b"OggS\x00", 0, place)) >= 0:
            if len(tail) < place + 18:
                continue
            position, number = struct.unpack_from("<qI", tail, place + 6)
            if position >= 0 and number == serial:
                return int(position)
            if number != serial:
                raise Unusual  # several streams one after the other
    raise Unusual
