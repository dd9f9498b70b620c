"""Alembic's entry: runs on the connection it is handed."""

from alembic import context

from antiphon.bootstrap.metadata import metadata

SEARCH_INDEX = "_search_index"


def include(name: str | None, kind: str, parents: object) -> bool:
    """Leave out what full-text search keeps for itself: those tables are no part of the models."""
    return not (kind == "table" and name is not None and SEARCH_INDEX in name)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=include,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
