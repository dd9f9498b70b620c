"""A scan as an admin sees it: it counts up, covers appear, and what was found is said."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.audio.maker import AudioMaker
from tests.e2e import extremes
from tests.e2e.listener import somebody
from tests.e2e.site import Site
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser

PROGRESS = """() => {
    window.seenPercents = [];
    new MutationObserver(() => {
        const bar = document.querySelector('[role=progressbar]');
        const now = bar && bar.getAttribute('aria-valuenow');
        if (now) window.seenPercents.push(Number(now));
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-valuenow'] });
}"""


async def test_an_admin_follows_a_scan(
    player_is_built: None, browser: Browser, servers: ServerFactory, audio: AudioMaker
) -> None:
    server = servers.embedded()
    site = await Site(server).open(0)
    extremes.write_many(server.music, audio)
    audio.broken(server.music / "broken")
    async with somebody(browser, server.base_url) as admin:
        admin.allow("status of 404")  # These songs have no pictures.
        await site.as_admin(admin.page.context)
        await admin.go("settings/library")
        await expect(admin.page.get_by_role("button", name="Scan for music")).to_be_enabled()
        await admin.page.evaluate(PROGRESS)
        await admin.page.get_by_role("button", name="Scan for music").click()
        await expect(admin.page.get_by_role("progressbar").first).to_be_visible()
        await admin.sees_notice("3,000 new")
        await expect(admin.page.get_by_role("progressbar")).to_have_count(0)
        await expect(admin.content.get_by_text(re.compile("^3,000 songs"))).to_be_visible()
        seen = await admin.page.evaluate("() => window.seenPercents")
        assert seen and seen == sorted(seen) and all(0 <= percent <= 100 for percent in seen)

        await admin.content.get_by_text(re.compile("could not be read")).click()
        await expect(admin.page.get_by_text("truncated_header.flac")).to_be_visible()
        await admin.rail.get_by_role("link", name="Albums", exact=True).click()
        await expect(admin.content.get_by_role("link", name="Album 0", exact=True)).to_be_visible()


async def test_what_is_new_comes_into_sight(
    player_is_built: None, browser: Browser, servers: ServerFactory, audio: AudioMaker
) -> None:
    server = servers.embedded()
    site = await Site(server).open(0)

    def bring(*names: str) -> None:
        for name in names:
            audio.song(server.music / name / "1.mp3", {"title": name, "artist": "Ada", "album": name})

    bring(*(f"Old {number}" for number in range(14)))
    await site.scan()
    async with somebody(browser, server.base_url) as person:
        person.allow("status of 404")  # These songs have no pictures.
        await site.newcomer(person.page.context)
        await person.go()
        row = person.content.get_by_role("region", name="New in the library")
        strip = row.locator(".strip")
        await expect(row.get_by_role("article")).to_have_count(14)
        bring("New 1", "New 2", "New 3")
        await site.scan()
        await expect(row.get_by_role("article")).to_have_count(17)
        await person.page.wait_for_timeout(500)  # What a browser holds on to, it moves with the next pictures.
        assert await strip.evaluate("(strip) => strip.scrollLeft") == 0
        await expect(row.get_by_role("link", name="New 3", exact=True)).to_be_in_viewport()

        # Whoever has gone on along the row is left where they are.
        await row.locator(".arrow").last.click()
        await person.page.wait_for_function("(strip) => strip.scrollLeft > 200", arg=await strip.element_handle())
        bring("New 4")
        await site.scan()
        await expect(row.get_by_role("article")).to_have_count(18)
        assert await strip.evaluate("(strip) => strip.scrollLeft") > 200
