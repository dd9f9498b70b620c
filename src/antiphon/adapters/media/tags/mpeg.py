"""MPEG audio (MP3, MP2, MP1): the tags around it and the frames themselves."""

from __future__ import annotations

from typing import NamedTuple

from antiphon.adapters.media.tags.id3 import read_id3, read_id3v1
from antiphon.adapters.media.tags.raw import RawTags, Unusual
from antiphon.adapters.media.tags.source import Source

_BITRATES = {
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = (44_100, 48_000, 32_000)
_RATE_DIVISORS = {3: 1, 2: 2, 0: 4}  # MPEG 1, 2 and 2.5
_SAMPLES = {(1, 1): 384, (1, 2): 1152, (1, 3): 1152, (2, 1): 384, (2, 2): 1152, (2, 3): 576}
_LAME_MODES = {1: "cbr", 8: "cbr", 2: "abr", 9: "abr"}
_ENCODERS = (b"LAME", b"L3.9", b"Lavc", b"Lavf")
#: So many frames of one bitrate, at the beginning and at a few places behind it, mean all.
_SAME_FRAMES = 8
_SAME_FRAMES_LATER = 4
_PLACES = 4
#: Behind so many frames something else is no reason to doubt that it is MPEG audio.
_SURE_FRAMES = 1_000
#: Bytes in which the next frame is looked for, and how often: more holes than that has no song.
_NEXT_WITHIN = 8192
_MOST_HOLES = 100


class Frame(NamedTuple):
    """The header of one frame."""

    version: int  # 1, or 2 for MPEG 2 and 2.5
    layer: int
    bitrate: int  # kbit/s
    sample_rate: int  # Hz
    channels: int
    samples: int
    length: int  # bytes


def read_mpeg(source: Source, raw: RawTags) -> None:
    """Read an MPEG audio file. Raises Unusual where the first frames do not follow each other."""
    start = read_id3(source, raw) if source.head.startswith(b"ID3") else 0
    end = source.size
    if raw.has_picture is None:
        raw.has_picture = False
    tail = source.tail()[-128:] if source.size > 128 else b""
    if tail.startswith(b"TAG"):
        end -= 128
        read_id3v1(raw, tail)
    start = _skip_padding(source, start)
    first = parse_frame(source.read(start, 4))
    second = parse_frame(source.read(start + first.length, 4))
    if _kind(first) != _kind(second):
        raise Unusual
    raw.codec = f"mp{first.layer}"
    raw.sample_rate, raw.channels = first.sample_rate, first.channels
    if not _read_header_frame(source, raw, start, end, first):
        _measure(source, raw, start, end, first)


def parse_frame(header: bytes) -> Frame:
    """Understand four bytes. Raises Unusual when they are no header of a frame."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        raise Unusual
    version_bits, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bitrate_place, rate_place = header[2] >> 4, header[2] >> 2 & 3
    if version_bits == 1 or layer == 4 or bitrate_place in (0, 15) or rate_place == 3:
        raise Unusual
    version = 1 if version_bits == 3 else 2
    bitrate = _BITRATES[version, layer][bitrate_place]
    rate = _RATES[rate_place] // _RATE_DIVISORS[version_bits]
    samples = _SAMPLES[version, layer]
    padding = header[2] >> 1 & 1
    slot = 4 if layer == 1 else 1
    length = (samples * 125 * bitrate // rate // slot + padding) * slot
    return Frame(version, layer, bitrate, rate, 1 if header[3] >> 6 == 3 else 2, samples, length)


def _skip_padding(source: Source, start: int) -> int:
    """Some taggers leave zeros between the tag and the sound, more than the tag says."""
    near = source.read(start, 2048)
    return start + len(near) - len(near.lstrip(b"\x00"))


def _read_header_frame(source: Source, raw: RawTags, start: int, end: int, first: Frame) -> bool:
    """Duration and bitrate from a first frame that describes the file (Xing, Info, VBRI); False when it does not."""
    data = source.read(start, min(first.length, 256))
    place = data.find(b"Xing", 4, 48)
    if place < 0:
        place = data.find(b"Info", 4, 48)
    if place < 0:
        return _read_vbri(raw, data, end - start, first)
    flags = int.from_bytes(data[place + 4 : place + 8], "big")
    position = place + 8
    frames = size = 0
    if flags & 1:
        frames = int.from_bytes(data[position : position + 4], "big")
        position += 4
    if flags & 2:
        size = int.from_bytes(data[position : position + 4], "big")
        position += 4
    position += (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    encoder = data[position : position + 24]
    samples = frames * first.samples
    mode = "cbr" if data[place : place + 4] == b"Info" else "vbr"
    if len(encoder) == 24 and encoder.startswith(_ENCODERS):
        mode = _LAME_MODES.get(encoder[9] & 15, mode)
        # What the encoder added before and after the music, in samples.
        samples -= (encoder[21] << 4 | encoder[22] >> 4) + ((encoder[22] & 15) << 8 | encoder[23])
    if samples <= 0:
        return False
    raw.bitrate_mode = mode
    _set_duration(raw, samples / first.sample_rate, size, end - start)
    return True


def _read_vbri(raw: RawTags, data: bytes, available: int, first: Frame) -> bool:
    if data[36:40] != b"VBRI":
        return False
    size, frames = int.from_bytes(data[46:50], "big"), int.from_bytes(data[50:54], "big")
    if not frames:
        return False
    raw.bitrate_mode = "vbr"
    _set_duration(raw, frames * first.samples / first.sample_rate, size, available)
    return True


def _set_duration(raw: RawTags, duration: float, size: int, available: int) -> None:
    if size > available * 1.02 + 8192:
        # A file that was cut off lasts as long as what is left of it.
        duration *= available / size
        size = available
    raw.duration = duration
    raw.bitrate = (size or available) * 8 / duration / 1000


def _measure(source: Source, raw: RawTags, start: int, end: int, first: Frame) -> None:
    """Duration where no header tells it: a few frames of one bitrate here and there mean all, otherwise all are
    counted. A guess from some of them would be wrong by half in songs that begin quietly."""
    if _is_constant(source, start, end, first):
        raw.bitrate_mode = "cbr"
        raw.bitrate = float(first.bitrate)
        raw.duration = (end - start) * 8 / (first.bitrate * 1000)
        return
    frames, total = _count_frames(source, start, end, first)
    raw.bitrate_mode = "vbr"
    raw.duration = frames * first.samples / first.sample_rate
    raw.bitrate = total * 8 / raw.duration / 1000


def _is_constant(source: Source, start: int, end: int, first: Frame) -> bool:
    """Raises Unusual where the file is no MPEG audio from its beginning on."""
    position = start
    for _ in range(_SAME_FRAMES):
        if position + 4 > end:
            return True
        try:
            frame = parse_frame(source.read(position, 4))
        except Unusual:
            if end - position > 4096:
                raise
            return True
        if frame.bitrate != first.bitrate:
            return False
        position += frame.length
    step = (end - position) // (_PLACES + 1)
    return all(_goes_on(source, position + step * place, end, first) for place in range(1, _PLACES + 1))


def _goes_on(source: Source, near: int, end: int, first: Frame) -> bool:
    """False where frames of another bitrate stand near a place."""
    position = _next_frame(source, near, end, first)
    for _ in range(_SAME_FRAMES_LATER):
        if position is None or position + 4 > end:
            return True
        try:
            frame = parse_frame(source.read(position, 4))
        except Unusual:
            return True
        if frame.bitrate != first.bitrate:
            return False
        position += frame.length
    return True


def _next_frame(source: Source, position: int, end: int, first: Frame) -> int | None:
    """Where a frame begins that another one follows, both like the first but for the bitrate."""
    block = source.read(position, min(_NEXT_WITHIN, end - position))
    place = block.find(b"\xff")
    while place >= 0:
        try:
            frame = parse_frame(block[place : place + 4])
            following = parse_frame(source.read(position + place + frame.length, 4))
        except Unusual:
            pass
        else:
            if _kind(frame) == _kind(following) == _kind(first):
                return position + place
        place = block.find(b"\xff", place + 1)
    return None


def _kind(frame: Frame) -> tuple[int, int, int]:
    return frame.version, frame.layer, frame.sample_rate


def _count_frames(source: Source, start: int, end: int, first: Frame) -> tuple[int, int]:
    """How many frames there are, and their bytes. Raises Unusual where they end early on."""
    position, frames, total, holes = start, 0, 0, 0
    while position + 4 <= end:
        try:
            frame = parse_frame(source.read(position, 4))
        except Unusual:
            if frames < _SURE_FRAMES and end - position > 4096:
                raise
            holes += 1
            found = _next_frame(source, position, end, first) if holes <= _MOST_HOLES else None
            if found is None:
                # What stands behind the sound is no sound.
                break
            position = found
            continue
        frames += 1
        total += frame.length
        position += frame.length
    return frames, total
