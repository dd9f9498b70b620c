"""Setting up, registering, signing in and out, passwords and keys, over HTTP."""

from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest

from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.web import make_web
from antiphon.bootstrap.wiring import Application, wire
from tests.api.house import House
from tests.stage import PASSWORD

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


async def test_the_first_admin_is_made_by_the_printed_link_once(
    client: httpx2.AsyncClient, application: Application
) -> None:
    token = await application.areas.accounts.registration.new_setup_token()
    body = {"setup_token": token, "username": "root", "email": "root@example.org", "password": PASSWORD}
    assert (await client.get("/api/v1/setup")).json()["data"] == {"needed": True}
    wrong = await client.post("/api/v1/setup", json={**body, "setup_token": "guess"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (403, "setup_link")
    made = await client.post("/api/v1/setup", json={**body, "cookie": True})
    assert made.status_code == 201
    assert made.json()["data"]["user"]["roles"] == ["admin", "user"]
    assert "antiphon_session=" in made.headers["set-cookie"]
    assert (await client.get("/api/v1/auth/me")).json()["data"]["username"] == "root"
    assert (await client.get("/api/v1/setup")).json()["data"] == {"needed": False}
    again = await client.post("/api/v1/setup", json={**body, "username": "other", "email": "o@example.org"})
    assert again.status_code == 403


async def test_registering_signs_in(house: House) -> None:
    async with house.door() as door:
        body = {"username": "newcomer", "email": "New@Example.org", "password": PASSWORD, "role": "artist"}
        answer = await door.post("/api/v1/auth/register", json=body)
        assert answer.status_code == 201
        data = answer.json()["data"]
        assert data["user"] == {
            "id": data["user"]["id"],
            "username": "newcomer",
            "email": "New@Example.org",
            "full_name": "",
            "roles": ["artist", "user"],
            "image": None,
            "standing": "active",
            "rights": ["stream", "download", "upload", "share", "public_playlists"],
            "email_proven": False,
        }
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        me = await door.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {data['token']}"})
        assert me.json()["data"] == data["user"]
        taken = await door.post("/api/v1/auth/register", json={**body, "username": "NEWCOMER"})
        assert taken.status_code == 409


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({}, 422, {"username", "email", "password"}),
        ({"username": "a", "email": "a@example.org"}, 422, {"password"}),
        ({"username": 7, "email": "a@example.org", "password": PASSWORD}, 422, {"username"}),
        ({"username": "short", "email": "s@example.org", "password": "1234567"}, 422, {"password"}),
        ({"username": "two words", "email": "s@example.org", "password": PASSWORD}, 422, {"username"}),
        ({"username": "nomail", "email": "nowhere", "password": PASSWORD}, 422, {"email"}),
        ({"username": "who", "email": "w@example.org", "password": PASSWORD, "role": "king"}, 422, {"role"}),
        ({"username": "boss", "email": "b@example.org", "password": PASSWORD, "role": "admin"}, 403, None),
        ([], 422, {"body"}),
    ],
)
async def test_a_bad_registration_is_told_by_field(
    house: House, body: object, status: int, fields: set[str] | None
) -> None:
    async with house.door() as door:
        answer = await door.post("/api/v1/auth/register", json=body)
    assert answer.status_code == status, answer.text
    details = answer.json()["error"]["details"]
    assert (set(details) if details else None) == fields


