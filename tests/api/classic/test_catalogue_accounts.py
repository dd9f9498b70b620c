"""Registering, signing in and out in the catalogue dialect (D), and A's answer to a sign-in."""

import pytest

from tests.api.house import House
from tests.stage import PASSWORD


async def test_an_account_is_made_used_and_left(house: House) -> None:
    async with house.door() as door:
        body = {"username": "otto", "email": "otto@example.org", "password": PASSWORD, "role": "artist"}
        made = await door.post("/register", json=body)
        assert made.status_code == 201
        assert made.json() == {
            "id": made.json()["id"],
            "username": "otto",
            "email": "otto@example.org",
            "roles": ["artist", "user"],
        }
        signed_in = await door.post("/login", json={"email": "otto@example.org", "password": PASSWORD})
        assert signed_in.json() == {"token": signed_in.json()["token"], "user": made.json()}
        headers = {"Authorization": f"Bearer {signed_in.json()['token']}"}
        assert (await door.get("/api/v1/auth/me", headers=headers)).status_code == 200
        left = await door.post("/logout", headers=headers)
        assert (left.status_code, list(left.json())) == (200, ["message"])
        assert (await door.post("/logout", headers=headers)).status_code == 401
        assert (await door.get("/api/v1/auth/me", headers=headers)).status_code == 401


async def test_a_signs_in_here_with_its_own_answer(house: House) -> None:
    async with house.caller("paula") as paula, house.door() as door:
        body = {"email": "paula@example.org", "password": PASSWORD}
        answer = await door.post("/login?include_auth_token", json=body)
        assert answer.status_code == 200
        token = answer.json()["response"]["user"]["authentication_token"]
        assert answer.json() == {
            "meta": {"code": 200},
            "response": {
                "user": {
                    "id": paula.user["id"],
                    "email": "paula@example.org",
                    "roles": ["user"],
                    "authentication_token": token,
                }
            },
        }
        me = await door.get("/api/v1/auth/me", headers={"Authentication-Token": token})
        assert me.json()["data"]["id"] == paula.user["id"]
        wrong = await door.post("/login?include_auth_token=1", json={**body, "password": "wrong wrong"})
        assert (wrong.status_code, list(wrong.json())) == (401, ["message"])


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/register", {"username": "x"}, 400, {"email": ["This is needed."], "password": ["This is needed."]}),
        ("/register", {"username": "r", "email": "r@example.org", "password": PASSWORD, "role": "admin"}, 403, None),
        ("/login", {"username": "nobody", "password": "wrong wrong"}, 401, None),
        ("/login", {"password": PASSWORD}, 400, {"username": ["Give a user name or an e-mail address."]}),
        ("/login", {"username": 5, "password": PASSWORD}, 400, {"username": ["This must be a text or nothing."]}),
        ("/nothing", {}, 404, None),
    ],
)
async def test_refusals_are_told_as_error(
    house: House, path: str, body: dict[str, object], status: int, error: dict[str, list[str]] | None
) -> None:
    async with house.door() as door:
        answer = await door.post(path, json=body)
    assert answer.status_code == status
    told = answer.json()
    assert list(told) == ["error"]
    assert told["error"] == error if error else isinstance(told["error"], str)


async def test_a_wrong_method_and_an_unreadable_body_are_told_too(house: House) -> None:
    async with house.door() as door:
        method = await door.get("/login")
        unreadable = await door.post("/login", content=b"{")
    assert (method.status_code, method.headers["allow"]) == (405, "POST")
    assert (unreadable.status_code, list(unreadable.json())) == (400, ["error"])


async def test_a_cookie_of_elsewhere_cannot_sign_out(house: House) -> None:
    async with house.caller("quinn") as quinn, house.door() as door:
        headers = {"Cookie": f"antiphon_session={quinn.token}", "Sec-Fetch-Site": "cross-site"}
        assert (await door.post("/logout", headers=headers)).status_code == 403
        assert (await quinn.client.get("/api/v1/auth/me")).status_code == 200
