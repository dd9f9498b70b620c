"""What guards an account, over HTTP: sessions, the second factor, app passwords, and what keys may not do."""

import time
from collections.abc import Mapping
from typing import Any

import httpx2
import pyotp
import pytest

from tests.api.house import House
from tests.stage import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
MANAGED = [
    ("GET", "/auth/sessions", {}),
    ("DELETE", "/auth/sessions", {}),
    ("DELETE", "/auth/sessions/1", {}),
    ("GET", "/auth/mfa", {}),
    ("POST", "/auth/mfa", {"password": PASSWORD}),
    ("POST", "/auth/mfa/confirm", {"code": "123456"}),
    ("POST", "/auth/mfa/recovery-codes", {"code": "123456"}),
    ("DELETE", "/auth/mfa", {"code": "123456"}),
    ("GET", "/auth/app-passwords", {}),
    ("POST", "/auth/app-passwords", {"name": "x"}),
    ("DELETE", "/auth/app-passwords/1", {}),
    ("GET", "/auth/api-keys", {}),
    ("POST", "/auth/api-keys", {"name": "x"}),
    ("DELETE", "/auth/api-keys/1", {}),
    ("PUT", "/auth/password", {"current_password": PASSWORD, "new_password": "another battery staple"}),
]


async def sign_in(client: httpx2.AsyncClient, name: str, status: int = 200, **rest: Any) -> Any:
    """What signing in answers; over HTTP as a browser does it."""
    headers = {"user-agent": FIREFOX}
    answer = await client.post(
        "/api/v1/auth/login", json={"username": name, "password": PASSWORD, **rest}, headers=headers
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def bearer(token: str) -> Mapping[str, str]:
    return {"authorization": f"Bearer {token}"}


def next_code(secret: str, used: set[str]) -> str:
    """A code that counts now and was not used before."""
    totp = pyotp.TOTP(secret)
    for step in (0, 1):
        code = totp.at(int(time.time()) + 30 * step)
        if code not in used:
            used.add(code)
            return code
    raise AssertionError("both codes of this minute are used")


async def test_sessions_are_seen_and_ended_by_their_owner_alone(house: House) -> None:
    async with house.caller("sven", fresh=True) as sven, house.caller("olga", fresh=True) as olga, house.door() as door:
        there = (await sign_in(door, "sven"))["data"]["token"]
        found = await sven.read("/auth/sessions")
        assert [one["current"] for one in found].count(True) == 1
        other = next(one for one in found if one["client"] == "Firefox on Linux")
        assert (other["network"], other["current"]) == ("127.0.0.1", False)
        assert other["created_at"].endswith("Z") and other["last_used_at"].endswith("Z")
        assert (await olga.refused("DELETE", f"/auth/sessions/{other['id']}", 404))["code"] == "session_not_found"
        assert (await door.get("/api/v1/auth/me", headers=bearer(there))).status_code == 200
        await sven.ask("DELETE", f"/api/v1/auth/sessions/{other['id']}")
        assert (await door.get("/api/v1/auth/me", headers=bearer(there))).status_code == 401
        assert other["id"] not in {one["id"] for one in await sven.read("/auth/sessions")}
        assert (await sven.refused("DELETE", f"/auth/sessions/{other['id']}", 404))["code"] == "session_not_found"
        again = (await sign_in(door, "sven"))["data"]["token"]
        await sven.ask("DELETE", "/api/v1/auth/sessions")
        assert (await door.get("/api/v1/auth/me", headers=bearer(again))).status_code == 401
        assert [one["current"] for one in await sven.read("/auth/sessions")] == [True]
        assert await olga.read("/auth/me"), "nobody else is signed out"


async def test_a_second_factor_from_the_first_code_to_its_end(house: House) -> None:
    used: set[str] = set()
    async with house.caller("mona", fresh=True) as mona, house.door() as door:
        elsewhere = (await sign_in(door, "mona"))["data"]["token"]
        assert await mona.read("/auth/mfa") == {"enabled": False, "recovery_codes_left": 0}
        wrong = await mona.refused("POST", "/auth/mfa", 403, json={"password": "not it at all"})
        assert wrong["code"] == "wrong_password"
        begun = (await mona.ask("POST", "/api/v1/auth/mfa", json={"password": PASSWORD}))["data"]
        assert begun["uri"].startswith("otpauth://totp/Antiphon:mona?secret=" + begun["secret"])
        assert begun["qr"].startswith("<svg") and begun["qr"].endswith("</svg>")
        await sign_in(door, "mona")
        assert (await mona.refused("POST", "/auth/mfa/confirm", 403, json={"code": "000000"}))["code"] == "mfa_wrong"
        code = {"code": next_code(begun["secret"], used)}
        codes = (await mona.ask("POST", "/api/v1/auth/mfa/confirm", json=code))["data"]["recovery_codes"]
        assert len(set(codes)) == 10
        assert (await door.get("/api/v1/auth/me", headers=bearer(elsewhere))).status_code == 401
        assert await mona.read("/auth/mfa") == {"enabled": True, "recovery_codes_left": 10}
        assert (await mona.refused("POST", "/auth/mfa", 409, json={"password": PASSWORD}))["code"] == "mfa_on"

        assert (await sign_in(door, "mona", 401))["error"]["code"] == "mfa_required"
        assert (await sign_in(door, "mona", 401, code=code["code"]))["error"]["code"] == "mfa_wrong", "used before"
        assert (await sign_in(door, "mona", code=codes[0].upper()))["data"]["user"]["username"] == "mona"
        assert (await sign_in(door, "mona", 401, code=codes[0]))["error"]["code"] == "mfa_wrong", "counts once"
        assert (await mona.read("/auth/mfa"))["recovery_codes_left"] == 9
        classic = {"username": "mona", "password": PASSWORD}
        assert (await door.post("/login", json=classic)).status_code == 401
        assert (await door.post("/login", json={**classic, "code": codes[1]})).status_code == 200

        made = await mona.ask("POST", "/api/v1/auth/mfa/recovery-codes", json={"code": codes[2]})
        fresh = made["data"]["recovery_codes"]
        assert not set(fresh) & set(codes)
        assert (await sign_in(door, "mona", 401, code=codes[3]))["error"]["code"] == "mfa_wrong"
        assert (await mona.refused("DELETE", "/auth/mfa", 403, json={"code": codes[3]}))["code"] == "mfa_wrong"
        await mona.ask("DELETE", "/api/v1/auth/mfa", json={"code": next_code(begun["secret"], used)})
        assert await mona.read("/auth/mfa") == {"enabled": False, "recovery_codes_left": 0}
        assert (await sign_in(door, "mona"))["data"]["token"]
        assert (await mona.refused("DELETE", "/auth/mfa", 409, json={"code": fresh[0]}))["code"] == "mfa_off"


async def test_apps_and_keys_need_no_code(house: House) -> None:
    async with house.caller("nora", fresh=True) as nora, house.door() as door:
        app = (await nora.ask("POST", "/api/v1/auth/app-passwords", 201, json={"name": "phone"}))["data"]
        key = (await nora.ask("POST", "/api/v1/auth/api-keys", 201, json={"name": "sync"}))["data"]["key"]
        begun = (await nora.ask("POST", "/api/v1/auth/mfa", json={"password": PASSWORD}))["data"]
        await nora.ask("POST", "/api/v1/auth/mfa/confirm", json={"code": pyotp.TOTP(begun["secret"]).now()})
        for way in (f"u=nora&p={app['password']}", f"apiKey={key}"):
            told = (await door.get(f"/rest/ping?{way}&f=json&v=1.16.1&c=t")).json()["subsonic-response"]
            assert told["status"] == "ok"
        assert (await door.get("/api/v1/auth/me", headers=bearer(key))).status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), MANAGED)
