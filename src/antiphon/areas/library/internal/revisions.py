"""Counters that grow with every visible change: `library`, and `user:<id>` for what one person did."""

import time

from sqlalchemy import insert, update

from antiphon.areas.library.data import LibraryChanged
from antiphon.areas.library.internal.tables import revision
from antiphon.kernel.db import Transaction

LIBRARY = "library"


def of_user(user_id: int) -> str:
    """The name of a person's counter."""
    return f"user:{user_id}"


async def raise_revision(transaction: Transaction, name: str) -> int:
    """Count one change and give the new value. A counter starts at the present millisecond: so a restored backup does
    not repeat values that clients have seen."""
    where = revision.c.name == name
    changed = await transaction.execute(
        update(revision).where(where).values(value=revision.c.value + 1).returning(revision.c.value)
    )
    row = changed.first()
    if row is not None:
        return int(row[0])
    value = int(time.time() * 1000)
    await transaction.execute(insert(revision).values(name=name, value=value))
    return value


async def library_changed(transaction: Transaction) -> int:
    """Raise the library's revision and say so."""
    value = await raise_revision(transaction, LIBRARY)
    await transaction.publish(LibraryChanged(revision=value))
    return value
