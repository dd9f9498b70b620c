"""Who calls: session tokens, API keys and Subsonic's app passwords; and signing out."""

import asyncio
import hashlib
import hmac
import logging
import time

import msgspec

from antiphon.areas.accounts.data import AccessEnded, User
from antiphon.areas.accounts.internal import queries, rows, writes
from antiphon.areas.accounts.internal.app_guesses import AppGuesses
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.lifetimes import has_ended
from antiphon.areas.accounts.internal.names import name_key
from antiphon.areas.accounts.internal.passwords import Passwords
from antiphon.areas.accounts.internal.secrets import API_KEY_PREFIX, SecretBox, token_hash
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, not_signed_in
from antiphon.kernel.principal import Principal

log = logging.getLogger(__name__)

# What a revoked token can still do elsewhere lasts as long as a check is believed.
BELIEVED_SECONDS = 1.0
KEPT_CHECKS = 20_000
# No app shows more characters; what is longer is checked each time, so that nobody fills the memory with it.
LONGEST_KEPT_PROOF = 1024
TOUCH_SECONDS = 60.0
# What is shown to prove who calls: a token or a key, or all that makes up the sign-in of a Subsonic app.
_Proof = str | tuple[str, ...]


class Access:
    """Who is behind a token, a key or a Subsonic sign-in."""

    def __init__(
        self, *, database: Database, clock: Clock, box: SecretBox, passwords: Passwords, attempts: Attempts
    ) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._passwords = passwords
        self._guesses = AppGuesses(attempts)
        self._checked: dict[_Proof, tuple[float, Principal]] = {}
        self._ended = 0
        self._touching: dict[tuple[str, int], asyncio.Task[None]] = {}
        database.subscriptions.after_commit(AccessEnded, self._forget)

    async def sign_out(self, principal: Principal) -> None:
        """End the session the caller came by. An API key is revoked by its own route, not by signing out."""
        if principal.via != "session":
            raise forbidden("Only a session can be ended this way; revoke the key instead.")
        async with self._database.transaction() as transaction:
            await writes.delete_session(transaction, principal.session_id)
            await transaction.publish(AccessEnded(user_id=principal.user_id, session_id=principal.session_id))

    async def me(self, principal: Principal) -> User:
        """The caller's own account. Raises NOT_SIGNED_IN for nobody."""
        row = await self._database.reader.fetch_one(queries.USER_BY_ID, user_id=principal.user_id)
        if row is None:
            raise not_signed_in()
        return rows.user_of(row)

    def believed(self, proof: _Proof) -> Principal | None:
        """The person behind what has been checked within the last second, None for what is to be checked.

        So a hot call costs one dictionary look-up, and a revoked token is refused at once in this process and within a
        second in others.
        """
        known = self._checked.get(proof)
        return known[1] if known is not None and time.monotonic() - known[0] < BELIEVED_SECONDS else None

    def believed_app(self, username: str, token: str, salt: str) -> Principal | None:
        """The same for a Subsonic sign-in by md5(password + salt)."""
        return self.believed(("app", username, "", token, salt))

    async def authenticate(self, token: str) -> Principal:
        """The person behind a session token or an API key. Raises NOT_SIGNED_IN."""
        known = self.believed(token)
        if known is not None:
            return known
        ended = self._ended
        principal = await (self._by_key(token) if token.startswith(API_KEY_PREFIX) else self._by_session(token))
        if principal is None:
            self._checked.pop(token, None)
            raise not_signed_in()
        self._believe(token, principal, ended)
        return principal

    async def by_signature(self, user_id: int) -> tuple[Principal, int]:
        """Who an address was signed for, and the revision of their access that it must have been signed with: it grows
        when they get a new password or are blocked. Whoever calls this has checked the signature or makes one. Raises
        NOT_SIGNED_IN for an account that is gone or may not come in."""
        row = await self._database.reader.fetch_one(queries.SIGNED_ACCESS, user_id=user_id)
        if row is None:
            raise not_signed_in()
        return rows.principal_of((0, *row[:4], ""), "signature"), int(row[4])

    async def authenticate_key(self, key: str) -> Principal:
        """The person behind an API key alone: what `/rest` takes as `apiKey`. Raises NOT_SIGNED_IN."""
        if not key.startswith(API_KEY_PREFIX):
            raise not_signed_in()
        return await self.authenticate(key)

    async def authenticate_app(
        self, username: str, *, password: str = "", token: str = "", salt: str = "", address: str = ""
    ) -> Principal:
        """The person whose app password a Subsonic client knows: as it is, or as md5(password + salt) in hex. It calls
        from `address`.

        The account password never works here. Raises WRONG_CREDENTIALS (with the code `own_password` for who gives just
        that), TOO_MANY_REQUESTS after too many wrong ones.
        """
        proof = ("app", username, password, token, salt)
        known = self.believed(proof)
        if known is not None:
            return known
        ended = self._ended
        account = name_key(username)
        found = await self._database.reader.fetch(queries.SECRETS_BY_USERNAME, key=account)
        for row in found:
            secret = self._box.open(row[6], f"app_password:{row[1]}")
            if secret is not None and _proves(secret, password, token, salt):
                await self._guesses.right(row[0], account, address)
                principal = rows.principal_of(row, "app_password")
                self._touch_later("app_password", row[0], row[7])
                self._believe(proof, principal, ended)
                return principal
        await self._guesses.wrong(account, address)
        if password and not token:
            await self._check_not_own(account, password)
        raise AntiphonError(Kind.WRONG_CREDENTIALS, "wrong_credentials", "Wrong username or password.")

    async def _check_not_own(self, account: str, password: str) -> None:
        """Tell who knows the account's own password that it is not for apps. An unknown account takes as long."""
        row = await self._database.reader.fetch_one(queries.SIGN_IN_BY_USERNAME, key=account)
        if await self._passwords.matches(row[0] if row else "", password):
            sentence = "The account's own password is not for apps. Make an app password under Settings."
            raise AntiphonError(Kind.WRONG_CREDENTIALS, "own_password", sentence)

    async def _by_session(self, token: str) -> Principal | None:
        row = await self._database.reader.fetch_one(queries.SESSION_BY_TOKEN, token_hash=token_hash(token))
        if row is None:
            return None
        principal = rows.principal_of(row, "session")
        if has_ended(principal.roles, row[6], row[7], self._clock()):
            return None
        self._touch_later("session", row[0], row[7])
        return principal

    async def _by_key(self, key: str) -> Principal | None:
        row = await self._database.reader.fetch_one(queries.KEY_BY_HASH, key_hash=token_hash(key))
        if row is None:
            return None
        self._touch_later("api_key", row[0], row[7])
        return msgspec.structs.replace(rows.principal_of(row, "api_key"), scopes=frozenset(row[6].split()))

    def _believe(self, proof: _Proof, principal: Principal, ended: int) -> None:
        """Believe a check, unless some access has ended since `ended` was read: it may have been this one."""
        length = len(proof) if isinstance(proof, str) else sum(map(len, proof))
        if ended != self._ended or length > LONGEST_KEPT_PROOF:
            return
        if len(self._checked) >= KEPT_CHECKS:
            self._checked.clear()
        self._checked[proof] = (time.monotonic(), principal)

    async def _forget(self, event: AccessEnded) -> None:
        self._ended += 1
        gone = [proof for proof, (_, principal) in self._checked.items() if principal.user_id == event.user_id]
        for proof in gone:
            del self._checked[proof]

    def _touch_later(self, via: str, row_id: int, last_used_at: float | None) -> None:
        """Write down the use beside the request, at most once a minute."""
        now = self._clock()
        if (last_used_at is not None and now - last_used_at < TOUCH_SECONDS) or (via, row_id) in self._touching:
            return

        async def write() -> None:
            try:
                async with self._database.transaction() as transaction:
                    await writes.touch(transaction, via, row_id, now)
            except AntiphonError as error:
                log.info("the last use of a %s was not written down: %s", via, error)

        task = asyncio.get_running_loop().create_task(write())
        self._touching[via, row_id] = task
        task.add_done_callback(lambda _: self._touching.pop((via, row_id), None))


def _proves(secret: str, password: str, token: str, salt: str) -> bool:
    if token:
        proof = hashlib.md5((secret + salt).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
        return hmac.compare_digest(proof.encode(), token.lower().encode("utf-8", "replace"))
    return bool(password) and hmac.compare_digest(secret.encode(), password.encode("utf-8", "replace"))
