"""How often anybody may call at all: a general ceiling for each account, and for each address of those without one.

Calls are counted here, in this process, and told to the cache twenty at a time: so all processes of a server count
together, and a call costs a look into a dictionary. Who is beyond the ceiling is refused until the window is over.
"""

from functools import lru_cache

from antiphon.kernel.cache import Cache
from antiphon.kernel.clock import Clock
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.limits import network_of

WINDOW_SECONDS = 5.0
# Twice what the documents promise at least: opening a page with hundreds of covers is no attack.
CALLS_PER_SECOND = 200
CALLS = int(WINDOW_SECONDS * CALLS_PER_SECOND)
CALLS_TOLD_AT_ONCE = 20

_network_of = lru_cache(maxsize=10_000)(network_of)


class Ceilings:
    """Counts the calls of a window of five seconds; the window after it starts anew."""

    def __init__(self, cache: Cache, clock: Clock, *, enabled: bool) -> None:
        self._cache = cache
        self._enabled = enabled
        self._clock = clock
        self._ends = 0.0
        self._counts: dict[int | str, int] = {}
        self._beyond: set[int | str] = set()

    async def admit(self, user_id: int, address: str) -> None:
        """Count one more call of an account, or of an address where `user_id` is 0. Raises TOO_MANY_REQUESTS."""
        if self.count(user_id, address):
            await self.tell(user_id, address)

    def count(self, user_id: int, address: str) -> bool:
        """The same without waiting; True where the caller is to `tell` the other processes as well."""
        if not self._enabled:
            return False
        now = self._clock()
        if now >= self._ends:
            self._begin(now)
        caller = user_id or _network_of(address)
        if caller in self._beyond:
            raise self._too_many(now)
        count = self._counts.get(caller, 0) + 1
        self._counts[caller] = count
        return count % CALLS_TOLD_AT_ONCE == 0

    async def tell(self, user_id: int, address: str) -> None:
        """Tell the other processes of the calls that were counted last. Raises TOO_MANY_REQUESTS."""
        caller = user_id or _network_of(address)
        ends = self._ends
        name = f"calls:{caller}:{ends:.0f}"
        told = await self._cache.increment(name, 2 * WINDOW_SECONDS, by=CALLS_TOLD_AT_ONCE)
        if told >= CALLS and ends == self._ends:
            self._beyond.add(caller)
        if told > CALLS:
            raise self._too_many(self._clock())

    def _begin(self, now: float) -> None:
        """The next window, the same on all processes."""
        self._ends = (now // WINDOW_SECONDS + 1) * WINDOW_SECONDS
        self._counts = {}
        self._beyond = set()

    def _too_many(self, now: float) -> AntiphonError:
        return AntiphonError(
            Kind.TOO_MANY_REQUESTS,
            "too_many_requests",
            "Too many requests at once. Wait a moment.",
            retry_after=max(1.0, self._ends - now),
        )
