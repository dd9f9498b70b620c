"""Accounts as clients of OpenSubsonic manage them. A password that they give becomes an app password; the account's own
stays as it is."""

from collections.abc import Collection

import msgspec

from antiphon.areas.accounts.api.keys import MAXIMUM_NAME, check_room
from antiphon.areas.accounts.api.people import check_admin
from antiphon.areas.accounts.api.registration import Registrations
from antiphon.areas.accounts.data import AccessEnded, Registration, User
from antiphon.areas.accounts.internal import people, queries, rows, writes
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.links import drop_links
from antiphon.areas.accounts.internal.names import check_email, name_key
from antiphon.areas.accounts.internal.passwords import Passwords, check_password
from antiphon.areas.accounts.internal.secrets import SecretBox
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid, not_signed_in
from antiphon.kernel.principal import USER, Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_line


class ChosenPassword(msgspec.Struct, frozen=True):
    """A password for an app that has been looked at, ready to be kept."""

    password: str


class AppAccounts:
    """What the user calls of OpenSubsonic need besides people and keys."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        box: SecretBox,
        attempts: Attempts,
        registration: Registrations,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._box = box
        self._attempts = attempts
        self._registration = registration

    async def create(
        self,
        principal: Principal,
        *,
        username: str,
        email: str,
        password: str,
        roles: Collection[str],
        rights: Collection[str],
    ) -> User:
        """An account made by an admin, with an app password of the admin's choice and none of its own yet.

        Raises FORBIDDEN for others and for API keys, INVALID by field, CONFLICT where the name or address is taken.
        """
        check_admin(principal)
        _check_no_key(principal)
        check_password(password, username, email)
        registration = Registration(username=username, email=email, password=None, wants_session=False)
        async with self._database.transaction() as transaction:
            user = await self._registration.create(principal, registration, has_app_password=True)
            await writes.set_roles(transaction, user.id, {*roles, USER})
            kept = " ".join(rows.rights_of(" ".join(rights)))
            await people.update_account(transaction, user.id, self._clock(), rights=kept)
            await self._add(transaction, principal, user, password)
        return user

    async def check_password(self, principal: Principal, user: User, password: str) -> ChosenPassword:
        """Look at a password that somebody chose for an app of theirs, or as an admin for somebody's.

        Raises FORBIDDEN for others and for API keys, INVALID `password` for one that is weak or is the account's own,
        TOO_MANY_REQUESTS.
        """
        if principal.is_anonymous:
            raise not_signed_in()
        _check_no_key(principal)
        if principal.user_id != user.id and not principal.is_admin:
            raise forbidden("Only admins change the passwords of others.")
        check_password(password, user.username, user.email)
        row = await self._database.reader.fetch_one(queries.SIGN_IN_BY_ID, user_id=user.id)
        if row is not None and row[0]:
            # Never forgotten by a good one: else whoever has an app's password could ask for ever whether a guess is
            # right.
            await self._attempts.admit("chosen-password", str(user.id), "")
            if await self._passwords.matches(row[0], password):
                raise invalid(password="This is the password of the account itself. Give the app another.")
        return ChosenPassword(password)

    async def keep_password(self, principal: Principal, user: User, chosen: ChosenPassword) -> None:
        """Make a chosen password an app password.

        Who signed in by an app password and changes their own changes that very one. Any other is named after the app
        and who gave it, and replaces one of the same name. Raises CONFLICT `too_many_keys`.
        """
        async with self._database.transaction() as transaction:
            if principal.user_id == user.id and principal.via == "app_password":
                sealed = self._sealed(user, chosen.password)
                await writes.set_app_password(transaction, user.id, principal.session_id, sealed)
            else:
                await self._add(transaction, principal, user, chosen.password)
            await transaction.publish(
                recorded(principal, "account.app_password_set", "account", user.id, user.username)
            )
            await transaction.publish(AccessEnded(user_id=user.id, keeps_sessions=True))

    async def set_email(self, principal: Principal, user: User, email: str) -> None:
        """Give an account another address, as an admin. It counts as not proven.

        Raises FORBIDDEN, INVALID `email`, CONFLICT `email_taken`.
        """
        check_admin(principal)
        address = check_email(email)
        if address == user.email:
            return
        async with self._database.transaction() as transaction:
            if await transaction.fetch_one(queries.OTHER_WITH_EMAIL, user_id=user.id, key=name_key(address)):
                sentence = "This address is taken."
                raise AntiphonError(Kind.CONFLICT, "email_taken", sentence, fields={"email": [sentence]})
            values = {"email": address, "email_key": name_key(address), "email_proven_at": None}
            await people.update_account(transaction, user.id, self._clock(), **values)
            await drop_links(transaction, user.id, "reset", "verify", "change")
            await transaction.publish(recorded(principal, "account.address_set", "account", user.id, user.username))

    async def _add(self, transaction: Transaction, principal: Principal, user: User, password: str) -> None:
        app = clean_line(principal.client)[: MAXIMUM_NAME // 2] or "an app"
        name = f"{app}, set by {principal.username}"[:MAXIMUM_NAME]
        await writes.delete_app_passwords_named(transaction, user.id, name)
        await check_room(transaction, queries.APP_PASSWORD_COUNT, user.id, "app passwords")
        sealed = self._sealed(user, password)
        await writes.insert_app_password(transaction, user_id=user.id, name=name, sealed=sealed, now=self._clock())

    def _sealed(self, user: User, password: str) -> str:
        return self._box.seal(password, f"app_password:{user.id}")


def _check_no_key(principal: Principal) -> None:
    if principal.via == "api_key":
        raise forbidden("A key cannot manage passwords.")
