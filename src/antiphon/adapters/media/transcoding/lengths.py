"""Sound of exactly so many samples."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from antiphon.areas.playback.data.transcodes import Recipe

# Codecs whose files tell their length to the sample.
_EXACT = ("flac", "alac", "wavpack", "ape", "vorbis", "opus")
OPUS_RATE = 48_000
# Samples that every decoder of MP3 puts before the sound; FFmpeg leaves them out where a header tells of the encoder's.
MP3_DECODER_DELAY = 529
MOST_DOUBT_SECONDS = 1.0
# What Apple's encoders write beside the sound: samples before it, behind it, and of it, in hexadecimal.
_APPLE = re.compile(r"\s*0{8} ([0-9A-F]{8}) ([0-9A-F]{8}) ([0-9A-F]{16})\b", re.IGNORECASE)
# An MP4 that must be read through to find its end tells it too late.
_MOST_LAST_PACKETS = 16
# Resampling leaves out a few samples; where more is missing, the file is damaged, and nothing stands for what it lost.
MOST_SILENCE_SECONDS = 0.1


def known_samples(recipe: Recipe, source: InputContainer, stream: AudioStream) -> int:
    """How many samples will be made of a file, where it tells that to the sample; else 0. It is read from its beginning
    on after that."""
    if not stream.duration or stream.time_base is None:
        return 0
    codec, seconds = stream.codec_context.name, float(stream.duration * stream.time_base)
    if codec == "opus":
        # What its decoder leaves out at the beginning stands in its header (RFC 7845, 5.1), and is counted.
        seconds -= int.from_bytes((stream.codec_context.extradata or b"")[10:12], "little") / OPUS_RATE
    elif codec == "aac":
        seconds = _seconds_of_aac(source, stream)
    elif codec.startswith("mp3"):
        # The library has seen how much is left of a file that was cut off.
        is_whole = abs(seconds - recipe.offset - recipe.duration) < MOST_DOUBT_SECONDS
        seconds = seconds if is_whole and _tells_its_encoder(stream) else 0.0
    elif not (codec in _EXACT or codec.startswith("pcm_")):
        return 0
    return max(0, round((seconds - recipe.offset) * recipe.sample_rate))


def _tells_its_encoder(stream: AudioStream) -> bool:
    """Whether a header of an MP3 tells what its encoder has put around the sound: then FFmpeg begins behind that, and
    its length is one in whole samples. Of any other it is a guess."""
    if not stream.start_time or stream.time_base is None:
        return False
    rate = stream.codec_context.sample_rate
    samples = (stream.duration or 0) * stream.time_base * rate
    return stream.start_time * stream.time_base * rate >= MP3_DECODER_DELAY and samples.denominator == 1


def _seconds_of_aac(source: InputContainer, stream: AudioStream) -> float:
    """The length of AAC in an MP4: as its encoder tells it, else up to the end of its last packet, which lasts only as
    long as there is sound in it. 0 where neither is so."""
    end = _end_of(source, stream) if "mp4" in source.format.name else 0
    if not end or stream.time_base is None:
        return 0.0
    told = _APPLE.match(source.metadata.get("iTunSMPB", ""))
    rate = stream.codec_context.sample_rate
    if told is not None and stream.time_base.denominator == rate:
        before, behind, samples = (int(number, 16) for number in told.groups())
        if samples <= end <= before + samples + behind:
            return samples / rate
    return float((end - (stream.start_time or 0)) * stream.time_base)


def _end_of(source: InputContainer, stream: AudioStream) -> int:
    """Where the last packet ends, by the clock of the stream; 0 where that is not found quickly."""
    try:
        source.seek(stream.duration or 0, stream=stream)
    except FFmpegError:
        return 0
    end = 0
    for number, packet in enumerate(source.demux(stream)):
        if number > _MOST_LAST_PACKETS:
            end = 0
            break
        if packet.size and packet.pts is not None:
            end = max(end, packet.pts + (packet.duration or 0))
    # The first packet stands before the sound, which needs it.
    first = stream.index_entries[0].timestamp if len(stream.index_entries) else 0
    source.seek(first, stream=stream)
    return end


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
