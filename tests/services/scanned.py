"""The stage (tests/stage.py) as its first scan leaves it, kept for all tests of a run: to tag and scan the same music
for each of them takes longer than most of them."""

import contextlib
import io
import json
import shutil
import sqlite3
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from tests.audio.maker import AudioMaker
from tests.services.postgresql import RecycledDatabases

TABLES_WITH_PATHS = ("library", "artwork")
COLUMNS = """
SELECT table_name, json_agg(column_name) FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'alembic_version' AND is_generated = 'NEVER' GROUP BY table_name
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


class Rows:
    """All rows of a PostgreSQL database."""

    def __init__(self, tables: dict[str, tuple[list[str], bytes]], sequences: dict[str, int]) -> None:
        self._tables = tables
        self._sequences = sequences

    @classmethod
    async def of(cls, address: str) -> "Rows":
        """What is in the database now."""
        connection = await asyncpg.connect(address, ssl=False)
        try:
            tables = {}
            for table, names in await connection.fetch(COLUMNS):
                columns, written = json.loads(names), io.BytesIO()
                await connection.copy_from_table(table, columns=columns, output=written)
                if written.getvalue():
                    tables[table] = columns, written.getvalue()
            return cls(tables, dict(await connection.fetch(SEQUENCES)))
        finally:
            await connection.close()

    async def copy_to(self, address: str, place: Path, new_place: Path) -> None:
        """Write them into an empty database with the same tables; paths in `place` become those in `new_place`."""
        connection = await asyncpg.connect(address, ssl=False)
        try:
            async with connection.transaction():
                # Rows may come before those that they name.
                await connection.execute("SET LOCAL session_replication_role = replica")
                for table, (columns, written) in self._tables.items():
                    rows = written
                    if table in TABLES_WITH_PATHS:
                        rows = rows.replace(str(place).encode(), str(new_place).encode())
                    await connection.copy_to_table(table, columns=columns, source=io.BytesIO(rows))
                at = ", ".join(f"setval('{name}', {value})" for name, value in self._sequences.items())
                await connection.execute(f"SELECT {at}")
        finally:
            await connection.close()


class Scanned:
    """The scanned stage on one kind of database; `rows` where it is PostgreSQL."""

    def __init__(self, place: Path, rows: Rows | None) -> None:
        self._place = place
        self._rows = rows

    async def copy_to(self, place: Path, database_url: str) -> None:
        """Put the music, the data and the rows into a test's own folder and its own empty database."""
        for name in ("music", "data"):
            shutil.copytree(self._place / name, place / name, dirs_exist_ok=True)
        if self._rows is not None:
            await self._rows.copy_to(database_url, self._place, place)
            return
        with contextlib.closing(sqlite3.connect(place / "data" / "antiphon.db", isolation_level=None)) as file:
            for table in TABLES_WITH_PATHS:
                file.execute(f"UPDATE {table} SET path = replace(path, ?, ?)", (str(self._place), str(place)))


async def _scanned(place: Path, database_url: str, audio: AudioMaker) -> Scanned:
    # Here, not above: a test of one part need not load the whole product.
    from tests.stage import Stage, opened

    application = opened(place, database_url)
    made = Stage(application, place / "music", audio)
    made.add_files()
    await made.scan()
    await application.close()
    return Scanned(place, await Rows.of(database_url) if database_url.startswith("postgresql:") else None)


@pytest_asyncio.fixture(scope="session")
async def scanned_on_sqlite(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, audio: AudioMaker
) -> Scanned:
    """The scanned stage for the tests on SQLite."""
    place = tmp_path_factory.mktemp("scanned")
    (place / "data").mkdir()
    shutil.copyfile(sqlite_template, place / "data" / "antiphon.db")
    return await _scanned(place, "sqlite:", audio)


@pytest_asyncio.fixture(scope="session")
async def scanned_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgresql_databases: RecycledDatabases, audio: AudioMaker
) -> Scanned:
    """The scanned stage for the tests on PostgreSQL."""
    with postgresql_databases.take() as address:
        return await _scanned(tmp_path_factory.mktemp("scanned"), address, audio)


@pytest.fixture
def scanned_stage(request: pytest.FixtureRequest, database_url: str) -> Scanned:
    """The scanned stage for the database of the test."""
    kind = "sqlite" if database_url.startswith("sqlite:") else "postgresql"
    found: Scanned = request.getfixturevalue(f"scanned_on_{kind}")
    return found
