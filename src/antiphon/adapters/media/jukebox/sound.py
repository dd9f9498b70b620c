"""A file's sound as the loudspeaker takes it: from a position on, as loud as is wanted, in stereo at 48 kHz."""

import contextlib
from collections.abc import Iterator
from fractions import Fraction

import av
import av.error
from av.audio.frame import AudioFrame
from av.filter import Graph

from antiphon.adapters.media.filtering import through

RATE = 48_000
# The decoders of broken files may give nothing for ever.
MOST_EMPTY_PACKETS = 10_000
# FFmpeg may see files only, and of the formats that people have as music.
OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mp3,flac,ogg,mov,aac,wav,aiff,wv,ape,asf,matroska,dsf,mpc,mpc8,tta,w64,caf,au",
}
# A folder that has gone away under a file may never answer.
OPEN_SECONDS, READ_SECONDS = 10.0, 30.0


class Unplayable(Exception):
    """There is no sound in the file."""


class Sound:
    """An open file. `gain`, from 0 to 1, may be changed while it is read."""

    def __init__(self, path: str, position: float, gain: float) -> None:
        """Raises Unplayable."""
        self.gain = gain
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()
        self._position = position
        try:
            self._file = av.open(
                f"file:{path}", options=OPTIONS, metadata_errors="ignore", timeout=(OPEN_SECONDS, READ_SECONDS)
            )
        except (av.error.FFmpegError, OSError) as error:
            raise Unplayable("The file cannot be read.") from error
        if not self._file.streams.audio:
            self._file.close()
            raise Unplayable("There is no sound in the file.")
        if position > 0:
            with contextlib.suppress(av.error.FFmpegError):
                self._file.seek(int(position * av.time_base), backward=True)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def frames(self) -> Iterator[AudioFrame]:
        """The sound, bit by bit. Raises Unplayable."""
        try:
            for frame in self._decoded():
                shape = (frame.sample_rate, frame.format.name, frame.layout.name, self.gain)
                if shape != self._shape:
                    yield from self._through(None)
                    self._graph, self._shape = self._made(frame), shape
                frame.pts = None
                yield from self._through(frame)
            yield from self._through(None)
        except (av.error.FFmpegError, OSError) as error:
            raise Unplayable("The file is broken.") from error

    def _decoded(self) -> Iterator[AudioFrame]:
        empty = 0
        for packet in self._file.demux(self._file.streams.audio[0]):
            try:
                decoded = packet.decode()
            except av.error.InvalidDataError:
                decoded = []
            empty = 0 if decoded else empty + 1
            if empty > MOST_EMPTY_PACKETS:
                raise Unplayable("The file is broken.")
            for frame in decoded:
                # What was found before the position is left out.
                if not isinstance(frame, AudioFrame) or (frame.time is not None and frame.time < self._position - 0.05):
                    continue
                yield frame

    def _made(self, frame: AudioFrame) -> Graph:
        graph = Graph()
        rate = frame.sample_rate
        nodes = [
            graph.add_abuffer(
                sample_rate=rate, format=frame.format.name, layout=frame.layout.name, time_base=Fraction(1, rate)
            ),
            graph.add("volume", volume=f"{self.gain:.4f}", precision="float"),
            graph.add("aformat", sample_fmts="s16", sample_rates=str(RATE), channel_layouts="stereo"),
            graph.add("abuffersink"),
        ]
        graph.link_nodes(*nodes).configure()
        return graph

    def _through(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        if self._graph is None:
            return
        yield from through(self._graph, frame)
