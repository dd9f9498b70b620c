"""What crosses the door of listening histories that people bring along."""

from typing import Literal

import msgspec

HistorySource = Literal["listenbrainz", "lastfm"]

HistoryAction = Literal["play", "like", "skip", "share"]


class HistoryEntry(msgspec.Struct, frozen=True, gc=False):
    """What somebody did with a song elsewhere, `at` seconds since 1970; `completion` is the part that was heard, 0 to
    1, where that is known."""

    artist: str
    title: str
    at: float
    album: str = ""
    action: HistoryAction = "play"
    completion: float | None = None


class HistoryReport(msgspec.Struct, frozen=True):
    """How many entries have a song here, how many have none, and how many of the first are new."""

    matched: int = 0
    unmatched: int = 0
    added: int = 0

    def __add__(self, other: "HistoryReport") -> "HistoryReport":
        return HistoryReport(self.matched + other.matched, self.unmatched + other.unmatched, self.added + other.added)
