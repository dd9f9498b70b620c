"""Who may connect, from where, how often, and for how long."""

import asyncio
from typing import Any

import aiohttp
import pytest
import socketio

from antiphon.api.realtime import server as server_module
from antiphon.api.realtime.tell import tell_access_ended
from tests.api.realtime.conftest import NAMESPACE, Client, Site, serving


async def test_a_token_signs_in_and_the_socket_hears(site: Site, new_client: Any) -> None:
    site.admit("anna's token", 7)
    client = await new_client().connect(site, "anna's token")
    assert await client.call("greet", {"word": "ha", "times": 2}) == {"ok": True, "answer": "haha"}
    assert site.greeted == ["7 ha"]
    assert len(site.realtime.people) == 1


@pytest.mark.parametrize("token", ["", "unknown"])
async def test_nobody_is_refused(site: Site, new_client: Any, token: str) -> None:
    client = new_client()
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(site, token)
    assert client.refusal == {"message": "Sign in first.", "data": {"code": "not_signed_in"}}
    assert len(site.realtime.people) == 0


async def test_a_key_needs_the_right_to_read(site: Site, new_client: Any) -> None:
    site.admit("reading", 7, via="api_key", scopes=frozenset({"read"}))
    site.admit("uploading", 7, via="api_key", scopes=frozenset({"upload"}))
    await new_client().connect(site, "reading")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await new_client().connect(site, "uploading")


async def test_polling_works_too(site: Site, new_client: Any) -> None:
    site.admit("token", 7)
    client = await new_client().connect(site, "token", transports=["polling"])
    assert (await client.call("greet", {"word": "hello"}))["answer"] == "hello"


async def test_the_cookie_counts_for_the_own_pages_only(new_client: Any) -> None:
    async with serving(Site(origins=["https://friend.example"])) as site:
        site.admit("cookie-token", 7)
        cookie = {"Cookie": "other=1; antiphon_session=cookie-token"}
        own, none = {"Origin": f"http://127.0.0.1:{site.port}"}, {}
        for origin in (own, none):
            await new_client().connect(site, headers=cookie | origin)
        friend = {"Origin": "https://friend.example"}
        with pytest.raises(socketio.exceptions.ConnectionError):
            await new_client().connect(site, headers=cookie | friend)
        await new_client().connect(site, "cookie-token", headers=friend)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://friend.example.evil.example", "http://x"])
@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_other_origins_are_refused(new_client: Any, origin: str, transport: str) -> None:
    async with serving(Site(origins=["https://friend.example"])) as site:
        site.admit("token", 7)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await new_client().connect(site, "token", headers={"Origin": origin}, transports=[transport])
        async with aiohttp.ClientSession() as session:
            query = {"EIO": "4", "transport": "polling"}
            answer = await session.get(f"{site.address}/socket.io/", params=query, headers={"Origin": origin})
            assert answer.status == 403
            assert (await answer.json())["error"]["code"] == "origin_not_allowed"


async def test_switched_off_refuses_everyone(new_client: Any) -> None:
    async with serving(Site(is_enabled=False)) as site:
        site.admit("token", 7)
        for transport in ("websocket", "polling"):
            with pytest.raises(socketio.exceptions.ConnectionError):
                await new_client().connect(site, "token", transports=[transport])
        async with aiohttp.ClientSession() as session:
            answer = await session.get(f"{site.address}/socket.io/?EIO=4&transport=polling")
            assert (answer.status, (await answer.json())["error"]["code"]) == (403, "switched_off")


async def test_an_account_has_twenty_sockets_and_gets_one_back_when_it_closes_one(site: Site, new_client: Any) -> None:
    site.admit("anna", 7)
    site.admit("bert", 8)
    sockets = [await new_client().connect(site, "anna") for _ in range(20)]
    refused = new_client()
    with pytest.raises(socketio.exceptions.ConnectionError):
        await refused.connect(site, "anna")
    assert refused.refusal["data"] == {"code": "too_many_sockets"}
    await new_client().connect(site, "bert")
    await sockets[0].close()
    async with asyncio.timeout(5):
        while len(site.realtime.people) > 20:
            await asyncio.sleep(0.02)
    await new_client().connect(site, "anna")


async def test_a_revoked_token_ends_its_socket_at_once_and_no_other(site: Site, new_client: Any) -> None:
    site.admit("phone", 7, session_id=1)
    site.admit("laptop", 7, session_id=2)
    phone = await new_client().connect(site, "phone")
    laptop = await new_client().connect(site, "laptop")
    del site.people["phone"]
    await tell_access_ended(site.pubsub, 7)
    assert await phone.ended() < 1.5
    assert (await laptop.call("greet", {"word": "still here"}))["ok"] is True


async def test_a_revoked_token_is_noticed_without_being_told(site: Site, new_client: Any) -> None:
    site.admit("silent", 7)
    client = await new_client().connect(site, "silent")
    del site.people["silent"]
    assert await client.ended() < 4
    assert len(site.realtime.people) == 0


async def test_checks_are_believed_for_a_second_and_no_longer(site: Site, new_client: Any) -> None:
    site.admit("token", 7)
    client = await new_client().connect(site, "token")
    asked = site.asked
    for _ in range(20):
        await client.call("greet", {"word": "again"})
    assert site.asked - asked <= 1


async def test_a_connection_that_does_not_sign_in_is_ended(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "SIGN_IN_SECONDS", 0.3)
    async with aiohttp.ClientSession() as session:
        url = f"{site.address}/socket.io/?EIO=4&transport=websocket"
        async with session.ws_connect(url) as wire:
            assert (await wire.receive()).data.startswith("0")
            async with asyncio.timeout(3):
                while not (await wire.receive()).type.name.startswith("CLOS"):
                    pass
    assert site.realtime.server.eio.sockets == {} or all(
        socket.closed for socket in site.realtime.server.eio.sockets.values()
    )


async def test_only_the_one_namespace_is_there(site: Site) -> None:
    site.admit("token", 7)
    client = Client()
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.io.connect(site.address, auth={"token": "token"}, namespaces=["/"], wait_timeout=2)
    await client.close()
    assert NAMESPACE == "/realtime"


async def test_at_the_stop_everyone_is_told_and_let_go(new_client: Any) -> None:
    async with serving(Site()) as site:
        site.admit("token", 7)
        client = await new_client().connect(site, "token")
        await site.realtime.close()
        assert (await client.wait_for("error"))[0]["code"] == "server_stopping"
        await client.ended()
