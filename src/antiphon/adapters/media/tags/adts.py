"""Raw AAC (ADTS): no header tells its duration, so its frames are counted."""

from __future__ import annotations

from antiphon.adapters.media.tags.id3 import read_id3
from antiphon.adapters.media.tags.raw import RawTags, Unusual
from antiphon.adapters.media.tags.source import Source

_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)
_SAMPLES = 1024
_AT_ONCE = 1 << 20
_FRAMES_NEEDED = 2


def read_adts(source: Source, raw: RawTags) -> None:
    """Read a raw AAC file from its first frame to its last. Raises Unusual when they do not follow each other."""
    position = read_id3(source, raw) if source.head.startswith(b"ID3") else 0
    raw.has_picture = bool(raw.has_picture)
    first = source.read(position, 7)
    if len(first) < 7 or (first[2] >> 2 & 15) >= len(_RATES):
        raise Unusual
    raw.sample_rate = _RATES[first[2] >> 2 & 15]
    raw.channels = (first[2] & 1) << 2 | first[3] >> 6 or None
    raw.codec = "aac"
    start = position
    frames, position = _count_frames(source, position)
    if frames < _FRAMES_NEEDED:
        raise Unusual
    raw.duration = frames * _SAMPLES / raw.sample_rate
    raw.bitrate = (position - start) * 8 / raw.duration / 1000


def _count_frames(source: Source, position: int) -> tuple[int, int]:
    frames = 0
    while block := source.read(position, _AT_ONCE):
        place = 0
        while place + 7 <= len(block):
            length = (block[place + 3] & 3) << 11 | block[place + 4] << 3 | block[place + 5] >> 5
            if block[place] != 0xFF or block[place + 1] & 0xF6 != 0xF0 or length < 7:
                return frames, position + place
            frames += (block[place + 6] & 3) + 1
            place += length
        if place + 7 > len(block) and position + len(block) >= source.size:
            return frames, min(position + place, source.size)
        position += place
    return frames, position
