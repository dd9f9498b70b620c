"""The history of the database's shape leads to the shape that the areas describe, on both databases."""

import asyncio
import contextlib
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from antiphon.adapters.db.postgres import open_postgres
from antiphon.adapters.db.sqlite import open_sqlite
from antiphon.bootstrap.metadata import metadata
from antiphon.bootstrap.migrations import run
from antiphon.bootstrap.migrations.run import MigrationError, migrate, newest_revision
from antiphon.kernel.db import Database
from antiphon.kernel.events import Subscriptions
from tests.bootstrap.serving import PASSWORD, environment
from tests.bootstrap.serving import run as run_command

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


NEXT_STEP = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO {table} VALUES (1)")
    {more}
"""


@pytest.fixture
def longer_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Gives the program's history one step more, as its next version would."""
    history = tmp_path / "100% history"

    def lengthen(revision: str, table: str, more: str = "pass") -> None:
        before = newest_revision()
        if not history.exists():
            shutil.copytree(run.HISTORY, history)
            monkeypatch.setattr(run, "HISTORY", history)
        step = NEXT_STEP.format(revision=revision, before=before, table=table, more=more)
        (history / "versions" / f"{revision}_more.py").write_text(step)

    return lengthen


def file_of(database: Database) -> Path | None:
    """The SQLite file; None on PostgreSQL."""
    return Path(str(database.engine.url.database)) if database.dialect == "sqlite" else None


def copies(database: Database) -> list[Path]:
    file = file_of(database)
    return sorted((file.parent / "before-migrations").glob("*.db")) if file else []


async def tables(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


def test_the_files_of_the_steps_are_called_by_their_revisions() -> None:
    config = Config()
    config.set_main_option("script_location", str(run.HISTORY))
    history = ScriptDirectory.from_config(config)
    named = {Path(script.path).name.partition("_")[0]: script.revision for script in history.walk_revisions()}
    assert all(name == revision for name, revision in named.items())
    assert newest_revision() == history.get_current_head()


async def test_an_existing_database_is_copied_and_then_taken_a_step_further(
    database: Database, longer_history: Callable[..., None]
) -> None:
    async with database.transaction() as transaction:
        await transaction.execute(text("INSERT INTO setting VALUES ('kept', '1', 0)"))
    before = newest_revision()
    longer_history("2001", "later")
    assert await migrate(database, file_of(database)) is True
    assert "later" in await tables(database)
    async with database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT name FROM setting"))).all() == [("kept",)]
        await connection.execute(text("DROP TABLE later"))  # databases are used again by other tests
        await connection.execute(text(f"UPDATE alembic_version SET version_num = '{before}'"))
        await connection.commit()
    for copy in copies(database):
        assert before in copy.name
        with contextlib.closing(sqlite3.connect(copy)) as opened:
            assert opened.execute("SELECT name FROM setting").fetchall() == [("kept",)]
            assert opened.execute("SELECT version_num FROM alembic_version").fetchall() == [(before,)]
            assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert len(copies(database)) == (1 if database.dialect == "sqlite" else 0)


async def test_a_step_that_fails_changes_nothing(database: Database, longer_history: Callable[..., None]) -> None:
    before, revision = await tables(database), newest_revision()
    longer_history("2001", "first_half")
    longer_history("2002", "second_half", more='op.execute("INSERT INTO no_such_table VALUES (1)")')
    with pytest.raises(MigrationError, match=r"no_such_table.*Nothing was changed") as refused:
        await migrate(database, file_of(database))
    assert "\n[SQL" not in str(refused.value)
    assert await tables(database) == before
    async with database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == revision
    async with database.transaction() as transaction:
        await transaction.execute(text("INSERT INTO setting VALUES ('still usable', '1', 0)"))


async def test_only_the_newest_copies_are_kept(tmp_path: Path, longer_history: Callable[..., None]) -> None:
    file = tmp_path / "antiphon.db"
    database = open_sqlite(file, Subscriptions(), synchronous="OFF")
    await migrate(database, file)
    assert not copies(database), "there was nothing to copy"
    for number in range(5):
        longer_history(f"200{number}", f"later{number}")
        await migrate(database, file)
    assert [copy.stem.rpartition("-")[2] for copy in copies(database)] == ["2001", "2002", "2003"]
    await database.close()


async def test_processes_that_start_together_migrate_once(new_postgresql_database: Callable[[str], str]) -> None:
    address = new_postgresql_database("template0")
    opened = [open_postgres(address, Subscriptions(), pool_size=1) for _ in range(4)]
    await asyncio.gather(*(migrate(database, None) for database in opened))
    async with opened[0].engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    for database in opened:
        await database.close()


@pytest.mark.server
def test_commands_that_start_together_migrate_once(tmp_path: Path) -> None:
    settings = environment(tmp_path)

    def create(number: int) -> subprocess.CompletedProcess[str]:
        arguments = ("admin", "create", "--email", f"admin{number}@example.org", "--password-stdin")
        return run_command(settings, tmp_path, *arguments, stdin=PASSWORD)

    with ThreadPoolExecutor(3) as pool:
        for ended in pool.map(create, range(3)):
            assert ended.returncode == 0, ended.stderr
            assert "Traceback" not in ended.stderr
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "antiphon.db")) as database:
        assert database.execute("SELECT count(*) FROM user_account").fetchone() == (3,)


async def test_a_database_that_another_program_holds_is_told_without_talk_of_backups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.adapters.db.sqlite.BUSY_SECONDS", 0.05)
    monkeypatch.setattr(run, "WAIT_SECONDS", 0.1)
    file = tmp_path / "it's mine.db"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        opened = open_sqlite(file, Subscriptions())
        try:
            with pytest.raises(MigrationError) as refused:
                await migrate(opened, file)
        finally:
            await opened.close()
    told = str(refused.value)
    assert f"fuser {shlex.quote(str(file))}" in told
    assert "start again" in told and "backup" not in told and "ANTIPHON_DATA" not in told


@pytest.mark.parametrize(
    ("said", "advice", "restore"),
    [
        ("database disk image is malformed", "Restore a backup", True),
        ("file is not a database", "Restore a backup", True),
        ("database or disk is full", "Free some space", False),
        ("attempt to write a readonly database", "write it and its folder", False),
        ("unable to open database file", "read and write it and its folder", False),
        ("something nobody thought of", "can be read and written", False),
    ],
)
def test_a_backup_is_the_advice_for_damage_alone(said: str, advice: str, restore: bool) -> None:
    error = OperationalError("SELECT 1", None, sqlite3.OperationalError(said))
    told = run.unusable(error, Path("/data/antiphon.db"))
    assert said in told and advice in told
    assert ("backup" in told) == restore
