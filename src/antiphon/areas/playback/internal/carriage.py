"""How songs travel piece by piece without loss: as their own packets where players of pieces know them, or as FLAC."""

import math

from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.data.transcodes import AAC_FRAME, FLAC_FRAME, Form, Pieces
from antiphon.areas.playback.internal.forms import LOSSLESS, fitting_channels

PIECE_SECONDS = 6.0
# Encoders' usual samples in a packet; other packets are cut at the nearest border.
_OPUS_FRAME, _OPUS_RATE = 960, 48_000
_MP3_FRAME, _MP3_LOW_FRAME, _MP3_LOW_RATE = 1152, 576, 32_000
# The most that an AAC frame of one channel, an Opus packet and MP3 may have, in bits and bits a second.
_AAC_FRAME_BITS, _OPUS_BITS, _MP3_BITS, _MP3_LOW_BITS = 6144, 510_000, 320_000, 160_000
# What FLAC of FFmpeg holds.
_MOST_BITS = 24
# What the wrapping adds: to each packet, and to each second.
_PACKET_BITS, _SECOND_BITS = 64, 4000

FLAC_CODEC, MP3_CODEC, AAC_CODEC = "fLaC", "mp4a.40.34", "mp4a.40.2"
_CODECS = {"mp3": MP3_CODEC, "flac": FLAC_CODEC, "alac": "alac", "opus": "Opus", "aac": AAC_CODEC}


def carriage(song: SongRow) -> Form | None:
    """What the pieces of a song's own sound are; None where they would not be its own sound any more."""
    if song.format == "mp3":
        return Form("packed", "audio/mpeg", "mp3", 0, (), (), 0)
    if song.format == "aac" and song.suffix == "aac":
        return Form("packed", "audio/aac", "aac", 0, (), (), 0)
    if song.format in _CODECS:
        return Form("fragment", "audio/mp4", "m4s", 0, (), (), 0)
    flac = Form("flac_fragment", "audio/mp4", "m4s", 0, (), (), 8)
    is_kept = 0 < song.bit_depth <= _MOST_BITS and fitting_channels(flac, song.channels) == song.channels
    return flac if song.format in LOSSLESS and is_kept else None


def usual_codecs(song: SongRow) -> str:
    """The codec of the pieces as players know it, as far as the catalogue tells."""
    return _CODECS.get(song.format, FLAC_CODEC)


def own_pieces(song: SongRow) -> Pieces:
    """How a song's own sound is cut."""
    rate, frame = _frame(song)
    frames = round(PIECE_SECONDS * rate / frame)
    samples = max(1, math.ceil(song.duration * rate))
    # Durations are known to the millisecond: what is less than that makes no piece of its own.
    count = math.ceil((samples - rate // 1000) / (frames * frame))
    return Pieces(rate, frames, max(1, count), samples, frame)


def own_peak(song: SongRow) -> int:
    """The most bits in any second of the pieces: what the codec can have at most, as nobody has counted them."""
    rate, frame = _frame(song)
    if song.format == "mp3":
        most = _MP3_BITS if rate >= _MP3_LOW_RATE else _MP3_LOW_BITS
    elif song.format == "aac":
        most = _AAC_FRAME_BITS * song.channels * rate // AAC_FRAME
    elif song.format == "opus":
        most = _OPUS_BITS * math.ceil(song.channels / 2)
    else:
        most = rate * song.channels * (song.bit_depth or _MOST_BITS)
    return max(most, song.bitrate * 1000) + _wrapping(rate, frame)


def own_average(song: SongRow) -> int:
    """The bits of a second on average; 0 where that is not known."""
    form = carriage(song)
    if form is None or form.codec == "flac_fragment" or not song.bitrate:
        return 0
    return (song.bitrate + 1) * 1000 + _wrapping(*_frame(song))


def _frame(song: SongRow) -> tuple[int, int]:
    if song.format == "opus":
        return _OPUS_RATE, _OPUS_FRAME
    if song.format == "mp3":
        return song.sample_rate, _MP3_FRAME if song.sample_rate >= _MP3_LOW_RATE else _MP3_LOW_FRAME
    return song.sample_rate, AAC_FRAME if song.format == "aac" else FLAC_FRAME


def _wrapping(rate: int, frame: int) -> int:
    return _PACKET_BITS * rate // frame + _SECOND_BITS


def told_codecs(beginning: bytes) -> str:
    """The codec that stands before the fragments of AAC (ISO 14496-1 and 14496-3): which of its kinds it is."""
    place = beginning.find(b"esds")
    # Behind version and flags: descriptors, each a tag, a length of one to four bytes, and what is in it.
    place = -1 if place < 0 else place + 8
    for tag, skipped in ((3, 3), (4, 13), (5, 0)):
        if place < 0 or place + 2 > len(beginning) or beginning[place] != tag:
            return AAC_CODEC
        place += 1
        while place + 1 < len(beginning) and beginning[place] & 0x80:
            place += 1
        place += 1 + skipped
    kind = int.from_bytes(beginning[place : place + 2].ljust(2, b"\0"), "big")
    number = kind >> 11
    return f"mp4a.40.{32 + (kind >> 5 & 0x3F) if number == 31 else number}"
