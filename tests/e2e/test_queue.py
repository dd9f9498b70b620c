"""The queue: songs next and last, out again, in another order, and the way back from each."""

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.e2e.listener import Listener, titles_of

pytestmark = pytest.mark.browser

REST = ["Lichen Cache", "Soft Reset", "Rain Protocol", "Sleep Mode"]


@pytest_asyncio.fixture
async def queue(listener: Listener) -> Locator:
    """The open queue of an album that plays its first song."""
    await listener.play_album("Moss Computer")
    await listener.hears("Boot Sequence, with Ferns", seconds=0.2)
    opened = await listener.open_queue()
    assert await titles_of(opened) == REST
    return opened


async def becomes(queue: Locator, titles: list[str]) -> None:
    """Wait until these come next, in this order."""
    await expect(queue.locator("li.row .title")).to_have_text(titles)


async def test_play_next_and_last(listener: Listener, queue: Locator) -> None:
    await listener.open_album("Steam & Sugar")
    await listener.choose("Two Spoons", "Play next")
    await listener.sees_notice("Plays next: “Two Spoons”.")
    await listener.choose("Crumbs", "Add to queue")
    await listener.sees_notice("Added to the queue: “Crumbs”.")
    queue = listener.page.get_by_role("complementary", name="Queue")
    if not await queue.is_visible():
        queue = await listener.open_queue()
    await becomes(queue, ["Two Spoons", *REST, "Crumbs"])
    await listener.undo("Added to the queue: “Crumbs”.")
    await becomes(queue, ["Two Spoons", *REST])


async def test_remove_and_undo(listener: Listener, queue: Locator) -> None:
    await queue.get_by_role("button", name="Remove Soft Reset from the queue").click()
    await becomes(queue, ["Lichen Cache", "Rain Protocol", "Sleep Mode"])
    await listener.undo("“Soft Reset” was removed from the queue.")
    await becomes(queue, REST)
    await queue.get_by_role("button", name="Clear queue").click()
    await expect(queue.get_by_text("Nothing comes next.")).to_be_visible()
    await listener.undo("The queue was cleared.")
    await becomes(queue, REST)
    await listener.hears("Boot Sequence, with Ferns", seconds=0.2)


async def test_another_order_by_key_and_by_hand(listener: Listener, queue: Locator) -> None:
    handle = queue.get_by_role("button", name="Drag to move Sleep Mode.")
    await handle.focus()
    await handle.press("Alt+ArrowUp")
    await becomes(queue, ["Lichen Cache", "Soft Reset", "Sleep Mode", "Rain Protocol"])

    await queue.locator("li.row").nth(3).hover()
    box = await queue.get_by_role("button", name="Drag to move Rain Protocol.").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await listener.page.mouse.move(x, y)
    await listener.page.mouse.down()
    await listener.page.mouse.move(x, y - 100, steps=5)
    await listener.page.mouse.move(x, y - 168, steps=5)
    await listener.page.mouse.up()
    await becomes(queue, ["Rain Protocol", "Lichen Cache", "Soft Reset", "Sleep Mode"])


async def test_a_click_plays_from_there(listener: Listener, queue: Locator) -> None:
    await queue.get_by_role("button", name="Rain Protocol").first.click()
    await listener.hears("Rain Protocol", seconds=0.3)
    await becomes(queue, ["Sleep Mode"])
    await queue.get_by_role("button", name="Show what played before").click()
    await expect(queue.get_by_text("Soft Reset", exact=True)).to_be_visible()


async def test_several_songs_at_once(listener: Listener, queue: Locator) -> None:
    await listener.press("q")
    await listener.open_album("Steam & Sugar")
    await listener.row("First Pour").click()
    await listener.row("The Cat Approves").click(modifiers=["Shift"])
    toolbar = listener.page.get_by_role("toolbar", name="3 selected")
    await toolbar.get_by_role("button", name="Add to queue").click()
    notice = await listener.sees_notice("3 songs added to the queue.")
    for width in (1280, 360):
        await listener.page.set_viewport_size({"width": width, "height": 800})
        await notice.evaluate("(one) => Promise.all(one.getAnimations().map((motion) => motion.finished))")
        above, below = await notice.bounding_box(), await toolbar.bounding_box()
        assert above and below
        assert above["y"] + above["height"] <= below["y"]
        assert 0 <= below["x"] <= below["x"] + below["width"] <= width
        assert await toolbar.get_by_text("3 selected").evaluate("(words) => words.scrollWidth <= words.clientWidth")
    await listener.page.set_viewport_size({"width": 1280, "height": 800})
    await listener.press("q")
    await becomes(
        listener.page.get_by_role("complementary", name="Queue"),
        [*REST, "First Pour", "Cardigan Weather", "The Cat Approves"],
    )
