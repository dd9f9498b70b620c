"""Registering, signing in and out, and who one is, in the dialect of the streaming platform (B)."""

import asyncio
from typing import Any

import httpx2
import pyotp
import pytest

from tests.api.house import House
from tests.stage import PASSWORD

REGISTRATION = "/api/auth/registration/"


def new(email: str, **rest: Any) -> dict[str, Any]:
    """What somebody gives who registers."""
    return {"email": email, "password1": PASSWORD, "password2": PASSWORD, "full_name": "", **rest}


async def key_of(answer: httpx2.Response, status: int) -> str:
    """The key in an answer that has nothing else."""
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["key"]
    key: str = answer.json()["key"]
    return key


async def test_an_account_is_made_used_and_left(house: House) -> None:
    async with house.door() as door:
        made = await door.post(REGISTRATION, json=new("lena.m@example.org", full_name=" Lena  Meier "))
        headers = {"Authorization": f"Token {await key_of(made, 201)}"}
        me = await door.get("/api/auth/user/", headers=headers)
        assert me.json() == {
            "pk": me.json()["pk"],
            "email": "lena.m@example.org",
            "full_name": "Lena Meier",
            "image": None,
            "is_admin": False,
        }
        assert (await door.get("/api/admin/check/", headers=headers)).json() == {"is_admin": False}
        native = await door.get("/api/v1/auth/me", headers=headers)
        assert native.json()["data"]["username"] == "lena.m"
        left = await door.post("/api/auth/logout/", headers=headers)
        assert (left.status_code, list(left.json())) == (200, ["detail"])
        for path in ("/api/auth/user/", "/api/admin/check/"):
            assert (await door.get(path, headers=headers)).status_code == 401
        for who in ({"email": "LENA.M@example.org"}, {"username": "lena.m"}):
            await key_of(await door.post("/api/auth/login/", json={**who, "password": PASSWORD}), 200)


async def test_a_name_made_from_an_address_is_made_free(house: House) -> None:
    async with house.door() as door:
        names = []
        for email in ("mila@a.example", "mila@b.example", "MILA@c.example", "Бэлла@a.example", "ähm+x@a.example"):
            made = await door.post(REGISTRATION, json=new(email))
            headers = {"Authorization": f"Token {await key_of(made, 201)}"}
            names.append((await door.get("/api/v1/auth/me", headers=headers)).json()["data"]["username"])
        assert names == ["mila", "mila2", "MILA3", "user", "ahmx"]
        given = await door.post(REGISTRATION, json=new("mila@d.example", username="mila.4"))
        assert given.status_code == 201
        taken = await door.post(REGISTRATION, json=new("mila@e.example", username="Mila"))
        assert (taken.status_code, list(taken.json())) == (400, ["username"])


async def test_forms_do_as_well_as_json(house: House) -> None:
    async with house.door() as door:
        await key_of(await door.post(REGISTRATION, data=new("form@example.org")), 201)
        body = {"username": "", "email": "form@example.org", "password": PASSWORD}
        await key_of(await door.post("/api/auth/login/", data=body), 200)
        missing = await door.post(REGISTRATION, data={"email": "x@example.org"})
        assert missing.json() == {"password1": ["This is needed."], "password2": ["This is needed."]}
        for odd in (b"email=a%00b&password=x", b"email=\xff&password=x", b"a=b&" * 100, b"{"):
            headers = {"content-type": "application/x-www-form-urlencoded"}
            answer = await door.post("/api/auth/login/", content=odd, headers=headers)
            assert answer.status_code == 400, (odd, answer.text)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password1", "password2"}),
        (new("w@example.org", password2="something else"), {"password2"}),
        (new("w@example.org", password1="short", password2="short"), {"password1"}),
        (new("w@example.org", password1="password1", password2="password1"), {"password1"}),
        (new("nowhere"), {"email"}),
        (new("w@example.org", username="two words"), {"username"}),
        (new("w@example.org", full_name=5), {"full_name"}),
        ([], {"non_field_errors"}),
    ],
)
async def test_a_bad_registration_is_told_by_field(house: House, body: object, fields: set[str]) -> None:
    async with house.door() as door:
        answer = await door.post(REGISTRATION, json=body)
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) == fields
    assert all(isinstance(sentence, str) for texts in answer.json().values() for sentence in texts)


