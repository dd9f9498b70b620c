"""The tables of social."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from antiphon.kernel.db import Id, Moment, metadata

notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    # One of NoticeKind; pages have a sentence for each.
    Column("kind", Text, nullable=False),
    # A JSON object with what the sentence names.
    Column("details", Text, nullable=False, server_default="{}"),
    # Notices of one key are one: what happened again is told once.
    Column("key", Text),
    Column("created_at", Moment, nullable=False),
    Column("read_at", Moment),
    Index("ix_notice_user_id", "user_id", "id"),
    Index("uq_notice_key", "user_id", "key", unique=True),
    sqlite_autoincrement=True,
)

# The chat that Subsonic apps know: one room for everybody on the server.
chat_message = Table(
    "chat_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("message", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_chat_message_at", "at"),
    Index("ix_chat_message_user_id", "user_id"),
    sqlite_autoincrement=True,
)
