"""The tables of administration."""

from sqlalchemy import Column, Index, Table, Text

from antiphon.kernel.db import Id, Moment, metadata

# Names stand beside ids: a record outlives the people and things it tells of.
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor_id", Id, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Column("subject_id", Id, nullable=False, server_default="0"),
    Column("subject_name", Text, nullable=False, server_default=""),
    Column("details", Text, nullable=False, server_default="{}"),
    Index("ix_audit_entry_subject", "subject", "subject_id"),
    Index("ix_audit_entry_actor_id", "actor_id"),
    sqlite_autoincrement=True,
)
