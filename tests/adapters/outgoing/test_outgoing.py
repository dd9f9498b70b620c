"""Calls to other servers end soon, bring little, and are made twice only where that does nothing twice."""

import asyncio
import gzip
import socket
import time
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
import pytest_asyncio

from antiphon.adapters.outgoing import REST_SECONDS, Outgoing, Resting
from antiphon.adapters.outgoing import transport as bounds
from tests.services.stand_in import Call, Reply, StandIn


class Server(StandIn):
    """Gives its replies in turn, the last one for ever; `seconds` tells how long each takes."""

    def __init__(self) -> None:
        super().__init__()
        self.replies = [Reply(200, {"ok": True})]
        self.seconds = 0.0

    def answer(self, call: Call) -> Reply:
        time.sleep(self.seconds)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that does what the test wants."""
    started = Server()
    yield started
    started.close()


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """A client on the way out."""
    async with httpx2.AsyncClient(transport=Outgoing().transport()) as opened:
        yield opened


async def test_an_answer_comes_whole(server: Server, client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"{server.address}/path?a=b")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert server.calls[0].form == {"a": "b"}


async def test_what_reads_only_is_tried_once_more(server: Server, client: httpx2.AsyncClient) -> None:
    server.replies = [Reply(503, {}), Reply(200, {"second": True})]
    assert (await client.get(server.address)).json() == {"second": True}
    server.replies = [Reply(502, {}), Reply(504, {}), Reply(200, {})]
    assert (await client.get(server.address)).status_code == 504
    assert len(server.calls) == 4


async def test_what_may_change_something_is_sent_once(server: Server, client: httpx2.AsyncClient) -> None:
    server.replies = [Reply(503, {})]
    assert (await client.post(server.address, data={"a": "b"})).status_code == 503
    assert len(server.calls) == 1


async def test_a_long_answer_is_not_read_to_its_end(server: Server, client: httpx2.AsyncClient) -> None:
    server.replies = [Reply(200, b"x" * bounds.MAXIMUM_BYTES)]
    assert len((await client.get(server.address)).content) == bounds.MAXIMUM_BYTES
    server.replies = [Reply(200, b"x" * (bounds.MAXIMUM_BYTES + 1))]
    with pytest.raises(httpx2.ReadError):
        await client.get(server.address)


async def test_nothing_is_unpacked(server: Server, client: httpx2.AsyncClient) -> None:
    server.replies = [Reply(200, gzip.compress(b"x" * 10_000_000), {"content-encoding": "gzip"})]
    with pytest.raises(httpx2.ReadError):
        await client.get(server.address)
    assert server.calls[0].headers["accept-encoding"] == "identity"


async def test_a_slow_answer_is_given_up(
    server: Server, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "TOTAL_SECONDS", 0.4)
    server.seconds = 0.8
    begun = time.monotonic()
    with pytest.raises(httpx2.TimeoutException):
        await client.get(server.address)
    assert time.monotonic() - begun < 0.8


async def test_who_does_not_answer_is_left_alone_for_a_while(server: Server, client: httpx2.AsyncClient) -> None:
    server.replies = [Reply(503, {})]
    for _ in range(3):
        await client.post(server.address)
    with pytest.raises(httpx2.ConnectError):
        await client.post(server.address)
    assert len(server.calls) == 3


async def test_nobody_there_is_told_at_once(client: httpx2.AsyncClient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with asyncio.timeout(3):
            with pytest.raises(httpx2.ConnectError):
                await client.get(address)


def test_a_rest_ends_and_a_failure_begins_the_next() -> None:
    now = [0.0]
    resting = Resting(lambda: now[0])
    for _ in range(2):
        resting.failed("a")
    assert not resting.rests("a")
    resting.failed("a")
    assert resting.rests("a")
    assert not resting.rests("b")
    now[0] = REST_SECONDS
    assert not resting.rests("a")
    resting.failed("a")
    assert resting.rests("a")
    resting.answered("a")
    assert not resting.rests("a")
