"""What an app has lined up where episodes of podcasts stand among its songs."""

from typing import Literal, NamedTuple

import msgspec

from antiphon.areas.broadcasts.data.podcasts import Episode
from antiphon.areas.library.data import SongRow


class Lined(NamedTuple):
    """One thing in a queue."""

    kind: Literal["song", "episode"]
    id: int


class MixedQueue(msgspec.Struct, frozen=True):
    """What a person has lined up in an app. `place` is that of what is current, `position` seconds into it."""

    client: str
    entries: list[SongRow | Episode]
    place: int
    position: float
    changed_at: float


class MixedPlace(msgspec.Struct, frozen=True):
    """Where one of a person's apps is: in which song or episode of how many (`entries`, of which so many are `songs`),
    how many seconds into it, and whether it plays."""

    client: str
    entry: SongRow | Episode
    position: float
    is_playing: bool
    entries: int
    songs: int
    changed_at: float
