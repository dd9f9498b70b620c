"""The door of accounts."""

from antiphon.areas.accounts.api.access import Access
from antiphon.areas.accounts.api.keys import Keys
from antiphon.areas.accounts.api.registration import Registrations
from antiphon.areas.accounts.internal.passwords import Passwords
from antiphon.areas.accounts.internal.secrets import SecretBox
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.settings import RuntimeSettings

__all__ = ["Access", "Accounts", "Keys", "Registrations"]


class Accounts:
    """Who people are (`registration`), how they get in (`access`), and what their apps use (`keys`)."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        runtime_settings: RuntimeSettings,
        password_pepper: str,
        encrypt_key: str,
        admin_email: str,
        artist_registration: str,
        mail_configured: bool,
    ) -> None:
        passwords = Passwords(password_pepper)
        box = SecretBox(encrypt_key)
        self.access = Access(database=database, clock=clock, passwords=passwords, box=box)
        self.keys = Keys(database=database, clock=clock, box=box)
        self.registration = Registrations(
            database=database,
            clock=clock,
            runtime_settings=runtime_settings,
            passwords=passwords,
            access=self.access,
            admin_email=admin_email,
            artist_registration=artist_registration,
            mail_configured=mail_configured,
        )
