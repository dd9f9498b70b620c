"""The jukebox by remote control, and the rules for streaming."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.listener import somebody
from tests.e2e.site import DEMO_SONGS, Site, start_with_demo
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser

SPEAKER = 'pcm.speaker {{ type file slave.pcm "silence" file "{file}" format "raw" }}\npcm.silence {{ type null }}\n'


async def until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    """Look again and again until it is so: the player's process takes a moment to begin."""
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.1)


async def test_the_house_is_played_to_by_remote_control(
    player_is_built: None, browser: Browser, servers: ServerFactory, demo_library: Path, tmp_path: Path
) -> None:
    configuration, heard = tmp_path / "asound.conf", tmp_path / "heard.raw"
    configuration.write_text(SPEAKER.format(file=heard), encoding="utf-8")
    settings = {"JUKEBOX_DEVICE": "speaker", "ALSA_CONFIG_PATH": str(configuration), "RATE_LIMITS": "off"}
    site = await Site(start_with_demo(servers, tmp_path / "data", demo_library, **settings)).open(DEMO_SONGS)
    async with somebody(browser, site.base_url) as keeper:
        keeper.name = await site.as_admin(keeper.page.context)
        await keeper.go("jukebox")
        await expect(keeper.page.get_by_text("The house is silent")).to_be_visible()
        songs = [song["id"] for song in await site.read("/api/v1/songs?limit=3")]
        await site.ask("PUT", "/api/v1/jukebox/queue", json={"song_ids": songs})
        # The page looks again by itself.
        queue = keeper.page.get_by_role("list", name="Lined up")
        await expect(queue.get_by_role("listitem")).to_have_count(3)
        remote = keeper.page.get_by_role("region", name="Jukebox")
        await remote.get_by_role("button", name="Play", exact=True).click()
        await expect(remote.get_by_role("button", name="Pause")).to_be_visible()
        await until(lambda: heard.exists() and heard.stat().st_size > 0)
        await remote.get_by_role("button", name="Next song").click()
        await expect(queue.get_by_role("listitem").nth(1)).to_have_attribute("aria-current", "true")
        await remote.get_by_role("button", name="Pause").click()
        await expect(remote.get_by_role("button", name="Play", exact=True)).to_be_visible()
        state = await site.read("/api/v1/jukebox")
        assert (state["place"], state["playing"]) == (1, False)
        await keeper.page.get_by_role("button", name="Clear").click()
        await expect(keeper.page.get_by_text("The house is silent")).to_be_visible()
        await keeper.page.get_by_role("button", name="Undo").click()
        await expect(queue.get_by_role("listitem")).to_have_count(3)


async def test_an_admin_rules_what_goes_out(browser: Browser, site: Site) -> None:
    async with somebody(browser, site.base_url) as keeper:
        keeper.name = await site.as_admin(keeper.page.context)
        await keeper.go("settings/streaming")
        await expect(keeper.page.get_by_role("heading", name="Rules")).to_be_visible(timeout=60_000)
        await expect(keeper.page.get_by_text("There are no rules")).to_be_visible()
        await keeper.page.get_by_role("button", name="Add a rule").click()
        dialog = keeper.page.get_by_role("dialog")
        await dialog.get_by_label("Name").fill("Phones on the road")
        await dialog.get_by_label("Apps").fill("Symfonium, DSub")
        await dialog.get_by_label("Networks of the listeners").fill("the road")
        await dialog.get_by_label("Format", exact=True).select_option("Opus")
        keeper.allow("status of 422")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.get_by_text("'the road' is no network")).to_be_visible()
        await dialog.get_by_label("Networks of the listeners").fill("100.64.0.0/10")
        await dialog.get_by_label("At most").select_option("96 kbit/s")
        await dialog.get_by_role("button", name="Save").click()
        await keeper.sees_notice("The rules hold from now on.")
        (rule,) = (await site.read("/api/v1/streaming"))["rules"]
        assert (rule["clients"], rule["format"], rule["bitrate"]) == (["Symfonium", "DSub"], "opus", 96)
        await keeper.page.get_by_role("button", name="Remove Phones on the road").click()
        await expect(keeper.page.get_by_text("There are no rules")).to_be_visible()
        await keeper.page.get_by_role("button", name="Undo").click()
        await expect(keeper.page.get_by_text("apps: Symfonium, DSub")).to_be_visible()
        await keeper.page.get_by_role("button", name="Remove Phones on the road").click()
        await site.until(lambda found: not found["rules"], "/api/v1/streaming")
