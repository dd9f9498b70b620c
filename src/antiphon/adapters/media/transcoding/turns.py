"""Taking turns at the processors: a few encode at once, the others wait in the order they came."""

import threading
import time
from collections import deque

# So long somebody encodes before the next one's turn, in seconds of the clock.
TURN_SECONDS = 0.02


class Turns:
    """Lets `at_once` threads work. Whose listener has heard nothing yet comes before all others."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._lock = threading.Lock()
        self._first: deque[threading.Event] = deque()
        self._later: deque[threading.Event] = deque()

    def take(self, *, is_first: bool) -> None:
        """Wait for a turn."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            called = threading.Event()
            (self._first if is_first else self._later).append(called)
        called.wait()

    def give(self) -> None:
        """End a turn: the next one's begins."""
        with self._lock:
            waiting = self._first or self._later
            if waiting:
                waiting.popleft().set()
            else:
                self._free += 1

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._first) + len(self._later)


class Turn:
    """The turns of one thread. Close it in any case."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._has_it = False
        self._since = 0.0
        self.is_first = True

    def take(self) -> None:
        """Go on, as soon as it is one's turn."""
        if not self._has_it:
            self._turns.take(is_first=self.is_first)
            self._has_it, self._since = True, time.monotonic()

    def rest(self) -> None:
        """Let others go on meanwhile."""
        if self._has_it:
            self._has_it = False
            self._turns.give()

    def pass_on(self) -> None:
        """After long enough, let those who wait have their turns first."""
        if self._turns.waiting and time.monotonic() - self._since > TURN_SECONDS:
            self.rest()
            self.take()
