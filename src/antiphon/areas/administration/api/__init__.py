"""The door of administration."""

from typing import Any

from antiphon.areas.accounts.api import Accounts
from antiphon.areas.administration.api.audit import Audit
from antiphon.areas.administration.api.moderation import Moderation
from antiphon.areas.administration.api.persons import Persons
from antiphon.areas.administration.api.reports import Reports
from antiphon.areas.administration.api.verdicts import Verdicts
from antiphon.areas.administration.internal import case_writes, personal
from antiphon.areas.library.api import Library
from antiphon.areas.playlists.api import Playlists
from antiphon.areas.social.api import Social
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.personal import PersonalData

__all__ = ["Administration", "Audit", "Moderation", "Persons", "Reports"]


class Administration:
    """What is on record (`audit`), what is known about a person (`persons`), what people report (`reports`) and what
    admins do about it (`moderation`)."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        accounts: Accounts,
        library: Library,
        playlists: Playlists,
        social: Social,
        personal: PersonalData,
    ) -> None:
        self._reader = database.reader
        self.audit = Audit(database=database, clock=clock)
        self.persons = Persons(database=database, clock=clock, accounts=accounts, personal=personal)
        self.reports = Reports(database=database, clock=clock, accounts=accounts, library=library, playlists=playlists)
        self.moderation = Moderation(
            database=database, clock=clock, verdicts=Verdicts(accounts, library, playlists), social=social
        )

    async def export_personal(self, user_id: int) -> dict[str, Any]:
        """What is on record about a person, what they report, and cases about what is theirs."""
        return {**await self.audit.export_personal(user_id), **await personal.export(self._reader, user_id)}

    async def erase_personal(self, transaction: Transaction, user_id: int) -> None:
        """Delete what a person has reported, and cases about what is theirs. The record stays as it is: that it
        outlives those it tells of is what it is for."""
        await case_writes.erase(transaction, user_id)
