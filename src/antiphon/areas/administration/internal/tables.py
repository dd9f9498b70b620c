"""The tables of administration."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

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


def _person(name: str) -> "Column[int | None]":
    return Column(name, Id, ForeignKey("user_account.id", ondelete="SET NULL"))


# What is known about one thing that was reported or hidden; each thing has one case, which may be opened again.
moderation_case = Table(
    "moderation_case",
    metadata,
    Column("id", Id, primary_key=True),
    # song, album, artist, playlist or user, and its number: what it names may be gone.
    Column("subject", Text, nullable=False),
    Column("subject_id", Id, nullable=False),
    # As it was called when the case began.
    Column("subject_name", Text, nullable=False),
    # Whose thing it is.
    _person("owner_id"),
    # open or decided
    Column("state", Text, nullable=False, server_default="open"),
    # Of the latest decision: dismissed, hidden, restored or removed; empty before the first.
    Column("decision", Text, nullable=False, server_default=""),
    Column("decision_reason", Text, nullable=False, server_default=""),
    _person("decided_by"),
    Column("decided_at", Moment),
    # Grows with every decision and opening, so that nobody decides on what another has decided meanwhile.
    Column("revision", Integer, nullable=False, server_default="0"),
    # Of its open reports.
    Column("open_reports", Integer, nullable=False, server_default="0"),
    Column("opened_at", Moment, nullable=False),
    Column("reported_at", Moment, nullable=False),
    Index("uq_moderation_case_subject", "subject", "subject_id", unique=True),
    Index("ix_moderation_case_state", "state", "reported_at", "id"),
    Index("ix_moderation_case_owner_id", "owner_id"),
    Index("ix_moderation_case_decided_by", "decided_by"),
    sqlite_autoincrement=True,
)

moderation_report = Table(
    "moderation_report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("moderation_case.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    # One of data.ReportReason, and what they say besides.
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    # What became of it, by which revision of the case; empty and null while it is open.
    Column("outcome", Text, nullable=False, server_default=""),
    Column("decided_at", Moment),
    Column("decided_in", Integer),
    Index("ix_moderation_report_case_id", "case_id", "id"),
    Index("ix_moderation_report_user_id", "user_id", "id"),
    Index(
        "uq_moderation_report_open",
        "case_id",
        "user_id",
        unique=True,
        sqlite_where=text("outcome = ''"),
        postgresql_where=text("outcome = ''"),
    ),
    sqlite_autoincrement=True,
)

# What admins did with a case and said about it, in its order.
moderation_entry = Table(
    "moderation_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("moderation_case.id", ondelete="CASCADE"), nullable=False),
    _person("author_id"),
    # note, decided, reopened or undone
    Column("kind", Text, nullable=False),
    # Of a decision: which one.
    Column("decision", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    Index("ix_moderation_entry_case_id", "case_id", "id"),
    Index("ix_moderation_entry_author_id", "author_id"),
    sqlite_autoincrement=True,
)
