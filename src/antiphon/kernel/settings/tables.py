"""Settings that admins change while the server runs, and small facts the server keeps about itself."""

from sqlalchemy import Column, Table, Text

from antiphon.kernel.db import Moment, metadata

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
