"""Whoever wants less motion gets it everywhere: nothing glides, neither by style nor by script."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.listener import Listener, somebody
from tests.e2e.site import Site

pytestmark = pytest.mark.browser

NOTE_GLIDING = """
    window.glided = [];
    for (const way of ['scrollTo', 'scrollBy', 'scroll', 'scrollIntoView']) {
        const native = Element.prototype[way];
        Element.prototype[way] = function (...given) {
            if (given.at(-1)?.behavior === 'smooth') window.glided.push(`${way} of ${this.className}`);
            return native.apply(this, given);
        };
    }
    const native = Document.prototype.startViewTransition;
    if (native) Document.prototype.startViewTransition = function (...given) {
        window.glided.push('view transition');
        return native.apply(this, given);
    };
"""
# What would take longer than a moment, or go on for ever.
MOVING = """() => {
    const seconds = (text) => Math.max(...text.split(',').map(parseFloat));
    const moves = (style) => seconds(style.transitionDuration) > 0.01 || seconds(style.animationDuration) > 0.01
        || style.scrollBehavior === 'smooth';
    const found = [...document.querySelectorAll('*')].flatMap((element) =>
        [null, '::before', '::after'].filter((part) => moves(getComputedStyle(element, part)))
            .map((part) => `${element.tagName}.${element.className}${part ?? ''}`));
    const lasting = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime > 10);
    return [...found, ...lasting.map((one) => `animation ${one.animationName ?? one.transitionProperty ?? ''}`)];
}"""


@pytest_asyncio.fixture
async def calm(browser: Browser, site: Site) -> AsyncIterator[Listener]:
    """Somebody new, signed in, who has asked their system for less motion."""
    async with somebody(
        browser, site.base_url, reduced_motion="reduce", viewport={"width": 660, "height": 800}
    ) as person:
        person.name = await site.newcomer(person.page.context)
        await person.page.add_init_script(NOTE_GLIDING)
        yield person


async def moves_nothing(person: Listener) -> None:
    """Nothing on the page takes its time, and nothing glided since it was loaded."""
    assert await person.page.evaluate(MOVING) == []
    assert await person.page.evaluate("() => window.glided") == []


async def test_rows_leap_instead_of_gliding(calm: Listener) -> None:
    await calm.go()
    row = calm.content.get_by_role("region", name="New in the library")
    await expect(row.locator(".arrow").last).to_be_enabled()
    strip = row.locator(".strip")
    await row.locator(".arrow").last.click()
    after = await strip.evaluate("(strip) => strip.scrollLeft")
    assert after > 100
    await calm.page.wait_for_timeout(300)
    assert abs(await strip.evaluate("(strip) => strip.scrollLeft") - after) < 2
    await moves_nothing(calm)


async def test_no_page_moves_anything(calm: Listener) -> None:
    async for _ in calm.visit(("", "library", "songs", "search?q=tin", "playlists", "settings")):
        await moves_nothing(calm)
    await calm.turn_to_album("Rooftop Radio")
    await calm.row("Pigeon Parliament").dblclick()
    await calm.hears("Pigeon Parliament", seconds=0.5)
    await calm.bar.get_by_role("button", name="Open now playing").click()
    sheet = calm.page.get_by_role("dialog", name="Now playing")
    await expect(sheet).to_be_visible()
    await sheet.get_by_role("button", name="Next song").click()
    await sheet.get_by_role("button", name="Lyrics").click()
    line = sheet.get_by_role("button").filter(has_text="sunglasses").first
    await expect(line).to_be_visible()
    await line.click()
    await calm.hears("Borrowed Sunglasses", seconds=1)
    await moves_nothing(calm)
