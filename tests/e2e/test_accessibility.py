"""axe-core on every page, in both themes, and on what opens above the pages."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.listener import PHONE, Listener, somebody
from tests.e2e.pages import OPEN_PAGES, addresses, admin_addresses, forgotten, furnished
from tests.e2e.site import Site

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# Moving parts have come to rest; half transparent words have no contrast of their own.
AT_REST = """async () => {
    await Promise.all(document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
        .map((one) => one.finished.catch(() => undefined)));
}"""
RUN = """async (options) => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'], ...options });
    return violations.map((found) => ({
        rule: found.id, impact: found.impact, where: found.nodes.slice(0, 3).map((node) => node.target.join(' ')),
        why: found.nodes[0].failureSummary,
    }));
}"""
# Colours that fade from theme to theme would be looked at half way.
CHANGE_AT_ONCE = """() => {
    const rules = new CSSStyleSheet();
    rules.replaceSync('*, *::before, *::after { transition: none !important; }');
    document.adoptedStyleSheets = [rules];
}"""
CHANGE_AS_EVER = "() => { document.adoptedStyleSheets = []; }"
# No rule but one about media asks for what axe would else load again before it looks: every style sheet.
OF_EVERYTHING = {"preload": {"assets": ["media"]}}
# The rules whose answers the theme changes.
OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "preload": False}


async def complaints(page: Page) -> list[dict[str, Any]]:
    """What axe finds on the page as it is now: everything in the dark, and what hangs on colours in the light too."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    await page.evaluate(AT_REST)
    found: list[dict[str, Any]] = await page.evaluate(RUN, OF_EVERYTHING)
    await page.evaluate(CHANGE_AT_ONCE)
    await page.emulate_media(color_scheme="light")
    found += await page.evaluate(RUN, OF_COLOURS)
    await page.emulate_media(color_scheme="dark")
    await page.evaluate(CHANGE_AS_EVER)
    return found


async def complaints_of(listener: Listener, addresses: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """What axe finds on each of these pages."""
    return {address: await complaints(listener.page) async for address in listener.visit(addresses)}


@pytest.fixture
def axe_is_there() -> None:
    """axe-core comes with the player's own parts."""
    assert AXE.is_file(), "axe-core is not installed: make player"


async def test_axe_finds_nothing_on_any_page(axe_is_there: None, browser: Browser, site: Site) -> None:
    found = {}
    async with furnished(site), somebody(browser, site.base_url) as listener:
        listener.allow("status of 40[0-9]")
        found |= await complaints_of(listener, OPEN_PAGES)
        await site.newcomer(listener.page.context)
        await listener.play_album("Rooftop Radio")
        await listener.hears("Antenna Samba", seconds=0.2)
        found |= await complaints_of(listener, await addresses(site))
        await site.as_admin(listener.page.context)
        found |= await complaints_of(listener, await admin_addresses(site))
    assert not any(found.values()), {address: one for address, one in found.items() if one}
    assert not forgotten(found), "add these pages of the router to tests/e2e/pages.py"


async def test_axe_finds_nothing_in_panels_menus_and_dialogs(axe_is_there: None, browser: Browser, site: Site) -> None:
    found = {}
    async with somebody(browser, site.base_url) as listener:
        await site.newcomer(listener.page.context)
        await listener.play_album("Rooftop Radio")
        await listener.hears("Antenna Samba", seconds=0.2)
        for key, name in (("q", "queue"), ("l", "lyrics"), ("l", "none"), ("?", "shortcuts"), ("a", "add to playlist")):
            await listener.press(key)
            await listener.settles()
            found[name] = await complaints(listener.page)
            if name in ("shortcuts", "add to playlist"):
                await listener.press("Escape")
        await listener.press("Control+k")
        await expect(listener.page.get_by_role("combobox")).to_be_focused()
        found["palette"] = await complaints(listener.page)
        await listener.press("Escape")
        await listener.row("Antenna Samba").hover()
        await listener.row("Antenna Samba").get_by_role("button", name="More for Antenna Samba").click()
        await expect(listener.page.get_by_role("menu")).to_be_visible()
        found["menu"] = await complaints(listener.page)
        await listener.press("Escape")
        await listener.press("p")
        await expect(listener.page.get_by_role("dialog", name="Now playing")).to_be_visible()
        await listener.settles()
        found["now playing"] = await complaints(listener.page)
    assert not any(found.values()), {name: one for name, one in found.items() if one}


async def test_axe_finds_nothing_on_a_phone(axe_is_there: None, browser: Browser, site: Site) -> None:
    found = {}
    async with somebody(browser, site.base_url, viewport=PHONE, has_touch=True, is_mobile=True) as phone:
        await site.newcomer(phone.page.context)
        await phone.go("albums")
        await phone.content.get_by_role("link", name="Night Ferry", exact=True).tap()
        await phone.content.get_by_role("button", name="Play", exact=True).tap()
        await phone.hears("Departure Gate Lagoon", seconds=0.2)
        found["album"] = await complaints(phone.page)
        await phone.bar.get_by_role("button", name="Open now playing").tap()
        await expect(phone.page.get_by_role("dialog", name="Now playing")).to_be_visible()
        found["sheet"] = await complaints(phone.page)
        found |= await complaints_of(
            phone, ("", "search", "songs", "notices", "settings", "settings/profile", "settings/security")
        )
    assert not any(found.values()), {name: one for name, one in found.items() if one}
