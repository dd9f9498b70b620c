"""Somebody else's music: files that nobody here made, served, scanned, browsed and played."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.listener import somebody
from tests.e2e.site import Site
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser

SUFFIXES = {".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav"}
SCAN_SECONDS = 300


@pytest.fixture
def other_music() -> Path:
    """The folder that ANTIPHON_TEST_MUSIC names."""
    named = os.environ.get("ANTIPHON_TEST_MUSIC")
    if not named:
        pytest.skip("ANTIPHON_TEST_MUSIC names no folder of music")
    folder = Path(named)
    assert folder.is_dir(), f"ANTIPHON_TEST_MUSIC: there is no folder {folder}"
    return folder


async def test_music_from_elsewhere_is_found_and_plays(
    player_is_built: None, browser: Browser, servers: ServerFactory, other_music: Path, shots: Path
) -> None:
    files = [path for path in other_music.rglob("*") if path.suffix.lower() in SUFFIXES]
    assert files, f"there is no music in {other_music}"
    server = servers.embedded(ANTIPHON_MUSIC=str(other_music))
    site = await Site(server).open(0)
    await site.scan(SCAN_SECONDS)
    found = await site.count_of("songs")
    broken = await site.read("/api/v1/scan/broken?limit=500")
    assert 0 < found <= len(files) and found + len(broken) >= len(files)

    async with somebody(browser, server.base_url) as listener:
        listener.allow("status of 404")  # Songs without a picture.
        await site.newcomer(listener.page.context)
        await listener.go("songs")
        await expect(listener.content.get_by_text(f"{found:,} song").first).to_be_visible()
        first = listener.content.get_by_role("row").first
        title = await first.locator(".title bdi").inner_text()
        await first.get_by_text(title, exact=True).first.dblclick()
        await listener.hears(title, seconds=2)
        for place in ("artists", "albums"):
            await listener.rail.get_by_role("link", name=place.capitalize(), exact=True).click()
            await expect(listener.content.get_by_role("article").first).to_be_visible()
        await listener.content.get_by_role("article").first.locator("a.title").click()
        await expect(listener.content.get_by_role("row").first).to_be_visible()
        await listener.hears(title, seconds=1)
        picture = shots / "other music.png"
        await listener.page.screenshot(path=picture)
        assert picture.stat().st_size > 10_000
