"""The history of the database's shape leads to the shape that the areas describe, on both databases."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from antiphon.bootstrap.metadata import metadata
from antiphon.bootstrap.migrations.run import migrate
from antiphon.kernel.db import Database

# What full-text search keeps for itself is written in the migrations alone: each database has its own kind.
SEARCH = ("_search_index", "_search_words")


def differences(connection: Connection) -> list[Any]:
    """What a new migration would have to change."""
    context = MigrationContext.configure(
        connection,
        opts={
            "include_name": lambda name, kind, parents: not any(part in (name or "") for part in SEARCH),
            "compare_type": True,
        },
    )
    found: list[Any] = compare_metadata(context, metadata)
    return found


async def test_migrations_lead_to_the_tables_of_the_areas(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_database_that_is_up_to_date_is_left_alone(database: Database) -> None:
    assert await migrate(database, None) is False
