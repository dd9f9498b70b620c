"""A fresh database with all tables, on SQLite and on PostgreSQL: copied from a template that is made once per run."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from antiphon.adapters.db.postgres import open_postgres
from antiphon.adapters.db.sqlite import open_sqlite
from antiphon.kernel.db import Database
from antiphon.kernel.events import Subscriptions
from tests.services.postgresql import PostgresqlServer, RecycledDatabases

DATABASES = ("sqlite", "postgresql")
TEMPLATE = "template_antiphon"


async def _make_tables(database: Database) -> None:
    # Here, not above: a test of one part need not load all areas.
    from antiphon.bootstrap.migrations.run import migrate

    await migrate(database, None)
    await database.close()


@pytest_asyncio.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows."""
    file = tmp_path_factory.mktemp("template") / "antiphon.db"
    await _make_tables(open_sqlite(file, Subscriptions(), synchronous="OFF"))
    return file


@pytest_asyncio.fixture(scope="session")
async def postgresql_databases(postgresql_server: PostgresqlServer) -> AsyncIterator[RecycledDatabases]:
    """PostgreSQL databases with all tables and no rows."""
    postgresql_server.run(f'CREATE DATABASE "{TEMPLATE}"')
    await _make_tables(open_postgres(postgresql_server.address(TEMPLATE), Subscriptions()))
    recycled = RecycledDatabases(postgresql_server, TEMPLATE)
    yield recycled
    recycled.close()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables and no rows: `sqlite:///file`, then `postgresql://…`.

    The SQLite file is `antiphon.db` in the folder `data` of the test's own folder.
    """
    if request.param == "sqlite":
        file = tmp_path / "data" / "antiphon.db"
        file.parent.mkdir()
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
    else:
        databases: RecycledDatabases = request.getfixturevalue("postgresql_databases")
        with databases.take() as address:
            yield address


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database with all tables, on SQLite and then on PostgreSQL."""
    subscriptions = Subscriptions()
    opened = (
        open_sqlite(Path(database_url.removeprefix("sqlite:///")), subscriptions, synchronous="OFF")
        if database_url.startswith("sqlite:")
        else open_postgres(database_url, subscriptions, pool_size=2)
    )
    yield opened
    await opened.close()
