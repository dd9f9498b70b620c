"""Writing sound into files of the formats that people have."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from antiphon.adapters.demo_music.instruments import RATE
from antiphon.adapters.demo_music.mixing import Stereo


class _Encoding(NamedTuple):
    container: str
    encoder: str
    sample_rate: int = RATE
    bit_rate: int | None = None
    options: tuple[tuple[str, str], ...] = ()


_ENCODINGS = {
    ".flac": _Encoding("flac", "flac", options=(("compression_level", "5"),)),
    # LAME's quickest good setting: its default takes twice the time for no difference that one hears.
    ".mp3": _Encoding("mp3", "libmp3lame", bit_rate=192_000, options=(("compression_level", "7"),)),
    ".opus": _Encoding("ogg", "libopus", 48_000, 128_000, (("compression_level", "5"),)),
    ".m4a": _Encoding("ipod", "aac", bit_rate=160_000, options=(("aac_coder", "fast"),)),
    ".wav": _Encoding("wav", "pcm_s16le"),
}
SUFFIXES = tuple(_ENCODINGS)
_AT_ONCE = 1 << 16  # samples


def encode(sound: Stereo, target: Path) -> None:
    """Write two channels at 44.1 kHz; the ending of the name decides the format. Raises ValueError for others."""
    encoding = _ENCODINGS.get(target.suffix.lower())
    if encoding is None:
        raise ValueError(f"{target.name}: songs are made as {', '.join(SUFFIXES)}.")
    interleaved = np.round(sound.T * 32_767).clip(-32_768, 32_767).astype(np.int16)
    with av.open(str(target), "w", format=encoding.container) as container:
        stream = container.add_stream(encoding.encoder, rate=encoding.sample_rate, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        context = stream.codec_context
        if encoding.bit_rate:
            context.bit_rate = encoding.bit_rate
        context.options = dict(encoding.options)
        context.open()
        resampler = av.AudioResampler(context.format, "stereo", encoding.sample_rate, context.frame_size or None)
        for start in range(0, len(interleaved), _AT_ONCE):
            piece = np.ascontiguousarray(interleaved[start : start + _AT_ONCE]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = RATE, start
            for resampled in resampler.resample(frame):
                container.mux(stream.encode(resampled))
        for resampled in resampler.resample(None):
            container.mux(stream.encode(resampled))
        container.mux(stream.encode(None))
