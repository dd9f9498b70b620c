"""The tokens by which services are asked in people's names: refreshed when they must be, wiped when they have ended."""

import asyncio
from weakref import WeakValueDictionary

import msgspec

from antiphon.areas.accounts.data import ProviderTokens, TokenDoor, TokensEnded
from antiphon.areas.accounts.internal import identities
from antiphon.areas.accounts.internal.secrets import SecretBox
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database

# An access token that ends this soon is not begun with.
EARLY_SECONDS = 60.0


class _Link(msgspec.Struct, frozen=True):
    """Whose tokens, and the way to the service."""

    provider: str
    user_id: int
    identity_id: int
    door: TokenDoor


class LinkedTokens:
    """Asks services in people's names. One refresh at a time for each link: the next one finds what it brought."""

    def __init__(self, *, database: Database, clock: Clock, box: SecretBox) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def check(self, provider: str, door: TokenDoor, user_id: int, identity_id: int) -> None:
        """See whether a link still holds; the name shown there is written down, tokens that have ended are wiped.

        Raises what `door` raises, but for TokensEnded.
        """
        link = _Link(provider, user_id, identity_id, door)
        lock = self._locks.setdefault(identity_id, asyncio.Lock())
        async with lock:
            try:
                name = await self._shown_name(link)
            except TokensEnded:
                return
        async with self._database.transaction() as transaction:
            await identities.set_shown_name(transaction, identity_id, name)

    async def _shown_name(self, link: _Link) -> str:
        sealed, tokens = await self._kept(link)
        if tokens.access_expires_at - EARLY_SECONDS > self._clock():
            try:
                return await link.door.shown_name(tokens.access_token)
            except TokensEnded:
                # Taken back early: one refresh tells whether all of it was.
                sealed, tokens = await self._kept(link)
        tokens = await self._refreshed(link, sealed, tokens)
        try:
            return await link.door.shown_name(tokens.access_token)
        except TokensEnded:
            sealed, _ = await self._kept(link)
            await self._replace(link, sealed, None)
            raise

    async def _refreshed(self, link: _Link, sealed: str, tokens: ProviderTokens) -> ProviderTokens:
        """Tokens that hold longer, kept before anybody uses them. Another process may have been quicker: then its own
        count, since a service may take only the newest."""
        try:
            fresh = await link.door.refreshed(tokens)
        except TokensEnded:
            if await self._replace(link, sealed, None):
                raise
            return (await self._kept(link))[1]
        if await self._replace(link, sealed, fresh):
            return fresh
        return (await self._kept(link))[1]

    async def _kept(self, link: _Link) -> tuple[str, ProviderTokens]:
        """The tokens as they are sealed, and opened. Raises TokensEnded where there are none (any more)."""
        row = await self._database.reader.fetch_one(
            identities.OWN_IDENTITY, user_id=link.user_id, identity_id=link.identity_id
        )
        sealed = row[5] if row is not None else ""
        tokens = identities.opened(self._box, link.provider, link.user_id, sealed)
        if tokens is None or (tokens.expire_at is not None and tokens.expire_at <= self._clock()):
            await self._replace(link, sealed, None)
            raise TokensEnded
        return sealed, tokens

    async def _replace(self, link: _Link, sealed: str, tokens: ProviderTokens | None) -> bool:
        async with self._database.transaction() as transaction:
            return await identities.replace_tokens(
                transaction,
                self._box,
                link.provider,
                link.user_id,
                link.identity_id,
                tokens,
                instead_of=sealed,
            )
