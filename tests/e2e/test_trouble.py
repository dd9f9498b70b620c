"""When something goes wrong: a sentence says what, and the music goes on where it can."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.listener import Listener, somebody
from tests.e2e.site import DEMO_SONGS, PASSWORD, Site, start_with_demo
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser

NO_CONNECTION = "net::ERR_INTERNET_DISCONNECTED|net::ERR_CONNECTION_REFUSED|net::ERR_NETWORK"


async def test_a_lost_connection_leaves_the_music_and_gives_a_sentence(listener: Listener) -> None:
    listener.allow(NO_CONNECTION)
    await listener.fetch_ahead()
    await listener.play_album("Steam & Sugar")
    await listener.hears("First Pour", seconds=1)
    await listener.settles()
    await listener.page.context.set_offline(True)
    await listener.hears("First Pour", seconds=1)
    await listener.rail.get_by_role("link", name="Starred", exact=True).click()
    await expect(listener.content.get_by_text("The server cannot be reached.").first).to_be_visible()
    await listener.hears("First Pour", seconds=0.5)
    await listener.page.context.set_offline(False)
    await expect(listener.content.get_by_text("Nothing starred yet")).to_be_visible()
    await listener.hears("First Pour", seconds=0.5)


async def test_what_could_not_be_read_is_read_again_when_asked(listener: Listener) -> None:
    listener.allow(NO_CONNECTION)
    await listener.fetch_ahead()
    await listener.go("albums")
    await listener.settles()
    await listener.page.route("**/api/v1/artists*", lambda route: route.abort("connectionrefused"))
    await listener.travel("artists")
    await expect(listener.content.get_by_text("The server cannot be reached.")).to_be_visible()
    await listener.page.unroute("**/api/v1/artists*")
    await listener.content.get_by_role("button", name="Try again").click()
    await expect(listener.content.get_by_role("link", name="Neon Heron", exact=True)).to_be_visible()


async def test_a_change_without_connection_is_taken_back_with_a_sentence(listener: Listener) -> None:
    listener.allow(NO_CONNECTION)
    await listener.open_album("Steam & Sugar")
    await listener.page.context.set_offline(True)
    star = listener.content.get_by_role("button", name="Star Steam & Sugar")
    await star.click()
    await listener.sees_notice("The star was not set. The server cannot be reached.")
    await expect(star).to_have_attribute("aria-pressed", "false")


async def test_the_next_song_waits_for_the_connection(listener: Listener) -> None:
    listener.allow(NO_CONNECTION)
    await listener.play_album("Moss Computer")
    await listener.hears("Boot Sequence, with Ferns", seconds=0.5)
    queue = await listener.open_queue()
    await listener.page.context.set_offline(True)
    await queue.get_by_role("button", name="Rain Protocol").first.click()
    await listener.sees_notice("The connection is gone. Playing goes on when it is back.")
    await listener.page.context.set_offline(False)
    await listener.hears("Rain Protocol", seconds=0.5)


async def test_a_song_whose_file_vanished_gives_a_sentence_and_is_skipped(
    player_is_built: None, browser: Browser, servers: ServerFactory, demo_library: Path, own_place: Path
) -> None:
    server = start_with_demo(servers, own_place / "data", demo_library)
    site = await Site(server).open(DEMO_SONGS)
    async with somebody(browser, server.base_url) as listener:
        listener.allow("status of 4(04|10)")
        await site.newcomer(listener.page.context)
        await listener.open_album("Steam & Sugar")
        next((own_place / "data" / "demo-music").rglob("*Cardigan Weather*")).unlink()
        await listener.content.get_by_role("button", name="Play", exact=True).click()
        await listener.hears("First Pour", seconds=0.3)
        await listener.go_near_end()
        await listener.sees_notice("“Cardigan Weather” is no longer in the library. Skipped to the next song.")
        await listener.hears("The Cat Approves", seconds=0.5)

        await site.ask("POST", "/api/v1/scan", json={"full": False})
        await site.until(lambda songs: len(songs) == DEMO_SONGS - 1, "/api/v1/songs?limit=500")
        await listener.page.reload()
        await expect(listener.row("The Cat Approves")).to_be_visible()
        await expect(listener.row("Cardigan Weather")).to_have_count(0)


async def test_an_ended_session_asks_for_a_sign_in_and_comes_back(site: Site, listener: Listener) -> None:
    listener.allow("status of 401")
    await listener.open_album("Night Ferry")
    await listener.page.context.clear_cookies()
    await listener.content.get_by_role("button", name="Star Night Ferry").click()
    await expect(listener.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    await listener.sees_notice("Your session has ended. Sign in again.")
    await listener.page.get_by_label("User name or e-mail").fill(listener.name)
    await listener.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await listener.page.get_by_role("button", name="Sign in").click()
    await expect(listener.content.get_by_role("heading", name="Night Ferry", level=1)).to_be_visible()
