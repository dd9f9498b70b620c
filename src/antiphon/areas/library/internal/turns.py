"""One at a time where totals are added up: two that counted the same genre at once would both write its row.

SQLite has one writer anyway. On PostgreSQL whoever changes what totals count takes a turn first, before any row is
held: a turn that came after would wait for rows, and rows for the turn.
"""

from sqlalchemy import func, select

from antiphon.kernel.db import Transaction

# Any number that nobody else locks.
_TURN = 7_274_655_219


async def take_turn(transaction: Transaction) -> None:
    """Wait until nobody else changes what totals count. The turn ends with the transaction."""
    if transaction.dialect != "sqlite":
        await transaction.fetch(select(func.pg_advisory_xact_lock(_TURN)))
