"""Two web processes on one PostgreSQL and one Redis: what ends or is hidden on one is so on the other within a second.

On the node itself it ends at once. A token of one dialect counts in all of them.
"""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx2
import pytest

from tests.audio.maker import AudioMaker
from tests.security.shore import Shore, add_music
from tests.services.server import Server, ServerFactory
from tests.stage import PASSWORD

KEYS = {
    "SECRET_KEY": "a key that both processes have, long enough",
    "SECURITY_PASSWORD_SALT": "a salt that both processes have, long enough",
    "JWT_SECRET_KEY": "another key that both processes have, long enough",
    "ENCRYPT_KEY": "a third key that both processes have, long enough",
}
SECONDS = 1.0
# What else may take time on a busy machine: an answer itself.
ALLOWANCE = 0.5


class Node:
    """One of the processes, over HTTP."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.http = httpx2.Client(base_url=server.base_url, timeout=20)

    def ask(self, method: str, path: str, token: str = "", status: int = 200, **rest: Any) -> Any:
        """The JSON of an answer, which must have the status."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = self.http.request(method, path, headers=headers, **rest)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json() if answer.content else None

    def is_known(self, token: str) -> bool:
        """Whether a token counts here, and nothing else is wrong."""
        answer = self.http.get("/api/v1/songs", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code in (200, 401), answer.text
        return answer.status_code == 200

    def opens(self, **parameters: str) -> bool:
        """Whether an app may come in by these parameters."""
        told = self.http.get("/rest/ping", params={"f": "json", **parameters}).json()["subsonic-response"]
        return bool(told["status"] == "ok")


class Nodes:
    """Both processes, an admin and people."""

    def __init__(self, here: Node, there: Node) -> None:
        self.here = here
        self.there = there
        email = "boss@example.org"
        here.server.run("admin", "create", "--email", email, "--username", "boss", "--password-stdin", stdin=PASSWORD)
        self.admin = self.sign_in("boss")
        self._people = 0

    def sign_in(self, name: str) -> str:
        body = {"username": name, "password": PASSWORD}
        return str(self.here.ask("POST", "/api/v1/auth/login", json=body)["data"]["token"])

    def person(self) -> tuple[int, str]:
        """Somebody new: their id, and a token that both nodes know already."""
        self._people += 1
        body = {"username": f"p{self._people}", "email": f"p{self._people}@example.org", "password": PASSWORD}
        made = self.here.ask("POST", "/api/v1/auth/register", status=201, json=body)["data"]
        assert self.here.is_known(made["token"]) and self.there.is_known(made["token"])
        return made["user"]["id"], made["token"]

    def check_ended(self, ask: Any) -> None:
        """`ask(node)` says no here at once, and there within a second."""
        begun = time.monotonic()
        assert not ask(self.here), "it still counts in the very process where it ended"
        while ask(self.there):
            assert time.monotonic() - begun < SECONDS + ALLOWANCE, "it still counts on the other node"
            time.sleep(0.02)


@pytest.fixture(scope="module")
def nodes(_module_servers: ServerFactory) -> Iterator[Nodes]:
    """Two processes that share a database and a Redis, each with a data folder of its own."""
    first = _module_servers.distributed(**KEYS)
    shared = {name: first.environment[name] for name in ("DATABASE_URL", "REDIS_URL", "ANTIPHON_MUSIC")}
    second = _module_servers.embedded(with_worker=False, **KEYS, **shared)
    here, there = Node(first), Node(second)
    yield Nodes(here, there)
    here.http.close()
    there.http.close()


@pytest.fixture(scope="module")
def shore(nodes: Nodes, audio: AudioMaker) -> Shore:
    """Music on both, and somebody who listens."""
    add_music(audio, nodes.here.server.music)
    nodes.here.server.run("scan")
    _, listener = nodes.person()
    return Shore(nodes.here, nodes.there, nodes.admin, listener)


@pytest.mark.parametrize("path", ["/api/v1/auth/logout", "/logout", "/api/auth/logout/"])
def test_a_log_out(nodes: Nodes, path: str) -> None:
    _, token = nodes.person()
    nodes.here.ask("POST", path, token)
    nodes.check_ended(lambda node: node.is_known(token))


def test_all_other_sessions(nodes: Nodes) -> None:
    user_id, kept = nodes.person()
    other = nodes.sign_in(f"p{nodes._people}")
    assert user_id and nodes.there.is_known(other)
    nodes.here.ask("DELETE", "/api/v1/auth/sessions", kept)
    nodes.check_ended(lambda node: node.is_known(other))
    assert nodes.here.is_known(kept) and nodes.there.is_known(kept)


def test_a_blocked_account(nodes: Nodes) -> None:
    user_id, token = nodes.person()
    key = nodes.here.ask("POST", "/api/v1/auth/api-keys", token, 201, json={"name": "k"})["data"]["key"]
    assert nodes.there.is_known(key) and nodes.there.opens(apiKey=key)
    nodes.here.ask("PUT", f"/api/v1/users/{user_id}/account", nodes.admin, json={"standing": "blocked"})
    nodes.check_ended(lambda node: node.is_known(token) or node.is_known(key) or node.opens(apiKey=key))


def test_a_removed_account(nodes: Nodes) -> None:
    user_id, token = nodes.person()
    nodes.here.ask("DELETE", f"/api/v1/users/{user_id}", nodes.admin)
    nodes.check_ended(lambda node: node.is_known(token))


def test_a_revoked_key(nodes: Nodes) -> None:
    _, token = nodes.person()
    made = nodes.here.ask("POST", "/api/v1/auth/api-keys", token, 201, json={"name": "k"})["data"]
    assert nodes.there.is_known(made["key"]) and nodes.there.opens(apiKey=made["key"])
    nodes.here.ask("DELETE", f"/api/v1/auth/api-keys/{made['id']}", token)
    nodes.check_ended(lambda node: node.is_known(made["key"]) or node.opens(apiKey=made["key"]))
    assert nodes.here.is_known(token)


def test_a_revoked_app_password(nodes: Nodes) -> None:
    _, token = nodes.person()
    made = nodes.here.ask("POST", "/api/v1/auth/app-passwords", token, 201, json={"name": "phone"})["data"]
    proof = {"u": made["username"], "p": made["password"]}
    assert nodes.there.opens(**proof)
    nodes.here.ask("DELETE", f"/api/v1/auth/app-passwords/{made['id']}", token)
    nodes.check_ended(lambda node: node.opens(**proof))


def test_a_role_that_was_taken(nodes: Nodes) -> None:
    user_id, token = nodes.person()

    def is_admin(node: Node) -> bool:
        answer = node.http.get("/api/v1/audit", headers={"authorization": f"Bearer {token}"})
        return answer.status_code == 200

    nodes.here.ask("PUT", f"/api/v1/users/{user_id}/roles", nodes.admin, json={"roles": ["admin"]})
    deadline = time.monotonic() + SECONDS + ALLOWANCE
    while not (is_admin(nodes.here) and is_admin(nodes.there)):
        assert time.monotonic() < deadline
    nodes.here.ask("PUT", f"/api/v1/users/{user_id}/roles", nodes.admin, json={"roles": ["user"]})
    nodes.check_ended(is_admin)


# How each dialect signs people in, and what it calls the token.
SIGN_INS: dict[str, Any] = {
    "/api/v1/auth/login": lambda body: body["data"]["token"],
    "/login": lambda body: body["token"],
    "/api/auth/login/": lambda body: body["key"],
}
HEADERS: dict[str, Any] = {
    "Authorization: Bearer": lambda token: {"authorization": f"Bearer {token}"},
    "Authorization: Token": lambda token: {"authorization": f"Token {token}"},
    "Authentication-Token": lambda token: {"authentication-token": token},
}


@pytest.mark.parametrize("path", SIGN_INS)
@pytest.mark.parametrize("header", HEADERS)
def test_a_token_of_one_dialect_counts_in_all(nodes: Nodes, path: str, header: str) -> None:
    user_id, _ = nodes.person()
    body = {"username": f"p{nodes._people}", "email": f"p{nodes._people}@example.org", "password": PASSWORD}
    if path != "/api/v1/auth/login":
        del body["username"]
    else:
        del body["email"]
    token = SIGN_INS[path](nodes.here.ask("POST", path, json=body))
    headers = HEADERS[header](token)
    asked = {
        "/api/v1/auth/me": lambda told: told["data"]["id"],
        "/api/auth/user/": lambda told: told["pk"],
        f"/api/users/{user_id}/": lambda told: told["id"],
    }
    for address, number in asked.items():
        answer = nodes.there.http.get(address, headers=headers)
        assert answer.status_code == 200 and number(answer.json()) == user_id, address
    assert nodes.there.http.post("/logout", headers=headers).status_code == 200
    nodes.there, nodes.here = nodes.here, nodes.there
    try:
        nodes.check_ended(lambda node: node.is_known(token))
    finally:
        nodes.there, nodes.here = nodes.here, nodes.there


def test_a_hidden_thing_is_gone_everywhere_and_comes_back(shore: Shore) -> None:
    everywhere = shore.shown_in(shore.here)
    assert len(everywhere) == 18 and shore.shown_in(shore.there) == everywhere

    def flag(path: str, flagged: bool) -> None:
        body = {"flagged": flagged, "reason": "until it is settled"}
        shore.here.ask("PUT", f"/api/v1/{path}/flag", shore.admin, json=body)

    for path in (f"songs/{shore.song}", f"albums/{shore.album}", f"artists/{shore.artist}"):
        shore.check(set(), partial(flag, path, True))
        shore.check(everywhere, partial(flag, path, False))


def test_a_decision_counts_as_much_as_a_flag(shore: Shore) -> None:
    everywhere = shore.shown_in(shore.there)
    report = {"subject": "song", "subject_id": shore.song, "reason": "copyright"}
    shore.there.ask("POST", "/api/v1/reports", shore.listener, 201, json=report)
    (case,) = shore.here.ask("GET", "/api/v1/moderation/cases?state=open", shore.admin)["data"]
    path = f"/api/v1/moderation/cases/{case['id']}"

    def decide(decision: str) -> None:
        revision = shore.here.ask("GET", path, shore.admin)["data"]["revision"]
        body = {"revision": revision, "decision": decision}
        shore.here.ask("POST", f"{path}/decision", shore.admin, json=body)

    shore.check(set(), lambda: decide("hide"))
    shore.check(everywhere, lambda: decide("restore"))
