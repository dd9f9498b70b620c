"""Signing in by an OpenID provider: authorisation code with PKCE, and an ID token that is looked at closely.

What talks to the provider is loaded at the first sign-in.
"""

import asyncio
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from antiphon.areas.accounts.data import ForeignAccount, Handshake, provider_unavailable
from antiphon.kernel.clock import Clock

if TYPE_CHECKING:
    import httpx2

    from antiphon.adapters.oidc.conversation import Conversation

# Discovery, the code, the keys and what else the provider tells: each has a bound of its own, this is for all.
WHOLE_SECONDS = 10.0


class OpenIdSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as the owner has set it. `redirect_address` is where it sends people back to; `groups_claim` may be a
    path of names with dots, `needs_groups` tells that roles hang on it."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    groups_claim: str
    needs_groups: bool
    redirect_address: str


class OpenIdDoor:
    """One provider."""

    def __init__(
        self, settings: OpenIdSettings, transport: Callable[[], "httpx2.AsyncBaseTransport"], clock: Clock
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._conversation: Conversation | None = None

    async def address(self, handshake: Handshake) -> str:
        """Where to send the browser."""
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await (await self._opened()).address(handshake)
        except TimeoutError as error:
            raise provider_unavailable(self._settings.name) from error

    async def account(self, code: str, issuer: str, handshake: Handshake) -> ForeignAccount:
        """Who has come back."""
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await (await self._opened()).account(code, issuer, handshake)
        except TimeoutError as error:
            raise provider_unavailable(self._settings.name) from error

    async def _opened(self) -> "Conversation":
        if self._conversation is None:
            # A moment's work of the processor, and none of the event loop's.
            await asyncio.to_thread(importlib.import_module, "antiphon.adapters.oidc.conversation")
            from antiphon.adapters.oidc.conversation import Conversation

            self._conversation = self._conversation or Conversation(self._settings, self._transport, self._clock)
        return self._conversation
