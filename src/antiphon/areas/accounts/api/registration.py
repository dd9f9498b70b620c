"""New accounts: registering, the first admin, admins made from the shell."""

import hmac
import secrets

import msgspec

from antiphon.areas.accounts.api.own_password import set_password
from antiphon.areas.accounts.api.people import check_admin, full_name_of
from antiphon.areas.accounts.api.signing_in import SigningIn
from antiphon.areas.accounts.data import (
    AccountCreated,
    ArtistAsked,
    InvitationTaken,
    Profile,
    Registration,
    SignedIn,
    User,
)
from antiphon.areas.accounts.internal import people, queries, rows, writes
from antiphon.areas.accounts.internal.invitations import Taken, take_invitation
from antiphon.areas.accounts.internal.names import (
    check_email,
    check_username,
    name_from_address,
    name_key,
)
from antiphon.areas.accounts.internal.passwords import Passwords, check_password
from antiphon.areas.accounts.internal.profiles import checked_profile
from antiphon.areas.accounts.internal.secrets import token_hash
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid
from antiphon.kernel.principal import ADMIN, ARTIST, SYSTEM, USER, Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.settings import RuntimeSettings
from antiphon.kernel.text import clean_line

_SETUP_LINK = "accounts.setup_link"
NAMES_TRIED = 4


def _check_role(role: str) -> None:
    if role not in (USER, ARTIST):
        raise invalid(role="A role is user or artist.")


