"""Notices over HTTP: who is told what, once, and nobody else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pyotp
import pytest_asyncio

from antiphon.api.realtime.tell import EMIT_TOPIC, user_room
from antiphon.kernel.pubsub import Message
from tests.api.site import PASSWORD, Site, open_site
from tests.services.application import BASE_URL
from tests.services.mail import MailServer


@pytest_asyncio.fixture
async def site(database_url: str, tmp_path: Path, mail_server: MailServer) -> AsyncIterator[Site]:
    settings = {"REGISTRATION": "approval", "ARTIST_REGISTRATION": "approval"}
    async with open_site(database_url, tmp_path, mail_server, **settings) as opened:
        yield opened


async def kinds(site: Site, token: str, query: str = "") -> list[str]:
    return [one["kind"] for one in await site.ask("GET", f"/notices{query}", token=token)]


async def let_in(site: Site, root: str, name: str, **values: Any) -> str:
    """Somebody new, whom an admin lets in at once; gives their token."""
    made = await site.register(name, **values)
    await site.ask("PUT", f"/users/{made['user']['id']}/account", token=root, json={"standing": "active"})
    return str((await site.sign_in(name))["token"])


async def test_admins_hear_of_who_waits_and_who_waits_hears_of_being_let_in(site: Site) -> None:
    root, other = await site.admin(), await site.admin("second")
    made = await site.register()
    assert made["token"] is None
    for token in (root, other):
        assert await kinds(site, token, "?unread=true") == ["somebody_waits"]
        assert await site.ask("GET", "/notices/count", token=token) == {"unread": 1}
    for address in ("root@example.org", "second@example.org"):
        assert await site.last_mail(address, "ada waits to be let in")
    await site.ask("PUT", f"/users/{made['user']['id']}/account", token=root, json={"standing": "active"})
    # One of them has seen to it.
    assert await site.ask("GET", "/notices/count", token=other) == {"unread": 0}
    assert await site.last_mail("ada@example.org", "You can come in")
    ada = (await site.sign_in("ada"))["token"]
    found = await site.ask("GET", "/notices", token=ada)
    assert [(one["kind"], one["details"], one["read_at"]) for one in found] == [
        ("standing_changed", {"standing": "active", "before": "waiting"}, None)
    ]


async def test_who_asks_to_be_an_artist_is_told_of_the_answer(site: Site) -> None:
    root = await site.admin()
    ada = await let_in(site, root, "ada")
    user_id = (await site.ask("GET", "/auth/me", token=ada))["id"]
    await site.ask("POST", "/auth/artist", 202, ada)
    await site.ask("POST", "/auth/artist", 202, ada)
    assert await kinds(site, root, "?unread=true") == ["artist_asked"]
    assert len([mail for mail in await site.mails("root@example.org") if "artist" in mail["Subject"]]) == 1
    await site.ask("PUT", f"/users/{user_id}/roles", token=root, json={"roles": ["artist", "user"]})
    assert await kinds(site, root, "?unread=true") == []
    assert "role_given" in await kinds(site, ada)
    assert await site.last_mail("ada@example.org", "You are an artist now")


async def test_a_sign_in_from_a_network_that_was_never_used_is_told(site: Site) -> None:
    ada = await let_in(site, await site.admin(), "ada")
    transport = httpx2.ASGITransport(app=site.asgi, client=("198.51.100.7", 50_000))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as elsewhere:
        for _ in range(2):
            body = {"username": "ada", "password": PASSWORD}
            assert (await elsewhere.post("/api/v1/auth/login", json=body)).status_code == 200
    await site.sign_in("ada")
    found = [one for one in await site.ask("GET", "/notices", token=ada) if one["kind"] == "new_sign_in"]
    assert [one["details"]["network"] for one in found] == ["198.51.100.7"]


async def test_a_changed_password_is_told_by_notice_and_by_mail(site: Site) -> None:
    ada = await let_in(site, await site.admin(), "ada")
    passwords = {"current_password": PASSWORD, "new_password": "another fine password"}
    await site.ask("PUT", "/auth/password", token=ada, json=passwords)
    assert (await kinds(site, ada))[0] == "password_changed"
    assert await site.last_mail("ada@example.org", "Your password was changed")


async def test_a_second_factor_that_comes_or_goes_is_told(site: Site) -> None:
    ada = await let_in(site, await site.admin(), "ada")
    secret = (await site.ask("POST", "/auth/mfa", token=ada, json={"password": PASSWORD}))["secret"]
    totp = pyotp.TOTP(secret)
    await site.ask("POST", "/auth/mfa/confirm", token=ada, json={"code": totp.at(int(site.clock()))})
    await site.ask("DELETE", "/auth/mfa", token=ada, json={"code": totp.at(int(site.clock()) + 30)})
    found = await site.ask("GET", "/notices", token=ada)
    assert [one["details"] for one in found if one["kind"] == "second_factor_changed"] == [
        {"is_on": False},
        {"is_on": True},
    ]


async def test_notices_are_read_and_deleted_by_whom_they_are_for(site: Site) -> None:
    root = await site.admin()
    for name in ("ada", "bert", "carol"):
        await site.register(name)
    dora = await let_in(site, root, "dora")
    first, second, third = [one["id"] for one in await site.ask("GET", "/notices?unread=true", token=root)]
    await site.ask("PUT", f"/notices/{first}/read", token=root)
    await site.ask("PUT", f"/notices/{first}/read", token=root)
    assert [one["id"] for one in await site.ask("GET", "/notices?unread=true", token=root)] == [second, third]
    for method, path in (("PUT", f"/notices/{second}/read"), ("DELETE", f"/notices/{second}")):
        foreign = await site.ask(method, path, 404, dora)
        missing = await site.ask(method, path.replace(str(second), "999999"), 404, dora)
        assert foreign == missing
        await site.ask(method, path, 401)
    await site.ask("PUT", "/notices/read", token=dora)
    assert await site.ask("GET", "/notices/count", token=root) == {"unread": 2}
    await site.ask("DELETE", f"/notices/{second}", token=root)
    await site.ask("DELETE", f"/notices/{second}", 404, root)
    await site.ask("PUT", "/notices/read", token=root)
    assert await site.ask("GET", "/notices/count", token=root) == {"unread": 0}
    assert third in [one["id"] for one in await site.ask("GET", "/notices?limit=10", token=root)]
    assert len(await site.ask("GET", "/notices?limit=1&offset=1", token=root)) == 1


async def test_a_notice_is_told_to_sockets_of_whom_it_is_for(site: Site) -> None:
    heard: list[Message] = []

    async def hear(message: Message) -> None:
        heard.append(message)

    site.application.pubsub.subscribe(EMIT_TOPIC, hear)
    root = await site.admin()
    admin_id = (await site.ask("GET", "/auth/me", token=root))["id"]
    made = await site.register()
    async with asyncio.timeout(5):
        while not heard:
            await asyncio.sleep(0.01)
    (listed,) = await site.ask("GET", "/notices", token=root)
    assert [(message["event"], message["room"]) for message in heard] == [("notice", user_room(admin_id))]
    said = {**listed, "created_at": listed["created_at"].removesuffix("Z") + ".000Z"}
    assert heard[0]["data"] == said
    assert said["details"] == {"user_id": made["user"]["id"], "username": "ada"}


async def test_a_key_that_may_not_write_reads_only(site: Site) -> None:
    root = await site.admin()
    await site.register()
    key = (await site.ask("POST", "/auth/api-keys", 201, root, json={"name": "x", "scopes": ["read"]}))["key"]
    notice = (await site.ask("GET", "/notices", token=key))[0]
    for method, path in (
        ("PUT", f"/notices/{notice['id']}/read"),
        ("PUT", "/notices/read"),
        ("DELETE", f"/notices/{notice['id']}"),
    ):
        assert (await site.ask(method, path, 403, key))["code"] == "scope_missing"
