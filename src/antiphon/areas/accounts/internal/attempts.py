"""How often somebody may guess: tries at a password or code, counted for the account and for where they come from.

A few tries are free. Each further one has to wait longer than the one before, two minutes at most, so that the owner is
soon back however long somebody guessed. Whoever is signed in already notices nothing of it.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

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
# Many who sign in at once wait for each other that long before anybody is refused: most of them may well be right.
SETTLE_SECONDS = 5.0
SETTLE_PAUSE_SECONDS = 0.05
WRONG_CODES = ("wrong_credentials", "mfa_wrong")


class Attempts:
    """Counts tries in the cache, so that all processes of a server count together."""

    def __init__(self, cache: Cache, clock: Callable[[], float], *, enabled: bool) -> None:
        self._cache = cache
        self._clock = clock
        self._enabled = enabled

    @asynccontextmanager
    async def attempt(self, purpose: str, account: str, address: str) -> AsyncIterator[None]:
        """Let a try at `account` run as the block. Wrong ones are counted, by the error that the block ends with; right
        ones never are, so a household may sign in as often as it likes.

        Raises TOO_MANY_REQUESTS with the seconds to wait. No more run at once than may be wrong.
        """
        if not self._enabled:
            yield
            return
        counted = self._counted(purpose, account, address)
        await self._begin(counted)
        try:
            yield
        except AntiphonError as error:
            if error.code in WRONG_CODES:
                for name, free in counted:
                    await self._count_wrong(name, free)
            else:
                await self._give_back(counted)
            raise
        except BaseException:
            await self._give_back(counted)
            raise
        await self._give_back(counted[1:])
        await self._forget(counted[0][0])

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
        """Forget the tries at an account after a right one. The network's other tries stay: it may guess at others."""
        if self._enabled:
            (name, _), *others = self._counted(purpose, account, address)
            await self._forget(name)
            for other, _ in others:
                await self._cache.increment(f"{other}:count", WINDOW_SECONDS, by=-1)
            await self._give_back(others)

    async def allows(self, purpose: str, account: str, most: int, seconds: float) -> bool:
        """Count one more of something that may happen `most` times in `seconds`; False where it is too often."""
        return not self._enabled or await self._cache.increment(f"often:{purpose}:{_hidden(account)}", seconds) <= most

    def _counted(self, purpose: str, account: str, address: str) -> list[tuple[str, int]]:
        found = [(f"tries:{purpose}:{_hidden(account)}", FREE_FOR_ACCOUNT)]
        network = network_of(address)
        if network:
            found.append((f"tries:{purpose}:from:{network}", FREE_FOR_NETWORK))
        return found

    async def _begin(self, counted: list[tuple[str, int]]) -> None:
        """Wait until a try may run. Raises TOO_MANY_REQUESTS."""
        until = time.monotonic() + SETTLE_SECONDS
        while True:
            wait = max([await self._wait(name) for name, _ in counted])
            if wait > 0:
                raise _too_many(wait)
            taken = []
            for one in counted:
                taken.append(one)
                if await self._cache.increment(f"{one[0]}:burst", BURST_SECONDS) > MOST_AT_ONCE:
                    break
            else:
                return
            await self._give_back(taken)
            if time.monotonic() > until:
                raise _too_many(BURST_SECONDS)
            await asyncio.sleep(SETTLE_PAUSE_SECONDS)

    async def _give_back(self, counted: list[tuple[str, int]]) -> None:
        for name, _ in counted:
            await self._cache.increment(f"{name}:burst", BURST_SECONDS, by=-1)

    async def _forget(self, name: str) -> None:
        await self._cache.delete(f"{name}:count", f"{name}:burst", f"{name}:until")

    async def _wait(self, name: str) -> float:
        until = await self._cache.get(f"{name}:until")
        return float(until) - self._clock() if until else 0.0

    async def _count(self, name: str, free: int) -> None:
        if await self._cache.increment(f"{name}:burst", BURST_SECONDS) > MOST_AT_ONCE:
            raise _too_many(BURST_SECONDS)
        await self._count_wrong(name, free)

    async def _count_wrong(self, name: str, free: int) -> None:
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
