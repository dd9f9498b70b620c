"""What is said to Spotify, and what is believed of its answers."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import httpx2
import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from antiphon.adapters.spotify import NAME, SpotifySettings
from antiphon.areas.accounts.data import (
    ForeignAccount,
    Handshake,
    ProviderTokens,
    TokensEnded,
    provider_answer,
    provider_refused,
    provider_unavailable,
)
from antiphon.kernel.clock import Clock

log = logging.getLogger(__name__)

# What reading somebody's collection and taste takes; writing is asked for when somebody first wants it.
SCOPES = (
    "user-library-read",
    "user-top-read",
    "user-follow-read",
    "playlist-read-private",
    "playlist-read-collaborative",
)
# Whatever is refreshed, all of it ends six months after the person said yes. One day is left for the way.
CONSENT_SECONDS = 180 * 86_400.0
DAY_SECONDS = 86_400.0
USUAL_WAIT_SECONDS = 30.0
Shape = TypeVar("Shape")


class _Tokens(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float = 3600.0
    refresh_token: str | None = None


class _Profile(msgspec.Struct, frozen=True):
    """`/me`. Development mode has cut most of what once stood there."""

    id: str
    account_id: str | None = None
    display_name: str | None = None


class Conversation:
    """Everything that is asked of Spotify."""

    def __init__(
        self, settings: SpotifySettings, transport: Callable[[], httpx2.AsyncBaseTransport], clock: Clock
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._token_address = f"{settings.accounts_address.rstrip('/')}/api/token"

    def address(self, handshake: Handshake) -> str:
        """Where to send the browser."""
        address: str = prepare_grant_uri(
            f"{self._settings.accounts_address.rstrip('/')}/authorize",
            self._settings.client_id,
            "code",
            redirect_uri=self._settings.redirect_address,
            scope=" ".join(SCOPES),
            state=handshake.state,
            code_challenge=create_s256_code_challenge(handshake.verifier),
            code_challenge_method="S256",
        )
        return address

    async def account(self, code: str, handshake: Handshake) -> ForeignAccount:
        """Who has come back with a code."""
        begun = self._clock()
        try:
            found = await self._ask_for_tokens(
                "authorization_code",
                code=code,
                code_verifier=handshake.verifier,
                redirect_uri=self._settings.redirect_address,
            )
            if not found.refresh_token:
                raise provider_answer(NAME)
            profile = await self._profile(found.access_token)
        except TokensEnded as error:
            # A code that was used already, or is too old.
            raise provider_refused(NAME) from error
        tokens = ProviderTokens(
            access_token=found.access_token,
            access_expires_at=begun + found.expires_in,
            refresh_token=found.refresh_token,
            expire_at=begun + CONSENT_SECONDS,
        )
        by_name = f"id:{profile.id}"
        return ForeignAccount(
            subject=profile.account_id or by_name,
            earlier_subjects=(by_name,) if profile.account_id else (),
            shown_name=profile.display_name or profile.id,
            username=profile.display_name or profile.id,
            tokens=tokens,
        )

    async def refreshed(self, tokens: ProviderTokens) -> ProviderTokens:
        """Tokens that hold longer: mostly the refresh token stays, and its answer does not name it."""
        begun = self._clock()
        found = await self._ask_for_tokens("refresh_token", refresh_token=tokens.refresh_token)
        return msgspec.structs.replace(
            tokens,
            access_token=found.access_token,
            access_expires_at=begun + found.expires_in,
            refresh_token=found.refresh_token or tokens.refresh_token,
        )

    async def shown_name(self, access_token: str) -> str:
        """What the person calls themselves there."""
        profile = await self._profile(access_token)
        return profile.display_name or profile.id

    async def _ask_for_tokens(self, grant: str, **values: str) -> _Tokens:
        """Raises TokensEnded for a code or a refresh token that is not taken (any more)."""
        client = AsyncOAuth2Client(
            self._settings.client_id,
            self._settings.client_secret or None,
            transport=self._transport(),
            follow_redirects=False,
        )
        client.register_compliance_hook("access_token_response", self._check)
        async with client:
            try:
                answer = await client.fetch_token(self._token_address, grant_type=grant, **values)
            except AuthlibBaseError as error:
                if error.error == "invalid_grant":
                    raise TokensEnded from error
                log.warning("Spotify refused this server's app")
                raise provider_refused(NAME) from error
            except httpx2.HTTPStatusError as error:
                log.warning("Spotify refused a sign-in: status %d", error.response.status_code)
                raise provider_refused(NAME) from error
            except (httpx2.HTTPError, ValueError) as error:
                raise _away(error) from error
        return _shaped(answer, _Tokens)

    async def _profile(self, access_token: str) -> _Profile:
        headers = {"authorization": f"Bearer {access_token}"}
        address = f"{self._settings.api_address.rstrip('/')}/me"
        async with httpx2.AsyncClient(transport=self._transport(), follow_redirects=False) as client:
            try:
                answer = self._check(await client.get(address, headers=headers))
            except httpx2.HTTPError as error:
                raise _away(error) from error
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            raise TokensEnded
        if answer.status_code != HTTPStatus.OK:
            # In words: that this listener is not on the app's list, or that its owner's Premium has ended.
            log.warning("Spotify refused to tell who signs in: status %d", answer.status_code)
            raise provider_refused(NAME)
        try:
            return msgspec.json.decode(answer.content, type=_Profile)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise provider_answer(NAME) from error

    @staticmethod
    def _check(answer: httpx2.Response) -> httpx2.Response:
        """An answer that is about what was asked. Raises UNAVAILABLE where Spotify wants to be left alone: nobody waits
        for that here, it may be a day."""
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise provider_unavailable(NAME, _wait(answer.headers))
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise provider_unavailable(NAME)
        return answer


def _wait(headers: Mapping[str, str]) -> float:
    given = headers.get("retry-after", "")
    return min(float(given), DAY_SECONDS) if given.isascii() and given.isdigit() else USUAL_WAIT_SECONDS


def _shaped(value: Any, shape: type[Shape]) -> Shape:
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise provider_answer(NAME) from error


def _away(error: Exception) -> Exception:
    log.warning("Spotify does not answer as it should: %s", type(error).__name__)
    return provider_unavailable(NAME)
