"""Values by tag name, cleaned when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from antiphon.adapters.media.tags.raw import RawTags
from antiphon.adapters.media.tags.text import LINE_LIMIT, clean_block, clean_line
from antiphon.adapters.media.tags.values import VALUES_LIMIT, split_list, unique

#: Characters of all values of one tag together.
_TAG_LIMIT = 10 * LINE_LIMIT


def first_line(values: Iterable[str]) -> str | None:
    """The first of these that is not empty, as one clean line."""
    for value in values:
        # What can be printed holds no NUL either.
        plain = value.isascii() and value.isprintable()
        clean = value.strip()[:LINE_LIMIT] if plain else clean_line(value.partition("\x00")[0])
        if clean:
            return clean
    return None


def listed(values: Sequence[str], slash: bool) -> tuple[str, ...]:
    """All of these as clean lines; a text that lists several is split."""
    return unique([clean_line(part) for text in _bounded(values) for part in split_list(text, slash)])


def set_apart(values: Sequence[str]) -> tuple[str, ...]:
    """All of these as clean lines, only apart where the format itself sets them apart."""
    return unique([clean_line(part) for text in _bounded(values) for part in text.split("\x00")])


def _bounded(values: Sequence[str]) -> list[str]:
    """As much of the values as is looked at, whatever length a hostile file has."""
    if len(values) == 1:
        return [values[0][:LINE_LIMIT]]
    texts, left = [], _TAG_LIMIT
    for value in values[:VALUES_LIMIT]:
        texts.append(value[: min(LINE_LIMIT, left)])
        left -= len(texts[-1])
    return texts


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
            if (found := self._values.get(name)) is not None and (clean := first_line(found)):
                return clean
        return None

    def told(self, *names: str) -> tuple[tuple[str, ...], ...]:
        """The values of these tags as they stand in the file: what is made of them can be kept for the next song."""
        values = self._values
        return tuple([tuple(values[name]) if name in values else () for name in names])

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a tag; a text that lists several is split."""
        found = self._values.get(name)
        return () if found is None else listed(found, self.slash)

    def whole(self, name: str) -> tuple[str, ...]:
        """All values of a tag, only apart where the format itself sets them apart."""
        found = self._values.get(name)
        return () if found is None else set_apart(found)

    def blocks(self, name: str) -> list[str]:
        """The texts of several lines, without empty ones."""
        return [clean for value in self._values.get(name, ())[:VALUES_LIMIT] if (clean := clean_block(value))]
