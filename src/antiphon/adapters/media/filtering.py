"""Sound through a chain of filters."""

import errno
from collections.abc import Iterator

import av.error
from av.audio.frame import AudioFrame
from av.filter import Graph


def through(graph: Graph, frame: AudioFrame | None) -> Iterator[AudioFrame]:
    """What comes out of `graph` when `frame` goes in; None says that nothing more will come, so all the rest comes out.

    Raises av.error.FFmpegError for what the filters cannot do.
    """
    graph.push(frame)
    while True:
        try:
            made = graph.pull()
        except EOFError:
            return
        except av.error.FFmpegError as error:
            if error.errno == errno.EAGAIN:
                return
            raise
        assert isinstance(made, AudioFrame)
        yield made
