"""Encoding a short tone into every supported format."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import av
import numpy as np


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
    layout = "stereo" if channels == 2 else "mono"
    time = np.arange(int(made.sample_rate * seconds)) / made.sample_rate
    tone = (np.sin(2 * np.pi * hertz * time) * 8000).astype(np.int16)
    interleaved = np.repeat(tone, channels).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=layout)
    frame.sample_rate = made.sample_rate
    frame.pts = 0
    bare = {"id3v2_version": "0"} if made.container == "mp3" else {}
    with av.open(str(target), "w", format=made.container, options={**bare, **(options or {})}) as container:
        stream = container.add_stream(made.encoder, rate=made.sample_rate, layout=layout)
        context = stream.codec_context
        if made.encoder in ("alac", "wavpack"):
            context.format = "s16p"
        if made.encoder == "vorbis":
            context.options = {"strict": "experimental"}  # FFmpeg's own encoder, good enough for a tone
        context.open()
        resampler = av.AudioResampler(context.format, layout, made.sample_rate, context.frame_size or None)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
