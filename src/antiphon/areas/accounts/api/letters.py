"""What people do by mail: prove an address, move to another one, set a password they have forgotten."""

import secrets

from antiphon.areas.accounts.api.own_password import OwnPassword, checked_as, set_password
from antiphon.areas.accounts.data import UNKNOWN_CALLER, AccessEnded, Caller, RolesChanged, User
from antiphon.areas.accounts.internal import people, queries, rows, texts, writes
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.correspondence import Correspondence
from antiphon.areas.accounts.internal.links import OPEN_LINK, Link, drop_links, remove_old_links, take_link, wrong_link
from antiphon.areas.accounts.internal.managing import check_may_manage
from antiphon.areas.accounts.internal.names import check_email, name_key
from antiphon.areas.accounts.internal.networks import remove_old_networks
from antiphon.areas.accounts.internal.passwords import Passwords
from antiphon.areas.accounts.internal.recipients import Recipient, held_recipient, recipient_by_key
from antiphon.areas.accounts.internal.secrets import token_hash
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, invalid, not_signed_in
from antiphon.kernel.outbox import Outbox, OutgoingMessage
from antiphon.kernel.principal import ADMIN, Principal
from antiphon.kernel.record import recorded

FORGOTTEN = "forgotten_password"
HOUR = 3600.0
MOST_AN_HOUR = 3
"""So many letters of one kind an address gets in an hour."""


