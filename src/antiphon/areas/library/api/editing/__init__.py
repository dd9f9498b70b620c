"""Changing the catalogue: by owners their own, by admins everything, each change on record and undoable."""

from antiphon.areas.library.api.editing.albums import AlbumEditing
from antiphon.areas.library.api.editing.history import History
from antiphon.areas.library.api.editing.names import ArtistEditing, GenreEditing
from antiphon.areas.library.api.editing.songs import SongEditing
from antiphon.areas.library.api.editing.tools import TOTALS, Tools

__all__ = ["TOTALS", "AlbumEditing", "ArtistEditing", "Editing", "GenreEditing", "History", "SongEditing", "Tools"]


class Editing:
    """Edits of `songs`, `albums`, `artists` and `genres`, and their `history`."""

    def __init__(self, tools: Tools) -> None:
        self.songs = SongEditing(tools)
        self.albums = AlbumEditing(tools, self.songs)
        self.artists = ArtistEditing(tools)
        self.genres = GenreEditing(tools)
        self.history = History(tools)
