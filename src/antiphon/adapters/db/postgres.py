"""PostgreSQL by asyncpg: writes through SQLAlchemy, hot reads on a pool of their own."""

import asyncio
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from antiphon.kernel.db import Database, Statement
from antiphon.kernel.db.engine import create_async_engine
from antiphon.kernel.db.reader import Row
from antiphon.kernel.db.trouble import database_down, trouble
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.events import Subscriptions

# Planning just in time costs more than it saves on point and page reads.
_SERVER_SETTINGS = {
    "jit": "off",
    "random_page_cost": "1.1",
    "application_name": "antiphon",
    # Who waits longer for another's lock is told so, as on SQLite.
    "lock_timeout": "5s",
}


def driver_address(url: str) -> str:
    """`url` as asyncpg takes it: without a SQLAlchemy driver name in its scheme."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="postgresql"))


def open_postgres(url: str, subscriptions: Subscriptions, *, pool_size: int = 6) -> Database:
    """A database over `url` (`postgresql://user:password@host:port/name`); no connection is made before first use.

    `pool_size` connections for reads and as many for writes.
    """
    address = driver_address(url)
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(address, server_settings=_SERVER_SETTINGS, timeout=5),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=True,
    )
    return Database(engine, PostgresReader(address, pool_size), subscriptions)


class PostgresReader:
    """Rows from a pool of asyncpg connections, made at first use."""

    dialect = "postgresql"

    def __init__(self, address: str, pool_size: int) -> None:
        self._address = address
        self._pool_size = pool_size
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def _connections(self) -> asyncpg.Pool:
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self._address,
                        min_size=0,
                        max_size=self._pool_size,
                        command_timeout=30,
                        timeout=5,
                        server_settings={**_SERVER_SETTINGS, "default_transaction_read_only": "on"},
                    )
        return self._pool

    async def fetch(self, statement: Statement, /, **parameters: Any) -> list[Row]:
        """All rows. Raises UNAVAILABLE `database_down` where the server does not answer."""
        compiled = statement.compiled("postgresql")
        arguments = compiled.arguments(parameters)
        try:
            pool = await self._connections()
            return await pool.fetch(compiled.text, *arguments)  # type: ignore[no-any-return]
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            meaning = _trouble(error)
            if meaning is None:
                raise
            raise meaning from error

    async def fetch_one(self, statement: Statement, /, **parameters: Any) -> Row | None:
        """The first row, or None."""
        rows = await self.fetch(statement, **parameters)
        return rows[0] if rows else None

    async def fetch_slow(self, statement: Statement, /, **parameters: Any) -> list[Row]:
        """All rows; the server does the work, so there is nothing to keep off the event loop."""
        return await self.fetch(statement, **parameters)

    async def close(self) -> None:
        """Close the pool."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


def _trouble(error: OSError | asyncpg.PostgresError | asyncpg.InterfaceError) -> AntiphonError | None:
    """What the driver's error means. A value that it cannot send is the program's own mistake, and none."""
    if isinstance(error, asyncpg.PostgresError):
        return trouble(error.sqlstate, str(error))
    return None if isinstance(error, ValueError) else database_down()
