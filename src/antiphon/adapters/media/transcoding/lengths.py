"""Sound of exactly so many samples."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from antiphon.areas.playback.data.transcodes import Recipe

# Codecs whose files tell their length to the sample.
_EXACT = ("flac", "alac", "wavpack", "ape", "vorbis", "opus")
OPUS_RATE = 48_000
# Resampling leaves out a few samples; where more is missing, the file is damaged, and nothing stands for what it lost.
MOST_SILENCE_SECONDS = 0.1


def known_samples(recipe: Recipe, stream: AudioStream) -> int:
    """How many samples will be made of a file, where it tells that to the sample; else 0."""
    codec = stream.codec_context.name
    if not stream.duration or stream.time_base is None or not (codec in _EXACT or codec.startswith("pcm_")):
        return 0
    seconds = float(stream.duration * stream.time_base) - recipe.offset
    if codec == "opus":
        # What its decoder leaves out at the beginning stands in its header (RFC 7845, 5.1), and is counted.
        seconds -= int.from_bytes((stream.codec_context.extradata or b"")[10:12], "little") / OPUS_RATE
    return max(0, round(seconds * recipe.sample_rate))


def exactly(samples: int, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
    """The first samples of frames; where a few are missing at the end, silence stands for them."""
    left, last = samples, None
    for frame in frames:
        last = frame if frame.samples <= left else shortened(frame, left)
        left -= last.samples
        yield last
        if not left:
            return
    if last is not None and left < MOST_SILENCE_SECONDS * last.sample_rate:
        yield _silent(last, left)


def shortened(frame: AudioFrame, samples: int) -> AudioFrame:
    """The beginning of a frame."""
    return _like(frame, frame.to_ndarray()[:, : _width(frame, samples)].copy())


def _silent(frame: AudioFrame, samples: int) -> AudioFrame:
    middle = 128 if frame.format.name.startswith("u8") else 0
    sound = frame.to_ndarray()
    return _like(frame, np.full((sound.shape[0], _width(frame, samples)), middle, dtype=sound.dtype))


def _width(frame: AudioFrame, samples: int) -> int:
    return samples if frame.format.is_planar else samples * frame.layout.nb_channels


def _like(frame: AudioFrame, sound: Any) -> AudioFrame:
    made = AudioFrame.from_ndarray(sound, frame.format.name, frame.layout.name)
    made.sample_rate, made.pts, made.time_base = frame.sample_rate, frame.pts, frame.time_base
    return made
