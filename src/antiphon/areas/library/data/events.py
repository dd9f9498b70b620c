"""News of the library."""

from typing import Literal

from antiphon.kernel.events import Event


class LibraryChanged(Event, frozen=True):
    """What people can browse has changed; `revision` grows with each change."""

    revision: int


class SongsRemoved(Event, frozen=True):
    """Songs were deleted for good (not merely missing)."""

    song_ids: tuple[int, ...]


class AnnotationChanged(Event, frozen=True):
    """Somebody starred, unstarred or rated something. `starred` or `rating` is None where it is as it was."""

    user_id: int
    thing: Literal["song", "album", "artist"]
    thing_id: int
    starred: bool | None
    rating: int | None


class ScanFinished(Event, frozen=True):
    """A scan has ended: how many songs are new, changed, moved and missing since."""

    library_ids: tuple[int, ...]
    added: int
    changed: int
    moved: int
    missing: int
