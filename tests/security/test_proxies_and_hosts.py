"""Whom the server believes about addresses, schemes and hosts: configured proxies and nobody else."""

from typing import Any

import pytest
from sqlalchemy import select

from antiphon.bootstrap.metadata import metadata
from tests.api.house import House
from tests.security.conftest import Open
from tests.stage import PASSWORD

SPOOFED = {
    "x-forwarded-for": "203.0.113.9",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "evil.example",
    "x-real-ip": "203.0.113.9",
    "forwarded": "for=203.0.113.9;proto=https;host=evil.example",
    "client-ip": "203.0.113.9",
    "true-client-ip": "203.0.113.9",
    "cf-connecting-ip": "203.0.113.9",
    "x-original-url": "/api/v1/audit",
    "x-rewrite-url": "/api/v1/audit",
    "remote-user": "boss",
    "x-remote-user": "boss",
    "x-forwarded-user": "boss",
}


async def network_of_last_sign_in(house: House) -> str:
    """Where the newest session was begun, as the server noted it."""
    user_session = metadata.tables["user_session"]
    async with house.application.database.transaction() as transaction:
        row = await transaction.fetch_one(select(user_session.c.network).order_by(user_session.c.id.desc()))
    assert row is not None
    return str(row[0])


async def signed_in_through(house: House, address: str, headers: dict[str, str]) -> Any:
    async with house.door(address) as door:
        body = {"username": "anna", "password": PASSWORD, "cookie": True}
        answer = await door.post("/api/v1/auth/login", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer


@pytest.mark.parametrize(
    ("proxies", "address", "network"),
    [
        ("", "192.0.2.7", "192.0.2.7"),
        ("", "127.0.0.1", "127.0.0.1"),
        ("10.0.0.0/8", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.0/8", "10.1.2.3", "203.0.113.9"),
    ],
)
async def test_only_configured_proxies_tell_addresses(opened: Open, proxies: str, address: str, network: str) -> None:
    async with opened(TRUSTED_PROXIES=proxies) as house:
        async with house.caller("anna"):
            pass
        answer = await signed_in_through(house, address, SPOOFED)
        assert await network_of_last_sign_in(house) == network
        is_believed = network == "203.0.113.9"
        assert ("__Host-" in answer.headers["set-cookie"]) == is_believed
        assert ("strict-transport-security" in answer.headers) == is_believed


async def test_hops_that_the_client_made_up_stand_left_of_the_true_one(opened: Open) -> None:
    async with opened(TRUSTED_PROXIES="10.0.0.0/8") as house:
        async with house.caller("anna"):
            pass
        await signed_in_through(house, "10.0.0.1", {"x-forwarded-for": "1.2.3.4, 203.0.113.50, 10.0.0.2"})
        assert await network_of_last_sign_in(house) == "203.0.113.50"


async def test_no_header_names_a_person(house: House) -> None:
    async with house.caller("boss", admin=True), house.door() as door:
        assert (await door.get("/api/v1/auth/me", headers=SPOOFED)).status_code == 401
        assert (await door.get("/api/v1/songs", headers=SPOOFED)).json().get("data") is None


async def test_who_stands_behind_a_proxy_is_not_this_machine(opened: Open) -> None:
    """Registering the admin's address from this very machine proves it; through a proxy everybody is this machine."""
    body = {"username": "anna", "email": "boss@example.org", "password": PASSWORD}
    for name in ("x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"):
        async with opened(ADMIN_EMAIL="boss@example.org") as house, house.door() as door:
            answer = await door.post(
                "/api/v1/auth/register", json={**body, "username": name}, headers={name: "127.0.0.1"}
            )
            assert answer.status_code in (201, 409)
            if answer.status_code == 201:
                assert answer.json()["data"]["user"]["roles"] == ["user"]


@pytest.mark.parametrize("host", ["evil.example", "", "music.example.evil.example", "evil.example:8000", "127.0.0.1"])
async def test_other_host_names_are_not_answered(opened: Open, host: str) -> None:
    async with opened(ALLOWED_HOSTS="music.example") as house, house.door() as door:
        for path in ("/app/", "/api/v1/health", "/rest/ping", "/songs", "/socket.io/"):
            answer = await door.get(path, headers={"host": host})
            assert answer.status_code == 400, path
            assert host == "" or host not in answer.text
        assert (await door.get("/api/v1/health/live", headers={"host": "music.example"})).status_code == 200


async def test_sockets_are_opened_at_known_host_names_only(opened: Open) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async with opened(ALLOWED_HOSTS="music.example") as house:
        scope = {
            "type": "websocket",
            "path": "/socket.io/",
            "query_string": b"EIO=4&transport=websocket",
            "headers": [(b"host", b"evil.example")],
            "client": ("192.0.2.1", 5),
        }
        await house.asgi(scope, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]
