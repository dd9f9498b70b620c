"""People and their profiles under `/api/users/`, for the clients of discovery (E) and of the platform (B)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.api.house import House, furnished
from tests.audio.maker import AudioMaker
from tests.stage import PASSWORD

LIKES = {"favorite_genres": ["Jazz", " Jazz ", "Dub"], "favorite_artists": ["Борис"], "moods": ["calm"]}


def new(name: str, **rest: Any) -> dict[str, Any]:
    """What somebody gives who gets an account."""
    return {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **rest}


async def test_an_account_is_made_with_its_profile(house: House) -> None:
    async with house.door() as door:
        wanted = {**LIKES, "preferences": {"privacy_level": "friends", "auto_generate": True}}
        made = await door.post("/api/users/", json=new("rosa", first_name="Rosa", last_name="Lu", profile=wanted))
        assert made.status_code == 201, made.text
        shown = made.json()
        assert shown == {
            "id": shown["id"],
            "username": "rosa",
            "email": "rosa@example.org",
            "full_name": "Rosa Lu",
            "first_name": "Rosa",
            "last_name": "Lu",
            "image": None,
            "is_admin": False,
            "profile": {
                "favorite_genres": ["Jazz", "Dub"],
                "favorite_artists": ["Борис"],
                "moods": ["calm"],
                "preferences": {"privacy_level": "friends", "auto_generate": True},
            },
            "created_at": shown["created_at"],
            "updated_at": shown["updated_at"],
        }
        key = (await door.post("/api/auth/login/", json={"username": "rosa", "password": PASSWORD})).json()["key"]
        own = await door.get(f"/api/users/{shown['id']}/", headers={"Authorization": f"Token {key}"})
        assert own.json() == shown


async def test_others_read_what_is_not_private(house: House) -> None:
    async with house.caller("sina") as sina, house.caller("theo") as theo, house.caller("ute", admin=True) as ute:
        path = f"/api/users/{sina.user['id']}/"
        await sina.ask("PUT", path, json={"profile": {**LIKES, "preferences": {"theme": "dark"}}})
        own, seen, known = await sina.ask("GET", path), await theo.ask("GET", path), await ute.ask("GET", path)
    assert own == known
    assert (own["email"], own["profile"]["preferences"]) == ("sina@example.org", {"theme": "dark"})
    assert "email" not in seen
    assert seen["profile"] == {**LIKES, "favorite_genres": ["Jazz", "Dub"]}
    assert {name: value for name, value in own.items() if name not in ("email", "profile")} == {
        name: value for name, value in seen.items() if name != "profile"
    }


async def test_a_change_names_what_changes(house: House) -> None:
    async with house.caller("vera") as vera, house.caller("wim") as wim:
        path = f"/api/users/{vera.user['id']}/"
        await vera.ask(
            "PUT", path, json={"full_name": "Vera W.", "profile": {**LIKES, "preferences": {"a": 1, "b": 2}}}
        )
        changed = await vera.ask("PUT", path, json={"profile": {"moods": [], "preferences": {"a": None, "c": 3}}})
        assert changed["full_name"] == "Vera W."
        assert changed["profile"] == {
            "favorite_genres": ["Jazz", "Dub"],
            "favorite_artists": ["Борис"],
            "moods": [],
            "preferences": {"b": 2, "c": 3},
        }
        # The whole object can be sent back as it was read.
        assert (await vera.ask("PUT", path, json=changed))["profile"] == changed["profile"]
        assert (await vera.ask("PUT", path, json={"first_name": "V", "last_name": "X"}))["full_name"] == "V X"
        assert (await vera.ask("PUT", path, json={"username": "vera.w"}))["username"] == "vera.w"
        for body, field in (
            ({"username": "WIM"}, "username"),
            ({"username": "two words"}, "username"),
            ({"full_name": "x" * 201}, "full_name"),
            ({"profile": {"moods": 5}}, "profile.moods"),
            ({"profile": {"moods": ["x" * 500]}}, "moods"),
            ({"profile": {"preferences": {"hidden": "yes"}}}, "preferences"),
            ({"email": "other@example.org"}, "email"),
            ({"password": "another good one"}, "password"),
        ):
            assert list(await vera.ask("PUT", path, 400, json=body)) == [field], body
        assert list(await wim.ask("PUT", path, 403, json={"full_name": "Mine"})) == ["detail"]
        assert list(await wim.ask("PUT", path, 403, content=b"{")) == ["detail"]


async def test_the_list_has_everyone_but_the_caller_and_the_hidden(house: House) -> None:
    async with house.caller("xara") as xara, house.caller("yann") as yann, house.caller("zoe", admin=True) as zoe:
        hidden = f"/api/users/{yann.user['id']}/"
        await yann.ask("PUT", hidden, json={"profile": {"preferences": {"hidden": True}}})
        answer = await xara.client.get("/api/users/?limit=500")
        names = [person["username"] for person in answer.json()]
        assert "zoe" in names
        assert not {"xara", "yann"} & set(names)
        assert answer.headers["x-total-count"] == str(len(names))
        assert "yann" in [person["username"] for person in await zoe.ask("GET", "/api/users/?limit=500")]
        page = await xara.client.get("/api/users/?limit=2&offset=1")
        assert [person["username"] for person in page.json()] == names[1:3]
        assert page.headers["x-total-count"] == str(len(names))
        for method, body in (("GET", None), ("PUT", {"full_name": "x"}), ("DELETE", None)):
            unseen = await xara.client.request(method, hidden, json=body)
            missing = await xara.client.request(method, "/api/users/999999/", json=body)
            assert (unseen.status_code, unseen.text) == (404, missing.text)
        assert (await yann.ask("GET", hidden))["username"] == "yann"
        assert list(await xara.ask("GET", "/api/users/?limit=-1", 400)) == ["limit"]
    async with house.door() as door:
        assert (await door.get("/api/users/")).status_code == 401
        assert (await door.get(hidden)).status_code == 401


async def test_who_is_blocked_or_waits_is_not_there_for_others(house: House) -> None:
    async with house.caller("alma") as alma, house.caller("bert") as bert, house.caller("cleo", admin=True) as cleo:
        path = f"/api/users/{alma.user['id']}/"
        for standing in ("blocked", "waiting"):
            await cleo.ask("PUT", f"/api/v1/users/{alma.user['id']}/account", json={"standing": standing})
            await bert.ask("GET", path, 404)
            assert (await cleo.ask("GET", path))["username"] == "alma"
            assert "alma" not in [person["username"] for person in await bert.ask("GET", "/api/users/?limit=500")]
            assert (await alma.client.get(path)).status_code == 401


async def test_an_account_is_removed_by_its_owner_or_an_admin(house: House) -> None:
    async with house.caller("doro") as doro, house.caller("emil") as emil, house.caller("fay", admin=True) as fay:
        path, other = f"/api/users/{doro.user['id']}/", f"/api/users/{emil.user['id']}/"
        assert list(await emil.ask("DELETE", path, 403)) == ["detail"]
        assert list(await doro.ask("DELETE", f"{path}?keep_songs=perhaps", 400)) == ["keep_songs"]
        gone = await doro.client.delete(f"{path}?keep_songs=true")
        assert (gone.status_code, gone.content) == (204, b"")
        assert (await doro.client.get("/api/auth/user/")).status_code == 401
        assert (await fay.client.delete(other)).status_code == 204
        await fay.ask("GET", path, 404)
        again = await fay.client.post("/api/users/", json=new("doro"))
        assert (again.status_code, again.json()["id"] > doro.user["id"]) == (201, True)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"username", "email", "password"}),
        (new("g1", email="nowhere"), {"email"}),
        (new("g1", password="short"), {"password"}),
        (new("two words"), {"username"}),
        (new(""), {"username"}),
        (new("g1", profile={"moods": "calm"}), {"profile.moods"}),
        (new("g1", profile={"favorite_genres": ["x"] * 300, "moods": [3]}), {"profile.moods"}),
        (new("g1", profile={"favorite_artists": [str(number) for number in range(200)]}), {"favorite_artists"}),
        (new("g1", profile={"preferences": {"long": "x" * 20_000}}), {"preferences"}),
        ("text", {"non_field_errors"}),
    ],
)
async def test_bad_values_are_told_by_field(house: House, body: object, fields: set[str]) -> None:
    async with house.door() as door:
        answer = await door.post("/api/users/", json=body)
    assert (answer.status_code, set(answer.json())) == (400, fields), answer.text


async def test_nobody_gets_a_role_or_a_number_by_asking(house: House) -> None:
    wished = {"roles": ["admin"], "role": "admin", "is_admin": True, "id": 1, "upload_quota": 1 << 50}
    async with house.door() as door:
        made = await door.post("/api/users/", json=new("hank", **wished))
    assert (made.status_code, made.json()["is_admin"]) == (201, False)
    async with house.caller("gil") as gil:
        changed = await gil.ask("PUT", f"/api/users/{gil.user['id']}/", json=wished)
        assert (changed["is_admin"], changed["id"]) == (False, gil.user["id"])


async def test_one_of_many_at_once_gets_the_name(house: House) -> None:
    async with house.door() as door:
        answers = await asyncio.gather(*(door.post("/api/users/", json=new("ines")) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]


async def test_ten_accounts_a_minute_from_one_address(tmp_path: Path, audio: AudioMaker, database_url: str) -> None:
    async with (
        furnished(tmp_path, audio, database_url, files=(), RATE_LIMITS="on") as house,
        house.door("192.0.2.7") as door,
        house.door("192.0.2.8") as other,
    ):
        made = [(await door.post("/api/users/", json=new(f"j{number}"))).status_code for number in range(9)]
        assert made == [201] * 9
        assert (await door.post("/api/users/", json={})).status_code == 400
        refused = await door.post("/api/users/", json=new("j10"))
        assert (refused.status_code, list(refused.json())) == (429, ["detail"])
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        # Nothing else is counted, and nobody else.
        assert (await door.get("/api/users/")).status_code == 401
        assert (await door.post("/api/auth/registration/", json={})).status_code == 400
        assert (await other.post("/api/users/", json=new("j11"))).status_code == 201