async def test_a_key_manages_nothing_of_the_account(house: House, method: str, path: str, body: dict[str, str]) -> None:
    async with house.caller("root", admin=True) as root, house.door() as door:
        wanted = {"name": "all", "scopes": ["read", "write", "upload", "admin"]}
        key = (await root.ask("POST", "/api/v1/auth/api-keys", 201, json=wanted))["data"]
        rest = {"json": body} if body else {}
        answer = await door.request(method, f"/api/v1{path}", headers=bearer(key["key"]), **rest)
        assert (answer.status_code, answer.json()["success"]) == (403, False)
        await root.ask("DELETE", f"/api/v1/auth/api-keys/{key['id']}")


SCOPED = [
    # What is asked for, and the scopes that each alone let it through.
    ("GET", "/api/v1/auth/me", {}, {"read"}),
    ("GET", "/api/v1/songs", {}, {"read"}),
    ("PUT", "/api/v1/songs/{song}/star", {}, {"write"}),
    ("DELETE", "/api/v1/songs/{song}/star", {}, {"write"}),
    ("PUT", "/api/v1/songs/{song}/rating", {"rating": 3}, {"write"}),
    ("POST", "/api/v1/plays", {"song_id": 0}, {"write"}),
    ("POST", "/api/v1/playlists", {"title": "by key"}, {"write"}),
    ("PUT", "/api/v1/users/{user}", {"first_name": "Kay"}, {"write"}),
    ("GET", "/api/users/", {}, {"read"}),
    ("PUT", "/api/users/{user}/", {"first_name": "Kay"}, {"write"}),
]