class Registrations:
    """How accounts come to be."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        runtime_settings: RuntimeSettings,
        passwords: Passwords,
        signing_in: SigningIn,
        admin_email: str,
        registration: str,
        artist_registration: str,
        mail_configured: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._runtime_settings = runtime_settings
        self._passwords = passwords
        self._signing_in = signing_in
        self._admin_email = admin_email.strip().lower()
        self._mode = registration
        self._artist_registration = artist_registration
        self._mail_configured = mail_configured

    async def register(self, registration: Registration) -> SignedIn:
        """A new account, signed in.

        Raises FORBIDDEN for the role `admin` and without a needed invitation, SWITCHED_OFF where nobody can register,
        INVALID by field, CONFLICT where the name or the address is taken. Where an admin has to let people in, there is
        no session yet.
        The address in ADMIN_EMAIL becomes admin once proven: from loopback it is where no mail server could prove it.
        """
        if registration.role == ADMIN:
            raise forbidden("Nobody can register as admin.")
        _check_role(registration.role)
        self._check_open(registration)
        roles = {USER}
        if registration.role == ARTIST and self._artist_registration == "open":
            roles.add(ARTIST)
        if self._proves_admin(registration):
            roles.add(ADMIN)
        return await self._create_signed_in(registration, roles)

    async def create(self, principal: Principal, registration: Registration, *, has_app_password: bool = False) -> User:
        """An account for somebody else, made by an admin.

        Without a password nobody signs in there before they have set one by a mailed link; where no mail is sent, only
        who gets an app password may do without. Raises FORBIDDEN, INVALID by field, CONFLICT.
        """
        check_admin(principal)
        _check_role(registration.role)
        if registration.password is None and not (self._mail_configured or has_app_password):
            raise invalid(password="This server sends no mail: give a password, and tell it to them yourself.")
        prepared = msgspec.structs.replace(await self._prepare(registration), waits=False, wants_artist=False)
        async with self._database.transaction() as transaction:
            user = await self._insert(transaction, prepared, {USER, registration.role})
            await transaction.publish(recorded(principal, "account.made", "account", user.id, user.username))
        return user

    def _check_open(self, registration: Registration) -> None:
        if registration.invitation or self._mode in ("open", "approval") or self._proves_admin(registration):
            return
        if self._mode == "closed":
            raise AntiphonError(Kind.SWITCHED_OFF, "registration_closed", "Nobody can register on this server.")
        raise forbidden("To register on this server you need an invitation.", "invitation_needed")

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
        return await self._create_signed_in(registration, {USER, ADMIN}, setup_token=token)

    async def create_admin(self, email: str, username: str, password: str) -> tuple[User, bool]:
        """An admin made, or promoted with a new password, by who has the shell; True where the account is new.

        An empty `username` is made from the address. Raises INVALID by field, CONFLICT where the name is another's.
        """
        address = check_email(email)
        row = await self._database.reader.fetch_one(
            queries.USER_BY_NAME_OR_EMAIL, username_key="", email_key=name_key(address)
        )
        if row is None:
            registration = Registration(username=username or None, email=address, password=password)
            prepared = msgspec.structs.replace(await self._prepare(registration), waits=False)
            async with self._database.transaction() as transaction:
                return await self._insert(transaction, prepared, {USER, ADMIN}), True
        check_password(password, row[1], row[2])
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction() as transaction:
            user = rows.user_of(row)
            await writes.set_roles(transaction, user.id, {*user.roles, ADMIN})
            await people.update_account(transaction, user.id, self._clock(), standing="active")
            await set_password(transaction, user.id, password_hash, self._clock(), kept=0)
            await transaction.publish(recorded(SYSTEM, "account.made_admin", "account", user.id, user.username))
        return user, False

    def _proves_admin(self, registration: Registration) -> bool:
        return (
            bool(self._admin_email)
            # A look-alike is another mailbox, maybe of somebody else.
            and registration.email.strip().lower() == self._admin_email
            and registration.caller.is_loopback
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

    async def _create_signed_in(
        self, registration: Registration, roles: set[str], setup_token: str | None = None
    ) -> SignedIn:
        prepared = await self._prepare(registration)
        for _ in range(NAMES_TRIED):
            try:
                return await self._insert_signed_in(registration, prepared, roles, setup_token)
            except AntiphonError as error:
                # Somebody else has just been given the name that was free a moment ago.
                if registration.username is not None or error.code != "username_taken":
                    raise
        return await self._insert_signed_in(registration, prepared, roles, setup_token)

    async def _insert_signed_in(
        self, registration: Registration, prepared: "_Prepared", roles: set[str], setup_token: str | None
    ) -> SignedIn:
        async with self._database.transaction() as transaction:
            if setup_token is not None:
                await self._check_setup(setup_token, transaction)
                await self._runtime_settings.set(transaction, _SETUP_LINK, None)
            taken: Taken | None = None
            if registration.invitation:
                taken = await take_invitation(transaction, registration.invitation, prepared.email, self._clock())
                roles = {*roles, taken.role}
            user = await self._insert(transaction, prepared, roles)
            if taken is not None:
                await transaction.publish(
                    InvitationTaken(
                        invitation_id=taken.id, invited_by=taken.created_by, user_id=user.id, username=user.username
                    )
                )
            if user.standing != "active" or not registration.wants_session:
                return SignedIn(token="", user=user, profile=prepared.profile)
            return await self._signing_in.start_session(transaction, user, registration.caller, has_proven=True)

    async def _prepare(self, registration: Registration) -> "_Prepared":
        """Everything that takes time or may be refused, before any transaction is open."""
        wished = None if registration.username is None else check_username(registration.username)
        email = check_email(registration.email)
        username = wished or name_from_address(email)
        if registration.password is not None:
            check_password(registration.password, username, email)
        first, last = clean_line(registration.first_name)[:200], clean_line(registration.last_name)[:200]
        return _Prepared(
            username=username,
            has_made_name=wished is None,
            email=email,
            full_name=full_name_of(clean_line(registration.full_name), first, last)[:200],
            first_name=first,
            last_name=last,
            profile=checked_profile(registration.profile),
            password_hash=await self._hash_of(registration.password),
            wants_artist=registration.role == ARTIST,
            waits=self._mode == "approval" and not registration.invitation,
        )

    async def _hash_of(self, password: str | None) -> str:
        return "" if password is None else await self._passwords.hash(password)

    async def _insert(self, transaction: Transaction, prepared: "_Prepared", roles: set[str]) -> User:
        now = self._clock()
        waits = prepared.waits and ADMIN not in roles
        username = prepared.username
        if prepared.has_made_name:
            username = await writes.free_username(transaction, username)
        user_id = await writes.insert_user(
            transaction,
            username=username,
            email=prepared.email,
            password_hash=prepared.password_hash,
            now=now,
            full_name=prepared.full_name,
            first_name=prepared.first_name,
            last_name=prepared.last_name,
            standing="waiting" if waits else "active",
            artist_asked_at=now if prepared.wants_artist and not {ARTIST, ADMIN} & roles else None,
        )
        await writes.set_roles(transaction, user_id, roles)
        if prepared.profile != Profile():
            await people.write_profile(transaction, user_id, prepared.profile, now)
        await transaction.publish(
            AccountCreated(
                user_id=user_id,
                username=username,
                email=prepared.email,
                waits=waits,
                needs_password=not prepared.password_hash,
            )
        )
        if prepared.wants_artist and not {ARTIST, ADMIN} & roles:
            await transaction.publish(ArtistAsked(user_id=user_id, username=username, at=now))
        row = await transaction.fetch_one(queries.USER_BY_ID, user_id=user_id)
        assert row is not None
        return rows.user_of(row)


class _Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A registration that has been looked at."""

    username: str
    has_made_name: bool
    email: str
    full_name: str
    first_name: str
    last_name: str
    profile: Profile
    password_hash: str
    wants_artist: bool
    waits: bool
