"""The general ceiling: as many calls as promised, no more, alone and over several processes, and at next to no cost."""

import time
import timeit
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from antiphon.adapters.cache.memory import MemoryCache
from antiphon.adapters.cache.redis import RedisCache
from antiphon.api.http import ceilings
from antiphon.api.http.ceilings import CALLS, CALLS_TOLD_AT_ONCE, WINDOW_SECONDS, Ceilings
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.web import make_web
from antiphon.bootstrap.wiring import wire
from antiphon.kernel.cache import Cache
from antiphon.kernel.errors import AntiphonError, Kind
from tests.services.application import BASE_URL

NOW = 1_800_000_001.0
PROMISED_PER_SECOND = 100


class CountedCache(MemoryCache):
    """A cache that knows how often it was asked."""

    asked = 0

    async def increment(self, name: str, seconds: float, by: int = 1) -> int:
        """Counted."""
        self.asked += 1
        return await super().increment(name, seconds, by)


class Clock:
    """Stands still until it is moved."""

    now = NOW

    def __call__(self) -> float:
        return self.now


async def passed(guard: Ceilings, calls: int, user_id: int = 7, address: str = "192.0.2.1") -> int:
    """How many of some calls are let through."""
    count = 0
    for _ in range(calls):
        try:
            await guard.admit(user_id, address)
        except AntiphonError as error:
            assert error.kind is Kind.TOO_MANY_REQUESTS
            assert 1 <= (error.retry_after or 0) <= WINDOW_SECONDS
        else:
            count += 1
    return count


def test_the_ceiling_is_as_high_as_promised() -> None:
    assert CALLS / WINDOW_SECONDS >= PROMISED_PER_SECOND


async def test_a_caller_is_refused_until_the_window_is_over() -> None:
    clock = Clock()
    guard = Ceilings(MemoryCache(), clock, enabled=True)
    assert await passed(guard, CALLS + 500) == CALLS
    assert await passed(guard, 10, user_id=8) == 10
    clock.now += WINDOW_SECONDS
    assert await passed(guard, 10) == 10


async def test_who_has_not_signed_in_counts_by_network() -> None:
    guard = Ceilings(MemoryCache(), Clock(), enabled=True)
    half = CALLS // 2
    assert await passed(guard, half, user_id=0, address="2001:db8::1") == half
    assert await passed(guard, CALLS, user_id=0, address="2001:db8::ffff") == CALLS - half
    assert await passed(guard, 5, user_id=0, address="2001:db8:0:1::1") == 5
    assert await passed(guard, 5, user_id=7, address="2001:db8::1") == 5


async def test_switched_off_nobody_is_counted() -> None:
    cache = CountedCache()
    assert await passed(Ceilings(cache, Clock(), enabled=False), 3 * CALLS) == 3 * CALLS
    assert cache.asked == 0


async def test_the_cache_is_told_now_and_then_only() -> None:
    cache = CountedCache()
    guard = Ceilings(cache, Clock(), enabled=True)
    await passed(guard, CALLS_TOLD_AT_ONCE - 1)
    assert cache.asked == 0
    await passed(guard, 10 * CALLS)
    assert cache.asked <= CALLS // CALLS_TOLD_AT_ONCE + 1


@pytest.fixture(params=["memory", "redis"])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[Cache]:
    """What several processes count in."""
    cache: Cache = MemoryCache() if request.param == "memory" else RedisCache(request.getfixturevalue("redis_url"))
    yield cache
    await cache.close()


async def test_several_processes_count_together(shared: Cache) -> None:
    clock = Clock()
    nodes = [Ceilings(shared, clock, enabled=True) for _ in range(4)]
    through = 0
    for _ in range(CALLS // 2):
        for node in nodes:
            through += await passed(node, 1)
    # What a process has not told yet may go beyond; never less than the ceiling is let through.
    assert CALLS <= through <= CALLS + len(nodes) * CALLS_TOLD_AT_ONCE


async def test_a_call_costs_next_to_nothing() -> None:
    """A microsecond or two; ten are allowed here, because tests run on busy machines."""
    clock = Clock()
    guard = Ceilings(MemoryCache(), clock, enabled=True)

    def call() -> None:
        clock.now += 0.01
        with pytest.raises(StopIteration):
            guard.admit(7, "192.0.2.1").send(None)

    def nothing() -> None:
        clock.now += 0.01
        with pytest.raises(StopIteration):
            _nothing().send(None)

    calls = 5000
    spent, idle = (min(timeit.repeat(one, number=calls, repeat=5, timer=time.process_time)) for one in (call, nothing))
    assert (spent - idle) / calls < 10e-6


async def _nothing() -> None:
    return


@pytest.fixture
def low_ceiling(monkeypatch: pytest.MonkeyPatch) -> int:
    """A ceiling that a test reaches soon, in one window."""
    monkeypatch.setattr(ceilings, "CALLS", 40)
    monkeypatch.setattr(ceilings, "WINDOW_SECONDS", 600.0)
    return 40


@asynccontextmanager
async def opened(folder: Path, **settings: str) -> AsyncIterator[httpx2.AsyncClient]:
    environment = {"ANTIPHON_DATA": str(folder / "data"), "ANTIPHON_MUSIC": str(folder / "music"), **settings}
    application = wire(read_settings(environment, folder), synchronous="OFF")
    web = make_web(application, worker_runs=lambda: True)
    async with web.running():
        transport = httpx2.ASGITransport(app=web.application, client=("127.0.0.1", 50_000))
        async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            yield client
    await application.close()


# An open route of each dialect, and how it tells who is too fast.
REFUSALS: list[tuple[str, Any]] = [
    ("/api/v1/health/live", lambda body: body["error"]["code"] == "too_many_requests" and body["success"] is False),
    ("/logout", lambda body: isinstance(body["error"], str)),
    ("/rest/getOpenSubsonicExtensions?f=json", lambda body: body["subsonic-response"]["status"] == "failed"),
    ("/rest/ping?f=json&u=nobody&p=wrong", lambda body: body["subsonic-response"]["status"] == "failed"),
]


@pytest.mark.parametrize(("path", "is_told"), REFUSALS, ids=[path.partition("?")[0] for path, _ in REFUSALS])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_dialect_refuses_who_is_too_fast(
    database_url: str, tmp_path: Path, low_ceiling: int, path: str, is_told: Any
) -> None:
    assert database_url
    method = "POST" if path == "/logout" else "GET"
    async with opened(tmp_path) as client:
        answers = [await client.request(method, path) for _ in range(low_ceiling + 5)]
        assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) >= 1
        assert is_told(answers[-1].json())
        # The same caller is too fast in all dialects.
        other = REFUSALS[0][0] if path != REFUSALS[0][0] else REFUSALS[2][0]
        assert (await client.get(other)).status_code == 429


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_setting_switches_ceilings_off(database_url: str, tmp_path: Path, low_ceiling: int) -> None:
    assert database_url
    async with opened(tmp_path, RATE_LIMITS="off") as client:
        for _ in range(3 * low_ceiling):
            assert (await client.get("/api/v1/health/live")).status_code == 200
