"""App passwords for Subsonic apps and API keys for programs: made, listed, revoked by their owner."""

import asyncio
from collections.abc import Sequence

from antiphon.areas.accounts.data import SCOPES, AccessEnded, ApiKey, AppPassword, NewApiKey, NewAppPassword
from antiphon.areas.accounts.internal import queries, writes
from antiphon.areas.accounts.internal.app_links import app_link
from antiphon.areas.accounts.internal.managing import check_may_manage
from antiphon.areas.accounts.internal.qr_codes import qr_svg
from antiphon.areas.accounts.internal.secrets import SecretBox, new_api_key, new_app_password, token_hash
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Statement, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, invalid, not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_line

MAXIMUM_NAME = 100
MOST_OF_EACH = 50


def _checked_name(name: str) -> str:
    trimmed = clean_line(name)
    if not trimmed or len(trimmed) > MAXIMUM_NAME:
        raise invalid(name=f"Name the app it is for, in at most {MAXIMUM_NAME} characters.")
    return trimmed


async def check_room(transaction: Transaction, counted: Statement, user_id: int, what: str) -> None:
    """Raise CONFLICT `too_many_keys` where somebody has as many of these as anybody may have.

    The account is held until the transaction ends, so that nobody adds one meanwhile.
    """
    await transaction.fetch_one(queries.HELD_ACCOUNT, user_id=user_id)
    row = await transaction.fetch_one(counted, user_id=user_id)
    assert row is not None
    if row[0] >= MOST_OF_EACH:
        sentence = f"There are {MOST_OF_EACH} {what} already. Revoke one that is not used any more."
        raise AntiphonError(Kind.CONFLICT, "too_many_keys", sentence)


class Keys:
    """The secrets that a person gives to apps."""

    def __init__(self, *, database: Database, clock: Clock, box: SecretBox, public_url: str) -> None:
        """`public_url` is where people reach the server; empty where the owner has not said it."""
        self._database = database
        self._clock = clock
        self._box = box
        self._public_url = public_url

    async def create_app_password(self, principal: Principal, name: str, *, asked_at: str = "") -> NewAppPassword:
        """A new app password, shown this once. It opens `/rest` only.

        `asked_at` is the address that the caller reached the server by: what the app is told where the owner has not
        said a better one. Raises INVALID `name`, CONFLICT `too_many_keys`.
        """
        check_may_manage(principal)
        checked = _checked_name(name)
        secret = new_app_password()
        async with self._database.transaction() as transaction:
            await check_room(transaction, queries.APP_PASSWORD_COUNT, principal.user_id, "app passwords")
            sealed = self._box.seal(secret, f"app_password:{principal.user_id}")
            password_id = await writes.insert_app_password(
                transaction, user_id=principal.user_id, name=checked, sealed=sealed, now=self._clock()
            )
            await self._record(transaction, principal, "account.app_password_made", checked)
        server = self._public_url or asked_at
        link = app_link(server, principal.username, secret)
        return NewAppPassword(
            id=password_id,
            name=checked,
            username=principal.username,
            password=secret,
            server=server,
            uri=link,
            qr=await asyncio.to_thread(qr_svg, link),
        )

    async def app_passwords(self, principal: Principal) -> list[AppPassword]:
        """The caller's app passwords, without their secrets."""
        check_may_manage(principal)
        found = await self._database.reader.fetch(queries.APP_PASSWORDS, user_id=principal.user_id)
        return [AppPassword(*row) for row in found]

    async def revoke_app_password(self, principal: Principal, password_id: int) -> None:
        """Revoke one of the caller's app passwords. Raises NOT_FOUND for anybody else's."""
        check_may_manage(principal)
        async with self._database.transaction() as transaction:
            if not await writes.delete_app_password(transaction, principal.user_id, password_id):
                raise not_found("app_password")
            await self._record(transaction, principal, "account.app_password_revoked")
            await transaction.publish(AccessEnded(user_id=principal.user_id, keeps_sessions=True))

    async def create_api_key(self, principal: Principal, name: str, scopes: Sequence[str] | None) -> NewApiKey:
        """A new API key, shown this once. Without `scopes` it may read and write, but do nothing as admin.

        Raises INVALID by field, CONFLICT `too_many_keys`.
        """
        check_may_manage(principal)
        checked = _checked_name(name)
        wanted = tuple(scope for scope in SCOPES if scope in (scopes if scopes is not None else ("read", "write")))
        if not wanted or (scopes is not None and set(scopes) - set(SCOPES)):
            raise invalid(scopes=f"Scopes are: {', '.join(SCOPES)}; a key needs at least one.")
        key = new_api_key()
        async with self._database.transaction() as transaction:
            await check_room(transaction, queries.API_KEY_COUNT, principal.user_id, "API keys")
            key_id = await writes.insert_api_key(
                transaction,
                user_id=principal.user_id,
                name=checked,
                key_hash=token_hash(key),
                scopes=" ".join(wanted),
                now=self._clock(),
            )
            await self._record(transaction, principal, "account.api_key_made", checked, scopes=list(wanted))
        return NewApiKey(id=key_id, name=checked, key=key, scopes=wanted)

    async def api_keys(self, principal: Principal) -> list[ApiKey]:
        """The caller's API keys, without the keys themselves."""
        check_may_manage(principal)
        found = await self._database.reader.fetch(queries.API_KEYS, user_id=principal.user_id)
        return [ApiKey(row[0], row[1], tuple(row[2].split()), row[3], row[4]) for row in found]

    async def revoke_api_key(self, principal: Principal, key_id: int) -> None:
        """Revoke one of the caller's API keys. Raises NOT_FOUND for anybody else's."""
        check_may_manage(principal)
        async with self._database.transaction() as transaction:
            if not await writes.delete_api_key(transaction, principal.user_id, key_id):
                raise not_found("api_key")
            await self._record(transaction, principal, "account.api_key_revoked")
            # An API key may hold a socket open.
            await transaction.publish(AccessEnded(user_id=principal.user_id))

    @staticmethod
    async def _record(
        transaction: Transaction, principal: Principal, action: str, key: str = "", **details: list[str]
    ) -> None:
        given = {"key": key, **details} if key else details
        await transaction.publish(
            recorded(principal, action, "account", principal.user_id, principal.username, **given)
        )
