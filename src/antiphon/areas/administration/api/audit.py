"""What is on record: who changed what about people, rights and the server."""

from typing import Any

import msgspec

from antiphon.areas.administration.data import AuditEntry
from antiphon.areas.administration.internal import queries, writes
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.db.reader import Row
from antiphon.kernel.errors import forbidden
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import Recorded


class Audit:
    """Keeps what areas put on record, in the transaction that did it, and shows it to admins."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._reader = database.reader
        self._clock = clock
        database.subscriptions.in_transaction(Recorded, self._write)

    async def entries(
        self, principal: Principal, page: Page, *, action: str = "", user_id: int = 0
    ) -> Slice[AuditEntry]:
        """What is on record, the latest first (admins only).

        `action` is one action (`account.blocked`) or a thing for all of its actions (`account`); `user_id` leaves what
        this person did and what was done to their account. Raises FORBIDDEN.
        """
        if not principal.is_admin:
            raise forbidden("Only admins may do this.", "admins_only")
        wanted: dict[str, Any] = {"action": action, "user_id": user_id}
        found = await self._reader.fetch_slow(queries.ENTRIES, **wanted, limit=page.limit, offset=page.offset)
        total = await self._reader.fetch_slow(queries.COUNT, **wanted)
        return Slice([_entry_of(row) for row in found], total[0][0], page)

    async def export_personal(self, user_id: int) -> dict[str, Any]:
        """What is on record about a person, for the registry of personal data."""
        found = await self._reader.fetch_slow(queries.ENTRIES_OF_PERSON, user_id=user_id)
        return {"audit_entry": [msgspec.to_builtins(_entry_of(row)) for row in found]}

    async def _write(self, event: Recorded, transaction: Transaction) -> None:
        await writes.insert_entry(transaction, event, self._clock())


def _entry_of(row: Row) -> AuditEntry:
    return AuditEntry(*(*row[:8], msgspec.json.decode(row[8])))
