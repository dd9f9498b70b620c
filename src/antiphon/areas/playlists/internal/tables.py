"""The tables of playlists."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from antiphon.kernel.db import Id, Moment, metadata

# Places are compared byte by byte on both databases.
Place = Text().with_variant(Text(collation="C"), "postgresql")


def _of_playlist() -> "Column[int]":
    return Column("playlist_id", Id, ForeignKey("playlist.id", ondelete="CASCADE"), nullable=False)


playlist = Table(
    "playlist",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("title", Text, nullable=False),
    # What lists are ordered by: the title without regard to case.
    Column("title_key", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("is_public", Integer, nullable=False, server_default="0"),
    Column("mood_tags", Text, nullable=False, server_default="[]"),
    # 1: hidden by an admin from all but its owner and admins.
    Column("flagged", Integer, nullable=False, server_default="0"),
    Column("flag_reason", Text, nullable=False, server_default=""),
    Column("revision", Id, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_playlist_owner_id", "owner_id", "title_key", "id"),
    Index(
        "ix_playlist_public",
        "title_key",
        "id",
        sqlite_where=text("is_public = 1"),
        postgresql_where=text("is_public = 1"),
    ),
    sqlite_autoincrement=True,
)

playlist_collaborator = Table(
    "playlist_collaborator",
    metadata,
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("playlist_id", Id, ForeignKey("playlist.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_playlist_collaborator_playlist_id", "playlist_id"),
    sqlite_with_rowid=False,
)

playlist_item = Table(
    "playlist_item",
    metadata,
    Column("id", Id, primary_key=True),
    _of_playlist(),
    Column("song_id", Id, ForeignKey("song.id", ondelete="SET NULL")),
    # What the item was added as where that is no local song: `spotify:track:…`.
    Column("track", Text, nullable=False, server_default=""),
    Column("place", Place, nullable=False),
    Column("added_by", Id, ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("added_at", Moment, nullable=False),
    Index("ix_playlist_item_place", "playlist_id", "place", "id", "song_id"),
    Index("ix_playlist_item_song_id", "song_id"),
    Index("ix_playlist_item_added_by", "added_by"),
    sqlite_autoincrement=True,
)

# The log by which those who were away catch up: one row for each revision.
playlist_operation = Table(
    "playlist_operation",
    metadata,
    Column("playlist_id", Id, ForeignKey("playlist.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Id, primary_key=True),
    Column("action", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    Index("ix_playlist_operation_user_id", "user_id"),
    sqlite_with_rowid=False,
)
