"""News of the library."""

from typing import Literal

from antiphon.kernel.events import Event


class LibraryChanged(Event, frozen=True):
    """What people can browse has changed; `revision` grows with each change."""

    revision: int


class SongsRemoved(Event, frozen=True):
    """Songs are being deleted for good (not merely missing or removed). Subscribers in the transaction find their rows
    still there."""

    song_ids: tuple[int, ...]


class ThingFlagged(Event, frozen=True):
    """An admin has hidden a song, an album with its songs or all music of an artist from everybody but owners and
    admins, or (`flagged` False) shown it again. `owner_id` is None where nobody in particular has brought it."""

    thing: Literal["song", "album", "artist"]
    thing_id: int
    name: str
    owner_id: int | None
    flagged: bool
    reason: str
    actor_id: int
    actor: str


class AnnotationChanged(Event, frozen=True):
    """Somebody starred, unstarred or rated something. `starred` or `rating` is None where it is as it was."""

    user_id: int
    thing: Literal["song", "album", "artist"]
    thing_id: int
    starred: bool | None
    rating: int | None


class SongUploaded(Event, frozen=True):
    """Somebody has brought a song; its file is in the storage."""

    song_id: int


class ScanFinished(Event, frozen=True):
    """A scan has ended: how many songs are new, changed, moved and missing since."""

    library_ids: tuple[int, ...]
    added: int
    changed: int
    moved: int
    missing: int
