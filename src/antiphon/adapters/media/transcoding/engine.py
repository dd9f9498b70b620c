"""Making one form of a song out of its file: decode, bring into shape, encode, write. It runs in the media helper."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple, cast

import av
import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import Flags, InputContainer, OutputContainer

from antiphon.adapters.media.transcoding.chain import Chain
from antiphon.adapters.media.transcoding.copying import BEGINS, Fragments, copy_beginning, copy_piece
from antiphon.adapters.media.transcoding.fragments import Sample, beginning
from antiphon.adapters.media.transcoding.info_frame import info_frame
from antiphon.adapters.media.transcoding.lengths import exactly, known_samples, shortened
from antiphon.adapters.media.transcoding.source import Output, Unplayable, open_source, seek, sound_in, start_of
from antiphon.areas.playback.data.transcodes import AAC_FRAME, FLAC_FRAME, Recipe

#: The longest believed duration, in seconds.
LONGEST = 86_400.0
# The encoder of AAC begins with one frame of silence; two more, and it is as if it had never stopped.
PRIMING, WARM_UP, LOOK_AHEAD = 1, 2, 2
PACKETS_BETWEEN_CHECKS = 8
# So much sound goes out packet by packet, as somebody waits for it; the rest in larger pieces.
HURRIED_SECONDS = 2
PACKET_BY_PACKET = cast(int, Flags.flush_packets.value)

# What the container of pieces adds to their clock, in seconds: twice its `max_delay`.
TS_BEGINS = 1.4

Write = Callable[[bytes], None]
Check = Callable[[], None]
Put = Callable[[list[Any]], None]


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
    # Left to itself it takes up to a quarter more than it was given, and gives each stream a number by chance: browsers
    # whose connection breaks off read what is made anew, and put its end behind the beginning that they have.
    "opus": _Target(
        "ogg", "libopus", "flt", {"page_duration": "500000", "fflags": "+bitexact"}, {"vbr": "constrained"}
    ),
    "aac": _Target("adts", "aac", "fltp", {}, _FAST_AAC),
    "m4a": _Target(
        "mp4",
        "aac",
        "fltp",
        {"movflags": "empty_moov+delay_moov+default_base_moof", "frag_duration": "500000"},
        _FAST_AAC,
    ),
    "flac": _Target("flac", "flac", "s16", {}, {"compression_level": "4"}),
    "segment": _Target("mpegts", "aac", "fltp", _SPARING_TS, _FAST_AAC),
    "flac_fragment": _Target(
        "mp4",
        "flac",
        "s16",
        {"movflags": "empty_moov+default_base_moof"},
        {"compression_level": "4", "frame_size": str(FLAC_FRAME)},
    ),
}


def transcode(recipe: Recipe, write: Write, check: Check) -> None:
    """Make what `recipe` says and hand it to `write`. `check` is called now and then, and may raise to end it.

    Raises Unplayable; what `write` and `check` raise passes through.
    """
    try:
        with open_source(recipe) as source:
            stream = sound_in(source)
            if recipe.codec in ("packed", "fragment"):
                if recipe.piece is None:
                    copy_beginning(stream, write)
                else:
                    copy_piece(recipe, recipe.piece, source, stream, write, check)
            elif recipe.codec == "flac_fragment":
                _make_lossless(recipe, source, stream, write, check)
            else:
                with _create(recipe, write) as target:
                    encoder = _encoder(target, recipe)
                    put = partial(_mux, recipe, target, encoder)
                    _copy(recipe, source, stream, target, encoder, put, check)
    except av.error.FFmpegError as error:
        raise Unplayable("The sound of this file cannot be read.") from error


def _make_lossless(recipe: Recipe, source: InputContainer, stream: AudioStream, write: Write, check: Check) -> None:
    """A piece of FLAC, or what stands before all pieces, of a song whose own packets no player of pieces takes."""
    movie = bytearray()
    with _create(recipe, movie.extend) as target:
        encoder = _encoder(target, recipe)
        piece = recipe.piece
        if piece is None:
            target.start_encoding()
        else:
            first, end = piece.first * FLAC_FRAME, piece.frames * FLAC_FRAME
            fragments = Fragments(recipe.sample_rate, round(BEGINS * recipe.sample_rate), write)

            def put(packets: list[Any]) -> None:
                for packet in packets:
                    if packet.size and (not end or packet.pts < end):
                        fragments.add(first + packet.pts, Sample(bytes(packet), packet.duration))

            _copy(recipe, source, stream, target, encoder, put, check)
            fragments.end()
    if piece is None:
        write(beginning(bytes(movie)))


def _create(recipe: Recipe, write: Write) -> OutputContainer:
    target = _TARGETS[recipe.codec]
    options = {"flush_packets": "0", **target.options}
    made = av.open(cast(Any, Output(write)), "w", format=target.container, options=options)
    made.flags |= PACKET_BY_PACKET
    made.metadata.update(dict(recipe.tags))
    return made


def _encoder(container: OutputContainer, recipe: Recipe) -> AudioStream:
    target = _TARGETS[recipe.codec]
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}.get(recipe.channels, "stereo")
    stream = cast(AudioStream, container.add_stream(target.encoder, rate=recipe.sample_rate, layout=layout))
    context = stream.codec_context
    context.options = dict(target.encoder_options)
    context.format = "s32" if target.encoder == "flac" and recipe.bits > 16 else target.sample_format
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
    put: Put,
    check: Check,
) -> None:
    """Everything between the two files."""
    context = encoder.codec_context
    skip, frames = _cut(recipe)
    begin = skip if recipe.piece else recipe.offset
    chain = Chain(context, begin=start_of(stream) + begin, gain=recipe.gain)
    is_aac = recipe.piece is None and stream.codec_context.name == "aac"
    samples = known_samples(recipe, source, stream) if recipe.codec == "mp3" or is_aac else 0
    told = info_frame(samples, recipe.sample_rate, recipe.channels, recipe.bitrate) if recipe.codec == "mp3" else b""
    seek(source, stream, begin)
    position = 0
    end = frames * context.frame_size if frames else round(LONGEST * context.sample_rate)
    is_hurried = True
    shaped = chain.shaped(_decoded(source, stream, check))
    for frame in exactly(samples, shaped) if samples else shaped:
        if told and not position:
            # Nothing is written before there is sound: of a file without any, people are told so.
            put([av.Packet(told)])
        if is_hurried and position > HURRIED_SECONDS * context.sample_rate:
            is_hurried = False
            target.flags &= ~PACKET_BY_PACKET
        # Whoever waits for this processor, to answer something, is done before the next frame would be.
        os.sched_yield()
        frame.pts = position
        position += frame.samples
        put(context.encode(frame))
        if position >= end:
            break
    if position == 0 and recipe.piece is None and not recipe.offset:
        raise Unplayable("The sound of this file cannot be read.")
    if not frames or position < end:
        put(context.encode(None))


def _cut(recipe: Recipe) -> tuple[float, int]:
    """Of a piece: from which second to encode, and how many frames; 0 to the end."""
    piece = recipe.piece
    if piece is None:
        return 0.0, 0
    if recipe.codec == "flac_fragment":
        return piece.first * FLAC_FRAME / recipe.sample_rate, piece.frames
    before = min(WARM_UP, piece.first)
    # The packet of a frame needs the sound of the one after it.
    return (piece.first - before) * AAC_FRAME / recipe.sample_rate, before + piece.frames + LOOK_AHEAD


def _mux(recipe: Recipe, target: OutputContainer, encoder: AudioStream, packets: list[Any]) -> None:
    piece = recipe.piece
    if piece is None:
        for packet in packets:
            packet.stream = encoder
            target.mux(packet)
        return
    before = min(WARM_UP, piece.first)
    drop = before + PRIMING if piece.first else 0
    wanted = piece.frames + PRIMING if piece.first == 0 else piece.frames
    begins = round((BEGINS - TS_BEGINS) * recipe.sample_rate) - PRIMING * AAC_FRAME
    for packet in packets:
        # Packets count from the priming one, which stands a frame before the sound.
        number = packet.pts // AAC_FRAME + PRIMING
        if drop <= number < drop + wanted:
            packet.stream = encoder
            packet.pts = packet.dts = (piece.first - before + number) * AAC_FRAME + begins
            target.mux(packet)


def _decoded(source: InputContainer, stream: AudioStream, check: Check) -> Iterator[AudioFrame]:
    """The frames of a file; what cannot be decoded in its middle is left out, and of the last frame of an MP4 what its
    encoder has put behind the sound to fill it."""
    held: tuple[AudioFrame, int] | None = None
    for number, packet in enumerate(source.demux(stream)):
        if number % PACKETS_BETWEEN_CHECKS == 0:
            check()
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            if held is not None:
                yield held[0]
            held = frame, round((packet.duration or 0) * packet.time_base * stream.codec_context.sample_rate)
    if held is not None:
        frame, length = held
        is_filled = "mp4" in source.format.name and 0 < length < frame.samples
        yield shortened(frame, length) if is_filled else frame
