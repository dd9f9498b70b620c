"""Libraries as admins look after them, and the parts of them that a scan is narrowed to."""

from pathlib import Path
from typing import Literal

import msgspec

WatchState = Literal["", "events", "polling", "off", "missing"]
"""How changes on disk become known: by events of the file system, by looking now and then, not at all, or not while the
folder is missing. Empty before anybody has looked."""


class FolderRules(msgspec.Struct, frozen=True):
    """Where admins may add music folders: below one of `roots`, and in none of `forbidden`. Both are absolute."""

    roots: tuple[Path, ...] = ()
    forbidden: tuple[Path, ...] = ()


class LibraryDetails(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A library with what it holds for the caller.

    For all but admins `path`, `watch` and `watch_note` are empty, and `people_count`, of those who were named, is 0.
    `is_declared`: the settings name it, so it cannot be removed. `is_uploads`: it holds what people upload.
    """

    id: int
    name: str
    path: str
    is_uploads: bool
    is_open: bool
    is_declared: bool
    people_count: int
    scanned_at: float | None
    watch: WatchState
    watch_note: str
    song_count: int
    album_count: int


class NamedPerson(msgspec.Struct, frozen=True, gc=False):
    """Somebody who is named among the rights of a library."""

    id: int
    username: str
    full_name: str


class LibraryRights(msgspec.Struct, frozen=True, gc=False):
    """Who may browse a library: everybody, or the people (and admins, always)."""

    is_open: bool
    people: list[NamedPerson]


class FolderChoice(msgspec.Struct, frozen=True, gc=False):
    """A folder that could become a library; `library` is the name of the one that it is already, else empty."""

    path: str
    name: str
    library: str


class Place(msgspec.Struct, frozen=True, order=True):
    """A folder of a library, to which a scan is narrowed.

    `path` is below the library's folder, as the database keeps paths; empty for that folder itself. `deep`: with all
    that lies below it, else only its own files.
    """

    library_id: int
    path: str = ""
    deep: bool = True

    def holds(self, other: "Place") -> bool:
        """Whether a scan of this place looks at all of the other one too."""
        if self == other:
            return True
        if self.library_id != other.library_id or not self.deep:
            return False
        return not self.path or other.path == self.path or other.path.startswith(f"{self.path}/")
