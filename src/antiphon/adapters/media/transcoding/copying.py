"""Pieces of a song's own packets: cut at their borders, in other wrapping, with nothing encoded anew."""

# Only the types of PyAV know what kind of packet it is.
from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any, cast

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from antiphon.adapters.media.transcoding.fragments import Sample, beginning, fragment, moment
from antiphon.adapters.media.transcoding.source import RUN_UP_SECONDS, Output, Unplayable
from antiphon.areas.playback.data.transcodes import Piece, Recipe

#: Where the first sound of a song stands on the clock of its pieces, in seconds: the same at every bit rate, so that
#: players can go from one to another in the middle.
BEGINS = 1.5
# So much sound is gathered for a fragment.
FRAGMENT_SECONDS = 2
PACKETS_BETWEEN_CHECKS = 64
# Bare frames of MP3 and AAC begin with bits that are set.
_SYNC = 0xFF
_MOVIE = {"movflags": "empty_moov+default_base_moof", "use_editlist": "0", "strict": "experimental"}

Write = Callable[[bytes], None]
Check = Callable[[], None]


class Fragments:
    """Writes packets as fragments of an MP4 whose clock counts samples. `begins` is added to all of its times."""

    def __init__(self, rate: int, begins: int, write: Write) -> None:
        self._rate = rate
        self._begins = begins
        self._write = write
        self._first = self._last = 0
        self._gathered: list[Sample] = []

    def add(self, place: int, sample: Sample) -> None:
        """A packet that begins at the sample `place`; how long the one before it plays follows from that."""
        if self._gathered:
            self._gathered[-1] = self._gathered[-1]._replace(length=max(0, place - self._last))
        if place - self._first > FRAGMENT_SECONDS * self._rate:
            self.end()
        if not self._gathered:
            self._first = place
        self._gathered.append(sample)
        self._last = place

    def end(self) -> None:
        """Write what was gathered."""
        if self._gathered:
            begins = max(0, self._first + self._begins)
            self._write(fragment(begins // self._rate, begins, self._gathered))
            self._gathered = []


def copy_beginning(stream: AudioStream, write: Write) -> None:
    """What players need before the fragments of a song."""
    movie = bytearray()
    with av.open(cast(Any, Output(movie.extend)), "w", format="mp4", options=_MOVIE) as target:
        target.add_stream_from_template(stream)
        target.start_encoding()
    write(beginning(bytes(movie)))


class _Clock:
    """Where packets stand in a file, in samples from its first packet on."""

    def __init__(self, stream: AudioStream, first: Packet[AudioStream]) -> None:
        assert first.pts is not None and stream.time_base is not None
        self.rate = stream.codec_context.sample_rate
        self._origin = first.pts
        self._ticks = stream.time_base * self.rate
        #: Samples of the first packets that no player lets anybody hear: what encoders begin with.
        self.unheard = 0 if stream.start_time is None else max(0, self.place(stream.start_time))

    def place(self, moment: int) -> int:
        """The sample at a moment of the file."""
        return round((moment - self._origin) * self._ticks)

    def moment(self, place: int) -> int:
        """The moment of a sample."""
        return self._origin + int(place / self._ticks)

    def length(self, packet: Packet[AudioStream]) -> int:
        """How many samples a packet plays for, as far as the file tells."""
        return round((packet.duration or 0) * self._ticks)


def copy_piece(
    recipe: Recipe, piece: Piece, source: InputContainer, stream: AudioStream, write: Write, check: Check
) -> None:
    """The packets of a piece. Raises Unplayable where the file holds something else than it should."""
    opening = next((packet for packet in source.demux(stream) if packet.pts is not None), None)
    if opening is None:
        raise Unplayable("The sound of this file cannot be read.")
    clock = _Clock(stream, opening)
    first, end = (round(Fraction(frames * piece.frame * clock.rate, recipe.sample_rate)) for frames in _reach(piece))
    if first:
        source.seek(clock.moment(max(0, first - round(RUN_UP_SECONDS * clock.rate))), stream=stream)
    begins = round(BEGINS * clock.rate) - clock.unheard
    packets = _placed(itertools.chain(() if first else (opening,), source.demux(stream)), clock, check)
    wanted = itertools.takewhile(lambda one: not piece.frames or one[0] < end, packets)
    inside = (one for one in wanted if one[0] >= first)
    if recipe.codec == "packed":
        _write_packed(inside, lambda place: (place + begins) / clock.rate, write)
        return
    fragments = Fragments(clock.rate, begins, write)
    for place, packet in inside:
        fragments.add(place, Sample(bytes(packet), clock.length(packet)))
    fragments.end()


def _reach(piece: Piece) -> tuple[int, int]:
    return piece.first, piece.first + piece.frames


def _placed(
    packets: Iterable[Packet[AudioStream]], clock: _Clock, check: Check
) -> Iterator[tuple[int, Packet[AudioStream]]]:
    """Packets with where they stand; where the file does not say so, it is behind the one before."""
    place = 0
    for number, packet in enumerate(packets):
        if number % PACKETS_BETWEEN_CHECKS == 0:
            check()
        if packet.size:
            place = place if packet.pts is None else clock.place(packet.pts)
            yield place, packet
            place += clock.length(packet)


def _write_packed(
    packets: Iterator[tuple[int, Packet[AudioStream]]], seconds: Callable[[int], float], write: Write
) -> None:
    is_first = True
    for place, packet in packets:
        data = bytes(packet)
        if is_first:
            if data[0] != _SYNC:
                raise Unplayable("The sound of this file is not what it seems to be.")
            write(moment(seconds(place)))
            is_first = False
        write(data)
