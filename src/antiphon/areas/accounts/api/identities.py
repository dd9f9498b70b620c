"""Signing in with an account elsewhere, and linking such accounts with one's own."""

from collections.abc import Iterable

from antiphon.areas.accounts.api.newcomers import Newcomers
from antiphon.areas.accounts.api.signing_in import SigningIn, check_standing
from antiphon.areas.accounts.data import (
    UNKNOWN_CALLER,
    AccessEnded,
    Caller,
    CodeNeeded,
    ForeignAccount,
    Identity,
    Provider,
    ProviderInfo,
    RolesChanged,
    SignedIn,
    SignInAttempt,
    User,
)
from antiphon.areas.accounts.internal import identities, one_time_codes, queries, rows, sign_in_attempts, writes
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.linked_tokens import LinkedTokens
from antiphon.areas.accounts.internal.managing import check_may_manage
from antiphon.areas.accounts.internal.own_paths import own_path
from antiphon.areas.accounts.internal.secrets import SecretBox
from antiphon.areas.accounts.internal.sign_in_attempts import Ticket
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.db.reader import Row
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, not_found
from antiphon.kernel.limits import network_of
from antiphon.kernel.principal import ADMIN, ANONYMOUS, SYSTEM, USER, Principal
from antiphon.kernel.record import recorded

LONGEST_CODE = 4096
MOST_BEGINNINGS, BEGINNINGS_SECONDS = 100, 600.0


