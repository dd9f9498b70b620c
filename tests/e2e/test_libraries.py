"""Libraries in the player: an admin names them, says who sees them and adds a folder; others see what they may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.audio.maker import AudioMaker
from tests.e2e.listener import PHONE, Listener, somebody
from tests.e2e.site import Site
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser


def album(audio: AudioMaker, folder: Path, title: str) -> None:
    for track in (1, 2):
        tags = {"title": f"{title} {track}", "artist": "Ada", "albumartist": "Ada", "album": title}
        audio.song(folder / title / f"{track}.mp3", tags, kind="mp3")


@asynccontextmanager
async def admin_and_friend(
    browser: Browser, servers: ServerFactory, audio: AudioMaker, roots: Path
) -> AsyncIterator[tuple[Listener, Listener]]:
    """An admin at the page of libraries, and somebody with a phone."""
    album(audio, roots / "Kids", "Lullabies")
    server = servers.embedded(ANTIPHON_MUSIC_ROOTS=str(roots))
    album(audio, server.music, "Daylight")
    site = await Site(server).open(0)
    await site.scan()
    async with (
        somebody(browser, server.base_url, viewport=PHONE) as friend,
        somebody(browser, server.base_url) as admin,
    ):
        for person in (friend, admin):
            person.allow("status of 404")  # These songs have no pictures.
        friend.name = await site.newcomer(friend.page.context)
        await site.as_admin(admin.page.context)
        await admin.go("settings/library")
        await expect(admin.content.get_by_role("heading", name="music", exact=True)).to_be_visible()
        yield admin, friend


def entry(admin: Listener, name: str) -> Locator:
    """What the page says of one library."""
    heading = admin.page.get_by_role("heading", name=name, exact=True)
    return admin.content.get_by_role("listitem").filter(has=heading)


async def add_folder(admin: Listener, name: str) -> None:
    page = admin.page
    await admin.content.get_by_role("button", name="Add a folder").click()
    await page.get_by_role("button", name="Open roots").click()
    await page.get_by_role("button", name="Open Kids").click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Kids")
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_role("button", name="Add this folder").click()
    await expect(entry(admin, name).get_by_text("2 songs")).to_be_visible()


async def sees(friend: Listener, *titles: str) -> None:
    """The albums that somebody finds, of two."""
    await friend.go("albums")
    for title in ("Daylight", "Lullabies"):
        link = friend.content.get_by_role("link", name=title, exact=True)
        await expect(link).to_have_count(int(title in titles))
    # Only who sees several libraries chooses among them.
    sheet = await open_filters(friend)
    await expect(sheet.get_by_label("Library", exact=True)).to_have_count(int(len(titles) > 1))
    await friend.press("Escape")
    await expect(sheet).to_be_hidden()


async def open_filters(friend: Listener) -> Locator:
    """The sheet with the filters of a list."""
    await friend.content.get_by_role("button", name="Filters").click()
    sheet = friend.page.get_by_role("dialog", name="Filters")
    await expect(sheet.get_by_role("button", name="Show")).to_be_visible()
    return sheet


async def test_an_admin_adds_a_folder_for_some_people(
    player_is_built: None, browser: Browser, servers: ServerFactory, audio: AudioMaker, own_place: Path
) -> None:
    async with admin_and_friend(browser, servers, audio, own_place / "roots") as (admin, friend):
        await expect(admin.content.get_by_text("Not watched")).to_be_visible()
        await add_folder(admin, "For children")
        await sees(friend, "Daylight", "Lullabies")
        sheet = await open_filters(friend)
        await sheet.get_by_label("Library", exact=True).select_option("For children")
        await sheet.get_by_role("button", name="Show").click()
        await expect(friend.content.get_by_role("link", name="Daylight", exact=True)).to_have_count(0)
        await expect(friend.content.get_by_role("link", name="Lullabies", exact=True)).to_be_visible()
        assert "library=2" in friend.page.url

        kids, dialog = entry(admin, "For children"), admin.page.get_by_role("dialog")
        await kids.get_by_role("button", name="Who may see it: For children").click()
        await dialog.get_by_text("Chosen people", exact=True).click()
        await expect(dialog.get_by_text("Nobody but admins")).to_be_visible()
        await dialog.get_by_role("button", name="Save").click()
        await expect(kids.get_by_text("Only admins")).to_be_visible()
        await sees(friend, "Daylight")

        await kids.get_by_role("button", name="Who may see it: For children").click()
        await dialog.get_by_label("Find people").fill(friend.name)
        await dialog.get_by_role("button", name=f"Allow {friend.name}").click()
        await expect(dialog.get_by_role("button", name=f"Take {friend.name} off the list")).to_be_visible()
        await dialog.get_by_role("button", name="Save").click()
        await expect(kids.get_by_text("1 person and admins")).to_be_visible()
        await sees(friend, "Daylight", "Lullabies")
        await _rename_and_remove(admin)
        await sees(friend, "Daylight")


async def _rename_and_remove(admin: Listener) -> None:
    dialog = admin.page.get_by_role("dialog")
    await entry(admin, "For children").get_by_role("button", name="Rename For children").click()
    await dialog.get_by_label("Name").fill("Nursery")
    await dialog.get_by_role("button", name="Save").click()
    await entry(admin, "Nursery").get_by_role("button", name="Remove Nursery").click()
    await dialog.get_by_role("button", name="Remove", exact=True).click()
    await expect(admin.content.get_by_role("heading", name="Nursery")).to_have_count(0)
    await expect(admin.content.get_by_role("button", name="Remove music")).to_have_count(0)
