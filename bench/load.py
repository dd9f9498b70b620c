"""A load generator for machines without wrk: keep-alive connections on raw sockets, in a process of its own.

`python -m bench.load HOST PORT CONNECTIONS SECONDS FILE` sends the requests in FILE (a JSON list of texts, headers and
body included) round and round, and prints a JSON object: how many, how many were not answered with 2xx, latencies.
"""

import asyncio
import gc
import itertools
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path


class Connection(asyncio.Protocol):
    """One client: asks, reads the whole answer, asks again, until told to stop."""

    def __init__(self, requests: Iterator[bytes], until: float, ended: "asyncio.Future[None]") -> None:
        self.requests = requests
        self.until = until
        self.ended = ended
        self.latencies: list[float] = []
        self.failures = 0
        self.buffer = b""
        self.asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first question."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        """Send the next request, or hang up when the time is over."""
        self.asked = time.perf_counter()
        if self.asked >= self.until:
            self.transport.close()
            return
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        """Count the answer once it is complete."""
        self.buffer += data
        length = answer_length(self.buffer)
        if length is None or len(self.buffer) < length:
            return
        self.latencies.append(time.perf_counter() - self.asked)
        if not self.buffer.startswith(b"HTTP/1.1 2"):
            self.failures += 1
        self.buffer = self.buffer[length:]
        self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        """Tell that this client is done; a connection cut before its time is a failure."""
        if time.perf_counter() < self.until:
            self.failures += 1
        if not self.ended.done():
            self.ended.set_result(None)


def answer_length(buffer: bytes) -> int | None:
    """The length of the HTTP answer at the start of `buffer`, as far as it can be told yet."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = buffer[:end].lower()
    start = head.find(b"\r\ncontent-length:")
    if start >= 0:
        return end + 4 + int(head[start + 17 :].split(b"\r\n", 1)[0])
    if b"\r\ntransfer-encoding: chunked" in head:
        last = buffer.find(b"\r\n0\r\n\r\n", end + 2)
        return None if last < 0 else last + 7
    return end + 4


async def run(host: str, port: int, connections: int, seconds: float, requests: list[bytes]) -> dict[str, object]:
    """Keep `connections` clients busy for `seconds`."""
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    clients: list[Connection] = []
    endings = []
    for number in range(connections):
        shifted = itertools.cycle(requests[number % len(requests) :] + requests[: number % len(requests)])
        ended = loop.create_future()
        endings.append(ended)
        client = Connection(shifted, until, ended)
        clients.append(client)
        await loop.create_connection(lambda client=client: client, host, port)  # type: ignore[misc]
    await asyncio.wait(endings, timeout=seconds + 30)
    latencies = sorted(itertools.chain.from_iterable(client.latencies for client in clients))
    return {
        "requests": len(latencies),
        "failures": sum(client.failures for client in clients),
        "seconds": seconds,
        "latencies_ms": {share: percentile(latencies, share / 100) * 1000 for share in (50, 90, 99)},
    }


def percentile(ordered: list[float], share: float) -> float:
    """The value that `share` of the ordered values do not exceed; 0 where there are none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def main() -> None:
    """As the module's text says."""
    host, port, connections, seconds, file = sys.argv[1:]
    requests = [text.encode() for text in json.loads(Path(file).read_text(encoding="utf-8"))]
    gc.disable()
    print(json.dumps(asyncio.run(run(host, int(port), int(connections), float(seconds), requests))))


if __name__ == "__main__":
    main()
