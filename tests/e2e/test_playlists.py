"""Playlists from the first to the last moment, and the way back from mistakes."""

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.listener import Listener, somebody
from tests.e2e.site import Site

pytestmark = pytest.mark.browser


async def make_playlist(listener: Listener, name: str) -> None:
    """Make an empty playlist; its page opens."""
    await listener.go("playlists")
    await listener.content.get_by_role("button", name="New playlist").click()
    await name_it(listener, name, "Create")
    await expect(listener.content.get_by_role("heading", name=name, level=1)).to_be_visible()


async def name_it(listener: Listener, name: str, button: str) -> None:
    """Give a name in the open dialog."""
    dialog = listener.page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill(name)
    await dialog.get_by_role("button", name=button, exact=True).click()


async def add(listener: Listener, album: str, song: str, playlist: str) -> None:
    """Put a song of an album into a playlist."""
    await listener.turn_to_album(album)
    await listener.choose(song, "Add to playlist…")
    await listener.page.get_by_role("dialog").get_by_role("button", name=playlist).click()
    await listener.sees_notice(f"Added “{song}” to “{playlist}”.")


def titles(listener: Listener) -> Locator:
    """The songs on the page, in order."""
    return listener.content.get_by_role("row").locator(".title")


async def test_make_fill_play_and_arrange(listener: Listener) -> None:
    await make_playlist(listener, "Sunday")
    await expect(listener.content.get_by_text("This playlist is empty")).to_be_visible()
    await add(listener, "Night Ferry", "Starboard", "Sunday")
    await add(listener, "Steam & Sugar", "Crumbs", "Sunday")
    await add(listener, "Moss Computer", "Sleep Mode", "Sunday")
    await listener.rail.get_by_role("link", name="Sunday").click()
    await expect(titles(listener)).to_have_text(["Starboard", "Crumbs", "Sleep Mode"])

    handle = listener.content.get_by_role("button", name="Drag to move Sleep Mode.")
    await handle.focus()
    await handle.press("Alt+ArrowUp")
    await expect(titles(listener)).to_have_text(["Starboard", "Sleep Mode", "Crumbs"])
    await listener.settles()
    await listener.page.reload()
    await expect(titles(listener)).to_have_text(["Starboard", "Sleep Mode", "Crumbs"])

    await listener.content.get_by_role("button", name="Play", exact=True).click()
    await listener.hears("Starboard", seconds=0.3)
    await listener.choose("Sleep Mode", "Remove from playlist")
    await expect(titles(listener)).to_have_text(["Starboard", "Crumbs"])
    await listener.undo("Removed “Sleep Mode”.")
    await expect(titles(listener)).to_have_text(["Starboard", "Sleep Mode", "Crumbs"])
    await listener.hears("Starboard", seconds=0.3)


async def test_rename(listener: Listener) -> None:
    await make_playlist(listener, "Mondey")
    await listener.content.get_by_role("button", name="Rename playlist").click()
    await name_it(listener, "Monday", "Save")
    await expect(listener.content.get_by_role("heading", name="Monday", level=1)).to_be_visible()
    await expect(listener.rail.get_by_role("link", name="Monday")).to_be_visible()
    await listener.settles()
    await listener.page.reload()
    await expect(listener.content.get_by_role("heading", name="Monday", level=1)).to_be_visible()


async def test_delete_and_undo_then_delete_for_good(listener: Listener) -> None:
    await make_playlist(listener, "Passing")
    more = listener.content.get_by_role("button", name="More for Passing")
    await more.click()
    await listener.page.get_by_role("menuitem", name="Delete").click()
    await expect(listener.rail.get_by_role("link", name="Passing")).to_have_count(0)
    await listener.undo("“Passing” was deleted.")
    await listener.rail.get_by_role("link", name="Passing").click()
    await more.click()
    await listener.page.get_by_role("menuitem", name="Delete").click()
    await listener.sees_notice("“Passing” was deleted.")
    await listener.page.reload()  # Leaving the page carries it out at once.
    await expect(listener.content.get_by_role("heading", name="No playlists yet")).to_be_visible()


async def test_a_new_playlist_from_songs_and_its_undo(listener: Listener) -> None:
    await listener.open_album("Rooftop Radio")
    await listener.choose("Antenna Samba", "Add to playlist…")
    await listener.page.get_by_role("dialog").get_by_role("button", name="New playlist").click()
    await name_it(listener, "Roofs", "Create")
    await listener.sees_notice("“Roofs” was created.")
    await add(listener, "Rooftop Radio", "Laundry in the Wind", "Roofs")
    await listener.rail.get_by_role("link", name="Roofs").click()
    await expect(titles(listener)).to_have_text(["Antenna Samba", "Laundry in the Wind"])
    await listener.undo("Added “Laundry in the Wind” to “Roofs”.")
    await expect(titles(listener)).to_have_text(["Antenna Samba"])


async def test_others_see_a_public_playlist_and_not_a_private_one(
    browser: Browser, site: Site, listener: Listener
) -> None:
    await make_playlist(listener, "Mine alone")
    own = listener.page.url
    await make_playlist(listener, "For all")
    shared = listener.page.url
    await listener.content.get_by_role("button", name="More for For all").click()
    await listener.page.get_by_role("menuitem", name="Make public").click()
    await expect(listener.content.get_by_text("Public", exact=True)).to_be_visible()
    await listener.settles()

    async with somebody(browser, site.base_url) as neighbour:
        await site.newcomer(neighbour.page.context)
        await neighbour.page.goto(shared)
        await expect(neighbour.content.get_by_role("heading", name="For all", level=1)).to_be_visible()
        await expect(neighbour.content.get_by_text(f"by {listener.name}")).to_be_visible()
        await expect(neighbour.content.get_by_role("button", name="Rename playlist")).to_have_count(0)
        neighbour.allow("status of 40[34]")
        await neighbour.page.goto(own)
        await expect(neighbour.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
