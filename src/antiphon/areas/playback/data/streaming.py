"""What the owner has ruled about streaming: who gets songs in which form, and within which bit rate."""

from typing import Literal

import msgspec

RuledForm = Literal["", "mp3", "opus", "aac", "m4a", "flac"]

LOWEST_BITRATE, HIGHEST_BITRATE = 32, 10_000
MOST_RULES = 100


class StreamRule(msgspec.Struct, frozen=True, kw_only=True):
    """Holds where all of its conditions do; an empty one always does.

    `clients` are beginnings of apps' names in any case, `people` ids of accounts, `formats` those of the songs
    (`flac`), `networks` those of the listeners (`10.0.0.0/8`), `above` a bit rate that the song has more of. Such songs
    are handed out in `form` (empty: as the app wants) and with at most `bitrate` kbit/s (0: any).
    """

    name: str
    clients: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    formats: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    above: int = 0
    form: RuledForm = ""
    bitrate: int = 0


class StreamingRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules in their order, of which the first that holds counts, and how many transcodes run at once: for a
    person, and in all (0: as the server was started). `cache_bytes` of finished ones are kept (None: as the server was
    started). `revision` grows with each change."""

    rules: tuple[StreamRule, ...] = ()
    per_person: int = 3
    in_all: int = 0
    cache_bytes: int | None = None
    revision: int = 0


class StreamCeiling(msgspec.Struct, frozen=True):
    """The most that a person gets of a song's sound, in kbit/s."""

    user_id: int
    username: str
    bitrate: int


class Asking(msgspec.Struct, frozen=True):
    """By which app and from which address somebody asks for sound."""

    client: str = ""
    address: str = ""


class Ruled(msgspec.Struct, frozen=True):
    """What the rules say of one song for one listener: the form and the most kbit/s; empty and 0 for nothing."""

    form: RuledForm = ""
    bitrate: int = 0


AS_WANTED = Ruled()
