"""What every answer tells a browser: guess no types, run nothing, come back by https, keep nothing private."""

import re

import httpx2
import pytest

from tests.api.house import House
from tests.security.conftest import Open

# One address of every part of the server, and whether it is a page.
ADDRESSES = [
    ("/app/", True),
    ("/app/albums", True),
    ("/app/missing.js", True),
    ("/docs", True),
    ("/", False),
    ("/api/", False),
    ("/api/v1/openapi.json", False),
    ("/api/v1/health", False),
    ("/api/v1/auth/me", False),
    ("/api/v1/nothing", False),
    ("/api/songs/", False),
    ("/api/song", False),
    ("/songs", False),
    ("/nothing", False),
    ("/rest/ping", False),
    ("/socket.io/?EIO=4&transport=polling", False),
]


def policy_of(answer: httpx2.Response) -> dict[str, list[str]]:
    """The content security policy by directive; where there are several, all must hold."""
    found: dict[str, list[str]] = {}
    for part in ", ".join(answer.headers.get_list("content-security-policy")).replace(",", ";").split(";"):
        name, *values = part.split()
        found.setdefault(name, values)
    return found


@pytest.mark.parametrize(("path", "is_page"), ADDRESSES, ids=[path for path, _ in ADDRESSES])
async def test_types_are_not_guessed_and_nothing_is_framed(opened: Open, path: str, is_page: bool) -> None:
    async with opened() as house, house.door() as door:
        answer = await door.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    assert "strict-transport-security" not in answer.headers
    assert "server" not in answer.headers and "x-powered-by" not in answer.headers
    if path.startswith("/rest/"):
        return
    policy = policy_of(answer)
    assert policy["default-src"] == ["'none'"] and policy["frame-ancestors"] == ["'none'"]
    assert answer.headers["referrer-policy"] == "same-origin"
    if is_page:
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    else:
        assert set(policy) == {"default-src", "frame-ancestors", "base-uri", "form-action"}


async def test_pages_run_no_script_but_files_of_the_server(opened: Open) -> None:
    async with opened() as house, house.door() as door:
        for path in ("/app/", "/app/playlists/3", "/docs"):
            answer = await door.get(path)
            policy = policy_of(answer)
            assert policy.get("script-src", ["'none'"]) in (["'self'"], ["'none'"])
            assert policy["base-uri"] == ["'none'"] and "object-src" not in policy
            assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:", answer.text)
            assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", answer.text)


async def test_the_player_may_use_the_camera_and_nothing_else_of_the_kind(house: House) -> None:
    async with house.door() as door:
        answer = await door.get("/app/")
    if answer.status_code == 503:
        pytest.skip("the player has not been built")
    allowed = answer.headers["permissions-policy"]
    assert "camera=(self)" in allowed and "microphone=()" in allowed and "geolocation=()" in allowed


@pytest.mark.parametrize("path", ["/app/", "/api/v1/health/live", "/songs", "/rest/ping", "/docs"])
async def test_who_came_by_https_comes_by_https(opened: Open, path: str) -> None:
    async with opened(TRUSTED_PROXIES="127.0.0.1") as house, house.door() as door:
        secure = await door.get(path, headers={"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"})
        plain = await door.get(path, headers={"x-forwarded-proto": "http", "x-forwarded-for": "192.0.2.1"})
    assert secure.headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in plain.headers


async def test_private_answers_are_kept_by_nobody(house: House) -> None:
    async with house.caller("anna") as anna:
        for path in ("/api/v1/auth/me", "/api/v1/auth/sessions", "/api/v1/auth/api-keys", "/api/v1/users"):
            kept = (await anna.client.get(path)).headers["cache-control"]
            assert kept == "no-store" or ("private" in kept and "no-cache" in kept), f"{path}: {kept}"
        body = {"username": "anna", "password": "wrong"}
        assert (await anna.client.post("/api/v1/auth/login", json=body)).headers["cache-control"] == "no-store"
        assert (await anna.client.post("/login", json=body)).headers["cache-control"] == "no-store"
