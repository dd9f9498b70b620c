"""Libraries in the player: an admin names them, says who sees them and adds a folder; others see what they may."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.audio.maker import AudioMaker
from tests.e2e.listener import PHONE, somebody
from tests.e2e.site import Site
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser


def album(audio: AudioMaker, folder: Path, title: str) -> None:
    for track in (1, 2):
        tags = {"title": f"{title} {track}", "artist": "Ada", "albumartist": "Ada", "album": title}
        audio.song(folder / title / f"{track}.mp3", tags, kind="mp3")


async def test_an_admin_looks_after_libraries(
    player_is_built: None, browser: Browser, servers: ServerFactory, audio: AudioMaker, own_place: Path
) -> None:
    roots = own_place / "roots"
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
        page, content = admin.page, admin.content
        await admin.go("settings/library")
        await expect(content.get_by_role("heading", name="music", exact=True)).to_be_visible()
        await expect(content.get_by_text("Not watched")).to_be_visible()

        await content.get_by_role("button", name="Add a folder").click()
        await page.get_by_role("button", name="Open roots").click()
        await page.get_by_role("button", name="Open Kids").click()
        await expect(page.get_by_label("Name", exact=True)).to_have_value("Kids")
        await page.get_by_label("Name", exact=True).fill("For children")
        await page.get_by_role("button", name="Add this folder").click()
        await expect(content.get_by_role("heading", name="For children")).to_be_visible()
        kids = content.get_by_role("listitem").filter(has=page.get_by_role("heading", name="For children"))
        await expect(kids.get_by_text("2 songs")).to_be_visible()

        # Somebody with one library more than one chooses among them; the address keeps the choice.
        await friend.go("albums")
        await expect(friend.content.get_by_role("link", name="Daylight", exact=True)).to_be_visible()
        await friend.content.get_by_label("Library", exact=True).select_option("For children")
        await expect(friend.content.get_by_role("link", name="Daylight", exact=True)).to_have_count(0)
        await expect(friend.content.get_by_role("link", name="Lullabies", exact=True)).to_be_visible()
        assert "library=2" in friend.page.url

        # Only admins from now on.
        await kids.get_by_role("button", name="Who may see For children").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_text("Chosen people", exact=True).click()
        await expect(dialog.get_by_text("Nobody but admins")).to_be_visible()
        await dialog.get_by_role("button", name="Save").click()
        await expect(kids.get_by_text("Only admins")).to_be_visible()
        await friend.go("albums")
        await expect(friend.content.get_by_role("link", name="Daylight", exact=True)).to_be_visible()
        await expect(friend.content.get_by_role("link", name="Lullabies", exact=True)).to_have_count(0)
        await expect(friend.content.get_by_label("Library", exact=True)).to_have_count(0)

        # And the friend.
        await kids.get_by_role("button", name="Who may see For children").click()
        await dialog.get_by_label("Find people").fill(friend.name)
        await dialog.get_by_role("button", name=f"Allow {friend.name}").click()
        await expect(dialog.get_by_role("button", name=f"Take {friend.name} off the list")).to_be_visible()
        await dialog.get_by_role("button", name="Save").click()
        await expect(kids.get_by_text("1 person and admins")).to_be_visible()
        await friend.go("albums")
        await expect(friend.content.get_by_role("link", name="Lullabies", exact=True)).to_be_visible()

        await kids.get_by_role("button", name="Rename For children").click()
        await dialog.get_by_label("Name").fill("Nursery")
        await dialog.get_by_role("button", name="Save").click()
        nursery = content.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Nursery"))
        await nursery.get_by_role("button", name="Remove Nursery").click()
        await dialog.get_by_role("button", name="Remove", exact=True).click()
        await expect(content.get_by_role("heading", name="Nursery")).to_have_count(0)
        await expect(content.get_by_role("button", name="Remove music")).to_have_count(0)
