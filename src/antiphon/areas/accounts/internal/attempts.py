"""How often somebody may guess: tries at a password or code, counted for the account and for where they come from.

A few tries are free. Each further one has to wait longer than the one before, two minutes at most, so that the owner is
soon back however long somebody guessed. Whoever is signed in already notices nothing of it.
"""

import hashlib
from collections.abc import Callable

from antiphon.kernel.cache import Cache
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.limits import network_of

WINDOW_SECONDS = 600.0
BURST_SECONDS = 120.0
MOST_AT_ONCE = 10
# Four guesses are free, six more have to wait: ten in ten minutes.
DELAYS = (20.0, 40.0, 80.0, 120.0)
FREE_FOR_ACCOUNT = 4
# Behind one address there may be a household.
FREE_FOR_NETWORK = 9


class Attempts:
    """Counts tries in the cache, so that all processes of a server count together."""

    def __init__(self, cache: Cache, clock: Callable[[], float], *, enabled: bool) -> None:
        self._cache = cache
        self._clock = clock
        self._enabled = enabled

    async def admit(self, purpose: str, account: str, address: str) -> None:
        """Count one more try at `account`, before it is known whether it is right.

        Raises TOO_MANY_REQUESTS with the seconds to wait. A try that was refused does not count.
        """
        if not self._enabled:
            return
        counted = self._counted(purpose, account, address)
        waits = [await self._wait(name) for name, _ in counted]
        if max(waits, default=0.0) > 0:
            raise _too_many(max(waits))
        for name, free in counted:
            await self._count(name, free)

    async def check(self, purpose: str, account: str, address: str) -> None:
        """Raise TOO_MANY_REQUESTS where a try would be refused now, without counting one."""
        if self._enabled:
            waits = [await self._wait(name) for name, _ in self._counted(purpose, account, address)]
            if max(waits) > 0:
                raise _too_many(max(waits))

    async def succeeded(self, purpose: str, account: str, address: str) -> None:
        """Forget the tries at an account after a right one. Those of the network stay: it may guess at others."""
        if self._enabled:
            name = self._counted(purpose, account, address)[0][0]
            await self._cache.delete(f"{name}:count", f"{name}:burst", f"{name}:until")

    async def allows(self, purpose: str, account: str, most: int, seconds: float) -> bool:
        """Count one more of something that may happen `most` times in `seconds`; False where it is too often."""
        return not self._enabled or await self._cache.increment(f"often:{purpose}:{_hidden(account)}", seconds) <= most

    def _counted(self, purpose: str, account: str, address: str) -> list[tuple[str, int]]:
        found = [(f"tries:{purpose}:{_hidden(account)}", FREE_FOR_ACCOUNT)]
        network = network_of(address)
        if network:
            found.append((f"tries:{purpose}:from:{network}", FREE_FOR_NETWORK))
        return found

    async def _wait(self, name: str) -> float:
        until = await self._cache.get(f"{name}:until")
        return float(until) - self._clock() if until else 0.0

    async def _count(self, name: str, free: int) -> None:
        if await self._cache.increment(f"{name}:burst", BURST_SECONDS) > MOST_AT_ONCE:
            raise _too_many(BURST_SECONDS)
        tries = await self._cache.increment(f"{name}:count", WINDOW_SECONDS)
        if tries >= free:
            delay = DELAYS[min(tries - free, len(DELAYS) - 1)]
            await self._cache.set(f"{name}:until", b"%f" % (self._clock() + delay), delay)


def _hidden(account: str) -> str:
    """Names and addresses do not stand in a cache as they are."""
    return hashlib.sha256(account.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _too_many(seconds: float) -> AntiphonError:
    return AntiphonError(
        Kind.TOO_MANY_REQUESTS,
        "too_many_attempts",
        "Too many tries. Wait a moment before the next one.",
        retry_after=max(1.0, seconds),
    )
