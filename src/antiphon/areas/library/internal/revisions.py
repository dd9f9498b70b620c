"""Counters that grow with every visible change: `library`, and `user:<id>` for what one person did."""

import time

from antiphon.areas.library.data import LibraryChanged
from antiphon.areas.library.internal.tables import revision
from antiphon.kernel.db import Transaction, insert_unless_there

LIBRARY = "library"


def of_user(user_id: int) -> str:
    """The name of a person's counter."""
    return f"user:{user_id}"


async def raise_revision(transaction: Transaction, name: str) -> int:
    """Count one change and give the new value. A counter starts at the present millisecond: so a restored backup does
    not repeat values that clients have seen."""
    statement = (
        insert_unless_there(transaction, revision)
        .values(name=name, value=int(time.time() * 1000))
        .on_conflict_do_update(index_elements=["name"], set_={"value": revision.c.value + 1})
        .returning(revision.c.value)
    )
    return int((await transaction.execute(statement)).scalar_one())


async def library_changed(transaction: Transaction) -> int:
    """Raise the library's revision and say so."""
    value = await raise_revision(transaction, LIBRARY)
    await transaction.publish(LibraryChanged(revision=value))
    return value
