"""How often something may be done: ceilings per minute, counted in the cache, so that all processes count together."""

import ipaddress

from antiphon.kernel.cache import Cache
from antiphon.kernel.clock import Clock
from antiphon.kernel.errors import AntiphonError, Kind


class Limits:
    """Counts calls by what they do and who makes them. Switched off, it lets everything pass."""

    def __init__(self, cache: Cache, clock: Clock, *, enabled: bool) -> None:
        self._cache = cache
        self._clock = clock
        self._enabled = enabled

    async def count(self, purpose: str, who: str, most: int, seconds: float = 60.0) -> None:
        """Count one more call of `who` in the window that began with the first one.

        Raises TOO_MANY_REQUESTS above `most`, with the seconds until the window is over. Nobody (`who` is empty) is
        not counted.
        """
        if not self._enabled or not who:
            return
        name = f"limit:{purpose}:{who}"
        count = await self._cache.increment(name, seconds)
        if count == 1:
            await self._cache.set(f"{name}:until", b"%f" % (self._clock() + seconds), seconds)
        if count > most:
            until = await self._cache.get(f"{name}:until")
            raise AntiphonError(
                Kind.TOO_MANY_REQUESTS,
                "too_many_requests",
                f"This may be done {most} times in {seconds:.0f} seconds. Wait a moment.",
                retry_after=max(1.0, float(until) - self._clock()) if until else seconds,
            )


def network_of(address: str) -> str:
    """Who counts as one: an IPv4 address, or the /64 that a provider gives to one customer. Empty for no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        return str(mapped)
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))
