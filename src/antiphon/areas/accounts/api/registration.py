"""New accounts: registering, the first admin, admins made from the shell."""

import hmac
import secrets

from antiphon.areas.accounts.api.access import Access
from antiphon.areas.accounts.data import AccessEnded, AccountCreated, Registration, SignedIn, User
from antiphon.areas.accounts.internal import queries, rows, writes
from antiphon.areas.accounts.internal.names import check_email, check_username, clean_text, name_key
from antiphon.areas.accounts.internal.passwords import Passwords, check_password
from antiphon.areas.accounts.internal.secrets import token_hash
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid
from antiphon.kernel.principal import ADMIN, ARTIST, USER
from antiphon.kernel.settings import RuntimeSettings

_SETUP_LINK = "accounts.setup_link"


class Registrations:
    """How accounts come to be."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        runtime_settings: RuntimeSettings,
        passwords: Passwords,
        access: Access,
        admin_email: str,
        artist_registration: str,
        mail_configured: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._runtime_settings = runtime_settings
        self._passwords = passwords
        self._access = access
        self._admin_email = admin_email.strip().lower()
        self._artist_registration = artist_registration
        self._mail_configured = mail_configured

    async def register(self, registration: Registration) -> SignedIn:
        """A new account, signed in.

        Raises FORBIDDEN for the role `admin`, INVALID by field, CONFLICT where the name or the address is taken.
        The address in ADMIN_EMAIL becomes admin once proven: from loopback it is where no mail server could prove it.
        """
        if registration.role == ADMIN:
            raise forbidden("Nobody can register as admin.")
        if registration.role not in (USER, ARTIST):
            raise invalid(role="A role is user or artist.")
        roles = {USER}
        if registration.role == ARTIST and self._artist_registration == "open":
            roles.add(ARTIST)
        if self._proves_admin(registration):
            roles.add(ADMIN)
        user = await self._create(registration, roles)
        return await self._access.start_session(user, registration.client)

    async def setup_needed(self) -> bool:
        """True while the server has no admin."""
        return await self._database.reader.fetch_one(queries.ADMIN_EXISTS) is None

    async def new_setup_token(self) -> str | None:
        """A fresh one-time token for making the first admin on the web page; None where there is an admin already."""
        if not await self.setup_needed():
            return None
        token = secrets.token_urlsafe(24)
        async with self._database.transaction() as transaction:
            await self._runtime_settings.set(transaction, _SETUP_LINK, token_hash(token))
        return token

    async def set_up(self, token: str, registration: Registration) -> SignedIn:
        """The first admin, signed in. Raises FORBIDDEN `setup_link` where the link is wrong, old or used."""
        await self._check_setup(token)
        user = await self._create(registration, {USER, ADMIN}, setup_token=token)
        return await self._access.start_session(user, registration.client)

    async def create_admin(self, email: str, username: str, password: str) -> tuple[User, bool]:
        """An admin made, or promoted with a new password, by who has the shell; True where the account is new.

        An empty `username` is made from the address. Raises INVALID by field, CONFLICT where the name is another's.
        """
        address = check_email(email)
        row = await self._database.reader.fetch_one(
            queries.USER_BY_NAME_OR_EMAIL, username_key="", email_key=name_key(address)
        )
        if row is None:
            name = username or "".join(
                c for c in address.partition("@")[0] if c.isascii() and (c.isalnum() or c in "._-")
            )
            registration = Registration(username=name, email=address, password=password)
            return await self._create(registration, {USER, ADMIN}), True
        check_password(password, row[1], row[2])
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction() as transaction:
            user = rows.user_of(row)
            await writes.set_roles(transaction, user.id, {*user.roles, ADMIN})
            await writes.set_password(transaction, user.id, password_hash, self._clock())
            await writes.delete_other_sessions(transaction, user.id, 0)
            await transaction.publish(AccessEnded(user_id=user.id))
        return user, False

    def _proves_admin(self, registration: Registration) -> bool:
        return (
            bool(self._admin_email)
            # A look-alike is another mailbox, maybe of somebody else.
            and registration.email.strip().lower() == self._admin_email
            and registration.from_loopback
            and not self._mail_configured
        )

    async def _check_setup(self, token: str, transaction: Transaction | None = None) -> None:
        if transaction is None:
            kept = await self._runtime_settings.get(_SETUP_LINK)
            needed = await self.setup_needed()
        else:
            kept = await self._runtime_settings.get_within(transaction, _SETUP_LINK)
            needed = await transaction.fetch_one(queries.ADMIN_EXISTS) is None
        if not needed or not kept or not hmac.compare_digest(kept, token_hash(token)):
            raise AntiphonError(
                Kind.FORBIDDEN,
                "setup_link",
                "This set-up link is not valid any more. Start the server again to have a new one.",
            )

    async def _create(self, registration: Registration, roles: set[str], setup_token: str | None = None) -> User:
        username, email = check_username(registration.username), check_email(registration.email)
        check_password(registration.password, username, email)
        full_name = clean_text(registration.full_name)[:200]
        password_hash = await self._passwords.hash(registration.password)
        now = self._clock()
        async with self._database.transaction() as transaction:
            if setup_token is not None:
                await self._check_setup(setup_token, transaction)
                await self._runtime_settings.set(transaction, _SETUP_LINK, None)
            user_id = await writes.insert_user(
                transaction, username=username, email=email, full_name=full_name, password_hash=password_hash, now=now
            )
            await writes.set_roles(transaction, user_id, roles)
            await transaction.publish(AccountCreated(user_id=user_id, username=username))
        return User(
            id=user_id,
            username=username,
            email=email,
            full_name=full_name,
            roles=rows.roles_of(" ".join(roles)),
            created_at=now,
        )
