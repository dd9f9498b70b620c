"""A strict stand-in for Spotify's accounts service and API, as both are since the middle of 2026."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.services.stand_in import Call, Reply, StandIn

CLIENT_ID, CLIENT_SECRET = "3f1c9a52spotify", "b7d4e0f1a2c3"
MONTH = 30.5 * 86_400
NOT_ON_THE_LIST = b"User not registered in the Developer Dashboard"


class SpotifyStandIn(StandIn):
    """Codes work once, redirect addresses match to the letter, PKCE is checked, refreshing names no refresh token, and
    six months after the consent all of it ends. Both services are below paths of their own: `/accounts`, `/v1`.

    `broken` answers calls of a path instead; `clock` tells what time it is there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.redirect_address = "http://127.0.0.1:8000/api/v1/auth/spotify/callback"
        self.clock: Callable[[], float] = time.time
        self.profile: dict[str, Any] = {}
        self.broken: dict[str, Reply] = {}
        self.scopes: list[str] = []
        self.lasts_seconds = 3600.0
        self.rotates = False
        self._codes: dict[str, dict[str, str]] = {}
        self._refresh: dict[str, float] = {}
        self._access: dict[str, float] = {}
        self.reset()

    def reset(self) -> None:
        """Ada has an account there, nobody has consented to anything."""
        self.profile = {"id": "ada99", "account_id": "acc-4711", "display_name": "Ada"}
        self.broken, self.clock, self.lasts_seconds, self.rotates = {}, time.time, 3600.0, False
        self._codes, self._refresh, self._access = {}, {}, {}
        self.calls.clear()

    def consent(self, address: str) -> str:
        """A person says yes in the browser. The address that they are sent back to."""
        base, _, query = address.partition("?")
        given = dict(parse_qsl(query, strict_parsing=True))
        assert base == f"{self.address}/accounts/authorize"
        assert (given["response_type"], given["client_id"]) == ("code", CLIENT_ID)
        assert given["redirect_uri"] == self.redirect_address
        assert given["code_challenge_method"] == "S256"
        assert len(given["state"]) >= 43
        self.scopes = given["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = given
        return f"{self.redirect_address}?{urlencode({'code': code, 'state': given['state']})}"

    def end_consent(self) -> None:
        """The person takes everything back."""
        self._refresh.clear()
        self._access.clear()

    def end_access_tokens(self) -> None:
        """Tokens end before their time; refreshing still works."""
        self._access.clear()

    def answer(self, call: Call) -> Reply:
        """The answer to one call."""
        if call.path in self.broken:
            return self.broken[call.path]
        if call.path == "/accounts/api/token" and call.method == "POST":
            return self._token(call)
        if call.path == "/v1/me":
            token = call.headers.get("authorization", "").removeprefix("Bearer ")
            if self._access.get(token, 0) <= self.clock():
                return Reply(401, {"error": {"status": 401, "message": "The access token expired"}})
            return Reply(200, self.profile)
        return Reply(404, {"error": {"status": 404, "message": "Service not found"}})

    def _token(self, call: Call) -> Reply:
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {expected}":
            return Reply(400, {"error": "invalid_client"})
        if call.form["grant_type"] == "refresh_token":
            return self._refreshed(call.form.get("refresh_token", ""))
        asked = self._codes.pop(call.form.get("code", ""), None)
        digest = hashlib.sha256(call.form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"]:
            return Reply(400, {"error": "invalid_grant", "error_description": "Invalid authorization code"})
        if call.form.get("redirect_uri") != asked["redirect_uri"]:
            return Reply(400, {"error": "invalid_grant", "error_description": "Invalid redirect URI"})
        refresh_token = secrets.token_urlsafe(24)
        self._refresh[refresh_token] = self.clock() + 6 * MONTH
        return Reply(200, {**self._access_token(), "refresh_token": refresh_token})

    def _refreshed(self, token: str) -> Reply:
        ends = self._refresh.get(token)
        if ends is None or ends <= self.clock():
            return Reply(400, {"error": "invalid_grant", "error_description": "Refresh token expired"})
        if not self.rotates:
            return Reply(200, self._access_token())
        fresh = secrets.token_urlsafe(24)
        self._refresh[fresh] = self._refresh.pop(token)
        return Reply(200, {**self._access_token(), "refresh_token": fresh})

    def _access_token(self) -> dict[str, Any]:
        token = secrets.token_urlsafe(24)
        self._access[token] = self.clock() + self.lasts_seconds
        return {"access_token": token, "token_type": "Bearer", "scope": " ".join(self.scopes), "expires_in": 3600}


@pytest.fixture(scope="session")
def spotify_server() -> Iterator[SpotifyStandIn]:
    """The stand-in of the whole run."""
    stand_in = SpotifyStandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture
def spotify(spotify_server: SpotifyStandIn) -> SpotifyStandIn:
    """A Spotify at which nobody has consented to anything."""
    spotify_server.reset()
    return spotify_server
