"""What of an artist or a genre each library holds for everybody.

A row counts from the moment `since` on (0: at once): what has a release to come has a row of its own, so that no job
has to run at that second.
"""

from sqlalchemy import Column, ForeignKey, Integer, Table

from antiphon.kernel.db import Id, metadata


def _count(name: str) -> "Column[int]":
    return Column(name, Integer, nullable=False, server_default="0")


# Hidden things are counted apart.
artist_presence = Table(
    "artist_presence",
    metadata,
    Column("artist_id", Id, ForeignKey("artist.id", ondelete="CASCADE"), primary_key=True),
    Column("library_id", Id, ForeignKey("library.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Id, primary_key=True, autoincrement=False, server_default="0"),
    _count("album_count"),
    _count("song_count"),
    _count("hidden_count"),
    sqlite_with_rowid=False,
)

genre_presence = Table(
    "genre_presence",
    metadata,
    Column("genre_id", Id, ForeignKey("genre.id", ondelete="CASCADE"), primary_key=True),
    Column("library_id", Id, ForeignKey("library.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Id, primary_key=True, autoincrement=False, server_default="0"),
    _count("song_count"),
    _count("album_count"),
    sqlite_with_rowid=False,
)
