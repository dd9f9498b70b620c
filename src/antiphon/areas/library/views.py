"""What the SQL of higher areas may join: songs as the library shows them, and who may see them."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_

from antiphon.areas.library.internal.columns import SONG_COLUMNS
from antiphon.areas.library.internal.fold import fold
from antiphon.areas.library.internal.tables import album, artist, song, song_annotation, song_credit
from antiphon.areas.library.internal.visibility import ADMIN, VIEWER, accessible_songs, listed_songs, viewing

__all__ = [
    "ADMIN",
    "SONG_COLUMNS",
    "VIEWER",
    "accessible_songs",
    "album",
    "artist",
    "fold",
    "listed_songs",
    "song",
    "song_credit",
    "viewing",
    "with_songs",
]


def with_songs(rows: FromClause, song_id: ColumnElement[Any]) -> FromClause:
    """`rows` with the song that `song_id` names (or nothing), its album and the caller's annotation: what
    `SONG_COLUMNS` read."""
    return (
        rows.outerjoin(song, song.c.id == song_id)
        .outerjoin(album, album.c.id == song.c.album_id)
        .outerjoin(song_annotation, and_(song_annotation.c.user_id == VIEWER, song_annotation.c.song_id == song.c.id))
    )
