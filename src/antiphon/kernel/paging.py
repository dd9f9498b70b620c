"""Pages of a list: one limit rule for every dialect."""

from typing import Generic, TypeVar

import msgspec

from antiphon.kernel.errors import invalid

DEFAULT_LIMIT = 50
MAXIMUM_LIMIT = 500

Row = TypeVar("Row")


class Page(msgspec.Struct, frozen=True, gc=False):
    """Which part of a list is asked for: `limit` rows from `offset` on."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0


class Slice(msgspec.Struct, Generic[Row], frozen=True):
    """One page of a list and the number of rows the whole list has for this caller.

    `until` is the newest id that the list knew: with it, the following pages leave out what was added meanwhile.
    """

    rows: list[Row]
    total: int
    page: Page
    until: int | None = None


def parse_page(limit: str | None, offset: str | None, default: int = DEFAULT_LIMIT) -> Page:
    """The page that two query parameters ask for.

    A limit above 500 counts as 500. Raises INVALID by field where a value is negative or no number.
    """
    numbers: dict[str, int] = {}
    for name, text, fallback in (("limit", limit, default), ("offset", offset, 0)):
        if text is None or text == "":
            numbers[name] = fallback
        elif text.isascii() and text.isdigit() and len(text) <= 18:
            numbers[name] = int(text)
        else:
            raise invalid(**{name: "This must be a whole number, zero or more."})
    return Page(min(numbers["limit"], MAXIMUM_LIMIT), numbers["offset"])
