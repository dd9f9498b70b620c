"""Signing in with a password, and the sessions that begin by it."""

from antiphon.areas.accounts.data import UNKNOWN_CALLER, Caller, SignedIn, SignedInFromNewNetwork, User
from antiphon.areas.accounts.internal import one_time_codes, queries, rows, writes
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.names import name_key
from antiphon.areas.accounts.internal.networks import is_new_network
from antiphon.areas.accounts.internal.passwords import Passwords
from antiphon.areas.accounts.internal.secrets import SecretBox, new_token, token_hash
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden
from antiphon.kernel.limits import network_of


class SigningIn:
    """From a name and a password to a session."""

    def __init__(
        self, *, database: Database, clock: Clock, passwords: Passwords, box: SecretBox, attempts: Attempts
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._box = box
        self._attempts = attempts

    async def by_password(
        self, *, name: str, by_email: bool, password: str, code: str = "", caller: Caller = UNKNOWN_CALLER
    ) -> SignedIn:
        """A new session for who knows the password, and a code where the account has a second factor.

        Raises WRONG_CREDENTIALS (the same answer, after the same time, for an unknown account and a wrong password),
        `mfa_required` and `mfa_wrong` of the kind NOT_SIGNED_IN, FORBIDDEN for an account that is blocked or waits,
        TOO_MANY_REQUESTS.
        """
        key = name_key(name)
        async with self._attempts.attempt("sign-in", await self._guessed_at(key, by_email, caller), caller.address):
            return await self._by_password(key, by_email, password, code, caller)

    async def _guessed_at(self, key: str, by_email: bool, caller: Caller) -> str:
        """What wrong tries are counted for: the account, or the account from a network that its owner has come from
        before. So whoever guesses from elsewhere without a pause does not keep the owner out."""
        network = network_of(caller.address)
        known = queries.KNOWN_NETWORK_BY_EMAIL if by_email else queries.KNOWN_NETWORK_BY_USERNAME
        if network and await self._database.reader.fetch_one(known, key=key, network=network):
            return f"{key} {network}"
        return key

    async def _by_password(self, key: str, by_email: bool, password: str, code: str, caller: Caller) -> SignedIn:
        statement = queries.SIGN_IN_BY_EMAIL if by_email else queries.SIGN_IN_BY_USERNAME
        row = await self._database.reader.fetch_one(statement, key=key)
        if not await self._passwords.matches(row[0] if row else "", password) or row is None:
            raise wrong_credentials()
        user = rows.user_of(row[1:])
        new_hash = await self._passwords.hash(password) if self._passwords.is_outdated(row[0]) else None
        async with self._database.transaction() as transaction:
            # A password that was changed while this one was being checked ends this sign-in too.
            if await transaction.fetch_one(queries.HELD_PASSWORD_HASH, user_id=user.id) != (row[0],):
                raise wrong_credentials()
            session = await self.start_session(transaction, user, caller, code=code)
            if new_hash is not None:
                await writes.set_password(transaction, user.id, new_hash, self._clock())
        return session

    async def start_session(
        self, transaction: Transaction, user: User, caller: Caller, *, code: str = "", has_proven: bool = False
    ) -> SignedIn:
        """A new session for a person who has shown who they are; `has_proven` where no code is asked for any more.

        Raises what `by_password` raises, WRONG_CREDENTIALS apart.
        """
        check_standing(user)
        if not has_proven:
            await self._check_code(transaction, user.id, code)
        token = new_token()
        now, network = self._clock(), network_of(caller.address)
        await writes.insert_session(
            transaction,
            user_id=user.id,
            token_hash=token_hash(token),
            client=caller.client[:200],
            network=network,
            now=now,
        )
        if await is_new_network(transaction, user.id, network, now):
            await transaction.publish(
                SignedInFromNewNetwork(user_id=user.id, client=caller.client[:200], network=network, at=now)
            )
        return SignedIn(token=token, user=user)

    async def _check_code(self, transaction: Transaction, user_id: int, code: str) -> None:
        if not await one_time_codes.is_on(transaction, user_id):
            return
        if not code:
            raise AntiphonError(Kind.NOT_SIGNED_IN, "mfa_required", "Give the code of your authenticator app.")
        if not await one_time_codes.take_code(transaction, self._box, user_id, code, self._clock()):
            raise AntiphonError(Kind.NOT_SIGNED_IN, "mfa_wrong", "This code is wrong, or was used before.")


def check_standing(user: User) -> None:
    """Raise FORBIDDEN for an account that may not sign in (yet, or any more)."""
    if user.standing == "waiting":
        raise forbidden("This account waits for an admin to let it in.", "account_waiting")
    if user.standing == "blocked":
        raise forbidden("This account is blocked. Ask the people who run this server.", "account_blocked")


def wrong_credentials() -> AntiphonError:
    """The one answer for unknown names and wrong passwords."""
    return AntiphonError(Kind.WRONG_CREDENTIALS, "wrong_credentials", "The name or the password is wrong.")
