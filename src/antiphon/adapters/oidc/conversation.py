"""What is said to an OpenID provider, and what is believed of its answers."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote_plus

import httpx2
import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from antiphon.adapters.oidc import OpenIdSettings
from antiphon.adapters.oidc.claims import account_of, groups_in
from antiphon.adapters.oidc.documents import Discovery, KeyDocument, NotProven, TokenAnswer
from antiphon.adapters.oidc.id_token import (
    ALGORITHMS,
    SigningKey,
    UnknownKey,
    check_claims,
    signing_keys,
    verified_claims,
)
from antiphon.areas.accounts.data import (
    ForeignAccount,
    Handshake,
    provider_answer,
    provider_refused,
    provider_unavailable,
)
from antiphon.kernel.clock import Clock

log = logging.getLogger(__name__)

KEPT_SECONDS = 3600.0
Shape = TypeVar("Shape")


class Conversation:
    """Everything that is asked of one provider. Its description and its keys are kept for an hour."""

    def __init__(
        self, settings: OpenIdSettings, transport: Callable[[], httpx2.AsyncBaseTransport], clock: Clock
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._discovery: tuple[float, Discovery] | None = None
        self._keys: tuple[float, list[SigningKey]] | None = None

    async def address(self, handshake: Handshake) -> str:
        """Where to send the browser."""
        settings = self._settings
        try:
            discovery = await self._described()
        except NotProven as error:
            log.warning("%s describes itself wrongly: %s", settings.name, error)
            raise provider_unavailable(settings.name) from error
        address: str = prepare_grant_uri(
            discovery.authorization_endpoint,
            settings.client_id,
            "code",
            redirect_uri=settings.redirect_address,
            scope=" ".join(dict.fromkeys(("openid", *settings.scopes))),
            state=handshake.state,
            nonce=handshake.nonce,
            code_challenge=create_s256_code_challenge(handshake.verifier),
            code_challenge_method="S256",
        )
        return address

    async def account(self, code: str, issuer: str, handshake: Handshake) -> ForeignAccount:
        """Who has come back with a code."""
        try:
            discovery = await self._described()
            _check_sender(discovery, issuer)
            answer = await self._exchange(discovery, code, handshake)
            claims = await self._verified(discovery, answer.id_token)
            subject = check_claims(
                claims,
                issuer=discovery.issuer,
                client_id=self._settings.client_id,
                nonce=handshake.nonce,
                now=self._clock(),
            )
            if self._lacks(claims) and discovery.userinfo_endpoint and answer.access_token:
                told = await self._told(discovery.userinfo_endpoint, answer.access_token)
                if told.get("sub") != subject:
                    raise NotProven("the provider tells about somebody else than its ID token")
                if told.get("email") != claims.get("email", told.get("email")):
                    told.pop("email_verified", None)
                claims = {**told, **claims}
        except NotProven as error:
            log.warning("a sign-in by %s was refused: %s", self._settings.name, error)
            raise provider_answer(self._settings.name) from error
        return account_of(subject, claims, self._settings.groups_claim)

    def _lacks(self, claims: Mapping[str, Any]) -> bool:
        """Whether something is missing in the ID token that the provider may tell on another way."""
        lacks_groups = self._settings.needs_groups and groups_in(claims, self._settings.groups_claim) is None
        return lacks_groups or "email" not in claims or not {"preferred_username", "name"} & set(claims)

    async def _described(self) -> Discovery:
        """The provider's own description. Raises UNAVAILABLE, NotProven where it is not of the issuer that is set."""
        if self._discovery is not None and self._clock() - self._discovery[0] < KEPT_SECONDS:
            return self._discovery[1]
        issuer = self._settings.issuer
        document = await self._read(f"{issuer.rstrip('/')}/.well-known/openid-configuration", Discovery)
        if document.issuer.rstrip("/") != issuer.rstrip("/"):
            raise NotProven("it is another issuer than the one that is set")
        schemes = ("https://", "http://") if issuer.startswith("http://") else ("https://",)
        for address in document.addresses():
            if not address.startswith(schemes) or not address.isascii() or not address.isprintable() or " " in address:
                raise NotProven("an address in it cannot be, or is not https")
        self._discovery = (self._clock(), document)
        return document

    async def _verified(self, discovery: Discovery, token: str) -> dict[str, Any]:
        """What a token claims. Where its key is not known, the provider is asked for its keys once more."""
        told = discovery.id_token_signing_alg_values_supported
        algorithms = tuple(name for name in ALGORITHMS if not told or name in told)
        is_fresh = self._keys is None or self._clock() - self._keys[0] >= KEPT_SECONDS
        keys = await self._read_keys(discovery) if is_fresh or self._keys is None else self._keys[1]
        try:
            return verified_claims(token, keys, algorithms)
        except UnknownKey as error:
            if is_fresh:
                raise NotProven("no key of the provider's has signed the ID token") from error
        try:
            return verified_claims(token, await self._read_keys(discovery), algorithms)
        except UnknownKey as error:
            raise NotProven("no key of the provider's has signed the ID token") from error

    async def _read_keys(self, discovery: Discovery) -> list[SigningKey]:
        keys = signing_keys(await self._read(discovery.jwks_uri, KeyDocument))
        self._keys = (self._clock(), keys)
        return keys

    async def _exchange(self, discovery: Discovery, code: str, handshake: Handshake) -> TokenAnswer:
        settings = self._settings
        client = AsyncOAuth2Client(
            settings.client_id,
            settings.client_secret or None,
            transport=self._transport(),
            follow_redirects=False,
        )
        client.register_compliance_hook("access_token_response", self._check_status)
        async with client:
            try:
                answer = await client.fetch_token(
                    discovery.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=handshake.verifier,
                    redirect_uri=settings.redirect_address,
                    auth=self._proof(discovery, client),
                )
            except AuthlibBaseError as error:
                log.warning("%s refused a code: %s", settings.name, _word(error.error))
                raise provider_refused(settings.name) from error
            except httpx2.HTTPStatusError as error:
                log.warning("%s refused a code: status %d", settings.name, error.response.status_code)
                raise provider_refused(settings.name) from error
            except (httpx2.HTTPError, ValueError) as error:
                raise self._away(error) from error
        return _shaped(answer, TokenAnswer)

    def _proof(self, discovery: Discovery, client: AsyncOAuth2Client) -> Any:
        """How this client shows its secret: by the header, in which RFC 6749 wants it escaped, else in the form."""
        settings = self._settings
        if not settings.client_secret:
            return client.client_auth("none")
        if "client_secret_basic" in discovery.token_endpoint_auth_methods_supported:
            return httpx2.BasicAuth(quote_plus(settings.client_id), quote_plus(settings.client_secret))
        return client.client_auth("client_secret_post")

    async def _told(self, address: str, access_token: str) -> dict[str, Any]:
        return await self._read(address, dict[str, Any], {"authorization": f"Bearer {access_token}"})

    async def _read(self, address: str, shape: type[Shape], headers: Mapping[str, str] | None = None) -> Shape:
        """A JSON document. Raises UNAVAILABLE, NotProven for one of another shape."""
        async with httpx2.AsyncClient(transport=self._transport(), follow_redirects=False) as client:
            try:
                answer = await client.get(address, headers={"accept": "application/json", **(headers or {})})
                answer.raise_for_status()
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise self._away(error) from error
        try:
            return msgspec.json.decode(answer.content, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NotProven("a document of the provider's cannot be read") from error

    def _check_status(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise provider_unavailable(self._settings.name)
        return answer

    def _away(self, error: Exception) -> Exception:
        log.warning("%s does not answer as it should: %s", self._settings.name, type(error).__name__)
        return provider_unavailable(self._settings.name)


def _check_sender(discovery: Discovery, issuer: str) -> None:
    """An answer that says who sends it must be of this provider (RFC 9207)."""
    if issuer and issuer != discovery.issuer:
        raise NotProven("the answer is of another provider")
    if not issuer and discovery.authorization_response_iss_parameter_supported:
        raise NotProven("the answer does not say which provider it is of")


def _shaped(value: object, shape: type[Shape]) -> Shape:
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise NotProven("the provider gave no ID token") from error


def _word(text: object) -> str:
    """A code of an error for the log: what else a provider writes there is not."""
    return text if isinstance(text, str) and text.replace("_", "").isalpha() and len(text) < 60 else "an error"
