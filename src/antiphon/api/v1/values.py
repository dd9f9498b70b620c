"""Types of values that requests bring, with the bounds that make them safe for every store."""

from typing import Annotated

import msgspec

Id = Annotated[int, msgspec.Meta(ge=1, le=999_999_999_999_999_999)]
Year = Annotated[int, msgspec.Meta(ge=0, le=9999)]
RatingValue = Annotated[int, msgspec.Meta(ge=0, le=5)]
Text = Annotated[str, msgspec.Meta(max_length=1000)]
LongText = Annotated[str, msgspec.Meta(max_length=100_000)]
