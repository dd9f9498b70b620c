"""The tables of broadcasts."""

from sqlalchemy import Column, Table, Text

from antiphon.kernel.db import Id, Moment, metadata

radio_station = Table(
    "radio_station",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("stream_url", Text, nullable=False),
    Column("homepage_url", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
