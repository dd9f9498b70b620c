"""A strict OpenID provider of the tests' own. It takes nothing that is not exactly right, and gives what a test asks
for: tokens of another issuer, for somebody else, too old, unsigned, signed by a new key."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.services.stand_in import Call, Reply, StandIn

CLIENT_ID, CLIENT_SECRET = "antiphon tests", "s3cret+with/odd%signs and-blanks"


class StrictProvider(StandIn):
    """One client, and whoever `person` is. `claims` are added to ID tokens (None takes one away), `told` is what the
    provider tells besides; `broken` answers calls of a path instead."""

    def __init__(self) -> None:
        super().__init__()
        self.redirect_address = "http://127.0.0.1:8000/api/v1/auth/oidc/company/callback"
        self.algorithm = "RS256"
        self.key: RSAKey | ECKey = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.published: list[dict[str, Any]] = [self.key.as_dict(private=False)]
        self.person: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.description: dict[str, Any] = {}
        self.broken: dict[str, Reply] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._access_tokens: dict[str, str] = {}
        self.be("ada", preferred_username="ada", name="Ada Lovelace", email="ada@example.org", email_verified=True)

    def be(self, subject: str, **claims: Any) -> None:
        """Somebody else signs in there from now on, and the provider is honest again."""
        self.person = {"sub": subject, **claims}
        self.claims, self.told, self.description, self.broken = {}, {}, {}, {}

    def rotate(self) -> None:
        """Sign by a new key from now on, and forget the old one."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})
        self.algorithm = "RS256"
        self.published = [self.key.as_dict(private=False)]

    def consent(self, address: str) -> str:
        """What the browser does there: a person says yes. The address that they are sent back to."""
        given = self._asked(address)
        code = secrets.token_urlsafe(16)
        self._codes[code] = given
        return f"{self.redirect_address}?{urlencode({'code': code, 'state': given['state'], 'iss': self.address})}"

    def answer(self, call: Call) -> Reply:
        """The answer to one call."""
        if call.path in self.broken:
            return self.broken[call.path]
        if call.path == "/.well-known/openid-configuration":
            return Reply(200, self._description())
        if call.path == "/keys":
            return Reply(200, {"keys": self.published})
        if call.path == "/token" and call.method == "POST":
            return self._token(call)
        if call.path == "/me":
            return self._me(call)
        return Reply(404, {"error": "not_found"})

    def _description(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/me",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
            **self.description,
        }

    def _asked(self, address: str) -> dict[str, str]:
        base, _, query = address.partition("?")
        given = dict(parse_qsl(query, strict_parsing=True))
        assert base == f"{self.address}/authorize"
        assert given["response_type"] == "code"
        assert given["client_id"] == CLIENT_ID
        assert given["redirect_uri"] == self.redirect_address
        assert "openid" in given["scope"].split()
        assert given["code_challenge_method"] == "S256"
        assert min(len(given[name]) for name in ("code_challenge", "state", "nonce")) >= 43
        return given

    def _token(self, call: Call) -> Reply:
        kind, _, proof = call.headers.get("authorization", "").partition(" ")
        client, _, secret = base64.b64decode(proof).decode().partition(":")
        if kind != "Basic" or (unquote_plus(client), unquote_plus(secret)) != (CLIENT_ID, CLIENT_SECRET):
            return Reply(401, {"error": "invalid_client"})
        asked = self._codes.pop(call.form.get("code", ""), None)
        if asked is None or call.form.get("grant_type") != "authorization_code":
            return Reply(400, {"error": "invalid_grant"})
        digest = hashlib.sha256(call.form.get("code_verifier", "").encode()).digest()
        challenge = _text(digest)
        if challenge != asked["code_challenge"] or call.form.get("redirect_uri") != asked["redirect_uri"]:
            return Reply(400, {"error": "invalid_grant"})
        access_token = secrets.token_urlsafe(16)
        self._access_tokens[access_token] = self.person["sub"]
        return Reply(200, {"access_token": access_token, "token_type": "Bearer", "id_token": self._signed(asked)})

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        honest = {
            **self.person,
            "iss": self.address,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
        }
        claims = {name: value for name, value in {**honest, **self.claims}.items() if value is not None}
        if self.algorithm == "none":
            return f"{_joined({'alg': 'none', 'typ': 'JWT'}, claims)}."
        if self.algorithm == "HS256":
            # The old trick: the public key is nothing secret, and may be taken for a shared one.
            text = _joined({"alg": "HS256", "kid": self.key.kid}, claims)
            proof = hmac.digest(self.key.as_pem(private=False), text.encode(), "sha256")
            return f"{text}.{_text(proof)}"
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.key, algorithms=[self.algorithm])

    def _me(self, call: Call) -> Reply:
        subject = self._access_tokens.get(call.headers.get("authorization", "").removeprefix("Bearer "))
        return Reply(200, {"sub": subject, **self.told}) if subject else Reply(401, {"error": "invalid_token"})


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _joined(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """The part of a token that a signature is of."""
    return ".".join(_text(json.dumps(part).encode()) for part in (header, claims))


@pytest.fixture(scope="session")
def strict_provider_server() -> Iterator[StrictProvider]:
    """The provider of the whole run: making keys takes a while."""
    provider = StrictProvider()
    yield provider
    provider.close()


@pytest.fixture
def strict_provider(strict_provider_server: StrictProvider) -> StrictProvider:
    """An honest provider, at which Ada has an account."""
    provider = strict_provider_server
    provider.rotate()
    provider.be("ada", preferred_username="ada", name="Ada Lovelace", email="ada@example.org", email_verified=True)
    provider.calls.clear()
    return provider
