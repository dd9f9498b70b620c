"""Encoding a short tone into every supported format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.audio.encoding import encode

LOUDNESS = 8000 / 32_768
"""Of tones; full scale is 1."""


class Format(NamedTuple):
    """How FFmpeg makes a format, and what a reader should say of it."""

    container: str
    encoder: str
    suffix: str
    codec: str
    sample_rate: int = 44_100
    bit_depth: int | None = None


FORMATS = {
    "mp3": Format("mp3", "libmp3lame", "mp3", "mp3"),
    "flac": Format("flac", "flac", "flac", "flac", bit_depth=16),
    "vorbis": Format("ogg", "vorbis", "ogg", "vorbis"),
    "opus": Format("ogg", "libopus", "opus", "opus", 48_000),
    "aac": Format("ipod", "aac", "m4a", "aac"),
    "alac": Format("ipod", "alac", "m4a", "alac", bit_depth=16),
    "wav": Format("wav", "pcm_s16le", "wav", "wav", bit_depth=16),
    "aiff": Format("aiff", "pcm_s16be", "aiff", "aiff", bit_depth=16),
    "wavpack": Format("wv", "wavpack", "wv", "wavpack", bit_depth=16),
    "mp2": Format("mp2", "mp2", "mp2", "mp2"),
    "adts": Format("adts", "aac", "aac", "aac"),
}


def encode_tone(
    target: Path,
    made: Format,
    seconds: float,
    channels: int = 2,
    options: dict[str, str] | None = None,
    hertz: float = 440,
) -> None:
    """Write a tone of so many seconds. Options are those of the container, such as `movflags`."""
    time = np.arange(int(made.sample_rate * seconds)) / made.sample_rate
    tone = np.sin(2 * np.pi * hertz * time) * LOUDNESS
    bare = {"id3v2_version": "0"} if made.container == "mp3" else {}
    write(target, made, np.tile(tone, (channels, 1)), made.sample_rate, container_options={**bare, **(options or {})})


def write(target: Path, made: Format, sound: NDArray[Any], rate: int, **more: Mapping[str, str]) -> None:
    """Write sound of `rate` Hz, a row of samples for each channel, in this format (see `encode`)."""
    encode(target, sound, rate, container=made.container, encoder=made.encoder, encoded_rate=made.sample_rate, **more)
