"""Shares: made in the player, heard by people without an account."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.listener import PHONE, Listener, somebody
from tests.e2e.site import Site

pytestmark = pytest.mark.browser

ALBUM = "Letters to the Lighthouse"
PASSWORD = "under the old oak"
# Whoever is refused presses play until it plays: the browser may still be at the refused answer.
PLAY_AGAIN = """async (audio) => {
    for (let tries = 10; ; tries -= 1) {
        try {
            await audio.play();
            break;
        } catch (refused) {
            if (tries === 0) throw refused;
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }
    audio.currentTime = audio.duration - 0.3;
}"""


async def hear_with_the_password(browser: Browser, site: Site, address: str) -> None:
    """What somebody without an account does with the link, on a phone."""
    async with somebody(browser, site.base_url, viewport=PHONE) as stranger:
        stranger.allow("status of 401")
        await stranger.page.goto(address)
        await expect(stranger.page.get_by_role("heading", name="Shared music")).to_be_visible()
        assert ALBUM not in await stranger.page.content()
        for password in ("not this one", PASSWORD):
            await stranger.page.get_by_label("Password").fill(password)
            await stranger.page.get_by_role("button", name="Open").click()
        await expect(stranger.page.get_by_role("heading", name=ALBUM)).to_be_visible()
        sounds = stranger.page.locator("audio")
        stranger.allow("status of 429")
        await stranger.page.route("**/stream", lambda route: route.fulfill(status=429, body="Too many"))
        await sounds.first.evaluate("(audio) => { audio.play().catch(() => {}); }")
        told = stranger.page.get_by_text("Too many are listening just now.")
        await expect(told).to_be_visible()
        await stranger.page.unroute("**/stream")
        await sounds.first.evaluate(PLAY_AGAIN)
        await expect(told).to_have_count(0)
        # One song follows the other.
        await stranger.page.wait_for_function("() => document.querySelectorAll('audio')[1].currentTime > 0.2")


async def test_an_album_is_shared_with_a_password(browser: Browser, site: Site, listener: Listener) -> None:
    await listener.open_album(ALBUM)
    await listener.content.get_by_role("button", name=f"More for {ALBUM}").click()
    await listener.page.get_by_role("menuitem", name="Share…").click()
    dialog = listener.page.get_by_role("dialog")
    await dialog.get_by_label("Description").fill("For the drive")
    await dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Create link").click()
    link = dialog.get_by_label("Link", exact=True)
    await expect(link).to_be_visible()
    address = await link.input_value()
    await expect(dialog.get_by_role("img", name="QR code of the link")).to_be_visible()

    await hear_with_the_password(browser, site, address)
    await dialog.get_by_role("link", name="My shares").click()
    await expect(listener.content.get_by_text("1 visit")).to_be_visible()
    await listener.content.get_by_role("button", name="Edit For the drive").click()
    await listener.page.get_by_label("Remove the password").check()
    await listener.page.get_by_role("dialog").get_by_role("button", name="Save").click()
    async with somebody(browser, site.base_url, java_script_enabled=False) as stranger:
        await stranger.page.goto(address)
        await expect(stranger.page.get_by_role("heading", name=ALBUM)).to_be_visible()
        stranger.allow("status of 404")
        await listener.content.get_by_role("button", name="Revoke For the drive").click()
        await listener.sees_notice("The link of “For the drive” was revoked.")
        # Leaving the page ends the time for "Undo".
        await listener.page.reload()
        await expect(listener.content.get_by_text("You share nothing yet.")).to_be_visible()
        await stranger.page.reload()
        await expect(stranger.page.get_by_role("heading", name="Nothing is shared here")).to_be_visible()
