"""Types of values that requests bring, with the bounds that make them safe for every store."""

from datetime import datetime
from typing import Annotated

import msgspec

from antiphon.kernel.clock import date_of

Id = Annotated[int, msgspec.Meta(ge=1, le=999_999_999_999_999_999)]
Year = Annotated[int, msgspec.Meta(ge=0, le=9999)]
RatingValue = Annotated[int, msgspec.Meta(ge=0, le=5)]
Text = Annotated[str, msgspec.Meta(max_length=1000)]
LongText = Annotated[str, msgspec.Meta(max_length=100_000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""In UTC where the server says it; with an offset where a request does."""


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as the native dialect tells moments."""
    return date_of(seconds)


def moment_or_none(seconds: float | None) -> datetime | None:
    """The same; None stays None."""
    return None if seconds is None else date_of(seconds)