class Identities:
    """Accounts elsewhere that open an account here. They are known by the provider's own id, never by an address."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        box: SecretBox,
        attempts: Attempts,
        signing_in: SigningIn,
        newcomers: Newcomers,
        providers: Iterable[Provider],
    ) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._attempts = attempts
        self._signing_in = signing_in
        self._newcomers = newcomers
        self._providers = {provider.id: provider for provider in providers}
        self._tokens = LinkedTokens(database=database, clock=clock, box=box)

    def providers(self) -> list[ProviderInfo]:
        """Where people may have the account that they sign in with, in the owner's order."""
        return [ProviderInfo(one.id, one.name, one.kind) for one in self._providers.values()]

    async def begin(
        self,
        provider_id: str,
        *,
        browser: str,
        to: str = "",
        invitation: str = "",
        principal: Principal = ANONYMOUS,
        caller: Caller = UNKNOWN_CALLER,
    ) -> str:
        """The address at the provider to send the browser to. With a principal, the account there will be linked.

        `browser` is a secret that the browser keeps; `to` is where to go afterwards, a path on this server. Raises
        NOT_FOUND, FORBIDDEN for a key that wants to link, UNAVAILABLE, TOO_MANY_REQUESTS.
        """
        provider = self._provider(provider_id)
        if not principal.is_anonymous:
            check_may_manage(principal)
        network = network_of(caller.address)
        if not await self._attempts.allows("sign-in-elsewhere", network, MOST_BEGINNINGS, BEGINNINGS_SECONDS):
            sentence = "Too many sign-ins were begun from here. Wait some minutes."
            raise AntiphonError(Kind.TOO_MANY_REQUESTS, "too_many_attempts", sentence, retry_after=BEGINNINGS_SECONDS)
        handshake = sign_in_attempts.new_handshake()
        address = await provider.door.address(handshake)
        attempt = SignInAttempt(
            provider=provider.id,
            handshake=handshake,
            to=own_path(to),
            user_id=principal.user_id,
            invitation=invitation[:200],
        )
        async with self._database.transaction() as transaction:
            await sign_in_attempts.keep(transaction, self._box, attempt, browser, self._clock())
        return address

    async def resume(self, provider_id: str, state: str, browser: str) -> SignInAttempt:
        """The sign-in that an answer belongs to: once, within ten minutes, in the browser that began it.

        Raises NOT_FOUND, FORBIDDEN `sign_in_expired`.
        """
        provider = self._provider(provider_id)
        if not state or not browser:
            raise sign_in_attempts.expired()
        async with self._database.transaction() as transaction:
            return await sign_in_attempts.take(transaction, self._box, provider.id, state, browser, self._clock())

    async def finish(
        self, attempt: SignInAttempt, code: str, *, issuer: str = "", browser: str, caller: Caller = UNKNOWN_CALLER
    ) -> SignedIn | CodeNeeded:
        """A session for who has come back from the provider; its token is empty for somebody who waits to be let in.

        Raises UNAVAILABLE, FORBIDDEN (`provider_denied`, `provider_refused`, `provider_answer`, and for accounts that
        may not sign in), and what `Newcomers.take_in` raises.
        """
        assert not attempt.user_id
        provider = self._provider(attempt.provider)
        account = await self._account(provider, attempt, code, issuer)
        async with self._database.transaction() as transaction:
            user, identity_id = await self._known_or_new(transaction, provider, account, attempt.invitation)
            if user.standing == "waiting":
                return SignedIn(token="", user=user)
            check_standing(user)
            if await one_time_codes.is_on(transaction, user.id):
                kept = Ticket(user.id, identity_id)
                now = self._clock()
                return CodeNeeded(
                    await sign_in_attempts.keep_ticket(transaction, self._box, provider.id, kept, browser, now)
                )
            return await self._signing_in.start_session(transaction, user, caller, has_proven=True)

    async def finish_with_code(
        self, ticket: str, code: str, *, browser: str, caller: Caller = UNKNOWN_CALLER
    ) -> SignedIn:
        """A session for who has shown an account elsewhere and now gives the code of their second factor.

        The ticket lasts for five minutes, opens one session, and only in the browser that it was made for. Raises
        FORBIDDEN `sign_in_expired`, `mfa_required` and `mfa_wrong` of the kind NOT_SIGNED_IN, TOO_MANY_REQUESTS.
        """
        async with self._database.transaction() as transaction:
            kept = await sign_in_attempts.look_at_ticket(transaction, self._box, ticket, browser, self._clock())
        if kept is None:
            raise sign_in_attempts.expired()
        await self._attempts.admit("second-factor", str(kept.user_id), caller.address)
        async with self._database.transaction() as transaction:
            await sign_in_attempts.use_ticket(transaction, ticket)
            row = await transaction.fetch_one(queries.USER_BY_ID, user_id=kept.user_id)
            if row is None or not await identities.is_there(transaction, kept.identity_id, kept.user_id):
                raise sign_in_attempts.expired()
            session = await self._signing_in.start_session(transaction, rows.user_of(row), caller, code=code)
        await self._attempts.succeeded("second-factor", str(kept.user_id), caller.address)
        return session

    async def link(self, principal: Principal, attempt: SignInAttempt, code: str, *, issuer: str = "") -> Identity:
        """Link the account that the caller has shown elsewhere with their own.

        Raises FORBIDDEN `link_ended` where somebody else (or nobody) is signed in by now, and what `finish` raises of
        providers; CONFLICT `identity_taken` where it signs in somebody else.
        """
        if not attempt.user_id or principal.user_id != attempt.user_id:
            raise forbidden("You are not signed in as who began this. Sign in and start again.", "link_ended")
        check_may_manage(principal)
        provider = self._provider(attempt.provider)
        account = await self._account(provider, attempt, code, issuer)
        now, user_id = self._clock(), principal.user_id
        async with self._database.transaction() as transaction:
            found = await identities.find(transaction, provider.id, account)
            if found is not None and found[1] != user_id:
                raise identities.identity_taken()
            if found is None:
                identity_id = await identities.add(transaction, self._box, provider.id, user_id, account, now)
                await transaction.publish(
                    recorded(
                        principal,
                        "account.identity_linked",
                        "account",
                        user_id,
                        principal.username,
                        provider=provider.id,
                        shown_name=account.shown_name,
                    )
                )
            else:
                identity_id = found[0]
                await identities.renew(transaction, self._box, provider.id, identity_id, user_id, account, now)
        return await self._own(principal, identity_id)

    async def list(self, principal: Principal) -> list[Identity]:
        """The caller's accounts elsewhere."""
        check_may_manage(principal)
        found = await self._database.reader.fetch(identities.OWN_IDENTITIES, user_id=principal.user_id)
        return [self._identity(row) for row in found]

    async def check(self, principal: Principal, identity_id: int) -> Identity:
        """Ask the provider whether a link still holds, and what the account there is called now.

        Raises NOT_FOUND for anybody else's, UNAVAILABLE, FORBIDDEN `provider_refused`.
        """
        check_may_manage(principal)
        row = await self._own_row(principal, identity_id)
        provider = self._providers.get(row[1])
        if provider is not None and provider.tokens is not None:
            await self._tokens.check(provider.id, provider.tokens, principal.user_id, identity_id)
        return await self._own(principal, identity_id)

    async def unlink(self, principal: Principal, identity_id: int) -> None:
        """Forget one of the caller's accounts elsewhere, its tokens with it.

        Raises NOT_FOUND for anybody else's, CONFLICT `only_way_in` for the last way to sign in.
        """
        check_may_manage(principal)
        row = await self._own_row(principal, identity_id)
        user_id = principal.user_id
        async with self._database.transaction() as transaction:
            if not await identities.has_other_way_in(transaction, user_id, identity_id, self._providers):
                sentence = "You sign in by this account alone. Set a password or link another account first."
                raise AntiphonError(Kind.CONFLICT, "only_way_in", sentence)
            if not await identities.remove(transaction, user_id, identity_id):
                raise not_found("identity")
            await transaction.publish(
                recorded(
                    principal, "account.identity_unlinked", "account", user_id, principal.username, provider=row[1]
                )
            )

    async def _account(self, provider: Provider, attempt: SignInAttempt, code: str, issuer: str) -> ForeignAccount:
        if not code or len(code) > LONGEST_CODE:
            raise forbidden(f"{provider.name} did not let you in, or you said no there.", "provider_denied")
        return await provider.door.account(code, issuer, attempt.handshake)

    async def _known_or_new(
        self, transaction: Transaction, provider: Provider, account: ForeignAccount, invitation: str
    ) -> tuple[User, int]:
        """Who the account elsewhere belongs to, with the roles that it gives now."""
        now = self._clock()
        given = {provider.roles[group] for group in account.groups if group in provider.roles}
        found = await identities.find(transaction, provider.id, account)
        if found is None:
            user = await self._newcomers.take_in(transaction, provider, account, given, invitation)
            return user, await identities.add(transaction, self._box, provider.id, user.id, account, now)
        identity_id, user_id = found
        await identities.renew(transaction, self._box, provider.id, identity_id, user_id, account, now)
        user = await _user(transaction, user_id)
        await self._set_roles(transaction, user, provider, given)
        return await _user(transaction, user_id), identity_id

    async def _set_roles(self, transaction: Transaction, user: User, provider: Provider, given: set[str]) -> None:
        """Give the roles that the groups give, and take those that only groups could have given. The last admin stays
        one: nobody could make another."""
        roles = (set(user.roles) - set(provider.roles.values())) | given | {USER}
        loses_admin = ADMIN in user.roles and ADMIN not in roles
        if loses_admin and not {row[0] for row in await transaction.fetch(queries.ADMINS)} - {user.id}:
            roles.add(ADMIN)
        if roles == set(user.roles):
            return
        await writes.set_roles(transaction, user.id, roles)
        held = rows.roles_of(" ".join(roles))
        change = RolesChanged(
            user_id=user.id,
            username=user.username,
            added=tuple(role for role in held if role not in user.roles),
            removed=tuple(role for role in user.roles if role not in held),
            at=self._clock(),
        )
        await transaction.publish(change)
        await transaction.publish(
            recorded(SYSTEM, "account.roles_set", "account", user.id, user.username, roles=held, provider=provider.id)
        )
        await transaction.publish(AccessEnded(user_id=user.id, keeps_sessions=True))

    def _provider(self, provider_id: str) -> Provider:
        provider = self._providers.get(provider_id)
        if provider is None:
            raise not_found("provider")
        return provider

    async def _own_row(self, principal: Principal, identity_id: int) -> Row:
        row = await self._database.reader.fetch_one(
            identities.OWN_IDENTITY, user_id=principal.user_id, identity_id=identity_id
        )
        if row is None:
            raise not_found("identity")
        return row

    async def _own(self, principal: Principal, identity_id: int) -> Identity:
        return self._identity(await self._own_row(principal, identity_id))

    def _identity(self, row: Row) -> Identity:
        provider = self._providers.get(row[1])
        return identities.identity_of(row, provider, self._clock())


async def _user(transaction: Transaction, user_id: int) -> User:
    row = await transaction.fetch_one(queries.USER_BY_ID, user_id=user_id)
    assert row is not None
    return rows.user_of(row)
