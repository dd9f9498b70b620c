"""What crosses the door of playback."""

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


class PlayRecorded(Event, frozen=True):
    """Somebody has heard a song. Told once for each play."""

    user_id: int
    song_id: int
    played_at: float
    seconds: float | None
    client: str
