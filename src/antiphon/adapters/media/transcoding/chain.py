"""Decoded sound, brought into the shape that an encoder takes: cut, made louder or softer, mixed down, resampled."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.filter import Graph

from antiphon.adapters.media.filtering import through


class Chain:
    """The filters between a decoder and an encoder. They are set up anew where the sound changes its shape."""

    def __init__(self, encoder: AudioCodecContext, *, begin: float, gain: float) -> None:
        """`begin` is where the sound that is wanted begins, by the clock of the file in seconds; `gain` is in dB."""
        self._encoder = encoder
        self._begin = begin
        self._gain = gain
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()
        self._clock = Fraction(0)

    def shaped(self, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
        """The frames as the encoder takes them."""
        for frame in frames:
            shape = (frame.sample_rate, frame.format.name, frame.layout.name)
            if shape != self._shape:
                yield from self._rest()
                self._graph = self._made(frame)
                self._shape = shape
            self._keep_time(frame)
            yield from self._through(frame)
        yield from self._rest()

    def _keep_time(self, frame: AudioFrame) -> None:
        """Some containers leave out when a frame begins: then it does where the one before it ended."""
        base = Fraction(1, frame.sample_rate)
        pts, given = frame.pts, frame.time_base
        moment = self._clock if pts is None or given is None else pts * given
        frame.time_base = base
        frame.pts = round(moment / base)
        self._clock = moment + frame.samples * base

    def _made(self, frame: AudioFrame) -> Graph:
        graph = Graph()
        rate = frame.sample_rate
        nodes = [
            graph.add_abuffer(
                sample_rate=rate, format=frame.format.name, layout=frame.layout.name, time_base=Fraction(1, rate)
            )
        ]
        if self._begin > 0:
            nodes.append(graph.add("atrim", start=f"{self._begin:.6f}"))
        if self._gain:
            nodes.append(graph.add("volume", volume=f"{self._gain:.3f}dB", precision="float"))
        encoder = self._encoder
        nodes.append(
            graph.add(
                "aformat",
                sample_fmts=encoder.format.name,
                sample_rates=str(encoder.sample_rate),
                channel_layouts=encoder.layout.name,
            )
        )
        nodes.append(graph.add("abuffersink"))
        graph.link_nodes(*nodes).configure()
        if encoder.frame_size:
            graph.set_audio_frame_size(encoder.frame_size)
        return graph

    def _through(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        if self._graph is None:
            return
        for made in through(self._graph, frame):
            made.time_base = Fraction(1, self._encoder.sample_rate)
            yield made

    def _rest(self) -> Iterator[AudioFrame]:
        """What is still in the filters; nothing goes through them after that."""
        yield from self._through(None)
        self._graph = None
