"""The one place that asks what time it is, so that tests can answer."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Seconds since 1970-01-01 UTC."""

system_clock: Clock = time.time


def iso(seconds: float | None) -> str | None:
    """`seconds` since 1970 as ISO 8601 in UTC to the millisecond (`2026-11-21T10:00:00.000Z`); None stays None."""
    if seconds is None:
        return None
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"
