"""What crosses the door of playlists."""

from typing import Any, Literal

import msgspec

from antiphon.areas.library.data import SongRow
from antiphon.kernel.events import Event

Track = int | str
"""A local song's id, or `spotify:track:…`."""

Which = Literal["owned", "mine", "visible"]
Action = Literal["create", "add_track", "remove_track", "move_track", "rename", "describe", "publish", "tag", "share"]


class PlaylistRow(msgspec.Struct, frozen=True):
    """A playlist. `role` is what the caller may do: `owner` everything, `collaborator` edit, `listener` read.

    `song_count` and `duration` (seconds) count the songs that the caller may see; `flagged` while an admin hides it
    from all but its owner.
    """

    id: int
    owner_id: int
    owner: str
    title: str
    description: str
    is_public: bool
    mood_tags: tuple[str, ...]
    collaborators: tuple[int, ...]
    role: Literal["owner", "collaborator", "listener"]
    revision: int
    created_at: float
    updated_at: float
    song_count: int
    duration: float
    flagged: bool = False


class ItemRow(msgspec.Struct, frozen=True):
    """An item: its song, or the name of a track that no song is known for."""

    item_id: int
    track: Track
    song: SongRow | None
    added_by: int | None
    added_at: float


class Operation(msgspec.Struct, frozen=True):
    """One edit as the log has it; `user_id` is None where the server did it or the account has gone."""

    revision: int
    action: Action
    data: dict[str, Any]
    user_id: int | None
    at: float


class PlaylistChanged(Event, frozen=True):
    """A playlist was made or edited; it is at `revision` now."""

    playlist_id: int
    revision: int


class PlaylistFlagged(Event, frozen=True):
    """An admin has hidden a playlist from all but its owner and admins, or (`flagged` False) shown it again."""

    playlist_id: int
    title: str
    owner_id: int
    flagged: bool
    reason: str
    actor_id: int
    actor: str


class PlaylistDeleted(Event, frozen=True):
    """A playlist is gone for good."""

    playlist_id: int
