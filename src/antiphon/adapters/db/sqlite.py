"""SQLite, the embedded default: one writer connection per process, reads inline on the event loop.

Settings as measured: WAL with `synchronous=FULL` (what is acknowledged survives a power cut), `BEGIN IMMEDIATE` (what a
check saw still holds when the write comes), readers that cannot write.
"""

import asyncio
import contextlib
import logging
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, event

from antiphon.adapters.db.sqlite_locks import sqlite3
from antiphon.adapters.db.sqlite_trips import connect
from antiphon.kernel.db import Database, Statement
from antiphon.kernel.db.engine import AsyncEngine, create_async_engine
from antiphon.kernel.db.reader import Row
from antiphon.kernel.db.trouble import trouble
from antiphon.kernel.events import Subscriptions

log = logging.getLogger(__name__)

BUSY_SECONDS = 5.0
# A read that holds the event loop for longer is told to who looks closely, one of the second length to everybody.
SLOW_ON_LOOP_SECONDS = 0.005
TOLD_ON_LOOP_SECONDS = 0.05
# Pages of the log after which it is written into the database. Who writes much (a scan) does that less often: it would
# write the same pages of the indexes again and again.
CHECKPOINT_PAGES = {"FULL": 1000, "NORMAL": 10_000, "OFF": 1000}
# What is mapped is read without a call and a copy for each page: a large catalogue answers in half the time. The most
# that SQLite takes; the pages stay the system's own, which takes them back when it needs memory.
MAPPED_BYTES = 0x7FFF0000
READER_PRAGMAS = (
    "query_only=1",
    "cache_size=-65536",
    f"mmap_size={MAPPED_BYTES}",
    "temp_store=MEMORY",
    "case_sensitive_like=ON",
)


def open_sqlite(file: Path, subscriptions: Subscriptions, *, synchronous: str = "FULL") -> Database:
    """A database over `file`, which is made where it is missing.

    `synchronous` is `FULL`, or `NORMAL` for work that can be repeated (a scan).
    """
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(file)),
        pool_size=1,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        pool_recycle=-1,
        connect_args={"async_creator_fn": connect},
    )
    _prepare_writer(engine, synchronous)
    return Database(engine, SqliteReader(file), subscriptions)


def _prepare_writer(engine: AsyncEngine, synchronous: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={int(BUSY_SECONDS * 1000)}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"wal_autocheckpoint={CHECKPOINT_PAGES[synchronous]}",
            "foreign_keys=ON",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine.sync_engine, "close")
    def close(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        # Statistics can wait: another process may be writing just now.
        with contextlib.suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA optimize")
        cursor.close()


class SqliteReader:
    """Read-only connections, one per thread. A statement over 5 ms on the event loop is logged with its text."""

    dialect = "sqlite"

    def __init__(self, file: Path) -> None:
        self._uri = f"file:{quote(str(file))}?mode=ro"
        self._local = threading.local()
        # With a lock for who reads beside the event loop: a connection has to be at rest when it is closed.
        self._opened: list[tuple[sqlite3.Connection, threading.Lock]] = []
        self._lock = threading.Lock()

    def _open(self) -> sqlite3.Connection:
        made = sqlite3.connect(
            self._uri,
            uri=True,
            isolation_level=None,
            cached_statements=256,
            check_same_thread=False,
            timeout=BUSY_SECONDS,
        )
        for pragma in READER_PRAGMAS:
            made.execute(f"PRAGMA {pragma}")
        self._local.connection = made
        self._local.busy = threading.Lock()
        with self._lock:
            self._opened.append((made, self._local.busy))
        return made

    def _run(self, statement: Statement, parameters: dict[str, Any], *, on_loop: bool = True) -> list[Row]:
        compiled = statement.compiled("sqlite")
        start = time.perf_counter()
        try:
            connection: sqlite3.Connection = getattr(self._local, "connection", None) or self._open()
            rows = connection.execute(compiled.text, compiled.arguments(parameters)).fetchall()
        except sqlite3.DatabaseError as error:
            meaning = trouble(None, str(error))
            if meaning is None:
                raise
            raise meaning from error
        took = time.perf_counter() - start
        if on_loop and took > SLOW_ON_LOOP_SECONDS:
            level = logging.INFO if took > TOLD_ON_LOOP_SECONDS else logging.DEBUG
            log.log(level, "a read held the event loop for %.1f ms: %.300s", took * 1000, compiled.text)
        return rows

    async def fetch(self, statement: Statement, /, **parameters: Any) -> list[Row]:
        """All rows, read right here on the event loop."""
        return self._run(statement, parameters)

    async def fetch_one(self, statement: Statement, /, **parameters: Any) -> Row | None:
        """The first row, or None."""
        rows = self._run(statement, parameters)
        return rows[0] if rows else None

    async def fetch_slow(self, statement: Statement, /, **parameters: Any) -> list[Row]:
        """All rows, read in a thread."""
        return await asyncio.to_thread(self._run_beside, statement, parameters)

    def _run_beside(self, statement: Statement, parameters: dict[str, Any]) -> list[Row]:
        if getattr(self._local, "connection", None) is None:
            self._open()
        with self._local.busy:
            return self._run(statement, parameters, on_loop=False)

    async def close(self) -> None:
        """Close the connections of every thread. What is still being read for nobody is broken off."""
        with self._lock:
            for connection, busy in self._opened:
                connection.interrupt()
                with busy:
                    connection.close()
            self._opened.clear()
            self._local = threading.local()
