"""One sound without an end, cut into the songs of an album: what tells whether anything is lost between two of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import mutagen.mp4
import numpy as np
from numpy.typing import NDArray

from tests.audio.encoding import encode

RATE = 44_100

Sound = NDArray[np.float32]


class Kind(NamedTuple):
    """How FFmpeg makes a file, and how it ends."""

    container: str
    encoder: str
    suffix: str
    sample_format: str
    options: Mapping[str, str]
    rate: int = RATE
    container_options: Mapping[str, str] = MappingProxyType({})


_LOUD = {"b": "192k"}
KINDS = {
    "flac": Kind("flac", "flac", "flac", "s16", {}),
    "mp3": Kind("mp3", "libmp3lame", "mp3", "fltp", _LOUD),
    "vbr": Kind("mp3", "libmp3lame", "mp3", "fltp", {"flags": "+qscale", "global_quality": "236"}),
    "aac": Kind("ipod", "aac", "m4a", "fltp", _LOUD),
    "bare": Kind("mp3", "libmp3lame", "mp3", "fltp", _LOUD, container_options={"write_xing": "0"}),
    # As Apple's own older encoders: no edit list, and what was added stands in a tag that `tell_as_apple` writes.
    "apple": Kind("ipod", "aac", "m4a", "fltp", _LOUD, container_options={"use_editlist": "0"}),
    "adts": Kind("adts", "aac", "aac", "fltp", _LOUD),
    "alac": Kind("ipod", "alac", "m4a", "s16p", {}),
    "opus": Kind("ogg", "libopus", "opus", "flt", _LOUD, 48_000),
    "vorbis": Kind("ogg", "vorbis", "ogg", "fltp", _LOUD),
    "wav": Kind("wav", "pcm_s16le", "wav", "s16", {}),
    "deep": Kind("wav", "pcm_s24le", "wav", "s32", {}),
    "wavpack": Kind("wv", "wavpack", "wv", "s16p", {}),
}


def rising(samples: int, rate: int = RATE) -> Sound:
    """A tone that rises all the time, so that no place in it sounds like another, with a little noise."""
    moments = np.arange(samples) / rate
    tone = 0.3 * np.sin(2 * np.pi * (220 + 30 * moments) * moments)
    return (tone + 0.003 * np.random.default_rng(3).standard_normal(samples)).astype(np.float32)


def write(target: Path, kind: Kind, sound: Sound, rate: int = 0, layout: str = "stereo") -> None:
    """Write a sound of `rate` Hz (0: of the kind's own), the same in each channel. Opus is resampled."""
    source = rate or RATE
    encode(
        target,
        np.tile(sound, (2 if layout == "stereo" else 1, 1)),
        source,
        container=kind.container,
        encoder=kind.encoder,
        encoded_rate=kind.rate if kind.encoder == "libopus" else source,
        sample_format=kind.sample_format,
        options=kind.options,
        container_options=kind.container_options,
    )
    if kind.encoder == "vorbis":
        _end_at(target, len(sound))


def _end_at(path: Path, samples: int) -> None:
    """Tell in the last page of an Ogg file where its sound ends, as FFmpeg's own encoder of Vorbis does not."""
    data = bytearray(path.read_bytes())
    page = data.rindex(b"OggS")
    data[page + 6 : page + 14] = samples.to_bytes(8, "little")
    data[page + 22 : page + 26] = bytes(4)
    check = 0
    for byte in data[page:]:
        check ^= byte << 24
        for _ in range(8):
            check = (check << 1 ^ (0x04C11DB7 if check >> 31 else 0)) & 0xFFFFFFFF
    data[page + 22 : page + 26] = check.to_bytes(4, "little")
    path.write_bytes(data)


def tell_as_apple(path: Path, samples: int) -> None:
    """Write beside AAC what its encoder, FFmpeg's, has put around the sound."""
    before = 1024
    behind = -(before + samples) % 1024
    file = mutagen.mp4.MP4(path)
    told = f" 00000000 {before:08X} {behind:08X} {samples:016X}" + " 00000000" * 8
    file["----:com.apple.iTunes:iTunSMPB"] = [told.encode()]
    file.save()


def album(folder: Path, kind: Kind, lengths: Sequence[int]) -> list[Path]:
    """Songs of so many samples each, cut out of one rising tone."""
    whole = rising(sum(lengths))
    paths, begin = [], 0
    for number, length in enumerate(lengths, 1):
        path = folder / f"{number:02d}.{kind.suffix}"
        write(path, kind, whole[begin : begin + length])
        paths.append(path)
        begin += length
    return paths


def place_of(heard: Sound, whole: Sound, begin: int, length: int = 8192, reach: int = 4096) -> int:
    """By how many samples a part of `heard`, from `begin` on, stands elsewhere in `whole`: looked for so far around."""
    first = max(0, begin - reach)
    around = whole[first : begin + length + reach]
    part = heard[begin : begin + length]
    size = 1 << (len(around) + len(part)).bit_length()
    matched = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(part, size)), size)
    return first + int(np.argmax(matched[: max(1, len(around) - len(part) + 1)])) - begin
