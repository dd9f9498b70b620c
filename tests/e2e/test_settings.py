"""Settings: apps with passwords of their own, the password itself, the look, the scan."""

import hashlib
import re

import httpx2
import pytest
from playwright.async_api import Browser, expect

from tests.e2e.listener import Listener, somebody
from tests.e2e.site import PASSWORD, Site

pytestmark = pytest.mark.browser


async def ping(listener: Listener, password: str) -> dict[str, str]:
    """What a Subsonic app is answered that signs in with a salted token."""
    salt = "c19b2d"
    signed = {"u": listener.name, "s": salt, "t": hashlib.md5(f"{password}{salt}".encode()).hexdigest()}
    async with httpx2.AsyncClient(base_url=listener.base_url) as app:
        answer = await app.get("/rest/ping", params={**signed, "v": "1.16.1", "c": "a test", "f": "json"})
    answered: dict[str, str] = answer.json()["subsonic-response"]
    return answered


async def test_an_app_password_is_shown_once_and_works_until_it_is_revoked(listener: Listener) -> None:
    await listener.go("settings/apps")
    await listener.page.get_by_label("Name of the app").fill("Kitchen radio")
    await listener.page.get_by_role("button", name="Create app password").click()
    shown = listener.page.get_by_label(re.compile("^App password"))
    password = await shown.input_value()
    assert len(password) >= 12
    assert (await ping(listener, password))["status"] == "ok"
    assert (await ping(listener, PASSWORD))["status"] == "failed"

    await listener.page.reload()
    await expect(listener.page.get_by_text("Kitchen radio")).to_be_visible()
    await expect(shown).to_have_count(0)
    assert password not in await listener.page.content()
    await listener.page.get_by_role("button", name="Revoke Kitchen radio").click()
    await listener.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await listener.sees_notice("“Kitchen radio” can no longer sign in.")
    assert (await ping(listener, password))["status"] == "failed"


async def test_a_new_password_ends_other_sessions(browser: Browser, site: Site, listener: Listener) -> None:
    listener.allow("status of 4(00|03|22)")
    await listener.go("settings/security")
    async with somebody(browser, site.base_url) as elsewhere:
        body = {"username": listener.name, "password": PASSWORD, "cookie": True}
        await elsewhere.page.context.request.post(f"{site.base_url}/api/v1/auth/login", data=body)
        await elsewhere.go("albums")
        await expect(elsewhere.content.get_by_role("heading", name="Albums", level=1)).to_be_visible()

        await listener.page.get_by_label("Current password").fill("not this one")
        await listener.page.get_by_label("New password").fill("something new and long")
        await listener.page.get_by_role("button", name="Change password").click()
        await expect(listener.page.get_by_text("The current password is not right.")).to_be_visible()
        await listener.page.get_by_label("Current password").fill(PASSWORD)
        await listener.page.get_by_role("button", name="Change password").click()
        await listener.sees_notice("The password was changed.")

        elsewhere.allow("status of 401")
        await elsewhere.rail.get_by_role("link", name="Songs", exact=True).click()
        await expect(elsewhere.page.get_by_role("heading", name="Welcome back")).to_be_visible()
        await elsewhere.page.get_by_label("User name or e-mail").fill(listener.name)
        await elsewhere.page.get_by_label("Password", exact=True).fill("something new and long")
        await elsewhere.page.get_by_role("button", name="Sign in").click()
        await expect(elsewhere.content.get_by_role("heading", name="Songs", level=1)).to_be_visible()
    await listener.page.reload()
    await expect(listener.page.get_by_role("heading", name="Settings", level=1)).to_be_visible()


async def test_the_theme_changes_at_once_and_stays(listener: Listener) -> None:
    await listener.go("settings")
    ground = "() => getComputedStyle(document.documentElement).backgroundColor"
    html = listener.page.locator("html")
    await expect(html).to_have_attribute("data-theme", "dark")  # Like the system, which is dark here.
    dark = await listener.page.evaluate(ground)
    await listener.page.get_by_text("Light", exact=True).click()
    await expect(html).to_have_attribute("data-theme", "light")
    light = await listener.page.evaluate(ground)
    assert light != dark
    await listener.page.reload()
    await expect(html).to_have_attribute("data-theme", "light")
    assert await listener.page.evaluate(ground) == light
    await listener.page.get_by_text("High contrast", exact=True).click()
    await expect(html).to_have_attribute("data-theme", "contrast")
    await listener.page.get_by_text("Like the system", exact=True).click()
    await listener.page.emulate_media(color_scheme="light")
    await expect(html).to_have_attribute("data-theme", "light")


async def test_pages_for_admins_lead_others_to_their_own_settings(listener: Listener) -> None:
    for address in ("library", "members", "members/1", "invitations", "record"):
        await listener.go(f"settings/{address}")
        await expect(listener.page.get_by_role("heading", name="Appearance")).to_be_visible()
        await expect(listener.page).to_have_url(re.compile(r"/app/settings$"))
    sections = listener.page.get_by_role("navigation", name="Settings by subject").get_by_role("link")
    shown = await sections.all_inner_texts()
    assert shown[:3] == ["General", "Playback", "Profile"]
    assert not {"Libraries", "Members", "Invitations", "Record"} & set(shown)
    await expect(listener.page.get_by_role("button", name="Scan for music")).to_have_count(0)
