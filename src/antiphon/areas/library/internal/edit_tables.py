"""The tables of what people change: the history, what holds against files, and names that files go on using."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from antiphon.kernel.db import Id, Moment, metadata

# Every change that a person (or, without one, a file whose tags changed) made to a field, so that it can be undone.
catalogue_change = Table(
    "catalogue_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="SET NULL")),
    # song, album, artist or genre
    Column("thing", Text, nullable=False),
    Column("thing_id", Id, nullable=False),
    Column("field", Text, nullable=False),
    # What the field was and what it became, as JSON.
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Index("ix_catalogue_change_thing", "thing", "thing_id", "id"),
    Index("ix_catalogue_change_user_id", "user_id"),
    sqlite_autoincrement=True,
)

# Fields that a person has set otherwise than the file tells. `told` is what the file said then: while it goes on saying
# so, a scan leaves the field alone.
edited_field = Table(
    "edited_field",
    metadata,
    Column("thing", Text, primary_key=True),
    Column("thing_id", Id, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("told", Text, nullable=False),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Names that files go on using for what people call otherwise now; without an id, for what shall not come back.
name_alias = Table(
    "name_alias",
    metadata,
    # artist or genre
    Column("thing", Text, primary_key=True),
    Column("name_key", Text, primary_key=True),
    Column("thing_id", Id),
    Index("ix_name_alias_thing_id", "thing", "thing_id"),
    sqlite_with_rowid=False,
)