@pytest.mark.parametrize(("method", "path", "body", "enough"), SCOPED)
async def test_a_key_does_what_its_scopes_say(
    house: House, method: str, path: str, body: dict[str, Any], enough: set[str]
) -> None:
    song = (await house.ids())["Dawn"]
    if "song_id" in body:
        body = {"song_id": song}
    async with house.caller("kay") as kay, house.door() as door:
        for scope in ("read", "write", "upload", "admin"):
            wanted = {"name": scope, "scopes": [scope]}
            made = (await kay.ask("POST", "/api/v1/auth/api-keys", 201, json=wanted))["data"]
            rest = {"json": body} if body else {}
            address = path.format(song=song, user=kay.user["id"])
            answer = await door.request(method, address, headers=bearer(made["key"]), **rest)
            allowed = answer.status_code in (200, 201)
            assert allowed == (scope in enough), (scope, answer.status_code, answer.text[:300])
            assert allowed or answer.status_code == 403
            await kay.ask("DELETE", f"/api/v1/auth/api-keys/{made['id']}")


async def test_what_only_admins_do_takes_the_scope_admin(house: House) -> None:
    async with house.caller("root", admin=True) as root, house.door() as door:
        for scopes, status in ((["read", "write", "upload"], 403), (["admin"], 200), (["admin", "read"], 200)):
            made = (await root.ask("POST", "/api/v1/auth/api-keys", 201, json={"name": "k", "scopes": scopes}))["data"]
            body = {"roles": ["admin"]}
            path = f"/api/v1/users/{root.user['id']}/roles"
            answer = await door.put(path, headers=bearer(made["key"]), json=body)
            assert answer.status_code == status, (scopes, answer.text[:300])
            await root.ask("DELETE", f"/api/v1/auth/api-keys/{made['id']}")


async def test_an_app_password_is_told_with_the_address_it_was_asked_at(house: House) -> None:
    async with house.caller("nils") as nils:
        made = (await nils.ask("POST", "/api/v1/auth/app-passwords", 201, json={"name": "phone"}))["data"]
        assert made["server"] == str(nils.client.base_url).rstrip("/")
        assert made["uri"].startswith(f"subsonic://nils:{made['password']}@") and made["qr"].startswith("<svg")
        (listed,) = await nils.read("/auth/app-passwords")
        assert set(listed) == {"id", "name", "created_at", "last_used_at"}


async def test_rights_hold(house: House) -> None:
    song = (await house.ids())["Dawn"]
    async with house.caller("rita") as rita, house.caller("root", admin=True) as root:
        account = f"/api/v1/users/{rita.user['id']}/account"
        await root.ask("PUT", account, json={"rights": []})
        refused = await rita.refused("GET", f"/songs/{song}/stream", 403)
        assert refused["code"] == "right_missing"
        for method, path, body in (
            ("POST", "/playlists", {"title": "x", "is_public": True}),
            ("PUT", "/playlists/{id}", {"is_public": True}),
        ):
            mine = (await rita.ask("POST", "/api/v1/playlists", 201, json={"title": "mine"}))["data"]["id"]
            error = await rita.refused(method, path.format(id=mine), 403, json=body)
            assert error["code"] == "right_missing"
        await root.ask("PUT", account, json={"rights": ["stream", "public_playlists"]})
        assert (await rita.client.get(f"/api/v1/songs/{song}/stream")).status_code == 200
        await rita.ask("PUT", f"/api/v1/playlists/{mine}", json={"is_public": True})
        await root.ask("PUT", account, json={"rights": []})
        await rita.ask("PUT", f"/api/v1/playlists/{mine}", json={"is_public": True, "title": "still public"})
