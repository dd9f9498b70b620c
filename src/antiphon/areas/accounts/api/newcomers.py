"""Accounts for people whom a provider vouches for."""

from antiphon.areas.accounts.data import AccountCreated, ForeignAccount, InvitationTaken, Provider, User
from antiphon.areas.accounts.internal import identities, people, queries, rows, writes
from antiphon.areas.accounts.internal.invitations import Taken, take_invitation
from antiphon.areas.accounts.internal.names import check_email, name_from_address, name_key
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden
from antiphon.kernel.principal import ADMIN, SYSTEM, USER
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_line

LONGEST_FULL_NAME = 200
UNNAMED = "user"


class Newcomers:
    """Takes in who comes by an account elsewhere for the first time."""

    def __init__(self, *, clock: Clock, registration: str, admin_email: str) -> None:
        self._clock = clock
        self._mode = registration
        self._admin_email = admin_email.strip().lower()

    async def take_in(
        self, transaction: Transaction, provider: Provider, account: ForeignAccount, roles: set[str], invitation: str
    ) -> User:
        """A new account without a password, with `roles` besides the usual one.

        Raises FORBIDDEN `account_unknown` and `invitation_needed`, SWITCHED_OFF `registration_closed`, CONFLICT
        `address_taken` for an address that an account here has: nobody gets into that one by an address alone.
        """
        email = _address_of(account)
        if email and await identities.address_is_taken(transaction, name_key(email)):
            sentence = "An account here has your address already. Sign in to it, and link the other one under Settings."
            raise AntiphonError(Kind.CONFLICT, "address_taken", sentence)
        self._check_open(provider, bool(invitation))
        now = self._clock()
        roles = {USER, *roles}
        taken: Taken | None = None
        if invitation:
            taken = await take_invitation(transaction, invitation, email, now)
            roles.add(taken.role)
        waits = self._mode == "approval" and not invitation and ADMIN not in roles
        user_id = await self._insert(transaction, provider, account, email, waits=waits)
        await writes.set_roles(transaction, user_id, roles)
        user = await _user(transaction, user_id)
        await transaction.publish(AccountCreated(user_id=user_id, username=user.username, email=email, waits=waits))
        await transaction.publish(
            recorded(SYSTEM, "account.made", "account", user_id, user.username, provider=provider.id)
        )
        if taken is not None:
            news = InvitationTaken(
                invitation_id=taken.id, invited_by=taken.created_by, user_id=user_id, username=user.username
            )
            await transaction.publish(news)
        return user

    async def _insert(
        self, transaction: Transaction, provider: Provider, account: ForeignAccount, email: str, *, waits: bool
    ) -> int:
        now = self._clock()
        user_id = await writes.insert_user(
            transaction,
            username=await writes.free_username(transaction, _name_of(account)),
            # Addresses are unique: where there is none, something stands in that no address can be.
            email=email or f"{provider.id}:{account.subject}",
            password_hash="",
            now=now,
            full_name=clean_line(account.shown_name)[:LONGEST_FULL_NAME],
            standing="waiting" if waits else "active",
            email_proven_at=now if self._is_proven(account, email) else None,
        )
        if not email:
            await people.update_account(transaction, user_id, now, email="")
        return user_id

    def _check_open(self, provider: Provider, has_invitation: bool) -> None:
        if not provider.registers:
            sentence = "No account here is linked with this one. Sign in, and link it under Settings."
            raise forbidden(sentence, "account_unknown")
        if has_invitation or self._mode in ("open", "approval"):
            return
        if self._mode == "closed":
            raise AntiphonError(Kind.SWITCHED_OFF, "registration_closed", "Nobody can register on this server.")
        raise forbidden("To register on this server you need an invitation.", "invitation_needed")

    def _is_proven(self, account: ForeignAccount, email: str) -> bool:
        # Who has the owner's address becomes admin by the mailed link alone: it must be left to prove.
        return bool(email) and account.email_proven and email.lower() != self._admin_email


async def _user(transaction: Transaction, user_id: int) -> User:
    row = await transaction.fetch_one(queries.USER_BY_ID, user_id=user_id)
    assert row is not None
    return rows.user_of(row)


def _address_of(account: ForeignAccount) -> str:
    """The address, empty where the provider gives none that can be one."""
    try:
        return check_email(account.email)
    except AntiphonError:
        return ""


def _name_of(account: ForeignAccount) -> str:
    """A user name made of what the provider calls them."""
    made = (name_from_address(text) for text in (account.username, account.shown_name, account.email))
    return next((name for name in made if name != UNNAMED), UNNAMED)
