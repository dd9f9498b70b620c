"""The table of tables that people take away."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from antiphon.kernel.db import Id, Moment, metadata

# The id is that of the job that makes it, which knows how far it is.
export = Table(
    "export",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    # songs, albums, ratings, all_songs or users
    Column("kind", Text, nullable=False),
    # 1: it begins with a byte order mark, which some spreadsheets need to read UTF-8.
    Column("with_bom", Integer, nullable=False),
    Column("stored_name", Text, nullable=False, unique=True),
    Column("file_name", Text, nullable=False),
    # 0 until it is there.
    Column("size", Id, nullable=False, server_default="0"),
    Column("row_count", Id, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_export_user_id", "user_id", "created_at"),
    Index("ix_export_expires_at", "expires_at"),
)
