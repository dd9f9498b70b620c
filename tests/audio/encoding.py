"""Writing sound into a file as FFmpeg's encoders do."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

# FFmpeg's own encoder of Vorbis is called experimental, and is good enough for what tests hear.
_OPTIONS = {"vorbis": {"strict": "experimental"}}
# These take samples of several sizes; ours have 16 bits.
_SAMPLES = {"alac": "s16p", "wavpack": "s16p"}


def encode(
    target: Path,
    sound: NDArray[Any],
    rate: int,
    *,
    container: str,
    encoder: str,
    encoded_rate: int = 0,
    sample_format: str = "",
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
) -> None:
    """Write `sound`, a row of samples (floating point, full scale is 1) for each of one or two channels, at `rate` Hz.

    It is resampled where `encoded_rate` is given and another; `options` are those of the encoder, `container_options`
    those of the file, such as `movflags`.
    """
    layout = "stereo" if len(sound) == 2 else "mono"
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound, dtype=np.float32), "fltp", layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    with av.open(str(target), "w", format=container, options=dict(container_options or {})) as made:
        stream = made.add_stream(encoder, rate=encoded_rate or rate, layout=layout)
        context = stream.codec_context
        if wanted := sample_format or _SAMPLES.get(encoder):
            context.format = wanted
        context.options = {**_OPTIONS.get(encoder, {}), **(options or {})}
        context.open()
        resampler = av.AudioResampler(context.format, layout, encoded_rate or rate, context.frame_size or None)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            made.mux(stream.encode(piece))
        made.mux(stream.encode(None))
