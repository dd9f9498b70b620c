"""What crosses the door of playback."""

from typing import Literal

import msgspec

from antiphon.areas.library.data import SongRow
from antiphon.kernel.events import Event


class Play(msgspec.Struct, frozen=True, gc=False):
    """A listen as an app tells it: when it began (seconds since 1970; None for now) and how much was heard."""

    song_id: int
    played_at: float | None = None
    seconds: float | None = None


class PlayRow(msgspec.Struct, frozen=True):
    """A listen as the log has it. `completion` is the part of the song that was heard, 0 to 1."""

    id: int
    played_at: float
    seconds: float | None
    completion: float | None
    client: str
    song: SongRow


class NowPlayingRow(msgspec.Struct, frozen=True):
    """What somebody plays just now. `position` was reached at `started_at`, in seconds into the song."""

    user_id: int
    username: str
    client: str
    started_at: float
    position: float
    song: SongRow


class PlayQueue(msgspec.Struct, frozen=True):
    """What a person has lined up in an app. `place` is the current song's in `songs`, `position` seconds into it."""

    client: str
    songs: list[SongRow]
    place: int
    position: float
    changed_at: float


class KeptQueue(msgspec.Struct, frozen=True):
    """A queue of one of a person's apps as it is kept: the numbers of what is lined up, whatever can be heard of it."""

    client: str
    numbers: list[int]
    place: int
    position: float
    changed_at: float
    is_playing: bool = False

    @property
    def current(self) -> int:
        """The number of what is current."""
        return self.numbers[self.place]


class AppPlace(msgspec.Struct, frozen=True):
    """Where one of a person's apps is: in which song of how many, how many seconds into it, and whether it plays."""

    client: str
    song: SongRow
    position: float
    is_playing: bool
    songs: int
    changed_at: float


class BookmarkRow(msgspec.Struct, frozen=True):
    """A place in a song that somebody wants to come back to; `position` in seconds."""

    position: float
    comment: str
    created_at: float
    changed_at: float
    song: SongRow


PlaybackState = Literal["starting", "playing", "paused", "stopped"]


class PlaybackReport(msgspec.Struct, frozen=True):
    """Where an app is in a song: `position` in seconds, `rate` how fast it plays. Without `counts` it is no play."""

    song_id: int
    state: PlaybackState
    position: float
    rate: float = 1.0
    counts: bool = True


SharedThing = tuple[Literal["song", "album"], int]


class ShareRow(msgspec.Struct, frozen=True):
    """A public page with some songs. `token` stands in its address; `songs` are those that can be heard there now, and
    kept too where visitors `may_download`."""

    id: int
    owner_id: int
    username: str
    token: str
    description: str
    expires_at: float | None
    visits: int
    last_visited_at: float | None
    created_at: float
    has_password: bool
    may_download: bool
    songs: list[SongRow]


class PlayRecorded(Event, frozen=True):
    """Somebody has heard a song. Told once for each play."""

    user_id: int
    song_id: int
    played_at: float
    seconds: float | None
    client: str


class PlayStarted(Event, frozen=True):
    """An app of somebody's began to play a song."""

    user_id: int
    song_id: int


class QueueChanged(Event, frozen=True):
    """An app of somebody's has something else lined up, or is elsewhere in it."""

    user_id: int
    client: str


class PlaybackTaken(Event, frozen=True):
    """What the app `client` of somebody's played goes on in their app `by`."""

    user_id: int
    client: str
    by: str
