"""The password of one's own account."""

from antiphon.areas.accounts.data import AccessEnded, PasswordChanged
from antiphon.areas.accounts.internal import queries, writes
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.links import drop_links
from antiphon.areas.accounts.internal.passwords import Passwords, check_password
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, forbidden, not_signed_in
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded


class OwnPassword:
    """Changing the password one signs in with."""

    def __init__(self, *, database: Database, clock: Clock, passwords: Passwords, attempts: Attempts) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._attempts = attempts

    async def change(self, principal: Principal, current_password: str, new_password: str) -> None:
        """Replace the caller's password and end their other sessions.

        An account without a password gets its first one by this. Raises FORBIDDEN where the current one is wrong or the
        caller came by a key, INVALID for a weak new one, TOO_MANY_REQUESTS after too many wrong ones.
        """
        row = await self._own(principal)
        checked_as("new_password", new_password, row[2], row[3])
        # Who came by an account elsewhere and has none here sets the first one.
        if row[0]:
            await self._check(principal, row[0], current_password)
        new_hash = await self._passwords.hash(new_password)
        async with self._database.transaction() as transaction:
            await set_password(transaction, principal.user_id, new_hash, self._clock(), kept=principal.session_id)
            await transaction.publish(recorded(principal, "account.password_changed", "account", principal.user_id))

    async def confirm(self, principal: Principal, password: str) -> None:
        """Make sure that it is really the owner who asks for something far-reaching.

        Raises FORBIDDEN `wrong_password`, TOO_MANY_REQUESTS. An account without a password needs none.
        """
        row = await self._own(principal)
        if row[0]:
            await self._check(principal, row[0], password)

    async def _own(self, principal: Principal) -> tuple[str, int, str, str]:
        if principal.via != "session":
            raise forbidden("A key cannot do this. Sign in with your password.")
        row = await self._database.reader.fetch_one(queries.SIGN_IN_BY_ID, user_id=principal.user_id)
        if row is None:
            raise not_signed_in()
        return row[0], row[1], row[2], row[3]

    async def _check(self, principal: Principal, password_hash: str, password: str) -> None:
        account = str(principal.user_id)
        await self._attempts.admit("password", account, "")
        if not await self._passwords.matches(password_hash, password):
            raise forbidden("The current password is wrong.", "wrong_password")
        await self._attempts.succeeded("password", account, "")


async def set_password(transaction: Transaction, user_id: int, new_hash: str, now: float, *, kept: int) -> None:
    """Give an account another password and end its sessions but `kept`; addresses that were signed for it and links
    that would change it again end too."""
    await writes.set_password(transaction, user_id, new_hash, now)
    await writes.delete_other_sessions(transaction, user_id, kept)
    await drop_links(transaction, user_id, "reset", "change")
    await transaction.publish(PasswordChanged(user_id=user_id, at=now))
    await transaction.publish(AccessEnded(user_id=user_id))


def checked_as(field: str, password: str, *names: str) -> None:
    """`check_password` where the password comes in by another field's name."""
    try:
        check_password(password, *names)
    except AntiphonError as error:
        sentences = error.fields["password"]
        raise AntiphonError(error.kind, error.code, f"{field}: {sentences[0]}", fields={field: sentences}) from error
