"""What a reader takes out of a file, before it is cleaned: the one shape that all formats are brought to."""

from __future__ import annotations


class Unusual(Exception):
    """A quick reader met something that it does not understand for sure: the careful reader shall read the file."""


class Unreadable(Exception):
    """The file holds no music that can be read. The message is a sentence for people."""


class Protected(Unreadable):
    """The music is there but encrypted, so no other reader need try."""


class RawTags:
    """Values by the compact names of `names.py`, facts of the sound, and what else a file brings."""

    __slots__ = (
        "bit_depth", "bitrate", "bitrate_mode", "channels", "codec", "credits", "duration", "has_picture", "picture",
        "picture_rank", "sample_rate", "slash_separates", "synced", "values", "with_picture",
    )  # fmt: skip

    def __init__(self, with_picture: bool = False) -> None:
        self.values: dict[str, list[str]] = {}
        #: (role, name, instrument) of people that a tag names in pairs.
        self.credits: list[tuple[str, str, str | None]] = []
        self.synced: list[tuple[int, str]] = []
        #: ID3 before version 2.4 has no other way to tell several values than "A/B".
        self.slash_separates = False
        self.codec = ""
        self.duration: float | None = None  # seconds
        self.bitrate: float | None = None  # kbit/s
        self.bitrate_mode: str | None = None
        self.sample_rate: int | None = None
        self.channels: int | None = None
        self.bit_depth: int | None = None
        self.has_picture: bool | None = None
        self.with_picture = with_picture
        self.picture: bytes | None = None
        self.picture_rank = 99

    def add(self, name: str, value: str) -> None:
        """Note one more value of a tag."""
        known = self.values.get(name)
        if known is None:
            self.values[name] = [value]
        else:
            known.append(value)

    def add_all(self, name: str, values: list[str]) -> None:
        """Note several values of a tag, in a list that the caller gives away."""
        known = self.values.get(name)
        if known is not None:
            known += values
        elif values:
            self.values[name] = values

    def note_picture(self, kind: int, data: bytes) -> None:
        """Keep a picture when it is wanted and better than the one at hand: front cover (3), other, icons last."""
        self.has_picture = True
        rank = {3: 0, 0: 1, 1: 9, 2: 9}.get(kind, 2)
        if self.with_picture and data and rank < self.picture_rank:
            self.picture, self.picture_rank = bytes(data), rank
