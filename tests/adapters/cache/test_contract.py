"""What every cache does, in memory and in Redis; and what the one in Redis does without Redis."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest

from antiphon.adapters.cache.memory import MemoryCache
from antiphon.adapters.cache.redis import RedisCache
from antiphon.kernel.cache import Cache
from tests.services.programs import free_port


@pytest.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[Cache]:
    opened: Cache = MemoryCache() if request.param == "memory" else RedisCache(request.getfixturevalue("redis_url"))
    yield opened
    await opened.close()


async def test_a_value_is_kept_for_its_time(cache: Cache) -> None:
    await cache.set("song:7", b"\x00seven", 0.6)
    await cache.set("song:8", b"eight", 60)
    assert await cache.get("song:7") == b"\x00seven"
    await asyncio.sleep(0.7)
    assert await cache.get("song:7") is None
    assert await cache.get("song:8") == b"eight"


async def test_a_value_can_be_replaced_and_forgotten(cache: Cache) -> None:
    await cache.set("song:7", b"old", 60)
    await cache.set("song:7", b"new", 60)
    assert await cache.get("song:7") == b"new"
    await cache.delete("song:7", "never there")
    await cache.delete()
    assert await cache.get("song:7") is None


async def test_a_value_without_time_is_not_kept(cache: Cache) -> None:
    await cache.set("song:7", b"gone", 0)
    assert await cache.get("song:7") is None


async def test_counting_within_a_window(cache: Cache) -> None:
    counts = [await cache.increment("sign-in:1.2.3.4", 0.6) for _ in range(3)]
    other = await cache.increment("sign-in:5.6.7.8", 60)
    await asyncio.sleep(0.7)
    assert (counts, other, await cache.increment("sign-in:1.2.3.4", 0.6)) == ([1, 2, 3], 1, 1)


async def test_counting_several_at_a_time(cache: Cache) -> None:
    assert [await cache.increment("calls", 0.6, by=20), await cache.increment("calls", 0.6)] == [20, 21]
    await asyncio.sleep(0.7)
    assert await cache.increment("calls", 60, by=3) == 3


async def test_a_window_is_not_prolonged_by_counting(cache: Cache) -> None:
    for _ in range(4):
        await cache.increment("knock", 0.5)
        await asyncio.sleep(0.15)
    assert await cache.increment("knock", 0.5) <= 2


async def test_counting_at_once_counts_each(cache: Cache) -> None:
    counts = await asyncio.gather(*(cache.increment("plays", 60) for _ in range(300)))
    assert sorted(counts) == list(range(1, 301))


async def test_health(cache: Cache) -> None:
    assert await cache.is_reachable()


async def test_memory_stays_within_its_bounds() -> None:
    cache = MemoryCache(most_bytes=100_000)
    for number in range(1000):
        await cache.set(f"page:{number}", b"x" * 1000, 60)
        assert await cache.get("page:0") is not None
    kept = [number for number in range(1000) if await cache.get(f"page:{number}") is not None]
    assert kept[0] == 0 and kept[-1] == 999
    assert len(kept) < 100
    await cache.set("huge", b"x" * 90_000, 60)
    assert await cache.get("huge") is None


async def test_windows_stay_within_their_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.adapters.cache.memory.MOST_WINDOWS", 50)
    now = 0.0
    cache = MemoryCache(clock=lambda: now)
    for number in range(500):
        now += 0.01
        await cache.increment(f"address:{number}", 60)
    assert await cache.increment("address:499", 60) == 2
    assert await cache.increment("address:1", 60) == 1


@contextlib.asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """A port that takes connections and never answers."""
    server = await asyncio.start_server(lambda _reader, _writer: asyncio.sleep(60), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def held_up(cache: Cache) -> float:
    """The longest of a few calls, in seconds."""
    longest = 0.0
    for call in (
        lambda: cache.get("a"), lambda: cache.set("a", b"b", 60), lambda: cache.increment("a", 60),
        lambda: cache.delete("a"), lambda: cache.get("a"),
    ):  # fmt: skip
        begun = time.perf_counter()
        await call()  # type: ignore[no-untyped-call]
        longest = max(longest, time.perf_counter() - begun)
    return longest


async def test_without_redis_everything_is_a_miss_and_counting_goes_on() -> None:
    cache = RedisCache(f"redis://127.0.0.1:{free_port()}/0")
    assert await held_up(cache) < 1.5
    assert await cache.get("a") is None
    assert [await cache.increment("n", 60) for _ in range(3)] == [1, 2, 3]
    assert not await cache.is_reachable()
    await cache.close()


async def test_a_redis_that_goes_away_lifts_no_limit(redis_url: str) -> None:
    cache = RedisCache(redis_url)
    counts = [await cache.increment("tries", 60) for _ in range(3)]
    await cache.set("tries:until", b"12345.6", 60)
    await cache.set("page", b"x" * 1000, 60)
    cache._client = RedisCache(f"redis://127.0.0.1:{free_port()}/0")._client
    cache._increment = cache._client.register_script("return 0")
    counts += [await cache.increment("tries", 60) for _ in range(2)]
    assert counts == [1, 2, 3, 4, 5]
    assert (await cache.get("tries:until"), await cache.get("page")) == (b"12345.6", None)
    await cache.delete("tries:until")
    assert await cache.get("tries:until") is None
    await cache.close()


async def test_a_redis_that_hangs_holds_up_one_request_for_about_half_a_second() -> None:
    async with silent_server() as port:
        cache = RedisCache(f"redis://127.0.0.1:{port}/0")
        assert await held_up(cache) < 1.5
        assert await cache.get("a") is None
        await cache.close()


async def test_redis_is_used_again_when_it_is_back(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.adapters.cache.redis.REST_SECONDS", 0.4)
    cache = RedisCache(redis_url)
    cache._rest(RuntimeError("away"))
    await cache.set("a", b"b" * 100, 60)
    assert await cache.get("a") is None
    await asyncio.sleep(0.5)
    await cache.set("a", b"b", 60)
    assert await cache.get("a") == b"b"
    await cache.close()


async def test_places_are_held_until_they_are_given_back_or_lost(cache: Cache) -> None:
    assert [await cache.hold("person:7", holder, 2, 60) for holder in ("a", "b", "c")] == [True, True, False]
    assert await cache.hold("person:7", "a", 2, 60), "who has a place keeps it"
    assert await cache.hold("person:8", "c", 2, 60), "others count for themselves"
    await cache.release("person:7", "b")
    await cache.release("person:7", "never there")
    assert await cache.hold("person:7", "c", 2, 0.3)
    assert not await cache.hold("person:7", "d", 2, 60)
    await asyncio.sleep(0.4)
    assert await cache.hold("person:7", "d", 2, 60), "c has not said for too long that it is still there"
