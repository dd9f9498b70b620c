"""A service elsewhere that is told what somebody listens to, from the page in the settings, on a phone."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.listener import Listener
from tests.e2e.site import Site
from tests.services.listenbrainz_stand_in import NAME, TOKEN, ListenBrainzStandIn

pytestmark = pytest.mark.browser

TOKEN_FIELD = "Token from your page at ListenBrainz"


async def listen(phone: Listener, song_id: int, second: int) -> None:
    """Have a song heard at a moment of its own."""
    played_at = datetime(2026, 1, 2, 3, 4, second, tzinfo=UTC).isoformat()
    body = {"song_id": song_id, "played_at": played_at}
    origin = {"Origin": phone.base_url}
    told = await phone.page.context.request.post(f"{phone.base_url}/api/v1/plays", data=body, headers=origin)
    assert told.ok, await told.text()


async def connect(service: Locator, token: str) -> None:
    """Give a token from the page there."""
    await service.get_by_label(TOKEN_FIELD).fill(token)
    await service.get_by_role("button", name="Connect", exact=True).click()


async def until(phone: Listener, is_so: Callable[[dict[str, Any]], bool]) -> None:
    """Wait until it is so with the person's connection: what is heard is told in the background."""
    async with asyncio.timeout(20):
        while True:
            answer = await phone.page.context.request.get(f"{phone.base_url}/api/v1/scrobbling")
            (connection,) = (await answer.json())["data"]
            if is_so(connection):
                return
            await asyncio.sleep(0.05)


async def star_what_is_unknown(phone: Listener, service: Locator, song_id: int) -> None:
    """A star on a song that the service does not know is told of, and forgotten with the star."""
    for star, unknown in (("put", 1), ("delete", 0)):
        ask = getattr(phone.page.context.request, star)
        assert (await ask(f"{phone.base_url}/api/v1/songs/{song_id}/star", headers={"Origin": phone.base_url})).ok
        await until(phone, lambda connection, wanted=unknown: connection["unknown_loves"] == wanted)  # type: ignore[misc]
        await until(phone, lambda connection: connection["waiting"] == 0)
        if unknown:
            await phone.page.reload()
            await expect(service.get_by_text("ListenBrainz does not know 1 song that you star")).to_be_visible()


async def test_listenbrainz_is_connected_fails_and_is_let_go(
    phone: Listener, site: Site, listens_elsewhere: ListenBrainzStandIn
) -> None:
    # A second try begins anew.
    listens_elsewhere.tokens[TOKEN] = NAME
    listens_elsewhere.listens.clear()
    song = (await site.read("/api/v1/search?q=starboard"))["songs"][0]
    service = phone.content.get_by_role("article", name="ListenBrainz")
    await phone.go("settings/listening")
    phone.allow("status of 422")
    await connect(service, "no-such-token")
    await expect(service.get_by_role("alert")).to_contain_text("ListenBrainz")
    await connect(service, TOKEN)
    await phone.sees_notice("ListenBrainz is connected.")
    await expect(service.get_by_text("Connected", exact=True)).to_be_visible()
    await expect(service.get_by_text(f"as {NAME}")).to_contain_text("nothing told yet")
    await listen(phone, song["id"], 1)
    await until(phone, lambda connection: bool(connection["delivered_at"]))
    assert [title for _, _, title in listens_elsewhere.listens] == [song["title"]]

    await star_what_is_unknown(phone, service, song["id"])

    # The token is taken back there: what is heard then waits till there is another one.
    listens_elsewhere.tokens.clear()
    await listen(phone, song["id"], 2)
    await until(phone, lambda connection: connection["state"] == "reconnect")
    await phone.page.reload()
    await expect(service.get_by_text("1 waits")).to_contain_text("last told")
    listens_elsewhere.tokens[TOKEN] = NAME
    await service.get_by_role("button", name="Connect again").click()
    await connect(service, TOKEN)
    await until(phone, lambda connection: connection["waiting"] == 0)
    await phone.page.reload()
    await expect(service.get_by_text("nothing waits")).to_be_visible()
    assert len(listens_elsewhere.listens) == 2

    await service.get_by_role("button", name="Disconnect ListenBrainz").click()
    await phone.page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    await phone.sees_notice("ListenBrainz is no longer told what you listen to.")
    await expect(service.get_by_label(TOKEN_FIELD)).to_be_visible()
