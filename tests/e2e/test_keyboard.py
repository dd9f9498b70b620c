"""A whole visit without a mouse."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.listener import Listener

pytestmark = pytest.mark.browser


async def test_a_visit_by_keyboard_alone(listener: Listener) -> None:
    await listener.go()
    await expect(listener.content.get_by_role("heading", level=1)).to_be_visible()
    await listener.press("Tab")
    await expect(listener.page.get_by_role("link", name="Skip to content")).to_be_focused()
    await listener.press("Enter")
    await expect(listener.content).to_be_focused()

    await listener.press("g", "a")
    await expect(listener.content.get_by_role("heading", name="Albums", level=1)).to_be_visible()
    await expect(listener.content.get_by_role("link", name="Night Ferry", exact=True)).to_be_visible()
    await tab_to(listener, "a.title", "Night Ferry")
    await listener.press("Enter")
    await expect(listener.content.get_by_role("heading", name="Night Ferry", level=1)).to_be_visible()

    await expect(listener.row("Departure Gate Lagoon")).to_be_visible()
    await tab_to(listener, "[role=row]", "Departure Gate Lagoon")
    await listener.press("ArrowDown", "ArrowDown")
    await expect(listener.row("Wake Lights")).to_be_focused()
    await listener.press("Enter")
    await listener.hears("Wake Lights", seconds=0.3)
    await listener.press("End")
    await expect(listener.row("Last Pier Before Morning")).to_be_focused()
    await listener.press("f")
    await expect(listener.bar.get_by_role("button", name="Remove star from Wake Lights")).to_be_visible()

    await listener.press("Space")
    await listener.hears_nothing()
    await listener.press("Space")
    await listener.hears("Wake Lights", seconds=0.3)
    await listener.press("Shift+N")
    await listener.hears("Passport to Nowhere", seconds=0.3)
    await listener.press("/")
    await expect(listener.content.get_by_role("textbox", name="Search")).to_be_focused()
    await listener.page.keyboard.type("t p g")  # Letters in a field are letters, not commands.
    await expect(listener.page).to_have_url(re.compile(r"q=t\+p\+g|q=t%20p%20g"))
    await listener.hears("Passport to Nowhere", seconds=0.3)


async def test_menus_and_dialogs_give_the_focus_back(listener: Listener) -> None:
    await listener.open_album("Steam & Sugar")
    more = listener.content.get_by_role("button", name="More for Steam & Sugar")
    await more.focus()
    await listener.press("Enter")
    await expect(listener.page.get_by_role("menu")).to_be_visible()
    await listener.press("ArrowDown")
    assert await listener.page.evaluate("() => document.activeElement.getAttribute('role')") == "menuitem"
    await listener.press("Escape")
    await expect(more).to_be_focused()
    await listener.press("?")
    dialog = listener.page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(dialog).to_be_visible()
    await listener.press("Tab", "Tab", "Tab")
    assert await dialog.evaluate("(dialog) => dialog.contains(document.activeElement)")
    await listener.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(more).to_be_focused()


async def test_the_focus_is_always_seen(listener: Listener) -> None:
    await listener.go("albums")
    await expect(listener.content.get_by_role("link", name="Night Ferry", exact=True)).to_be_visible()
    seen = """() => {
        const focused = document.activeElement;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
        // After the last one the focus leaves the page for the browser's own buttons.
        const isShown = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
        return isShown || focused === document.body;
    }"""
    name = "() => `${document.activeElement.tagName} ${document.activeElement.getAttribute('class')}`"
    for _ in range(36):
        await listener.press("Tab")
        assert await listener.page.evaluate(seen), await listener.page.evaluate(name)


async def tab_to(listener: Listener, selector: str, text: str) -> None:
    """Press Tab until the focus is on the element."""
    is_there = """([selector, text]) =>
        document.activeElement.matches(selector) && document.activeElement.innerText.includes(text)"""
    for _ in range(60):
        await listener.press("Tab")
        if await listener.page.evaluate(is_there, [selector, text]):
            return
    raise AssertionError(f"Tab never came to {text}")