class Letters:
    """Links that leave by mail, and what comes of them. Each is good once, for a while, and for one address."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        attempts: Attempts,
        own_password: OwnPassword,
        correspondence: Correspondence,
        outbox: Outbox,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._attempts = attempts
        self._own_password = own_password
        self._correspondence = correspondence
        self._outbox = outbox
        correspondence.subscribe(database.subscriptions)
        outbox.register(FORGOTTEN, self._answer_forgotten)

    async def forgot(self, email: str, caller: Caller = UNKNOWN_CALLER) -> None:
        """Have a link sent to an address, if it is somebody's: nothing here tells whether it is. The work is done
        afterwards, so that it takes no longer for a known one. Raises INVALID, TOO_MANY_REQUESTS."""
        address = check_email(email)
        await self._attempts.admit("forgot", secrets.token_hex(), caller.address)
        if not await self._attempts.allows("forgot", name_key(address), MOST_AN_HOUR, HOUR):
            return
        async with self._database.transaction() as transaction:
            await self._outbox.put(transaction, FORGOTTEN, {"address": address}, key=secrets.token_hex())

    async def _answer_forgotten(self, message: OutgoingMessage) -> None:
        address = str(message.payload["address"])
        async with self._database.transaction() as transaction:
            person = await recipient_by_key(transaction, name_key(address))
            # Never to the address that was asked about: a look-alike is another mailbox.
            if person is not None and person.email and person.standing != "blocked":
                await self._correspondence.forgotten_password(transaction, person)
            await message.complete(transaction)

    async def reset(self, token: str, new_password: str, caller: Caller = UNKNOWN_CALLER) -> None:
        """Set a new password by a mailed link. All sessions end; app passwords and API keys stay. The address counts as
        proven from then on.

        Raises FORBIDDEN `mailed_link`, INVALID for a weak password (the link stays good), TOO_MANY_REQUESTS.
        """
        await self._admit(token, caller)
        checked_as("new_password", new_password)
        # Hashing takes time and memory: not for links that are made up.
        known = await self._database.reader.fetch_one(OPEN_LINK, token_hash=token_hash(token), now=self._clock())
        if known is None:
            raise wrong_link()
        new_hash = await self._passwords.hash(new_password)
        async with self._database.transaction() as transaction:
            link = await take_link(transaction, token, ("reset",), self._clock())
            person = await self._person_of(transaction, link)
            checked_as("new_password", new_password, person.username, person.email)
            await set_password(transaction, person.id, new_hash, self._clock(), kept=0)
            await transaction.publish(
                recorded(_as(person), "account.password_reset", "account", person.id, person.username)
            )
            await self._proven(transaction, person)
        await self._attempts.succeeded("mailed-link", token_hash(token), caller.address)

    async def verify(self, token: str, caller: Caller = UNKNOWN_CALLER) -> User:
        """Prove an address by a mailed link; where it is a new one, it becomes the account's.

        Raises FORBIDDEN `mailed_link`, CONFLICT `email_taken`, TOO_MANY_REQUESTS.
        """
        await self._admit(token, caller)
        async with self._database.transaction() as transaction:
            link = await take_link(transaction, token, ("verify", "change"), self._clock())
            person = await self._person_of(transaction, link)
            if link.purpose == "change":
                await self._move(transaction, person, link.address)
            await self._proven(transaction, person, link.address)
            row = await transaction.fetch_one(queries.USER_BY_ID, user_id=person.id)
            assert row is not None
        await self._attempts.succeeded("mailed-link", token_hash(token), caller.address)
        return rows.user_of(row)

    async def resend(self, principal: Principal) -> None:
        """Send the caller another link to prove their address. Raises CONFLICT `email_proven`, TOO_MANY_REQUESTS."""
        check_may_manage(principal)
        await self._allow("verify", principal)
        async with self._database.transaction() as transaction:
            person = await self._held(transaction, principal)
            if person.email_proven_at is not None:
                raise AntiphonError(Kind.CONFLICT, "email_proven", "This address is confirmed already.")
            await self._correspondence.prove_address(transaction, person)

    async def change_email(self, principal: Principal, email: str, password: str) -> None:
        """Send a link to the address that the caller wants; until it is opened the old one stays.

        Raises FORBIDDEN `wrong_password`, INVALID, CONFLICT `email_taken`, TOO_MANY_REQUESTS.
        """
        address = check_email(email)
        await self._own_password.confirm(principal, password)
        await self._allow("change", principal)
        async with self._database.transaction() as transaction:
            person = await self._held(transaction, principal)
            if address == person.email:
                raise invalid(email="This is your address already.")
            await self._check_free(transaction, person, address)
            await self._correspondence.change_address(transaction, person, address)
            await transaction.publish(
                recorded(principal, "account.address_asked", "account", person.id, person.username)
            )

    async def remove_old(self) -> int:
        """Forget links and networks that are too old; gives how many."""
        async with self._database.transaction() as transaction:
            now = self._clock()
            return await remove_old_links(transaction, now) + await remove_old_networks(transaction, now)

    async def _admit(self, token: str, caller: Caller) -> None:
        await self._attempts.admit("mailed-link", token_hash(token), caller.address)

    async def _allow(self, purpose: str, principal: Principal) -> None:
        if not await self._attempts.allows(purpose, str(principal.user_id), MOST_AN_HOUR, HOUR):
            raise AntiphonError(
                Kind.TOO_MANY_REQUESTS,
                "too_many_letters",
                "Too many mails in one hour. Look for them.",
                retry_after=HOUR,
            )

    async def _held(self, transaction: Transaction, principal: Principal) -> Recipient:
        person = await held_recipient(transaction, principal.user_id)
        if person is None:
            raise not_signed_in()
        return person

    async def _person_of(self, transaction: Transaction, link: Link) -> Recipient:
        """Whose link it is. One that proves the address of an account is good only while it is that address."""
        person = await held_recipient(transaction, link.user_id)
        if person is None or person.standing == "blocked":
            raise wrong_link()
        if link.purpose != "change" and link.address != person.email:
            raise wrong_link()
        return person

    async def _check_free(self, transaction: Transaction, person: Recipient, address: str) -> None:
        other = await recipient_by_key(transaction, name_key(address))
        if other is not None and other.id != person.id:
            sentence = "This address is taken."
            raise AntiphonError(Kind.CONFLICT, "email_taken", sentence, fields={"email": [sentence]})

    async def _move(self, transaction: Transaction, person: Recipient, address: str) -> None:
        await self._check_free(transaction, person, address)
        await people.update_account(transaction, person.id, self._clock(), email=address, email_key=name_key(address))
        await drop_links(transaction, person.id, "reset", "verify")
        await self._correspondence.put(
            transaction,
            texts.address_changed(person.email, person.username, address),
            f"address_changed:{person.id}:{self._clock():.3f}",
            person.id,
        )
        await transaction.publish(
            recorded(_as(person), "account.address_changed", "account", person.id, person.username)
        )

    async def _proven(self, transaction: Transaction, person: Recipient, address: str | None = None) -> None:
        """Somebody has opened a link that went to this address (the account's own, unless another is named)."""
        now, proven = self._clock(), address if address is not None else person.email
        await people.update_account(transaction, person.id, now, email_proven_at=now)
        await drop_links(transaction, person.id, "verify")
        if not self._correspondence.is_owners(proven):
            return
        row = await transaction.fetch_one(queries.USER_BY_ID, user_id=person.id)
        assert row is not None
        user = rows.user_of(row)
        if ADMIN in user.roles or user.standing != "active":
            return
        await writes.set_roles(transaction, user.id, {*user.roles, ADMIN})
        await transaction.publish(recorded(_as(person), "account.made_admin", "account", user.id, user.username))
        await transaction.publish(
            RolesChanged(user_id=user.id, username=user.username, added=(ADMIN,), removed=(), at=now)
        )
        await transaction.publish(AccessEnded(user_id=user.id, keeps_sessions=True))


def _as(person: Recipient) -> Principal:
    return Principal(user_id=person.id, username=person.username, roles=frozenset(), via="none")
