"""Spotify's accounts: signing in by one, and asking in somebody's name for as long as they let the server.

What talks to Spotify is loaded at the first call.
"""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec

from antiphon.areas.accounts.data import ForeignAccount, Handshake, ProviderTokens, provider_unavailable
from antiphon.kernel.clock import Clock

if TYPE_CHECKING:
    import httpx2

    from antiphon.adapters.spotify.conversation import Conversation

NAME = "Spotify"
# No request of ours waits longer for Spotify, whatever it says.
WHOLE_SECONDS = 3.0
Result = TypeVar("Result")


class SpotifySettings(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's own Spotify app, and where Spotify is: base addresses, whose path is kept."""

    client_id: str
    client_secret: str
    redirect_address: str
    accounts_address: str
    api_address: str


class SpotifyDoor:
    """Spotify."""

    def __init__(
        self, settings: SpotifySettings, transport: Callable[[], "httpx2.AsyncBaseTransport"], clock: Clock
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._conversation: Conversation | None = None

    async def address(self, handshake: Handshake) -> str:
        """Where to send the browser."""
        return (await self._opened()).address(handshake)

    async def account(self, code: str, _issuer: str, handshake: Handshake) -> ForeignAccount:
        """Who has come back."""
        return await self._within((await self._opened()).account(code, handshake))

    async def refreshed(self, tokens: ProviderTokens) -> ProviderTokens:
        """Tokens that hold longer."""
        return await self._within((await self._opened()).refreshed(tokens))

    async def shown_name(self, access_token: str) -> str:
        """What the person calls themselves there."""
        return await self._within((await self._opened()).shown_name(access_token))

    async def _within(self, asking: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await asking
        except TimeoutError as error:
            raise provider_unavailable(NAME) from error

    async def _opened(self) -> "Conversation":
        if self._conversation is None:
            # A moment's work of the processor, and none of the event loop's.
            await asyncio.to_thread(importlib.import_module, "antiphon.adapters.spotify.conversation")
            from antiphon.adapters.spotify.conversation import Conversation

            self._conversation = self._conversation or Conversation(self._settings, self._transport, self._clock)
        return self._conversation
