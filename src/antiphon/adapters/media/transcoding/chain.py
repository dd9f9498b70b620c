"""Decoded sound on its way to an encoder: cut, made louder or softer, resampled, and of one shape from end to end.

PyAV itself cuts frames to the length that an encoder takes, and mixes and converts the first shape it is given: what
needs nothing else goes past the filters.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.filter import Graph

from antiphon.adapters.media.filtering import through

Shape = tuple[int, str, str]
"""Samples a second, how each is written, and what its channels are."""


class Chain:
    """The filters between a decoder and an encoder. They are set up anew where the sound changes its shape."""

    def __init__(self, encoder: AudioCodecContext, *, begin: float, gain: float) -> None:
        """`begin` is where the sound that is wanted begins, by the clock of the file in seconds; `gain` is in dB."""
        self._encoder = encoder
        self._begin = begin
        self._gain = gain
        self._graph: Graph | None = None
        self._shape: Shape | None = None
        self._target: Shape | None = None
        self._base = Fraction(1)
        self._clock = 0
        self._encoder_base = Fraction(1, encoder.sample_rate)

    def shaped(self, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
        """The frames as the encoder takes them."""
        for frame in frames:
            shape = (frame.sample_rate, frame.format.name, frame.layout.name)
            if shape != self._shape:
                yield from self._rest()
                self._begin_shape(shape)
            self._keep_time(frame)
            if self._graph is None:
                yield frame
            else:
                yield from self._through(frame)
        yield from self._rest()

    def _begin_shape(self, shape: Shape) -> None:
        encoder = self._encoder
        base = Fraction(1, shape[0])
        self._clock, self._base, self._shape = round(self._clock * self._base / base), base, shape
        is_plain = shape[0] == encoder.sample_rate and self._begin <= 0 and not self._gain
        if self._target is None:
            self._target = shape if is_plain else (encoder.sample_rate, encoder.format.name, encoder.layout.name)
        self._graph = None if is_plain and shape == self._target else self._made(shape, self._target)

    def _keep_time(self, frame: AudioFrame) -> None:
        """Some containers leave out when a frame begins: then it does where the one before it ended."""
        pts, given = frame.pts, frame.time_base
        if pts is None or given is None:
            frame.pts = self._clock
        elif given != self._base:
            frame.pts = round(pts * given / self._base)
        frame.time_base = self._base
        assert frame.pts is not None
        self._clock = frame.pts + frame.samples

    def _made(self, shape: Shape, target: Shape) -> Graph:
        graph = Graph()
        rate, sample_format, layout = shape
        nodes = [graph.add_abuffer(sample_rate=rate, format=sample_format, layout=layout, time_base=Fraction(1, rate))]
        if self._begin > 0:
            nodes.append(graph.add("atrim", start=f"{self._begin:.6f}"))
        if self._gain:
            nodes.append(graph.add("volume", volume=f"{self._gain:.3f}dB", precision="float"))
        rate, sample_format, layout = target
        wanted = {"sample_fmts": sample_format, "sample_rates": str(rate), "channel_layouts": layout}
        nodes += [graph.add("aformat", **wanted), graph.add("abuffersink")]
        graph.link_nodes(*nodes).configure()
        return graph

    def _through(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        if self._graph is None:
            return
        for made in through(self._graph, frame):
            made.time_base = self._encoder_base
            yield made

    def _rest(self) -> Iterator[AudioFrame]:
        """What is still in the filters; nothing goes through them after that."""
        yield from self._through(None)
        self._graph = None
