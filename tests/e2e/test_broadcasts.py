"""Podcasts and internet radio, from their addresses to their sound."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.audio.maker import AudioMaker
from tests.e2e.listener import PHONE, Listener, somebody
from tests.e2e.site import Site
from tests.feeds import PodcastServer, item, rss
from tests.services.station import Station

pytestmark = pytest.mark.browser

OTHER_HOST = r"request to another host: http://127\.0\.0\.1:\d+/live"


async def until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.05)


@pytest.fixture
def feeds(audio: AudioMaker) -> Iterator[PodcastServer]:
    """Another server, with a podcast of two episodes; the audio of one of them is missing."""
    started = PodcastServer()
    started.files["/first.mp3"] = audio.tone("mp3", 60.0).read_bytes()
    started.files["/feed"] = rss(
        item("first", published="1 Jan 2026 00:00:00 GMT"),
        item("second", published="2 Jan 2026 00:00:00 GMT"),
        title="The long listen",
    ).encode()
    yield started
    started.close()


@pytest.fixture
def station(audio: AudioMaker) -> Iterator[Station]:
    """A radio station."""
    started = Station(audio.tone("mp3", 2.0).read_bytes(), 2.0)
    yield started
    started.close()


async def test_a_podcast_is_subscribed_to_heard_and_removed(browser: Browser, site: Site, feeds: PodcastServer) -> None:
    async with somebody(browser, site.base_url) as boss:
        await site.as_admin(boss.page.context)
        await boss.go("podcasts")
        await boss.content.get_by_role("button", name="Subscribe").first.click()
        dialog = boss.page.get_by_role("dialog")
        await dialog.get_by_label("Address of the feed").fill(f"{feeds.address}/feed")
        await dialog.get_by_role("button", name="Subscribe").click()
        await expect(boss.content.get_by_role("heading", name="The long listen", level=1)).to_be_visible()

        # Heard at once, from where it is; beside that it comes onto the disk.
        await boss.content.get_by_role("button", name="Play first", exact=True).click()
        await boss.hears("first")
        await expect(boss.content.get_by_text("On the server")).to_be_visible()
        place = boss.bar.get_by_role("slider", name="Position in the episode")
        await place.focus()
        await place.fill("40")
        await boss.bar.get_by_role("button", name="Pause", exact=True).click()
        await boss.hears_nothing()
        await boss.page.reload()
        row = boss.content.get_by_role("listitem").filter(has_text="first")
        await expect(row.get_by_text(re.compile(r"\b(19|20) sec left"))).to_be_visible()
        await row.get_by_role("button", name="Play first", exact=True).click()
        await boss.hears("first")
        sounding = await boss.sounding()
        assert sounding is not None and sounding["time"] >= 39

        # What goes wrong is told where it went wrong.
        await boss.content.get_by_role("button", name="Download “second”", exact=True).click()
        await expect(boss.content.get_by_text("The download failed.")).to_be_visible()
        await row.get_by_role("button", name="Mark “first” as played").click()
        await expect(row.get_by_role("button", name="Mark “first” as not played")).to_be_visible()

        await boss.content.get_by_role("button", name="Unsubscribe").click()
        await boss.undo("“The long listen” was removed.")
        card = boss.content.get_by_role("link", name=re.compile("^The long listen"))
        await expect(card.first).to_be_visible()
        for podcast in await site.read("/api/v1/podcasts"):
            await site.ask("DELETE", f"/api/v1/podcasts/{podcast['id']}")


@pytest_asyncio.fixture
async def podcast(site: Site, feeds: PodcastServer) -> AsyncIterator[dict[str, Any]]:
    """A podcast with its `first` episode, which is on the disk, and a `second` one."""
    feeds.files["/second.mp3"] = feeds.files["/first.mp3"]
    made = await site.ask("POST", "/api/v1/podcasts", json={"url": f"{feeds.address}/feed"})
    episodes = f"/api/v1/podcasts/{made['id']}/episodes"
    [second, first] = await site.until(lambda found: len(found) == 2, episodes)
    await site.ask("POST", f"/api/v1/podcast-episodes/{first['id']}/download")
    await site.until(lambda found: found[1]["status"] == "completed", episodes)
    yield {**made, "first": f"pe-{first['id']}", "second": f"pe-{second['id']}"}
    await site.ask("DELETE", f"/api/v1/podcasts/{made['id']}")


async def phone_of(listener: Listener, site: Site) -> Callable[..., Awaitable[Any]]:
    """Calls OpenSubsonic as the app `phone` of somebody."""
    requests = listener.page.context.request
    origin = {"origin": site.base_url}
    made = await requests.post(f"{site.base_url}/api/v1/auth/app-passwords", data={"name": "Phone"}, headers=origin)
    credentials = {"u": listener.name, "p": (await made.json())["data"]["password"], "f": "json", "v": "1.16.1"}

    async def phone(call: str, **given: Any) -> Any:
        query = urlencode({**credentials, "c": "phone", **given}, doseq=True)
        told = (await (await requests.get(f"{site.base_url}/rest/{call}?{query}")).json())["subsonic-response"]
        assert told["status"] == "ok", told
        return told

    return phone


async def change_lined_up(listener: Listener, queue: Locator, podcast: dict[str, Any]) -> None:
    """Line the second episode up by its menu, move it and take it out, as songs are."""
    await listener.travel(f"podcasts/{podcast['id']}")
    row = listener.content.get_by_role("listitem").filter(has_text="second")
    await row.get_by_role("button", name="More for second").click()
    await listener.page.get_by_role("menuitem", name="Add to queue").click()
    await listener.sees_notice("Added to the queue: “second”.")
    titles = queue.locator("li.row .title")
    await expect(titles).to_have_text(["Crumbs", "second"])
    await expect(queue.get_by_text("1 song · 1 episode")).to_be_visible()
    handle = queue.get_by_role("button", name="Drag to move second.")
    await handle.focus()
    await handle.press("Alt+ArrowUp")
    await expect(titles).to_have_text(["second", "Crumbs"])
    await queue.get_by_role("button", name="Remove second from the queue").click()
    await expect(titles).to_have_text(["Crumbs"])


async def test_an_episode_stands_among_the_songs_of_a_queue(
    site: Site, listener: Listener, podcast: dict[str, Any]
) -> None:
    songs = {song["title"]: f"so-{song['id']}" for song in await site.read("/api/v1/songs?limit=100")}
    phone = await phone_of(listener, site)
    # What a phone has lined up goes on here, in mid-episode.
    ids = [songs["Two Spoons"], podcast["first"], songs["Crumbs"]]
    await phone("savePlayQueueByIndex", id=ids, currentIndex=1, position=30_000)
    await listener.go()
    await listener.page.get_by_role("button", name="Continue first from phone here").click()
    await listener.hears("first")
    await expect(listener.bar.get_by_role("link", name="The long listen")).to_be_visible()
    assert await listener.position() >= 30
    queue = await listener.open_queue()
    await expect(queue.locator("li.row .title")).to_have_text(["Crumbs"])
    # Next and back again: it goes on where it was left.
    await listener.press("Shift+N")
    await listener.hears("Crumbs")
    await queue.get_by_role("button", name="Show what played before").click()
    await queue.get_by_role("button", name=re.compile("^first")).click()
    await listener.hears("first")
    await listener.sees_notice(re.compile(r"Goes on at 0:3\d"))
    assert await listener.position() >= 30
    await change_lined_up(listener, queue, podcast)
    # Over its end the next song begins, and the episode counts as heard.
    await listener.go_near_end()
    await listener.hears("Crumbs")
    heard = listener.content.get_by_role("listitem").filter(has_text="first")
    await expect(heard.get_by_role("button", name="Mark “first” as not played")).to_be_visible()
    async with asyncio.timeout(20):
        while (found := (await phone("getPlayQueueByIndex"))["playQueueByIndex"])["currentIndex"] != 2:
            await asyncio.sleep(0.1)
    assert [entry["id"] for entry in found["entry"]] == ids


async def test_of_a_feed_that_cannot_be_read_nothing_else_is_said(
    browser: Browser, site: Site, feeds: PodcastServer
) -> None:
    podcast = await site.ask("POST", "/api/v1/podcasts", json={"url": f"{feeds.address}/gone"})
    async with somebody(browser, site.base_url) as boss:
        await site.as_admin(boss.page.context)
        await boss.go(f"podcasts/{podcast['id']}")
        await expect(boss.content.get_by_text("The feed could not be read the last time.")).to_be_visible()
        await expect(boss.content.get_by_text("no episodes")).to_have_count(0)
        await expect(boss.content.get_by_text(re.compile(r"read (just now|.* ago)"))).to_have_count(0)
    await site.ask("DELETE", f"/api/v1/podcasts/{podcast['id']}")


async def remove_stations(site: Site) -> None:
    """Leave no station, be it from a try that ended early."""
    for one in await site.read("/api/v1/radio-stations"):
        await site.ask("DELETE", f"/api/v1/radio-stations/{one['id']}")


async def test_radio_plays_until_it_falls_silent(browser: Browser, site: Site, station: Station) -> None:
    await remove_stations(site)
    async with somebody(browser, site.base_url, viewport=PHONE) as boss:
        boss.allow(OTHER_HOST)
        boss.allow("net::ERR_EMPTY_RESPONSE|net::ERR_CONNECTION")
        await site.as_admin(boss.page.context)
        await boss.go("radio")
        await boss.content.get_by_role("button", name="Add station").click()
        dialog = boss.page.get_by_role("dialog")
        await dialog.get_by_label("Name").fill("Night waves")
        await dialog.get_by_label("Address of the stream").fill("nowhere")
        boss.allow("status of 422")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.get_by_text("This must be an address")).to_be_visible()
        await dialog.get_by_label("Address of the stream").fill(station.address)
        await dialog.get_by_role("button", name="Save").click()

        await boss.content.get_by_role("button", name="Play Night waves").click()
        await boss.hears("Night waves")
        await expect(boss.bar.get_by_text("Live")).to_be_visible()
        await expect(boss.bar.get_by_role("slider")).to_have_count(0)
        station.is_off = True
        await until(lambda: station.listeners == 0)
        await expect(boss.bar.get_by_text("Connecting…")).to_be_visible()
        station.is_off = False
        await until(lambda: station.listeners > 0)
        await expect(boss.bar.get_by_text("Live")).to_be_visible()
        await boss.bar.get_by_role("button", name="Close and go back to the queue").click()
        await boss.hears_nothing()

        station.is_off = True
        await boss.content.get_by_role("button", name="Play Night waves").click()
        await expect(boss.bar.get_by_text("The station does not answer.")).to_be_visible()
        await boss.content.get_by_role("button", name="Remove Night waves").click()
        await expect(boss.content.get_by_role("heading", name="No stations yet")).to_be_visible()
        await boss.undo("“Night waves” was removed.")
        await expect(boss.content.get_by_text("Night waves", exact=True)).to_be_visible()
    await remove_stations(site)
