"""Values in this process's memory, within bounds."""

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_BYTES = 16 * 1024 * 1024
MOST_WINDOWS = 100_000
ENTRY_OVERHEAD = 200


class MemoryCache:
    """For a server of one web process. What was used longest ago goes first when `most_bytes` are reached."""

    def __init__(self, most_bytes: int = MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._bytes = 0
        self._values: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._held: dict[str, dict[str, float]] = {}

    async def get(self, name: str) -> bytes | None:
        """The value, or None where there is none (any more)."""
        found = self._values.get(name)
        if found is None:
            return None
        until, value = found
        if until <= self._clock():
            self._drop(name)
            return None
        self._values.move_to_end(name)
        return value

    async def set(self, name: str, value: bytes, seconds: float) -> None:
        """Keep a value for so many seconds at most."""
        self._drop(name)
        if len(value) + ENTRY_OVERHEAD > self._most_bytes // 4:
            return
        self._values[name] = (self._clock() + seconds, value)
        self._bytes += len(value) + ENTRY_OVERHEAD
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._values)))

    async def delete(self, *names: str) -> None:
        """Forget values and counts."""
        for name in names:
            self._drop(name)
            self._windows.pop(name, None)

    async def increment(self, name: str, seconds: float, by: int = 1) -> int:
        """Count `by` more in the window of `seconds` that began with the first count; gives the count so far."""
        now = self._clock()
        until, count = self._windows.get(name, (0.0, 0))
        if until <= now:
            self._windows.pop(name, None)
            until, count = now + seconds, 0
            self._make_room(now)
        self._windows[name] = (until, count + by)
        return count + by

    def remember_count(self, name: str, seconds: float, count: int) -> None:
        """Go on from a count that was made elsewhere; its window begins now unless there is one."""
        now = self._clock()
        until, _ = self._windows.get(name, (0.0, 0))
        if until <= now:
            self._windows.pop(name, None)
            until = now + seconds
            self._make_room(now)
        self._windows[name] = (until, count)

    async def hold(self, name: str, holder: str, most: int, seconds: float) -> bool:
        """Take one of `most` places of `name` for `holder`, or keep it; False where all are taken."""
        now = self._clock()
        held = {one: until for one, until in self._held.get(name, {}).items() if until > now}
        has_place = holder in held or len(held) < most
        if has_place:
            held[holder] = now + seconds
        self._keep_held(name, held)
        return has_place

    async def release(self, name: str, holder: str) -> None:
        """Give a place back."""
        held = self._held.get(name, {})
        held.pop(holder, None)
        self._keep_held(name, held)

    async def is_reachable(self) -> bool:
        """Always."""
        return True

    async def close(self) -> None:
        """Forget everything."""
        self._values.clear()
        self._windows.clear()
        self._held.clear()
        self._bytes = 0

    def _drop(self, name: str) -> None:
        found = self._values.pop(name, None)
        if found is not None:
            self._bytes -= len(found[1]) + ENTRY_OVERHEAD

    def _keep_held(self, name: str, held: dict[str, float]) -> None:
        if held:
            self._held[name] = held
        else:
            self._held.pop(name, None)

    def _make_room(self, now: float) -> None:
        """Forget windows that are over, oldest first, and one that is not where there are too many."""
        while self._windows:
            name, (until, _) = next(iter(self._windows.items()))
            if until > now and len(self._windows) < MOST_WINDOWS:
                return
            del self._windows[name]
