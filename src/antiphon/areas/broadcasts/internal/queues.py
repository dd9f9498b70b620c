"""Queues with episodes in the database."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, select

from antiphon.areas.broadcasts.internal.tables import podcast_queue
from antiphon.kernel.db import Reader, Statement, Transaction, insert_unless_there

_COLUMNS = ("client", "things", "place", "position", "changed_at")
_OF_PERSON = (
    select(*(podcast_queue.c[name] for name in _COLUMNS))
    .where(podcast_queue.c.user_id == bindparam("user_id", type_=BigInteger))
    .order_by(podcast_queue.c.changed_at.desc(), podcast_queue.c.client)
)
LATEST = Statement(_OF_PERSON.limit(100))
ALL = Statement(_OF_PERSON)


async def write(transaction: Transaction, user_id: int, client: str, **values: Any) -> None:
    """Replace what an app has lined up."""
    statement = insert_unless_there(transaction, podcast_queue).values(user_id=user_id, client=client, **values)
    keys = [podcast_queue.c.user_id, podcast_queue.c.client]
    await transaction.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))


async def remove(transaction: Transaction, user_id: int, client: str) -> None:
    """No episode is lined up in an app any more."""
    table = podcast_queue.c
    await transaction.execute(delete(podcast_queue).where(table.user_id == user_id, table.client == client))


async def forget_person(transaction: Transaction, user_id: int) -> None:
    """Forget all that somebody has lined up."""
    await transaction.execute(delete(podcast_queue).where(podcast_queue.c.user_id == user_id))


async def export(reader: Reader, user_id: int) -> list[dict[str, Any]]:
    """What somebody has lined up, for the export of their data."""
    return [dict(zip(_COLUMNS, row, strict=True)) for row in await reader.fetch_slow(ALL, user_id=user_id)]
