"""Values by tag name, cleaned when they are asked for."""

from __future__ import annotations

from antiphon.adapters.media.tags.raw import RawTags
from antiphon.adapters.media.tags.text import clean_block, clean_line
from antiphon.adapters.media.tags.values import VALUES_LIMIT, split_list, unique


class Fields:
    """A view on what a reader found, that gives clean text."""

    __slots__ = ("_values", "slash")

    def __init__(self, raw: RawTags) -> None:
        self._values = raw.values
        #: Whether "A/B" means two values.
        self.slash = raw.slash_separates

    def one(self, *names: str) -> str | None:
        """The first value that is not empty, of the first of these tags that has one."""
        for name in names:
            for value in self._values.get(name, ()):
                if clean := clean_line(value.partition("\x00")[0]):
                    return clean
        return None

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a tag; a text that lists several is split."""
        found = self._values.get(name)
        if found is None:
            return ()
        parts = [clean_line(part) for value in found[:VALUES_LIMIT] for part in split_list(value, self.slash)]
        return unique(parts)

    def whole(self, name: str) -> tuple[str, ...]:
        """All values of a tag, only apart where the format itself sets them apart."""
        found = self._values.get(name)
        if found is None:
            return ()
        return unique([clean_line(part) for value in found[:VALUES_LIMIT] for part in value.split("\x00")])

    def blocks(self, name: str) -> list[str]:
        """The texts of several lines, without empty ones."""
        return [clean for value in self._values.get(name, ())[:VALUES_LIMIT] if (clean := clean_block(value))]
