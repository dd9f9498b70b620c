"""What a provider tells about itself, as far as it matters here."""

from typing import Any

import msgspec


class Discovery(msgspec.Struct, frozen=True):
    """`/.well-known/openid-configuration`."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False

    def addresses(self) -> tuple[str, ...]:
        """Every address in it."""
        given = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, self.userinfo_endpoint)
        return tuple(address for address in given if address is not None)


class KeyDocument(msgspec.Struct, frozen=True):
    """`jwks_uri`."""

    keys: list[dict[str, Any]]


class TokenAnswer(msgspec.Struct, frozen=True):
    """What a code is exchanged for."""

    id_token: str
    access_token: str = ""


class NotProven(Exception):
    """An answer does not prove what it should. The message says why, for the log: it holds nothing of a person's."""
