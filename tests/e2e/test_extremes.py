"""No page is broken by what a collection holds: nothing at all, one song, thousands; endless and foreign titles."""

from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from tests.audio.maker import AudioMaker
from tests.e2e import extremes
from tests.e2e.listener import Listener, somebody
from tests.e2e.pages import OPEN_PAGES, addresses, admin_addresses, collection_addresses, forgotten, furnished
from tests.e2e.site import PASSWORD, Site
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser

# What a window is made to is the dearest here: each page begins at the width that the page before it ended with.
WIDTHS = (360, 768, 1280, 1920)
# What stands out of the window, and is in nothing that scrolls sideways or cuts words off by itself.
STICKS_OUT = """() => {
    const found = [];
    const scrollsSideways = (element) => {
        // The page itself cuts off whatever is too wide, and there it would be lost.
        for (let at = element.parentElement; !at.matches('main, [role=dialog], body'); at = at.parentElement) {
            const isWithin = at.getBoundingClientRect().right <= innerWidth + 1;
            if (getComputedStyle(at).overflowX !== 'visible' && isWithin) return true;
        }
        return false;
    };
    for (const element of document.querySelectorAll('body *')) {
        const { left, right, width, height } = element.getBoundingClientRect();
        if (width < 2 || height < 2 || (right <= innerWidth + 1 && left >= -1)) continue;
        if (element.closest('.hidden-visually, .skip') || scrollsSideways(element)) continue;
        found.push(`${element.tagName}.${element.className} ${Math.round(left)}–${Math.round(right)} of ${innerWidth}`);
    }
    const { scrollWidth } = document.scrollingElement;
    return scrollWidth > innerWidth ? [`the page is ${scrollWidth} wide`, ...found] : found.slice(0, 8);
}"""
FOLDERS: dict[str, tuple[Callable[[Path, AudioMaker], Any], int]] = {
    "nothing": (lambda _folder, _audio: None, 0),
    "one": (extremes.write_one, 1),
    "many": (extremes.write_many, extremes.MANY),
}


@pytest_asyncio.fixture(scope="module", params=list(FOLDERS))
async def odd_site(
    request: pytest.FixtureRequest, player_is_built: None, _module_servers: ServerFactory, audio: AudioMaker
) -> AsyncIterator[Site]:
    """A server with a music folder at the edge, and a playlist in it."""
    write, songs = FOLDERS[request.param]
    server = _module_servers.embedded(RATE_LIMITS="off", OUTGOING_ALLOW="127.0.0.1")
    write(server.music, audio)
    site = await Site(server).open(0)
    await add_people(site)
    await site.scan()
    assert (await site.count_of("songs")) == songs
    found = await site.read("/api/v1/songs?limit=20")
    body = {"title": extremes.endless_word("P")[:200], "tracks": [song["id"] for song in found], "is_public": True}
    await site.ask("POST", "/api/v1/playlists", json=body)
    yield site
    server.stop()


async def add_people(site: Site) -> None:
    """A member and an invitation with names as long as they may be, and something on record about them."""
    long = extremes.endless_word("N")
    member = {"username": "n" * 30, "email": f"{'e' * 60}@{'example' * 8}.org", "password": PASSWORD}
    made = await site.ask("POST", "/api/v1/users", json={**member, "full_name": long[:200]})
    await site.ask("PUT", f"/api/v1/users/{made['id']}", json={"profile": {"moods": [long[:200], extremes.MIXED]}})
    await site.ask("POST", "/api/v1/invitations", json={"note": long[:200], "most_uses": 5})
    await site.ask("POST", "/api/v1/auth/app-passwords", json={"name": long[:100]})
    mine = {"full_name": extremes.MIXED, "profile": {"favorite_genres": [long[:200]] * 3, "moods": ["Calm"] * 50}}
    await site.ask("PUT", f"/api/v1/users/{site.admin['user']['id']}", json=mine)


async def sticking_out(listener: Listener) -> dict[str, list[str]]:
    """What does not fit, by width, from the width on that the window has."""
    found = {}
    window = listener.page.viewport_size
    for width in sorted(WIDTHS, reverse=window is not None and window["width"] == max(WIDTHS)):
        await listener.page.set_viewport_size({"width": width, "height": 800})
        await listener.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        out = await listener.page.evaluate(STICKS_OUT)
        if out:
            found[f"{listener.page.url} at {width}"] = out
    return found


