"""The fast way to read: statement in, plain tuples out."""

from typing import Any, Protocol

from antiphon.kernel.db.statement import Statement

Row = tuple[Any, ...]


class Reader(Protocol):
    """Reads committed rows. On SQLite it answers inline, without a suspension; on PostgreSQL it awaits the driver.

    Never keep a cursor open over an await: every method returns all rows at once.
    """

    dialect: str

    async def fetch(self, statement: Statement, /, **parameters: Any) -> list[Row]:
        """All rows. For point and page reads that an index answers within about a millisecond."""
        ...

    async def fetch_one(self, statement: Statement, /, **parameters: Any) -> Row | None:
        """The first row, or None."""
        ...

    async def fetch_slow(self, statement: Statement, /, **parameters: Any) -> list[Row]:
        """All rows of a statement that may sort or count much: runs beside the event loop, not on it."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...
