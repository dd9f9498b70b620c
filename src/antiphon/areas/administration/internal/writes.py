"""Writes of administration."""

import msgspec
from sqlalchemy import insert

from antiphon.areas.administration.internal.tables import audit_entry
from antiphon.kernel.db import Transaction
from antiphon.kernel.record import Recorded


async def insert_entry(transaction: Transaction, event: Recorded, now: float) -> None:
    """Put something on record, inside the transaction that did it."""
    values = msgspec.structs.asdict(event)
    values["details"] = msgspec.json.encode(event.details).decode()
    await transaction.execute(insert(audit_entry).values(at=now, **values))
