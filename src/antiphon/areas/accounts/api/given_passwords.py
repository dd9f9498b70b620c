"""Passwords that a client gives to OpenSubsonic for an account: they become app passwords, the account's own stays."""

from antiphon.areas.accounts.api.keys import MAXIMUM_NAME, check_room
from antiphon.areas.accounts.data import AccessEnded, User
from antiphon.areas.accounts.internal import queries, writes
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.names import clean_text
from antiphon.areas.accounts.internal.passwords import Passwords, check_password
from antiphon.areas.accounts.internal.secrets import SecretBox
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import forbidden, invalid, not_signed_in
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded


class GivenPasswords:
    """App passwords whose secret somebody has chosen."""

    def __init__(
        self, *, database: Database, clock: Clock, passwords: Passwords, box: SecretBox, attempts: Attempts
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._box = box
        self._attempts = attempts

    async def take(self, principal: Principal, user: User, password: str) -> None:
        """Make a chosen password an app password of one's own account, or as an admin of anybody's.

        Who signed in by an app password changes that very one. Any other is named after the app that gives it and who
        did, and replaces one of the same name. Raises FORBIDDEN for others and for API keys, INVALID `password` for one
        that is weak or is the account's own, CONFLICT `too_many_keys`, TOO_MANY_REQUESTS.
        """
        self._check_may(principal, user)
        check_password(password, user.username, user.email)
        await self._check_not_the_accounts_own(user, password)
        is_same = principal.user_id == user.id and principal.via == "app_password"
        sealed = self._box.seal(password, f"app_password:{user.id}")
        app = clean_text(principal.client)[: MAXIMUM_NAME // 2] or "an app"
        name = f"{app}, set by {principal.username}"[:MAXIMUM_NAME]
        async with self._database.transaction() as transaction:
            if is_same:
                await writes.set_app_password(transaction, user.id, principal.session_id, sealed)
            else:
                await writes.delete_app_passwords_named(transaction, user.id, name)
                await check_room(transaction, queries.APP_PASSWORD_COUNT, user.id, "app passwords")
                await writes.insert_app_password(
                    transaction, user_id=user.id, name=name, sealed=sealed, now=self._clock()
                )
            await transaction.publish(
                recorded(principal, "account.app_password_set", "account", user.id, user.username)
            )
            await transaction.publish(AccessEnded(user_id=user.id, keeps_sessions=True))

    @staticmethod
    def _check_may(principal: Principal, user: User) -> None:
        if principal.is_anonymous:
            raise not_signed_in()
        if principal.via == "api_key":
            raise forbidden("A key cannot manage passwords.")
        if principal.user_id != user.id and not principal.is_admin:
            raise forbidden("Only admins change the passwords of others.")

    async def _check_not_the_accounts_own(self, user: User, password: str) -> None:
        """An app password is kept so that the server can read it: the account's own must never be."""
        row = await self._database.reader.fetch_one(queries.SIGN_IN_BY_ID, user_id=user.id)
        if row is None or not row[0]:
            return
        # Never forgotten by a good one: else whoever has an app's password could ask for ever whether a guess is right.
        await self._attempts.admit("given", str(user.id), "")
        if await self._passwords.matches(row[0], password):
            raise invalid(password="This is the password of the account itself. Give the app another.")
