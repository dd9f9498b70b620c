"""The one way to write: a transaction that is opened when a use case writes and committed at the edge."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from sqlalchemy import CursorResult, Table
from sqlalchemy.sql.expression import Executable

from antiphon.kernel.db.engine import AsyncConnection, AsyncEngine
from antiphon.kernel.db.reader import Reader, Row
from antiphon.kernel.db.statement import Statement
from antiphon.kernel.db.trouble import database_down, database_trouble
from antiphon.kernel.events import Event, Subscriptions

log = logging.getLogger(__name__)


class Transaction:
    """One unit of work. What is read through it sees what it wrote."""

    def __init__(self, connection: AsyncConnection, dialect: str, subscriptions: Subscriptions, task: object) -> None:
        self.dialect = dialect
        self._connection = connection
        self._subscriptions = subscriptions
        self._task = task
        self._events: list[Event] = []

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one writing statement; with a list of parameters, once for each of them. No parameters at all in a list
        is a mistake of the caller: SQL would then run the statement once without any."""
        assert parameters is None or isinstance(parameters, Mapping) or len(parameters) > 0
        return await self._connection.execute(statement, parameters)

    async def insert_rows(self, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert many rows that are tuples in the order of `columns`: by the driver itself, without SQLAlchemy's work
        for each row. No defaults of the program's own and no conversions are made."""
        if rows:
            await self._connection.exec_driver_sql(_insert_text(table, tuple(columns), self.dialect), rows)

    async def fetch(self, statement: Statement | Executable, /, **parameters: Any) -> list[Row]:
        """All rows, read inside the transaction."""
        expression = statement.expression(self.dialect) if isinstance(statement, Statement) else statement
        result = await self._connection.execute(expression, parameters or None)
        return [tuple(row) for row in result.all()]

    async def fetch_one(self, statement: Statement | Executable, /, **parameters: Any) -> Row | None:
        """The first row, read inside the transaction, or None."""
        rows = await self.fetch(statement, **parameters)
        return rows[0] if rows else None

    async def publish(self, event: Event) -> None:
        """Tell subscribers: those in the transaction now, the others once it is committed."""
        self._events.append(event)
        await self._subscriptions.publish_in_transaction(event, self)

    @property
    def is_mine(self) -> bool:
        """True in the task that opened it: a task started meanwhile inherits the context, but not the transaction."""
        return asyncio.current_task() is self._task


@lru_cache(maxsize=64)
def _insert_text(table: Table, columns: tuple[str, ...], dialect: str) -> str:
    places = ("?" if dialect == "sqlite" else f"${number}" for number in range(1, len(columns) + 1))
    names = (table.c[column].name for column in columns)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(places)})"  # noqa: S608 - names of the program's own tables


_current: ContextVar[Transaction | None] = ContextVar("transaction", default=None)


class Database:
    """Writes through SQLAlchemy Core, reads through `reader`; the same on SQLite and PostgreSQL."""

    def __init__(self, engine: AsyncEngine, reader: Reader, subscriptions: Subscriptions) -> None:
        self.engine = engine
        self.reader = reader
        self.subscriptions = subscriptions
        self.dialect = reader.dialect
        # How often this process has written: what was read before the latest write may be old.
        self.commits = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction, or join the one this task has open already. Leaving the outermost block commits.

        Raises UNAVAILABLE `database_busy` where another writer holds the database for more than five seconds,
        UNAVAILABLE `database_down` where it does not answer, and NO_SPACE where the disk is full.
        """
        running = _current.get()
        if running is not None and running.is_mine:
            yield running
            return
        with _Translated() as translated:
            async with self.engine.connect() as connection, connection.begin():
                translated.is_connected = True
                transaction = Transaction(connection, self.dialect, self.subscriptions, asyncio.current_task())
                token = _current.set(transaction)
                try:
                    yield transaction
                finally:
                    _current.reset(token)
        self.commits += 1
        for event in transaction._events:
            await self.subscriptions.publish_after_commit(event)

    async def close(self) -> None:
        """Close every connection."""
        await self.reader.close()
        await self.engine.dispose()


class _Translated:
    """Tells the caller what a driver's error means."""

    def __init__(self) -> None:
        self.is_connected = False

    def __enter__(self) -> "_Translated":
        return self

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        meaning = database_trouble(error)
        # An OSError from inside the block is the use case's own.
        if meaning is None and isinstance(error, OSError) and not self.is_connected:
            meaning = database_down()
        if meaning is not None:
            log.warning("the database refused: %s (%s)", meaning.message, getattr(error, "orig", error))
            raise meaning from error
