"""The answers that tell of the jukebox."""

from antiphon.api.opensubsonic.values import Song, Value


class JukeboxStatus(Value):
    """How the jukebox stands; the position in seconds, the gain from 0 to 1."""

    current_index: int
    playing: bool
    gain: float
    position: int


class JukeboxPlaylist(JukeboxStatus, kw_only=True):
    """How it stands, and what is lined up."""

    entry: tuple[Song, ...]
