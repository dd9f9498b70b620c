"""Calls to other servers. What makes them is loaded at the first call: most servers never make one."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

FAILURES_TO_REST = 3
REST_SECONDS = 30.0


class Resting:
    """Which servers are left alone for a while, because they did not answer several times in a row."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def rests(self, origin: str) -> bool:
        """Whether nobody should ask there now. After the rest one failure is enough for the next."""
        return self._until.get(origin, 0.0) > self._clock()

    def failed(self, origin: str) -> None:
        """Note that a server did not answer."""
        self._failures[origin] = self._failures.get(origin, 0) + 1
        if self._failures[origin] >= FAILURES_TO_REST:
            self._until[origin] = self._clock() + REST_SECONDS

    def answered(self, origin: str) -> None:
        """Note that a server did."""
        self._failures.pop(origin, None)
        self._until.pop(origin, None)


class Outgoing:
    """The way out, for every adapter that asks another server."""

    def __init__(self) -> None:
        self._resting = Resting()

    def transport(self) -> "httpx2.AsyncBaseTransport":
        """What a client sends its requests through: with bounds of time and size, and a second try where it is safe."""
        from antiphon.adapters.outgoing import transport

        return transport.BoundedTransport(transport.certificates(), self._resting)
