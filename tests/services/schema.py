"""All tables of all areas, as the tests' templates hold them."""

import importlib
import pkgutil

import antiphon
from antiphon.kernel.db import Database, metadata


async def create_schema(database: Database) -> None:
    """Create every table there is."""
    for module in pkgutil.walk_packages(antiphon.__path__, "antiphon."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
