"""What every way of carrying news does: between the processes of a machine, and by Redis."""

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from antiphon.adapters.pubsub.redis import RedisPubSub
from antiphon.adapters.pubsub.sockets import SocketPubSub
from antiphon.kernel.pubsub import Message, PubSub
from tests.services.programs import free_port

Make = Callable[[], PubSub]


class Heard:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self.messages.append(message)

    async def wait_for(self, count: int, seconds: float = 10) -> list[Message]:
        """The messages, once there are so many; then a moment longer, in case there are too many."""
        async with asyncio.timeout(seconds):
            while len(self.messages) < count:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        return self.messages


@pytest.fixture(params=["sockets", "redis"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes one more process's end of the same wire."""
    if request.param == "sockets":
        return lambda: SocketPubSub(tmp_path / "news")
    url = request.getfixturevalue("redis_url")
    return lambda: RedisPubSub(url)


@pytest.fixture
async def pair(make: Make) -> AsyncIterator[tuple[PubSub, PubSub]]:
    one, other = make(), make()
    await one.start()
    await other.start()
    yield one, other
    await one.close()
    await other.close()


async def test_everyone_hears_once_the_publisher_too(pair: tuple[PubSub, PubSub]) -> None:
    one, other = pair
    heard = [Heard(), Heard()]
    one.subscribe("job", heard[0])
    other.subscribe("job", heard[1])
    await one.publish("job", {"job_id": "job_a", "n": 1, "none": None})
    for ear in heard:
        assert await ear.wait_for(1) == [{"job_id": "job_a", "n": 1, "none": None}]


async def test_topics_are_apart(pair: tuple[PubSub, PubSub]) -> None:
    one, other = pair
    jobs, library = Heard(), Heard()
    other.subscribe("job", jobs)
    other.subscribe("library", library)
    await one.publish("library", {"revision": 3})
    await one.publish("nobody listens", {})
    assert await library.wait_for(1) == [{"revision": 3}]
    assert jobs.messages == []


async def test_a_burst_arrives_whole(pair: tuple[PubSub, PubSub]) -> None:
    one, other = pair
    heard = Heard()
    other.subscribe("job", heard)
    for number in range(200):
        await one.publish("job", {"n": number})
    messages = await heard.wait_for(200, 5)
    assert sorted(message["n"] for message in messages) == list(range(200))


async def test_a_failing_subscriber_hinders_no_other(pair: tuple[PubSub, PubSub]) -> None:
    one, other = pair
    heard = Heard()

    async def fail(_message: Message) -> None:
        raise RuntimeError

    other.subscribe("job", fail)
    other.subscribe("job", heard)
    await one.publish("job", {"n": 1})
    await one.publish("job", {"n": 2})
    assert len(await heard.wait_for(2)) == 2


async def test_publishing_needs_no_listening(make: Make) -> None:
    ear, mouth = make(), make()
    heard = Heard()
    ear.subscribe("job", heard)
    await ear.start()
    await mouth.publish("job", {"n": 1})
    assert await heard.wait_for(1) == [{"n": 1}]
    await mouth.close()
    await ear.close()


async def test_closing_hands_out_what_has_arrived(make: Make) -> None:
    one = make()
    await one.start()
    heard = Heard()
    one.subscribe("job", heard)
    await one.publish("job", {"n": 1})
    await one.close()
    assert heard.messages == [{"n": 1}]


def _publish_from_elsewhere(folder: Path) -> None:
    async def publish() -> None:
        wire = SocketPubSub(folder)
        await wire.publish("job", {"from": "elsewhere"})
        await wire.close()

    asyncio.run(publish())


async def test_sockets_reach_other_processes_by_long_paths_too(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / ("longer" * 10) / "news"
    wire = SocketPubSub(folder)
    heard = Heard()
    wire.subscribe("job", heard)
    await wire.start()
    process = multiprocessing.get_context("spawn").Process(target=_publish_from_elsewhere, args=(folder,))
    process.start()
    assert await heard.wait_for(1, 10) == [{"from": "elsewhere"}]
    process.join()
    await wire.close()
    assert list(folder.iterdir()) == []


async def test_sockets_of_dead_processes_are_removed_and_strangers_words_dropped(tmp_path: Path) -> None:
    dead, one, other = (SocketPubSub(tmp_path) for _ in range(3))
    for wire in (dead, one, other):
        await wire.start()
    assert dead._listening is not None
    asyncio.get_running_loop().remove_reader(dead._listening.fileno())
    dead._listening.close()
    dead._listening = None
    heard = Heard()
    other.subscribe("job", heard)
    for name in one._others():
        one._send(name, b"no json")
    await one.publish("job", {"n": 1})
    await one.publish("job", {"too long": "x" * 70_000})
    assert await heard.wait_for(1) == [{"n": 1}]
    assert len(list(tmp_path.glob("*.socket"))) == 2
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.socket")} == {0o600}
    for wire in (one, other):
        await wire.close()


async def test_without_redis_a_process_hears_itself_and_waits_for_nothing() -> None:
    wire = RedisPubSub(f"redis://127.0.0.1:{free_port()}/0")
    heard = Heard()
    wire.subscribe("job", heard)
    begun = time.perf_counter()
    await wire.start()
    await wire.publish("job", {"n": 1})
    assert time.perf_counter() - begun < 2.5
    assert await heard.wait_for(1) == [{"n": 1}]
    await wire.close()


async def test_news_flow_again_when_redis_is_back(redis_url: str) -> None:
    one, other = RedisPubSub(redis_url), RedisPubSub(redis_url)
    heard = Heard()
    other.subscribe("job", heard)
    await one.start()
    await other.start()
    client: Any = one._client
    await client.client_kill_filter(_type="pubsub")
    await asyncio.sleep(0.5)
    await one.publish("job", {"n": 1})
    assert await heard.wait_for(1) == [{"n": 1}]
    await one.close()
    await other.close()