@pytest.mark.parametrize("content", [b"{", b"\xff", b'{"username": "a\\u0000b"}', b"[" * 60 + b"]" * 60, b'{"a": 1}x'])
async def test_what_is_no_json_is_unreadable(house: House, content: bytes) -> None:
    async with house.door() as door:
        answer = await door.post("/api/v1/auth/login", content=content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unreadable")


async def test_signing_in_takes_name_or_address_and_tells_nothing_else(house: House) -> None:
    async with house.caller("carla") as carla, house.door() as door:
        for who in ({"username": "CARLA"}, {"email": "carla@Example.org"}):
            answer = await door.post("/api/v1/auth/login", json={**who, "password": PASSWORD})
            assert answer.json()["data"]["user"]["id"] == carla.user["id"]
        refusals = [
            (await door.post("/api/v1/auth/login", json=body))
            for body in (
                {"username": "carla", "password": "wrong password"},
                {"username": "nobody-here", "password": "wrong password"},
                {"email": "carla", "password": PASSWORD},
                {"username": "carla", "password": "x" * 2000},
            )
        ]
        missing = await door.post("/api/v1/auth/login", json={"password": PASSWORD})
    assert {answer.status_code for answer in refusals} == {401}
    assert len({answer.json()["error"]["message"] for answer in refusals}) == 1
    assert (missing.status_code, list(missing.json()["error"]["details"])) == (422, ["username"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer {token}"}, 200),
        ({"Authorization": "bearer {token}"}, 200),
        ({"Authorization": "Token {token}"}, 200),
        ({"Authentication-Token": "{token}"}, 200),
        ({"Authorization": "{token}"}, 401),
        ({"Authorization": "Basic {token}"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Bearer {token} more"}, 401),
        ({"Authorization": "Bearer {token}x"}, 401),
        ({"Authorization": "Basic x", "Authentication-Token": "{token}"}, 401),
        ({"Authentication-Token": ""}, 401),
        ({}, 401),
    ],
)
async def test_every_form_of_a_token(house: House, headers: Mapping[str, str], status: int) -> None:
    async with house.caller("dora") as dora, house.door() as door:
        sent = {name: value.format(token=dora.token) for name, value in headers.items()}
        answer = await door.get("/api/v1/auth/me", headers=sent)
    assert answer.status_code == status


async def test_two_authorizations_are_refused(house: House) -> None:
    async with house.caller("dora") as dora, house.door() as door:
        fields = [("Authorization", f"Bearer {dora.token}"), ("Authorization", f"Bearer {dora.token}")]
        assert (await door.get("/api/v1/auth/me", headers=fields)).status_code == 401


async def test_a_header_counts_before_the_cookie(house: House) -> None:
    async with house.caller("emma") as emma, house.caller("fred") as fred, house.door() as door:
        cookie = {"Cookie": f"other=1; antiphon_session={emma.token}"}
        assert (await door.get("/api/v1/auth/me", headers=cookie)).json()["data"]["username"] == "emma"
        both = await door.get("/api/v1/auth/me", headers={**cookie, "Authorization": f"Bearer {fred.token}"})
        assert both.json()["data"]["username"] == "fred"
        bad = await door.get("/api/v1/auth/me", headers={**cookie, "Authorization": "Bearer wrong"})
        assert bad.status_code == 401


async def test_signing_out_ends_the_token_at_once(house: House) -> None:
    async with house.caller("gina") as gina:
        await gina.ask("GET", "/api/v1/auth/me")
        answer = await gina.client.post("/api/v1/auth/logout")
        assert answer.status_code == 200
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert (await gina.client.get("/api/v1/auth/me")).status_code == 401


async def test_the_cookie_is_out_of_reach_for_scripts(house: House) -> None:
    async with house.caller("hanna") as hanna, house.door() as door:
        body = {"username": "hanna", "password": PASSWORD, "cookie": True}
        plain = (await door.post("/api/v1/auth/login", json=body)).headers["set-cookie"]
        assert plain.startswith("antiphon_session=")
        assert all(part in plain for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
        assert "Secure" not in plain and "Domain" not in plain
        secure = (await door.post("https://127.0.0.1:8000/api/v1/auth/login", json=body)).headers["set-cookie"]
        assert secure.startswith("__Host-antiphon_session=") and "; Secure" in secure
        plainly_named = {"Cookie": f"antiphon_session={hanna.token}"}
        assert (await door.get("https://127.0.0.1:8000/api/v1/auth/me", headers=plainly_named)).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (SAME_ORIGIN, 200),
        ({"Origin": "http://127.0.0.1:8000"}, 200),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8000"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({**SAME_ORIGIN, "Content-Type": "text/plain"}, 403),
        ({**SAME_ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}, 403),
        ({**SAME_ORIGIN, "Content-Type": "application/json; charset=utf-8"}, 200),
    ],
)
async def test_a_cookie_changes_nothing_from_elsewhere(house: House, headers: dict[str, str], status: int) -> None:
    async with house.caller("ines") as ines, house.door() as door:
        sent = {"Cookie": f"antiphon_session={ines.token}", "Content-Type": "application/json", **headers}
        answer = await door.put("/api/v1/now-playing", content=b'{"song_id": null}', headers=sent)
        assert answer.status_code == status
        assert status == 200 or answer.json()["error"]["code"] == "cross_site"
        with_token = {**headers, "Authorization": f"Bearer {ines.token}"}
        assert (await door.put("/api/v1/now-playing", content=b'{"song_id": null}', headers=with_token)).is_success


async def test_without_a_body_a_cookie_needs_no_json(house: House) -> None:
    async with house.caller("ines") as ines, house.door() as door:
        song_id = (await house.ids())["Dawn"]
        sent = {"Cookie": f"antiphon_session={ines.token}", **SAME_ORIGIN}
        assert (await door.put(f"/api/v1/songs/{song_id}/star", headers=sent)).status_code == 200
        assert (await door.delete(f"/api/v1/songs/{song_id}/star", headers=sent)).status_code == 200


async def test_a_new_password_ends_the_other_sessions(house: House) -> None:
    path, new = "/auth/password", "another fine horse"
    async with house.caller("jana") as jana, house.caller("jana", fresh=True) as elsewhere:
        wrong = await jana.refused("PUT", path, 403, json={"current_password": "nope nope", "new_password": new})
        weak = await jana.refused("PUT", path, 422, json={"current_password": PASSWORD, "new_password": "short"})
        assert (wrong["code"], list(weak["details"])) == ("wrong_password", ["new_password"])
        await jana.ask("PUT", f"/api/v1{path}", json={"current_password": PASSWORD, "new_password": new})
        assert (await jana.client.get("/api/v1/auth/me")).status_code == 200
        assert (await elsewhere.client.get("/api/v1/auth/me")).status_code == 401
        signed_in = await elsewhere.client.post("/api/v1/auth/login", json={"username": "jana", "password": new})
        assert signed_in.status_code == 200


async def test_app_passwords_are_shown_once_and_revoked(house: House) -> None:
    async with house.caller("kira") as kira, house.caller("lena") as lena:
        made = (await kira.ask("POST", "/api/v1/auth/app-passwords", 201, json={"name": " Phone "}))["data"]
        assert (made["name"], made["username"]) == ("Phone", "kira")
        assert len(made["password"]) >= 26
        listed = await kira.ask("GET", "/api/v1/auth/app-passwords")
        assert [(one["id"], one["name"], one["last_used_at"]) for one in listed["data"]] == [
            (made["id"], "Phone", None)
        ]
        assert "password" not in listed["data"][0]
        assert (await lena.ask("GET", "/api/v1/auth/app-passwords"))["data"] == []
        await lena.refused("DELETE", f"/auth/app-passwords/{made['id']}", 404)
        await kira.ask("DELETE", f"/api/v1/auth/app-passwords/{made['id']}")
        await kira.refused("DELETE", f"/auth/app-passwords/{made['id']}", 404)
        await kira.refused("POST", "/auth/app-passwords", 422, json={"name": "   "})
        await kira.refused("DELETE", "/auth/app-passwords/x", 404)


async def test_an_app_password_opens_nothing_here(house: House) -> None:
    async with house.caller("kira") as kira, house.door() as door:
        made = (await kira.ask("POST", "/api/v1/auth/app-passwords", 201, json={"name": "Phone"}))["data"]
        assert (await door.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {made['password']}"})).is_error
        body = {"username": "kira", "password": made["password"]}
        assert (await door.post("/api/v1/auth/login", json=body)).status_code == 401


async def test_an_api_key_acts_within_its_scopes(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("mona") as mona, house.door() as door:

        async def key(scopes: list[str] | None) -> dict[str, str]:
            made = await mona.ask("POST", "/api/v1/auth/api-keys", 201, json={"name": "script", "scopes": scopes})
            assert made["data"]["scopes"] == (scopes or ["read", "write"])
            return {"Authorization": f"Bearer {made['data']['key']}"}

        reading, uploading, usual = await key(["read"]), await key(["upload"]), await key(None)
        star = f"/api/v1/songs/{song_id}/star"
        assert (await door.get("/api/v1/songs", headers=reading)).status_code == 200
        refused = await door.put(star, headers=reading)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "scope_missing")
        assert (await door.get("/api/v1/songs", headers=uploading)).status_code == 403
        assert (await door.put(star, headers=usual)).status_code == 200
        assert (await door.delete(star, headers=usual)).status_code == 200
        for method, path, body in (
            ("GET", "/auth/api-keys", None),
            ("POST", "/auth/api-keys", {"name": "more"}),
            ("POST", "/auth/app-passwords", {"name": "more"}),
            ("PUT", "/auth/password", {"current_password": PASSWORD, "new_password": "another fine horse"}),
            ("POST", "/auth/logout", None),
        ):
            assert (await door.request(method, f"/api/v1{path}", headers=usual, json=body)).status_code == 403, path
        await mona.refused("POST", "/auth/api-keys", 422, json={"name": "x", "scopes": ["everything"]})
        listed = (await mona.ask("GET", "/api/v1/auth/api-keys"))["data"]
        await mona.ask("DELETE", f"/api/v1/auth/api-keys/{listed[0]['id']}")
        assert (await door.get("/api/v1/songs", headers=reading)).status_code == 401


async def test_an_admins_key_is_no_admin_without_the_scope(house: House) -> None:
    async with house.caller("boss", admin=True) as boss, house.door() as door:
        made = await boss.ask("POST", "/api/v1/auth/api-keys", 201, json={"name": "usual"})
        headers = {"Authorization": f"Bearer {made['data']['key']}"}
        assert (await door.get("/api/v1/scan/broken", headers=headers)).status_code == 403
        made = await boss.ask("POST", "/api/v1/auth/api-keys", 201, json={"name": "all", "scopes": ["read", "admin"]})
        headers = {"Authorization": f"Bearer {made['data']['key']}"}
        assert (await door.get("/api/v1/scan/broken", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers", "is_admin"),
    [
        ("127.0.0.1", {}, True),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, False),
        ("192.168.1.7", {}, False),
        ("192.168.1.7", {"X-Forwarded-For": "127.0.0.1"}, False),
    ],
)
async def test_the_admins_address_is_proven_from_loopback_only(
    database_url: str, tmp_path: Path, address: str, headers: dict[str, str], is_admin: bool
) -> None:
    environment = {"ANTIPHON_DATA": str(tmp_path / "data"), "ADMIN_EMAIL": "chief@example.org"}
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    application = wire(read_settings(environment, tmp_path), synchronous="OFF")
    web = make_web(application, worker_runs=lambda: True)
    transport = httpx2.ASGITransport(app=web.application, client=(address, 5))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as door:
        body = {"username": "chief", "email": "chief@example.org", "password": PASSWORD}
        answer = await door.post("/api/v1/auth/register", json=body, headers=headers)
    await application.close()
    assert ("admin" in answer.json()["data"]["user"]["roles"]) is is_admin
