"""Ceilings: so many calls in a window, counted together by all who share a cache."""

import pytest

from antiphon.adapters.cache.memory import MemoryCache
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.limits import Limits, network_of


class Hour:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


async def test_a_window_begins_with_the_first_call() -> None:
    clock = Hour()
    cache = MemoryCache(clock=clock)
    here, there = Limits(cache, clock, enabled=True), Limits(cache, clock, enabled=True)
    for limits in (here, there, here):
        await limits.count("wave", "anna", 3)
        clock.now += 10
    for limits in (here, there):
        with pytest.raises(AntiphonError) as refused:
            await limits.count("wave", "anna", 3)
        assert (refused.value.kind, refused.value.retry_after) == (Kind.TOO_MANY_REQUESTS, 30.0)
    await here.count("wave", "bert", 3)
    await here.count("nod", "anna", 3)
    clock.now += 30
    await there.count("wave", "anna", 3)


async def test_switched_off_it_counts_nobody_and_nobody_is_never_counted() -> None:
    clock = Hour()
    cache = MemoryCache(clock=clock)
    for _ in range(5):
        await Limits(cache, clock, enabled=False).count("wave", "anna", 1)
        await Limits(cache, clock, enabled=True).count("wave", "", 1)
    assert await cache.increment("limit:wave:anna", 60) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_one_customer_of_a_provider_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network
