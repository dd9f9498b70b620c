"""Making one form of a song out of its file: decode, bring into shape, encode, write. It runs in the media helper."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import av
import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import Flags, InputContainer, OutputContainer

from antiphon.adapters.media.transcoding.chain import Chain
from antiphon.areas.playback.data.transcodes import AAC_FRAME, Recipe

SAFE = {"protocol_whitelist": "file", "format_whitelist": "mp3,wav,flac,ogg,mov,aac,aiff,ape,wv"}
OPEN_SECONDS, READ_SECONDS = 10.0, 30.0
#: The longest believed duration, in seconds.
LONGEST = 86_400.0
# Codecs need what was before a place to give the sound at it.
RUN_UP_SECONDS = 0.5
# The encoder of AAC begins with one frame of silence; two more, and it is as if it had never stopped.
PRIMING, WARM_UP, LOOK_AHEAD = 1, 2, 2
PACKETS_BETWEEN_CHECKS = 8
# So much sound goes out packet by packet, as somebody waits for it; the rest in larger pieces.
HURRIED_SECONDS = 2
PACKET_BY_PACKET = cast(int, Flags.flush_packets.value)

Write = Callable[[bytes], None]
Check = Callable[[], None]


class Unplayable(Exception):
    """A file of which no sound can be made; the message is for people."""


class _Target(NamedTuple):
    """How FFmpeg calls a form."""

    container: str
    encoder: str
    sample_format: str
    options: dict[str, str]
    encoder_options: dict[str, str]


# Twice as quick as the usual search, and no further from the original.
_FAST_AAC = {"aac_coder": "fast"}
# Many frames in a packet, and its tables once: else a piece at 64 kbit/s would take 155.
_SPARING_TS = {
    "mpegts_flags": "initial_discontinuity",
    "max_delay": "700000",
    "pat_period": "60",
    "sdt_period": "60",
}
_TARGETS: dict[str, _Target] = {
    "mp3": _Target("mp3", "libmp3lame", "fltp", {"write_xing": "0", "id3v2_version": "3"}, {"compression_level": "7"}),
    # Left to itself it takes up to a quarter more than it was given.
    "opus": _Target("ogg", "libopus", "flt", {"page_duration": "500000"}, {"vbr": "constrained"}),
    "aac": _Target("adts", "aac", "fltp", {}, _FAST_AAC),
    "m4a": _Target(
        "mp4",
        "aac",
        "fltp",
        {"movflags": "empty_moov+default_base_moof", "frag_duration": "1000000"},
        _FAST_AAC,
    ),
    "flac": _Target("flac", "flac", "s16", {}, {"compression_level": "4"}),
    "segment": _Target("mpegts", "aac", "fltp", _SPARING_TS, _FAST_AAC),
}


class _Output:
    """What FFmpeg takes for a file that can only be written from its beginning to its end."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        """Pass on what was encoded."""
        self._write(bytes(data))
        return len(data)


def transcode(recipe: Recipe, write: Write, check: Check) -> None:
    """Make what `recipe` says and hand it to `write`. `check` is called now and then, and may raise to end it.

    Raises Unplayable; what `write` and `check` raise passes through.
    """
    try:
        with _open(recipe) as source:
            stream = _stream(source)
            with _create(recipe, write) as target:
                encoder = _encoder(target, recipe)
                _copy(recipe, source, stream, target, encoder, check)
    except av.error.FFmpegError as error:
        raise Unplayable("The sound of this file cannot be read.") from error


def _open(recipe: Recipe) -> InputContainer:
    path = Path(os.fsdecode(recipe.path))
    # A named pipe that took a file's place would hold this thread for ever.
    if not path.is_file():
        raise Unplayable("The file of this song has vanished.")
    name = f"file:{path}"
    return av.open(name, options=SAFE, metadata_errors="replace", timeout=(OPEN_SECONDS, READ_SECONDS))


def _stream(source: InputContainer) -> AudioStream:
    if not source.streams.audio:
        raise Unplayable("There is no sound in this file.")
    stream = source.streams.audio[0]
    if stream.codec_context.sample_rate <= 0 or stream.codec_context.channels <= 0:
        raise Unplayable("The sound of this file cannot be read.")
    return stream


def _create(recipe: Recipe, write: Write) -> OutputContainer:
    target = _TARGETS[recipe.codec]
    options = {"flush_packets": "0", **target.options}
    made = av.open(cast(Any, _Output(write)), "w", format=target.container, options=options)
    made.flags |= PACKET_BY_PACKET
    made.metadata.update(dict(recipe.tags))
    return made


def _encoder(container: OutputContainer, recipe: Recipe) -> AudioStream:
    target = _TARGETS[recipe.codec]
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}.get(recipe.channels, "stereo")
    stream = cast(AudioStream, container.add_stream(target.encoder, rate=recipe.sample_rate, layout=layout))
    context = stream.codec_context
    context.options = dict(target.encoder_options)
    context.format = "s32" if recipe.codec == "flac" and recipe.bits > 16 else target.sample_format
    if recipe.bitrate:
        context.bit_rate = recipe.bitrate * 1000
    if recipe.codec == "opus":
        # Tags of Ogg belong to the stream.
        stream.metadata.update(dict(recipe.tags))
    context.open()
    return stream


def _copy(
    recipe: Recipe,
    source: InputContainer,
    stream: AudioStream,
    target: OutputContainer,
    encoder: AudioStream,
    check: Check,
) -> None:
    """Everything between the two files."""
    context = encoder.codec_context
    skip, frames, drop = _cut(recipe)
    begin = skip if recipe.piece else recipe.offset
    chain = Chain(context, begin=_start_of(stream) + begin, gain=recipe.gain)
    _seek(source, stream, begin)
    position = 0
    end = frames * context.frame_size if frames else round(LONGEST * context.sample_rate)
    is_hurried = True
    for frame in chain.shaped(_decoded(source, stream, check)):
        if is_hurried and position > HURRIED_SECONDS * context.sample_rate:
            is_hurried = False
            target.flags &= ~PACKET_BY_PACKET
        frame.pts = position
        position += frame.samples
        _mux(recipe, target, encoder, context.encode(frame), drop)
        if position >= end:
            break
    if position == 0 and recipe.piece is None and not recipe.offset:
        raise Unplayable("The sound of this file cannot be read.")
    if not frames or position < end:
        _mux(recipe, target, encoder, context.encode(None), drop)


def _cut(recipe: Recipe) -> tuple[float, int, int]:
    """Of a piece: from which second to encode, how many frames, and how many packets at the beginning to drop."""
    piece = recipe.piece
    if piece is None:
        return 0.0, 0, 0
    before = min(WARM_UP, piece.first)
    drop = before + PRIMING if piece.first else 0
    # The packet of a frame needs the sound of the one after it.
    return (
        (piece.first - before) * AAC_FRAME / recipe.sample_rate,
        before + piece.frames + LOOK_AHEAD,
        drop,
    )


def _mux(recipe: Recipe, target: OutputContainer, encoder: AudioStream, packets: list[Any], drop: int) -> None:
    piece = recipe.piece
    if piece is None:
        for packet in packets:
            packet.stream = encoder
            target.mux(packet)
        return
    before = min(WARM_UP, piece.first)
    for packet in packets:
        # Packets count from the priming one, which stands a frame before the sound.
        number = packet.pts // AAC_FRAME + PRIMING
        wanted = piece.frames + PRIMING if piece.first == 0 else piece.frames
        if drop <= number < drop + wanted:
            packet.stream = encoder
            packet.pts = packet.dts = (piece.first - before + number) * AAC_FRAME
            target.mux(packet)


def _start_of(stream: AudioStream) -> float:
    """Where the clock of the file stands at its first sound, in seconds."""
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def _seek(source: InputContainer, stream: AudioStream, seconds: float) -> None:
    place = seconds - RUN_UP_SECONDS
    if place > 0 and stream.time_base:
        source.seek(int((place + _start_of(stream)) / stream.time_base), stream=stream)


def _decoded(source: InputContainer, stream: AudioStream, check: Check) -> Iterator[AudioFrame]:
    """The frames of a file; what cannot be decoded in its middle is left out."""
    for number, packet in enumerate(source.demux(stream)):
        if number % PACKETS_BETWEEN_CHECKS == 0:
            check()
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        yield from frames
