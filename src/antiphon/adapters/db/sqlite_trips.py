"""The writer's connection in one trip to its thread per statement.

aiosqlite makes a trip for the cursor, one to execute, one to fetch and one to close: each wakes two threads, which
costs more than most statements do. SQLAlchemy always fetches all rows, so all of it can be done at once.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from antiphon.adapters.db.sqlite_locks import sqlite3  # isort: split

import aiosqlite


class _Cursor(aiosqlite.Cursor):
    """A cursor that is made, executed and read in one call. It gives all rows at once and no other way."""

    _cursor: Any

    def __init__(self, connection: "_Connection") -> None:
        # The real one comes with the first statement.
        super().__init__(connection, None)  # type: ignore[arg-type]
        self._rows: list[Any] = []

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "_Cursor":
        await self._run("execute", sql, () if parameters is None else parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> "_Cursor":
        await self._run("executemany", sql, parameters)
        return self

    async def _run(self, method: str, sql: str, parameters: Any) -> None:
        await self._execute(self._run_here, method, sql, parameters)  # type: ignore[no-untyped-call]

    def _run_here(self, method: str, sql: str, parameters: Any) -> None:
        """In the connection's thread."""
        if self._cursor is None:
            self._cursor = self._conn._conn.cursor()
        getattr(self._cursor, method)(sql, parameters)
        self._rows = self._cursor.fetchall() if self._cursor.description else []

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is left to do: what was read to its end holds nothing."""


class _Connection(aiosqlite.Connection):
    def cursor(self) -> _Cursor:  # type: ignore[override]
        return _Cursor(self)


def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """A connection to the file `database`, with the options of `sqlite3.connect`; open once it has been awaited."""
    connection = _Connection(partial(sqlite3.connect, database, **options), iter_chunk_size=1)
    # As with SQLAlchemy's own: a connection that somebody forgot does not keep the process alive.
    connection._thread.daemon = True
    return connection
