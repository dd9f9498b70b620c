"""Words in time as people give them."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import astuple

from antiphon.areas.library.data import SungWord, SyncedLine


class GivenWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word or syllable, the blank after it included, that is sung from `start`, milliseconds into the song, until
    `end`, else until the next one."""

    start: int
    text: Annotated[str, msgspec.Meta(max_length=1000)]
    end: int | None = None


class GivenLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a song's words that begins `start` milliseconds into it.

    The times of its words stand in `words`, whose texts make up `text`, or in `text` itself as `<01:23.45>` before
    them.
    """

    start: int
    text: Annotated[str, msgspec.Meta(max_length=10_000)]
    words: Annotated[list[GivenWord], msgspec.Meta(max_length=1000)] | None = None


def given_lines(given: list[GivenLine] | UnsetType | None) -> list[SyncedLine] | UnsetType:
    """The lines that a body gives; none for null."""
    if isinstance(given, UnsetType):
        return UNSET
    return [
        SyncedLine(line.start, line.text, tuple(SungWord(*astuple(word)) for word in line.words or []))
        for line in given or []
    ]
