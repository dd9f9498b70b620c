"""The processor time of one request to each of several servers, in turns of a few hundredths of a second.

What else the host does lasts for seconds and makes everything dearer by a half: in so short turns it falls on all,
and what they cost in relation to each other comes out the same in every run.
"""

import itertools
import socket
import statistics
import time
from collections.abc import Sequence

from bench.harness import Request, as_text
from bench.load import answer_length
from bench.serving import Running

READ_BYTES = 1 << 16
# What the kernel calls CPUCLOCK_SCHED.
CLOCK_OF_ALL_THREADS = 2
TURN_SECONDS = 0.03


class Caller:
    """Asks one server, over several connections at once, round and round."""

    def __init__(self, server: Running, requests: Sequence[Request], connections: int) -> None:
        """Connect, and warm the server up: each of the requests is answered once."""
        host = f"127.0.0.1:{server.port}"
        self._requests = itertools.cycle([as_text(request, host).encode() for request in requests])
        self._connections = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(connections)]
        for connection in self._connections:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._process_id = server.process_id
        self._costs: list[float] = []
        self._latencies: list[float] = []
        for _ in range(0, len(requests), connections):
            self._ask()
        self._at_once = max(1, round(TURN_SECONDS / (self._latencies[-1] or TURN_SECONDS)))
        self._latencies.clear()

    def take_turn(self) -> None:
        """Ask for some hundredths of a second, and note what it cost the server. Raises RuntimeError for a failure."""
        before = _nanoseconds(self._process_id)
        for _ in range(self._at_once):
            self._ask()
        took = _nanoseconds(self._process_id) - before
        self._costs.append(took / (self._at_once * len(self._connections)))

    def _ask(self) -> None:
        start = time.perf_counter()
        for connection in self._connections:
            connection.sendall(next(self._requests))
        for connection in self._connections:
            _read_answer(connection)
        self._latencies.append(time.perf_counter() - start)

    @property
    def microseconds(self) -> float:
        """The processor time of one request: the median of the turns, as a few of them fall into another's."""
        return statistics.median(self._costs) / 1000

    @property
    def milliseconds(self) -> float:
        """The median of the time until all connections had their answers."""
        return statistics.median(self._latencies) * 1000

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections:
            connection.close()


def _read_answer(connection: socket.socket) -> None:
    answer = b""
    length = None
    while length is None or len(answer) < length:
        read = connection.recv(READ_BYTES)
        if not read:
            raise RuntimeError("the server has hung up")
        answer += read
        length = length or answer_length(answer)
    if not answer.startswith(b"HTTP/1.1 2"):
        raise RuntimeError(answer[:200].decode("latin-1"))


def _nanoseconds(process_id: int) -> int:
    """The processor time of a process so far, by its own clock (clock_getcpuclockid(3)): to the nanosecond, and with
    the threads that have ended."""
    return time.clock_gettime_ns(~process_id << 3 | CLOCK_OF_ALL_THREADS)
