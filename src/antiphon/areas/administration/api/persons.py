"""Everything that is known about a person: handed out, and erased."""

import time

from antiphon.areas.accounts.api import Accounts
from antiphon.areas.administration.data import PersonalArchive
from antiphon.areas.administration.internal.archive import pack
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import forbidden, not_signed_in
from antiphon.kernel.personal import PersonalData
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded


class Persons:
    """People's data over all areas, by the kernel's registry."""

    def __init__(self, *, database: Database, clock: Clock, accounts: Accounts, personal: PersonalData) -> None:
        self._database = database
        self._clock = clock
        self._accounts = accounts
        self._personal = personal

    async def export(self, principal: Principal, user_id: int) -> PersonalArchive:
        """A ZIP of everything about oneself, or about anybody for admins; that it was made goes on record.

        Raises NOT_FOUND for somebody the caller may not see, FORBIDDEN for others, and for keys.
        """
        user = await self._accounts.people.get(principal, user_id)
        if not self._accounts.people.sees_private(principal, user_id):
            raise forbidden("Only oneself and admins may have what is known about a person.")
        _check_session(principal)
        async with self._database.transaction() as transaction:
            await transaction.publish(recorded(principal, "account.exported", "account", user_id, user.username))
        now = self._clock()
        filename = f"antiphon-{user.username}-{time.strftime('%Y-%m-%d', time.gmtime(now))}.zip"
        return PersonalArchive(filename, pack(self._personal, user_id, user.username, now))

    async def erase(self, principal: Principal, user_id: int, *, keep_songs: bool = False) -> None:
        """Remove an account and everything personal, one's own or, as an admin, anybody's. Plays stay as counts.

        `keep_songs` leaves what the person uploaded to the server. Raises NOT_FOUND, FORBIDDEN (keys never remove their
        own account), CONFLICT `last_admin`. All of it happens, or nothing.
        """
        if principal.is_anonymous and principal.via != "system":
            raise not_signed_in()
        if principal.user_id == user_id or not principal.is_admin:
            _check_session(principal)
        async with self._database.transaction() as transaction:
            await self._accounts.people.remove(transaction, principal, user_id, keep_songs=keep_songs)
            await self._personal.erase(transaction, user_id)


def _check_session(principal: Principal) -> None:
    if principal.via not in ("session", "system"):
        raise forbidden("A key cannot do this. Sign in with your password.", "session_needed")