async def test_a_wrong_password_and_an_unknown_account_are_told_alike(house: House) -> None:
    async with house.caller("nora"), house.door() as door:
        answers = [
            await door.post("/api/auth/login/", json=body)
            for body in (
                {"email": "nora@example.org", "password": "wrong wrong"},
                {"email": "nobody-at-all@example.org", "password": "wrong wrong"},
                {"username": "nobody-at-all", "password": "wrong wrong"},
            )
        ]
        nameless = await door.post("/api/auth/login/", json={"password": PASSWORD})
    assert {answer.status_code for answer in answers} == {400}
    assert [list(answer.json()) for answer in answers] == [["non_field_errors"]] * 3
    assert len({answer.text for answer in answers}) == 1
    assert (nameless.status_code, list(nameless.json())) == (400, ["email"])


async def test_a_second_factor_is_asked_for(house: House) -> None:
    async with house.caller("olga", fresh=True) as olga, house.door() as door:
        began = await olga.ask("POST", "/api/v1/auth/mfa", json={"password": PASSWORD})
        code = pyotp.TOTP(began["data"]["secret"]).now()
        confirmed = await olga.ask("POST", "/api/v1/auth/mfa/confirm", json={"code": code})
        body = {"username": "olga", "password": PASSWORD}
        without = await door.post("/api/auth/login/", json=body)
        assert (without.status_code, list(without.json())) == (401, ["detail"])
        recovery = confirmed["data"]["recovery_codes"][0]
        await key_of(await door.post("/api/auth/login/", json={**body, "code": recovery}), 200)
        again = await door.post("/api/auth/login/", json={**body, "code": recovery})
        assert again.status_code == 401


async def test_two_who_register_one_address_at_once_are_one(house: House) -> None:
    async with house.door() as door:
        body = new("twin@example.org", username="twin")
        answers = await asyncio.gather(*(door.post(REGISTRATION, json=body) for _ in range(4)))
        unnamed = new("twins@example.org")
        others = await asyncio.gather(*(door.post(REGISTRATION, json=unnamed) for _ in range(4)))
        names = [new(f"same.name@{letter}.example") for letter in "abcd"]
        named = await asyncio.gather(*(door.post(REGISTRATION, json=one) for one in names))
    for found in (answers, others):
        assert sorted(answer.status_code for answer in found) == [201, 400, 400, 400]
        assert all(set(answer.json()) <= {"username", "email"} for answer in found if answer.status_code == 400)
    assert [answer.status_code for answer in named] == [201] * 4


async def test_admins_are_told_so(house: House) -> None:
    async with house.caller("pia", admin=True) as pia, house.door() as door:
        assert await pia.ask("GET", "/api/admin/check/") == {"is_admin": True}
        assert (await pia.ask("GET", "/api/auth/user/"))["is_admin"] is True
        assert (await door.get("/api/admin/check/")).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing/", 404),
        ("GET", "/api/auth/login/", 405),
        ("GET", "/api/auth/user/", 401),
        ("POST", "/api/auth/logout/", 401),
    ],
)
async def test_other_refusals_are_told_as_detail(house: House, method: str, path: str, status: int) -> None:
    async with house.door() as door:
        answer = await door.request(method, path)
        unreadable = await door.post("/api/auth/login/", content=b"{")
    assert (answer.status_code, list(answer.json())) == (status, ["detail"])
    assert (unreadable.status_code, list(unreadable.json())) == (400, ["detail"])