async def sticking_out_of(listener: Listener, addresses: Iterable[str]) -> dict[str, list[str]]:
    """What does not fit on these pages, by address and width."""
    found: dict[str, list[str]] = {}
    async for _ in listener.visit(addresses):
        found |= await sticking_out(listener)
    return found


async def sticking_out_elsewhere(listener: Listener, site: Site) -> dict[str, list[str]]:
    """What does not fit on the pages that do not hang on the collection, by width."""
    async with furnished(site, extremes.endless_word("T")[:1000]):
        collection = await collection_addresses(site)
        pages = [*await addresses(site), *await admin_addresses(site)]
        assert not forgotten((*OPEN_PAGES, *pages)), "add these pages of the router to tests/e2e/pages.py"
        seen = {*collection, "settings/library"}
        return await sticking_out_of(listener, [address for address in pages if address not in seen])


async def test_everything_fits_at_every_width(browser: Browser, odd_site: Site) -> None:
    found: dict[str, list[str]] = {}
    async with somebody(browser, odd_site.base_url) as listener:
        # Pictures that are not there, the page that is not; a genre may be asked for in a thousand characters.
        listener.allow("status of 404")
        listener.allow("status of 422 .*genre=ggg")
        listener.allow("status of 40[13] .*/(check|verify-email)")
        # What does not hang on the collection is looked at once: where every name is as long as names can be.
        songs = await odd_site.count_of("songs")
        if songs == 1:
            found |= await sticking_out_of(listener, OPEN_PAGES)
        await odd_site.as_admin(listener.page.context)
        searches = ("search?q=a", "search?q=" + "q" * 500)
        found |= await sticking_out_of(listener, (*await collection_addresses(odd_site), "settings/library", *searches))
        if songs == 1:
            found |= await sticking_out_elsewhere(listener, odd_site)
        if songs:
            await listener.page.set_viewport_size({"width": 1280, "height": 800})
            await listener.go("songs")
            await listener.content.get_by_role("button", name="Play", exact=True).click()
            for key in ("q", "l", "p"):
                await listener.press(key)
                await listener.settles()
                found |= await sticking_out(listener)
                await listener.page.set_viewport_size({"width": 1280, "height": 800})
    assert not found, found


async def see_demo_come(listener: Listener) -> None:
    """As long as the server tells that it makes a demo, the first page tells how far it is; then it looks itself."""
    steps = [("composing", 0.4, "Marla Quill played “Crumbs”."), ("scanning", None, ""), ("none", None, "")]

    async def tell(route: Route) -> None:
        state, progress, message = steps.pop(0) if len(steps) > 1 else steps[0]
        await route.fulfill(json={"success": True, "data": {"state": state, "progress": progress, "message": message}})

    await listener.page.route("**/api/v1/demo", tell)
    await listener.go()
    await expect(listener.content.get_by_role("heading", name="A little demo is being composed")).to_be_visible()
    await expect(listener.content.get_by_text("Marla Quill played")).to_be_visible()
    await expect(listener.content.get_by_text("comes into the library now")).to_be_visible()
    await expect(listener.content.get_by_role("heading", name="No music yet")).to_be_visible()
    await listener.page.unroute("**/api/v1/demo")


async def test_empty_places_say_why(browser: Browser, odd_site: Site) -> None:
    sentences = {"starred": "Nothing starred yet", "playlists": "No playlists yet"}
    if await odd_site.count_of("songs") == 0:
        # In an order in which no page says what the one before it said: what is come to may show for a moment late.
        sentences |= {"artists": "No artists yet", "albums": "No music yet", "genres": "No genres yet"}
        sentences |= {"songs": "No music yet"}
    async with somebody(browser, odd_site.base_url) as listener:
        listener.allow("status of 404")  # Pictures that are not there.
        await odd_site.newcomer(listener.page.context)
        if await odd_site.count_of("songs") == 0:
            await see_demo_come(listener)
            await listener.go()
            await expect(listener.content.get_by_text("No music yet").first).to_be_visible()
        for number, (address, sentence) in enumerate(sentences.items()):
            await (listener.travel(address) if number else listener.go(address))
            await expect(listener.content.get_by_text(sentence).first).to_be_visible()
