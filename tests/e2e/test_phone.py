"""The player on a small phone: four tabs, a mini player, and a sheet that comes up from it."""

import asyncio

import pytest
from playwright.async_api import FloatRect, Locator, expect

from tests.e2e.listener import SOUNDING, Listener
from tests.e2e.test_accessibility import AT_REST

pytestmark = pytest.mark.browser


def mini_of(phone: Listener) -> Locator:
    """The mini player above the tabs."""
    return phone.page.get_by_role("region", name="Player", exact=True)


async def test_from_the_library_to_the_sheet_and_back(phone: Listener) -> None:
    await phone.go()
    await phone.rail.get_by_role("link", name="Library").tap()
    await phone.content.get_by_role("link", name="Albums").first.tap()
    await phone.content.get_by_role("link", name="Rooftop Radio", exact=True).tap()
    await phone.row("Pigeon Parliament").tap()  # A tap plays.
    await phone.hears("Pigeon Parliament", seconds=0.5)

    await mini_of(phone).get_by_role("button", name="Open now playing").tap()
    sheet = phone.page.get_by_role("dialog", name="Now playing")
    await expect(sheet.get_by_role("heading", name="Pigeon Parliament")).to_be_visible()
    await sheet.get_by_role("button", name="Next song").tap()
    await expect(sheet.get_by_role("heading", name="Borrowed Sunglasses")).to_be_visible()
    await phone.page.wait_for_function(SOUNDING)
    await sheet.get_by_role("button", name="Lyrics").tap()
    await expect(sheet.get_by_role("button").filter(has_text="sunglasses").first).to_be_visible()
    await sheet.get_by_role("button", name="Pause").tap()
    await phone.hears_nothing()
    await phone.page.go_back()  # The phone's own back closes the sheet, not the page.
    await expect(sheet).to_be_hidden()
    await expect(phone.content.get_by_role("heading", name="Rooftop Radio", level=1)).to_be_visible()
    await mini_of(phone).get_by_role("button", name="Play", exact=True).tap()
    await phone.hears("Borrowed Sunglasses", seconds=0.3)


async def test_a_finger_pulls_the_sheet_down_and_the_mini_player_aside(phone: Listener) -> None:
    await phone.go("albums")
    await phone.content.get_by_role("link", name="Moss Computer", exact=True).tap()
    await phone.content.get_by_role("button", name="Play", exact=True).tap()
    await phone.hears("Boot Sequence, with Ferns", seconds=0.3)
    await swipe(phone, mini_of(phone).get_by_role("button", name="Open now playing"), across=-140)
    await phone.hears("Lichen Cache", seconds=0.3)
    opener = mini_of(phone).get_by_role("button", name="Open now playing")
    await at_rest(opener)
    sheet = phone.page.get_by_role("dialog", name="Now playing")
    while await sheet.count() == 0:
        await opener.tap()
        await asyncio.sleep(1)
    await expect(sheet.get_by_role("heading", name="Lichen Cache")).to_be_visible()
    # While the artwork moves to its place, the page takes no touches.
    await phone.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    await phone.page.evaluate(AT_REST)
    await swipe(phone, sheet.locator(".art"), down=320)
    await expect(sheet).to_be_hidden()
    await phone.hears("Lichen Cache", seconds=0.3)


async def test_every_tab_and_search(phone: Listener) -> None:
    await phone.go()
    for tab, heading in (("Search", "Search"), ("Library", "Library"), ("Playlists", "Playlists")):
        await phone.rail.get_by_role("link", name=tab).tap()
        await expect(phone.content.get_by_role("heading", name=heading, level=1)).to_be_attached()
    await phone.rail.get_by_role("link", name="Search").tap()
    await phone.content.get_by_role("textbox", name="Search").fill("tin")
    await phone.row("Midnight on the Tin").tap()
    await phone.hears("Midnight on the Tin", seconds=0.3)


async def test_a_song_into_a_playlist_by_its_menu(phone: Listener) -> None:
    await phone.go("albums")
    await phone.content.get_by_role("link", name="Night Ferry", exact=True).tap()
    await phone.row("Wake Lights").get_by_role("button", name="More for Wake Lights").tap()
    await phone.page.get_by_role("menuitem", name="Add to playlist…").tap()
    await phone.page.get_by_role("dialog").get_by_role("button", name="New playlist").tap()
    dialog = phone.page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("On the way")
    await dialog.get_by_role("button", name="Create").tap()
    await phone.sees_notice("“On the way” was created.")
    await phone.rail.get_by_role("link", name="Playlists").tap()
    await phone.content.get_by_role("link", name="On the way").first.tap()
    await expect(phone.row("Wake Lights")).to_be_visible()


async def test_a_card_is_one_target_for_a_finger(phone: Listener) -> None:
    await phone.go("albums")
    card = phone.content.get_by_role("article").filter(has_text="Night Ferry").first
    artist = card.locator(".subtitle")
    await expect(artist).to_be_visible()
    box = await artist.bounding_box()
    assert box is not None
    # A finger that means the title and lands on the name below it comes to the album all the same.
    await phone.page.touchscreen.tap(box["x"] + 10, box["y"] + box["height"] / 2)
    await expect(phone.content.get_by_role("heading", name="Night Ferry", level=1)).to_be_visible()
    await phone.page.go_back()
    box = await card.bounding_box()
    assert box is not None
    hit = "([x, y]) => document.elementFromPoint(x, y).closest('a')?.getAttribute('href') ?? ''"
    for part in (0.05, 0.5, 0.95):
        assert "/albums/" in await phone.page.evaluate(hit, [box["x"] + 20, box["y"] + box["height"] * part])


async def swipe(phone: Listener, start: Locator, *, across: float = 0, down: float = 0) -> None:
    """Draw a finger from the middle of something that has come to rest."""
    box = await at_rest(start)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = await phone.page.context.new_cdp_session(phone.page)
    steps = 8
    await touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, steps + 1):
        point = {"x": x + across * step / steps, "y": y + down * step / steps}
        await touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await touch.detach()


async def at_rest(thing: Locator) -> FloatRect:
    """Where something is once it has stopped sliding in."""
    earlier = None
    while (box := await thing.bounding_box()) is None or box != earlier:
        earlier = box
        await asyncio.sleep(0.1)
    return box
