"""The door of administration."""

from antiphon.areas.accounts.api import Accounts
from antiphon.areas.administration.api.audit import Audit
from antiphon.areas.administration.api.persons import Persons
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.personal import PersonalData

__all__ = ["Administration", "Audit", "Persons"]


class Administration:
    """What is on record (`audit`), and what is known about a person (`persons`)."""

    def __init__(self, *, database: Database, clock: Clock, accounts: Accounts, personal: PersonalData) -> None:
        self.audit = Audit(database=database, clock=clock)
        self.persons = Persons(database=database, clock=clock, accounts=accounts, personal=personal)
