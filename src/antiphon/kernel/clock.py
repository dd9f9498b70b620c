"""The one place that asks what time it is, so that tests can answer."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Seconds since 1970-01-01 UTC."""

system_clock: Clock = time.time

EARLIEST_MOMENT, LATEST_MOMENT = -62_135_596_800.0, 253_402_300_799.0
"""The first and the last moment (seconds since 1970) that can be told as a date: the years 1 to 9999."""


class Seldom:
    """Says yes at most once in so many seconds: what fails again and again is told seldom."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last = float("-inf")

    def is_due(self) -> bool:
        """Whether it is time again; after a yes, the next is as many seconds away."""
        now = time.monotonic()
        if now - self._last < self._seconds:
            return False
        self._last = now
        return True


def date_of(seconds: float) -> datetime:
    """`seconds` since 1970 as a date in UTC. What lies before the year 1 or after 9999 becomes the nearest that can be
    told, so that one odd value never hides a whole list."""
    return datetime.fromtimestamp(min(LATEST_MOMENT, max(EARLIEST_MOMENT, seconds)), UTC)


def iso(seconds: float | None) -> str | None:
    """`seconds` since 1970 as ISO 8601 in UTC to the millisecond (`2026-11-21T10:00:00.000Z`); None stays None."""
    if seconds is None:
        return None
    return f"{date_of(seconds).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"
