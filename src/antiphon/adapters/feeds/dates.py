"""Moments and lengths as feeds tell them."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_SECONDS = 7 * 86_400.0


def moment(text: str) -> float | None:
    """Seconds since 1970 of a date after RFC 2822 or ISO 8601; None for what is none, or lies before 1970."""
    trimmed = text.strip()[:64]
    found = None
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(trimmed)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        break
    if found is None:
        return None
    try:
        seconds = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if seconds > 0 else None


def length(text: str) -> float:
    """Seconds of `3723`, `62:03` or `1:02:03`; 0 for what is none of them."""
    total = 0.0
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3:
        return 0.0
    for part in parts:
        try:
            number = float(part)
        except ValueError:
            return 0.0
        if not (math.isfinite(number) and number >= 0):
            return 0.0
        total = total * 60 + number
    return total if total <= LONGEST_SECONDS else 0.0


def size(text: str) -> int:
    """Bytes; 0 for what is no such number."""
    trimmed = text.strip()
    return int(trimmed) if trimmed.isascii() and trimmed.isdigit() and len(trimmed) <= 15 else 0
