"""All tables of all areas, as the tests' templates hold them: made by the migrations, as in the product."""

from antiphon.bootstrap.migrations.run import migrate
from antiphon.kernel.db import Database


async def create_schema(database: Database) -> None:
    """Bring an empty database up to date."""
    await migrate(database, None)
