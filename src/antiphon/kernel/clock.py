"""The one place that asks what time it is, so that tests can answer."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from math import floor

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
    """`seconds` since 1970 as `iso_moment` tells them; None stays None."""
    return None if seconds is None else iso_moment(seconds)


# Each thing in a list has a moment of its own: written from tables it costs a tenth of what a date object's would.
def iso_moment(seconds: float) -> str:
    """`seconds` since 1970 as ISO 8601 in UTC to the millisecond (`2026-11-21T10:00:00.000Z`), as near as `date_of`."""
    microseconds = floor(min(LATEST_MOMENT, max(EARLIEST_MOMENT, seconds)) * 1e6 + 0.5)
    day, milliseconds = divmod(microseconds // 1000, DAY_MILLISECONDS)
    second, millisecond = divmod(milliseconds, 1000)
    return f"{_day(day)}{_MINUTES[second // 60]}{_SECONDS[second % 60]}{_MILLISECONDS[millisecond]}"


DAY_MILLISECONDS = 86_400_000
_MINUTES = tuple(f"T{hour:02}:{minute:02}:" for hour in range(24) for minute in range(60))
_SECONDS = tuple(f"{second:02}." for second in range(60))
_MILLISECONDS = tuple(f"{millisecond:03}Z" for millisecond in range(1000))
_EPOCH = date(1970, 1, 1).toordinal()


# Forty years of days.
@lru_cache(maxsize=16_384)
def _day(number: int) -> str:
    return date.fromordinal(_EPOCH + number).isoformat()
