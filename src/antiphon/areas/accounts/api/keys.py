"""App passwords for Subsonic apps and API keys for programs: made, listed, revoked by their owner."""

from collections.abc import Sequence

from antiphon.areas.accounts.data import SCOPES, AccessEnded, ApiKey, AppPassword, NewApiKey, NewAppPassword
from antiphon.areas.accounts.internal import queries, writes
from antiphon.areas.accounts.internal.names import clean_text
from antiphon.areas.accounts.internal.secrets import SecretBox, new_api_key, new_app_password, token_hash
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import forbidden, invalid, not_found, not_signed_in
from antiphon.kernel.principal import Principal

MAXIMUM_NAME = 100


def _check_may_manage(principal: Principal) -> None:
    if principal.is_anonymous:
        raise not_signed_in()
    if principal.via != "session":
        raise forbidden("A key cannot manage passwords and keys. Sign in with your password.")


def _checked_name(name: str) -> str:
    trimmed = clean_text(name)
    if not trimmed or len(trimmed) > MAXIMUM_NAME:
        raise invalid(name=f"Name the app it is for, in at most {MAXIMUM_NAME} characters.")
    return trimmed


class Keys:
    """The secrets that a person gives to apps."""

    def __init__(self, *, database: Database, clock: Clock, box: SecretBox) -> None:
        self._database = database
        self._clock = clock
        self._box = box

    async def create_app_password(self, principal: Principal, name: str) -> NewAppPassword:
        """A new app password, shown this once. It opens `/rest` only."""
        _check_may_manage(principal)
        checked = _checked_name(name)
        secret = new_app_password()
        async with self._database.transaction() as transaction:
            sealed = self._box.seal(secret, f"app_password:{principal.user_id}")
            password_id = await writes.insert_app_password(
                transaction, user_id=principal.user_id, name=checked, sealed=sealed, now=self._clock()
            )
        return NewAppPassword(id=password_id, name=checked, username=principal.username, password=secret)

    async def app_passwords(self, principal: Principal) -> list[AppPassword]:
        """The caller's app passwords, without their secrets."""
        _check_may_manage(principal)
        found = await self._database.reader.fetch(queries.APP_PASSWORDS, user_id=principal.user_id)
        return [AppPassword(*row) for row in found]

    async def revoke_app_password(self, principal: Principal, password_id: int) -> None:
        """Revoke one of the caller's app passwords. Raises NOT_FOUND for anybody else's."""
        _check_may_manage(principal)
        async with self._database.transaction() as transaction:
            if not await writes.delete_app_password(transaction, principal.user_id, password_id):
                raise not_found("app_password")
            await transaction.publish(AccessEnded(user_id=principal.user_id))

    async def create_api_key(self, principal: Principal, name: str, scopes: Sequence[str] | None) -> NewApiKey:
        """A new API key, shown this once. Without `scopes` it may read and write, but do nothing as admin."""
        _check_may_manage(principal)
        checked = _checked_name(name)
        wanted = tuple(scope for scope in SCOPES if scope in (scopes if scopes is not None else ("read", "write")))
        if not wanted or (scopes is not None and set(scopes) - set(SCOPES)):
            raise invalid(scopes=f"Scopes are: {', '.join(SCOPES)}; a key needs at least one.")
        key = new_api_key()
        async with self._database.transaction() as transaction:
            key_id = await writes.insert_api_key(
                transaction,
                user_id=principal.user_id,
                name=checked,
                key_hash=token_hash(key),
                scopes=" ".join(wanted),
                now=self._clock(),
            )
        return NewApiKey(id=key_id, name=checked, key=key, scopes=wanted)

    async def api_keys(self, principal: Principal) -> list[ApiKey]:
        """The caller's API keys, without the keys themselves."""
        _check_may_manage(principal)
        found = await self._database.reader.fetch(queries.API_KEYS, user_id=principal.user_id)
        return [ApiKey(row[0], row[1], tuple(row[2].split()), row[3], row[4]) for row in found]

    async def revoke_api_key(self, principal: Principal, key_id: int) -> None:
        """Revoke one of the caller's API keys. Raises NOT_FOUND for anybody else's."""
        _check_may_manage(principal)
        async with self._database.transaction() as transaction:
            if not await writes.delete_api_key(transaction, principal.user_id, key_id):
                raise not_found("api_key")
            await transaction.publish(AccessEnded(user_id=principal.user_id))
