"""Bringing a database up to date, with a copy made before.

Whether anything is to be done is found out without Alembic: most starts need neither it nor the steps.
"""

import asyncio
import contextlib
import logging
import shlex
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from antiphon.adapters.db.sqlite_locks import sqlite3
from antiphon.kernel.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

HISTORY = Path(__file__).parent
# How long one process waits for another that is at the same.
WAIT_SECONDS = 60.0
KEPT_COPIES = 3
# What SQLite says, and what to do about it. A backup is the advice for damage alone: it loses what came after it.
_ADVICE: list[tuple[tuple[str, ...], str]] = [
    (
        ("is locked",),
        "Another program holds it: find that with `fuser {file}`, end it and start again. Nothing is lost.",
    ),
    (("is full", "no space left"), "Free some space on its disk and start again. Nothing is lost."),
    (("readonly", "read-only"), "Let the user who runs Antiphon write it and its folder, or set ANTIPHON_DATA."),
    (
        ("unable to open", "permission denied"),
        "Let the user who runs Antiphon read and write it and its folder, or set ANTIPHON_DATA.",
    ),
    (("malformed", "not a database"), "Restore a backup, or set ANTIPHON_DATA."),
]
# Any number that nobody else locks: processes that start together migrate one after the other.
MIGRATION_LOCK = 7_274_655_218


class MigrationError(Exception):
    """The database cannot be brought up to date; the message says why and what to do."""


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    # Alembic reads the option as a ConfigParser does, to whom % means something.
    config.set_main_option("script_location", str(HISTORY).replace("%", "%%"))
    return config


def newest_revision() -> str:
    """The revision that this program works with: steps are files by their revisions' names, `0001_….py` and on."""
    return max(_revisions())


def _revisions() -> set[str]:
    return {file.name.partition("_")[0] for file in (HISTORY / "versions").glob("[0-9]*_*.py")}


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def migrate(database: Database, sqlite_file: Path | None) -> bool:
    """Run what is missing; True where anything was. A SQLite file is copied first, so that there is a way back.

    Raises MigrationError where the database is newer than this program, where it cannot be used at all, and where a
    step fails: then nothing was changed.
    """
    try:
        async with database.engine.connect() as connection:
            current = await connection.run_sync(_current)
    except (OSError, DBAPIError) as error:
        raise MigrationError(unusable(error, sqlite_file)) from error
    if current == newest_revision():
        return False
    if current is not None and current not in _revisions():
        raise MigrationError(
            f"The database was made by a newer version (its revision {current} is unknown here). "
            "Start that version, or restore a backup made by this one."
        )
    if current is not None and sqlite_file is not None:
        await asyncio.to_thread(_copy, sqlite_file, current)
    log.info("bringing the database from %s to %s", current or "nothing", newest_revision())
    return await _bring_up_to_date(database, sqlite_file)


async def _bring_up_to_date(database: Database, sqlite_file: Path | None) -> bool:
    """Run what is missing. Another process may be doing the same just now: then wait for it."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            async with database.engine.begin() as connection:
                if await connection.run_sync(_current) == newest_revision():
                    return False
                await connection.run_sync(_upgrade)
        except (OSError, DBAPIError) as error:
            if "database is locked" in str(error) and time.monotonic() < until:
                await asyncio.sleep(0.2)
                continue
            if "database is locked" in str(error):
                raise MigrationError(unusable(error, sqlite_file)) from error
            raise MigrationError(
                f"The database could not be brought up to date: {_reason(error)}. Nothing was changed."
            ) from error
        return True


def _reason(error: OSError | DBAPIError) -> str:
    """What the database said, without the names of classes and the statement."""
    return str(error.orig if isinstance(error, DBAPIError) else error).rpartition("'>: ")[2]


def unusable(error: OSError | DBAPIError, sqlite_file: Path | None) -> str:
    """Why the database cannot be used, and what to do."""
    reason = _reason(error)
    if sqlite_file is None:
        return f"The database does not answer or refuses ({reason}). Check DATABASE_URL."
    advice = next(
        (advice for signs, advice in _ADVICE if any(sign in reason.lower() for sign in signs)),
        "Look whether its folder can be read and written.",
    )
    return f"The database {sqlite_file} cannot be used: {reason}. {advice.format(file=shlex.quote(str(sqlite_file)))}"


def _copy(file: Path, revision: str) -> None:
    """A consistent copy of the database beside it; the oldest copies give way."""
    folder = file.parent / "before-migrations"
    folder.mkdir(exist_ok=True, mode=0o700)
    if shutil.disk_usage(folder).free < 2 * file.stat().st_size:
        raise MigrationError("There is not enough free space for a copy of the database before its migration.")
    copy = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{revision}.db"
    try:
        copy.touch(mode=0o600)
        with contextlib.closing(sqlite3.connect(file)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except (OSError, sqlite3.Error) as error:
        copy.unlink(missing_ok=True)
        raise MigrationError(f"The database could not be copied before its migration: {error}.") from error
    for old in sorted(folder.glob("*.db"))[:-KEPT_COPIES]:
        old.unlink()
