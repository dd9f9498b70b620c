"""People over the native dialect: found, read, changed, looked after by admins; how one comes to this server."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.house import Caller, House, furnished
from tests.audio.maker import AudioMaker
from tests.stage import PASSWORD

PUBLIC = {"id", "username", "full_name", "first_name", "last_name", "image", "roles", "profile"}
PRIVATE = {"email", "email_proven", "standing", "rights", "upload_quota", "artist_asked_at", "created_at"}


async def changed(caller: Caller, user: dict[str, Any], status: int = 200, path: str = "", **body: Any) -> Any:
    """The answer to a change of an account."""
    return await caller.ask("PUT", f"/api/v1/users/{user['id']}{path}", status, json=body)


async def test_one_reads_all_of_oneself_and_less_of_others(house: House) -> None:
    async with house.caller("abel") as abel, house.caller("bela") as bela, house.caller("cato", admin=True) as cato:
        await changed(abel, abel.user, full_name="Abel A.", profile={"moods": ["calm"], "preferences": {"x": [1]}})
        path = f"/users/{abel.user['id']}"
        own, seen, known = await abel.read(path), await bela.read(path), await cato.read(path)
    assert set(own) == PUBLIC | PRIVATE
    assert own == known
    assert set(seen) == PUBLIC
    assert seen == {name: own[name] for name in PUBLIC if name != "profile"} | {"profile": seen["profile"]}
    assert own["profile"] == {**seen["profile"], "preferences": {"x": [1]}}
    assert (own["email"], own["standing"], own["upload_quota"]) == ("abel@example.org", "active", None)


async def test_people_are_found_by_their_names(house: House) -> None:
    async with house.caller("dora") as dora, house.caller("enno") as enno:
        await changed(enno, enno.user, full_name="Énno Şahin-Größe")
        for wanted in ("enno", "ENNO", "sahin", "große", "GROSSE", "Énno  sahin"):
            found = await dora.ask("GET", "/api/v1/users", params={"q": wanted})
            assert [person["username"] for person in found["data"]] == ["enno"], wanted
            assert found["page"]["total"] == 1
        for unwanted in ("%", "_", "\\", "nobody at all", "dora"):
            assert (await dora.ask("GET", "/api/v1/users", params={"q": unwanted}))["data"] == [], unwanted
        await changed(enno, enno.user, username="enno.neu", profile={"preferences": {"hidden": True}})
        assert (await dora.ask("GET", "/api/v1/users?q=enno"))["page"]["total"] == 0
        everyone = await dora.ask("GET", "/api/v1/users?q=%20&limit=500")
        assert everyone["page"]["total"] == len(everyone["data"]) > 0
        part = await dora.ask("GET", "/api/v1/users?limit=1&offset=1")
        assert part["data"] == everyone["data"][1:2]
        assert part["page"] == {"limit": 1, "offset": 1, "total": everyone["page"]["total"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "two words"}, "username"),
        ({"username": "Ghost"}, "username"),
        ({"full_name": 5}, "full_name"),
        ({"full_name": "x" * 201}, "full_name"),
        ({"profile": {"favorite_genres": "Jazz"}}, "profile.favorite_genres"),
        ({"profile": {"moods": [str(number) for number in range(101)]}}, "moods"),
        ({"profile": {"preferences": [1]}}, "profile.preferences"),
    ],
)
async def test_bad_changes_are_told_by_field(house: House, body: dict[str, Any], field: str) -> None:
    async with house.caller("ghost"), house.caller("hugo") as hugo:
        status = 409 if body == {"username": "Ghost"} else 422
        error = (await changed(hugo, hugo.user, status, **body))["error"]
        assert list(error["details"]) == [field]


async def test_admins_set_roles_standing_rights_and_quota(house: House) -> None:
    async with house.caller("iris") as iris, house.caller("jon", admin=True) as jon:
        made = await changed(jon, iris.user, path="/roles", roles=["artist"])
        assert made["data"]["roles"] == ["artist", "user"]
        assert (await iris.read("/auth/me"))["roles"] == ["artist", "user"]
        values = {"rights": ["stream", "jukebox"], "upload_quota": 5_000}
        told = (await changed(jon, iris.user, path="/account", **values))["data"]
        assert (told["rights"], told["upload_quota"], told["standing"]) == (["stream", "jukebox"], 5_000, "active")
        told = (await changed(jon, iris.user, path="/account", upload_quota=None))["data"]
        assert (told["rights"], told["upload_quota"]) == (["stream", "jukebox"], None)
        for path, body in (
            ("/roles", {"roles": []}),
            ("/roles", {"roles": ["king"]}),
            ("/roles", {}),
            ("/account", {"standing": "asleep"}),
            ("/account", {"rights": ["fly"]}),
            ("/account", {"upload_quota": -1}),
            ("/account", {"upload_quota": 1 << 63}),
        ):
            await changed(jon, iris.user, 422, path=path, **body)
        await changed(iris, iris.user, 403, path="/roles", roles=["admin"])
        await changed(iris, iris.user, 403, path="/account", upload_quota=None)
        await changed(jon, {"id": 999_999}, 404, path="/roles", roles=["user"])
        await changed(jon, iris.user, path="/account", standing="blocked")
        await iris.refused("GET", "/auth/me", 401)


async def test_the_last_admin_stays(tmp_path: Path, audio: AudioMaker, database_url: str) -> None:
    async with (
        furnished(tmp_path, audio, database_url, files=()) as house,
        house.caller("only", admin=True) as only,
    ):
        path = f"/users/{only.user['id']}"
        for method, rest, body in (
            ("PUT", "/roles", {"roles": ["user"]}),
            ("PUT", "/account", {"standing": "blocked"}),
            ("DELETE", "", None),
        ):
            refused = await only.refused(method, f"{path}{rest}", 409, json=body)
            assert refused["code"] == "last_admin"


async def test_who_asks_to_be_artist_is_shown_to_admins(house: House) -> None:
    async with house.caller("kira") as kira, house.caller("lars", admin=True) as lars:
        assert (await kira.ask("POST", "/api/v1/auth/artist", 202))["data"] is None
        path = f"/users/{kira.user['id']}"
        assert (await lars.read(path))["artist_asked_at"].endswith("Z")
        given = await changed(lars, kira.user, path="/roles", roles=["artist"])
        assert given["data"]["artist_asked_at"] is None
        assert (await kira.refused("POST", "/auth/artist", 409))["code"] == "is_artist"


async def test_admins_make_accounts(house: House) -> None:
    async with house.caller("mara") as mara, house.caller("nils", admin=True) as nils:
        body = {"username": "made", "email": "made@example.org", "password": PASSWORD, "role": "artist"}
        made = (await nils.ask("POST", "/api/v1/users", 201, json=body))["data"]
        assert (made["roles"], made["standing"], made["email"]) == (["artist", "user"], "active", "made@example.org")
        signed_in = await mara.client.post("/api/v1/auth/login", json={"username": "made", "password": PASSWORD})
        assert signed_in.status_code == 200
        await nils.refused("POST", "/users", 409, json=body)
        await mara.refused("POST", "/users", 403, json=body)
        other = {**body, "username": "made2", "email": "made2@example.org"}
        for change, field in (
            ({"role": "admin"}, "role"),
            ({"password": "short"}, "password"),
            # This server sends no mail, so nobody could ever sign in there.
            ({"password": None}, "password"),
        ):
            error = await nils.refused("POST", "/users", 422, json={**other, **change})
            assert list(error["details"]) == [field]


async def test_without_a_password_a_link_is_mailed(tmp_path: Path, audio: AudioMaker, database_url: str) -> None:
    settings = {"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "music@example.org"}
    async with (
        furnished(tmp_path, audio, database_url, files=(), **settings) as house,
        house.caller("boss", admin=True) as boss,
    ):
        body = {"username": "later", "email": "later@example.org"}
        made = (await boss.ask("POST", "/api/v1/users", 201, json=body))["data"]
        assert made["roles"] == ["user"]
        for password in ("", PASSWORD):
            sign_in = {"username": "later", "password": password}
            await boss.refused("POST", "/auth/login", 401, json=sign_in)


async def test_a_key_does_what_its_scopes_allow(house: House) -> None:
    async with house.caller("otis") as otis, house.caller("pola") as pola, house.door() as door:
        path = f"/api/v1/users/{otis.user['id']}"
        for scopes, status in ((["read"], 403), (["read", "write"], 200)):
            key = (await otis.ask("POST", "/api/v1/auth/api-keys", 201, json={"name": "k", "scopes": scopes}))["data"]
            headers = {"Authorization": f"Bearer {key['key']}"}
            assert (await door.get(path, headers=headers)).status_code == 200
            answers = [
                await door.put(path, headers=headers, json={"full_name": "O"}),
                await door.put(f"{path}/image", headers=headers, content=b"nothing"),
            ]
            assert [answer.status_code for answer in answers] == [status, status if status == 403 else 415]
            assert (await door.delete(path, headers=headers)).status_code == 403
        await pola.refused("PUT", f"/users/{otis.user['id']}", 403, json={"full_name": "x"})


async def test_an_account_is_removed_with_what_is_personal(house: House) -> None:
    async with house.caller("quin") as quin, house.caller("rolf") as rolf, house.caller("sue", admin=True) as sue:
        path = f"/users/{quin.user['id']}"
        await rolf.refused("DELETE", path, 403)
        await quin.refused("DELETE", f"{path}?keep_songs=perhaps", 422)
        assert (await quin.ask("DELETE", f"/api/v1{path}"))["data"] is None
        await quin.refused("GET", "/auth/me", 401)
        for caller in (rolf, sue):
            await caller.refused("GET", path, 404)
        await sue.ask("DELETE", f"/api/v1/users/{rolf.user['id']}?keep_songs=true")
        await rolf.refused("GET", "/auth/me", 401)


@pytest.mark.parametrize("mode", ["open", "closed"])
async def test_anyone_learns_how_to_come_in(tmp_path: Path, audio: AudioMaker, database_url: str, mode: str) -> None:
    settings = {"REGISTRATION": mode, "ARTIST_REGISTRATION": "approval"}
    async with (
        furnished(tmp_path, audio, database_url, files=(), **settings) as house,
        house.door() as door,
    ):
        told = (await door.get("/api/v1/registration")).json()["data"]
        assert (told["mode"], told["artist_registration"], told["mail"]) == (mode, "approval", False)
        body = {"username": "new", "email": "new@example.org", "password": PASSWORD}
        for path, created in (("/api/users/", 201), ("/register", 201), ("/api/v1/auth/register", 201)):
            body = {**body, "username": body["username"] + "x", "email": f"x{body['email']}"}
            assert (await door.post(path, json=body)).status_code == (created if mode == "open" else 403), path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users"),
        ("POST", "/users"),
        ("GET", "/users/1"),
        ("PUT", "/users/1"),
        ("DELETE", "/users/1"),
        ("PUT", "/users/1/roles"),
        ("PUT", "/users/1/account"),
        ("GET", "/users/1/image"),
        ("PUT", "/users/1/image"),
        ("DELETE", "/users/1/image"),
        ("POST", "/auth/artist"),
    ],
)
async def test_all_of_it_asks_for_a_sign_in(house: House, method: str, path: str) -> None:
    async with house.door() as door:
        assert (await door.request(method, f"/api/v1{path}")).status_code == 401
    async with house.caller("tilo") as tilo:
        for number in ("0", "-1", "999999", "9" * 30, "%00", "me"):
            if path.startswith("/users/1") and "roles" not in path and "account" not in path:
                odd = path.replace("1", number, 1)
                await tilo.refused(method, odd, 404, json={} if method == "PUT" else None)
