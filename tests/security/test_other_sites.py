"""What pages of other sites can do here: read nothing that is not for them, and change nothing in a person's name."""

from typing import Any

import pytest

from tests.api.house import House
from tests.security.conftest import Open
from tests.stage import PASSWORD

OWN = {"origin": "http://127.0.0.1:8000"}
FRIEND, STRANGER = "https://web.example", "https://evil.example"
# A browser's ways to say that a request was begun by another site, or by nobody knows whom.
FOREIGN: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": STRANGER},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:8001"},
    {"origin": "http://127.0.0.1:8000.evil.example"},
    {},
]
FORM_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/plain; json")


async def with_cookie(house: House) -> tuple[Any, str]:
    """A door that keeps the web player's cookie, and what the cookie was set with."""
    async with house.door() as door:
        body = {"username": "anna", "password": PASSWORD, "cookie": True}
        answer = await door.post("/api/v1/auth/login", json=body)
        return answer.cookies, answer.headers["set-cookie"]


async def test_the_cookie_is_for_this_site_and_no_script(opened: Open) -> None:
    async with opened(TRUSTED_PROXIES="127.0.0.1") as house, house.door() as door:
        async with house.caller("anna"):
            pass
        body = {"username": "anna", "password": PASSWORD, "cookie": True}
        forwarded = {"x-forwarded-for": "192.0.2.1"}
        plain = await door.post("/api/v1/auth/login", json=body, headers=forwarded)
        secure = await door.post("/api/v1/auth/login", json=body, headers={**forwarded, "x-forwarded-proto": "https"})
        for answer, name, ends in (
            (plain, "antiphon_session=", "SameSite=Lax"),
            (secure, "__Host-antiphon_session=", "Secure"),
        ):
            cookie = answer.headers["set-cookie"]
            assert cookie.startswith(name) and cookie.endswith(ends)
            assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/;" in cookie
            assert "domain" not in cookie.lower()


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_another_site_changes_nothing_by_the_cookie(house: House, headers: dict[str, str]) -> None:
    async with house.caller("anna") as anna:
        pass
    cookies, _ = await with_cookie(house)
    async with house.door(cookies=cookies) as door:
        for method, path in (("POST", "/api/v1/playlists"), ("DELETE", "/api/v1/auth/sessions"), ("POST", "/logout")):
            answer = await door.request(method, path, json={"title": "forged"}, headers=headers)
            assert answer.status_code == 403, f"{method} {path}: {answer.status_code}"
        assert (await door.get("/api/v1/auth/me")).json()["data"]["id"] == anna.user["id"]
        assert "forged" not in (await door.get("/api/v1/playlists")).text


@pytest.mark.parametrize("kind", FORM_KINDS)
async def test_what_a_plain_form_can_send_changes_nothing_by_the_cookie(house: House, kind: str) -> None:
    async with house.caller("anna"):
        pass
    cookies, _ = await with_cookie(house)
    async with house.door(cookies=cookies) as door:
        body = b'{"title": "forged", "x": "=y"}'
        headers = {**OWN, "content-type": kind}
        assert (await door.post("/api/v1/playlists", content=body, headers=headers)).status_code == 403
        assert (await door.post("/api/v1/playlists", json={"title": "mine"}, headers=OWN)).status_code == 201


async def test_the_own_pages_use_the_cookie(house: House) -> None:
    async with house.caller("anna"):
        pass
    cookies, _ = await with_cookie(house)
    for headers in (OWN, {"sec-fetch-site": "same-origin"}):
        async with house.door(cookies=cookies) as door:
            answer = await door.post("/api/v1/playlists", json={"title": "mine"}, headers=headers)
            assert answer.status_code == 201, answer.text


async def test_a_header_needs_no_origin(house: House) -> None:
    async with house.caller("anna") as anna:
        for headers in FOREIGN:
            answer = await anna.client.post("/api/v1/playlists", json={"title": "by an app"}, headers=headers)
            assert answer.status_code == 201


async def test_apps_of_the_music_interface_get_nothing_by_the_cookie(house: House) -> None:
    async with house.caller("anna") as anna:
        pass
    cookies, _ = await with_cookie(house)
    async with house.door(cookies=cookies) as door:
        for path in ("/rest/ping", "/rest/getStarred2", f"/rest/getUser?username={anna.user['username']}"):
            told = (await door.get(path, params={"f": "json"})).json()["subsonic-response"]
            assert told["status"] == "failed" and told["error"]["code"] == 10
        bearer = {"authorization": f"Bearer {anna.token}"}
        told = (await door.get("/rest/ping?f=json", headers=bearer)).json()["subsonic-response"]
        assert told["status"] == "failed"


async def test_nothing_changes_by_reading(house: House) -> None:
    """No route that answers GET is one that people would be sorry to have called by a picture's address."""
    async with house.door() as door:
        described = (await door.get("/api/v1/openapi.json")).json()
    words = ("create", "make ", "delete", "remove", "revoke", "change", "sign out", "end ")
    for path, methods in described["paths"].items():
        if not path.startswith("/rest/") and "get" in methods:
            summary = methods["get"]["summary"].lower()
            assert not summary.startswith(words), f"GET {path}: {summary}"


async def test_pages_of_listed_origins_may_read_and_others_not(opened: Open) -> None:
    async with opened(CORS_ALLOWED_ORIGINS=FRIEND) as house, house.door() as door:
        asks = {"access-control-request-method": "PUT"}
        for path in ("/api/v1/songs", "/songs", "/api/songs/", "/app/"):
            friend = await door.options(path, headers={"origin": FRIEND, **asks})
            assert friend.headers["access-control-allow-origin"] == FRIEND
            assert friend.headers["access-control-allow-credentials"] == "true"
            for origin in (STRANGER, "null", f"{FRIEND}.evil.example", "http://web.example", FRIEND + ":444"):
                stranger = await door.get(path, headers={"origin": origin})
                assert "access-control-allow-origin" not in stranger.headers
                assert "access-control-allow-credentials" not in stranger.headers
                preflight = await door.options(path, headers={"origin": origin, **asks})
                assert not any(name.startswith("access-control-allow") for name in preflight.headers)


async def test_without_a_list_no_other_origin_reads(opened: Open) -> None:
    async with opened() as house, house.door() as door:
        for origin in (FRIEND, "null", OWN["origin"]):
            answer = await door.get("/api/v1/health/live", headers={"origin": origin})
            assert not any(name.startswith("access-control") for name in answer.headers)


async def test_any_origin_never_comes_with_cookies(opened: Open) -> None:
    for settings, path in (({"CORS_ALLOWED_ORIGINS": "*"}, "/api/v1/health/live"), ({}, "/rest/ping")):
        async with opened(**settings) as house, house.door() as door:
            answer = await door.get(path, headers={"origin": STRANGER})
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in answer.headers
