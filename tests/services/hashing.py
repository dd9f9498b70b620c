"""Passwords of test people are hashed with little work: hundreds of them would take minutes. What hashes really cost is
tested where hashes are tested, by asking for `real_hashes`."""

from collections.abc import Iterator

import pytest

from antiphon.areas.accounts.internal import passwords

REAL = dict(passwords.COST)
QUICK = {"memory_cost": 8, "time_cost": 1, "parallelism": 1}


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Little work for servers inside the tests' own process."""
    passwords.COST.update(QUICK)
    yield
    passwords.COST.update(REAL)


@pytest.fixture
def real_hashes(quick_hashes: None) -> Iterator[None]:
    """As much work as the product takes."""
    passwords.COST.update(REAL)
    yield
    passwords.COST.update(QUICK)
