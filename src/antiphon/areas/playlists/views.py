"""What the SQL of higher areas may join: playlists' names and owners, and whether they are hidden."""

from antiphon.areas.playlists.internal.tables import playlist

__all__ = ["playlist"]
