"""From a report to the song that is there again: who reports, who decides, and what each of them sees."""

import re

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.listener import Listener, somebody
from tests.e2e.site import Site
from tests.e2e.test_accessibility import complaints

pytestmark = pytest.mark.browser

ALBUM = "Steam & Sugar"


async def report(listener: Listener, title: str) -> None:
    """Say that a song of the album is one's own."""
    await listener.open_album(ALBUM)
    await listener.choose(title, "Report…")
    dialog = listener.page.get_by_role("dialog", name=f"Report “{title}”")
    await dialog.get_by_label("It belongs to somebody else").check()
    await dialog.get_by_label("What should the admins know?").fill("I wrote this one.")
    assert await complaints(listener.page) == []
    await dialog.get_by_role("button", name="Send report").click()
    await listener.sees_notice("Thank you. The admins will look at it.")


async def open_case(keeper: Listener, title: str) -> None:
    """Come to the case by the queue, which has it and its number by itself; listen, and note something."""
    await expect(keeper.rail.get_by_role("link", name="1 case to decide")).to_be_visible()
    await keeper.content.get_by_role("list", name="Cases").get_by_role("link", name=title).click()
    await expect(keeper.content.get_by_role("heading", name=title, level=2)).to_be_visible()
    await expect(keeper.content.get_by_role("list", name="What people say")).to_contain_text("I wrote this one.")
    await keeper.content.get_by_role("button", name="Listen").click()
    await keeper.hears(title)
    await keeper.content.get_by_label("Note", exact=True).fill("Asked the label.")
    await keeper.content.get_by_role("button", name="Add note").click()
    await expect(history_of(keeper)).to_contain_text("Asked the label.")
    assert await complaints(keeper.page) == []


def history_of(keeper: Listener) -> Locator:
    """What admins did and said."""
    return keeper.content.get_by_role("list", name="Notes and decisions")


async def decide_what_is_left(site: Site) -> None:
    """Leave nothing to decide and nothing hidden, where a try that ended early has left a case."""
    for case in await site.read("/api/v1/moderation/cases?limit=100"):
        if case["state"] == "open" or case["hidden"]:
            verdict = {"revision": case["revision"], "decision": "restore" if case["hidden"] else "dismiss"}
            await site.ask("POST", f"/api/v1/moderation/cases/{case['id']}/decision", json=verdict)


async def test_from_a_report_to_a_song_that_is_back(browser: Browser, site: Site, listener: Listener) -> None:
    await decide_what_is_left(site)
    (album,) = [one for one in await site.read("/api/v1/albums?limit=500") if one["title"] == ALBUM]
    title = (await site.read(f"/api/v1/albums/{album['id']}"))["songs"][0]["title"]
    async with somebody(browser, site.base_url) as keeper:
        await site.as_admin(keeper.page.context)
        await keeper.go("settings/moderation")
        await expect(keeper.content.get_by_role("heading", name="Nothing to decide")).to_be_visible()
        await report(listener, title)
        await open_case(keeper, title)
        noted = await history_of(keeper).get_by_role("listitem").count()

        await keeper.content.get_by_label("Reason for the owner").fill("The label objects.")
        await keeper.content.get_by_role("heading", name=title, level=2).click()
        await keeper.press("h")
        await expect(history_of(keeper)).to_contain_text("decided: hidden")
        await listener.sees_notice(f"Your report about “{title}”: it is hidden now.")
        await listener.open_album(ALBUM)
        await expect(listener.content.get_by_text(title, exact=True)).to_have_count(0)
        await listener.go("settings/reports")
        reported = listener.content.get_by_role("list", name="What you have reported").get_by_role("listitem")
        await expect(reported).to_contain_text(re.compile(f"{title}.*Hidden", re.DOTALL))

        await keeper.undo(f"“{title}” is hidden.")
        await keeper.sees_notice("Taken back.")
        await keeper.press("h")
        await expect(history_of(keeper).get_by_role("listitem")).to_have_count(noted + 3)
        await keeper.content.get_by_role("button", name="Show again").click()
        await keeper.sees_notice(f"“{title}” is shown again.")
        await listener.open_album(ALBUM)
        await expect(listener.row(title)).to_be_visible()
        await expect(keeper.rail.get_by_role("link", name="case to decide")).to_have_count(0)
