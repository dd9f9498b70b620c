"""What plays: it starts, goes on, follows the keys, survives pages and reloads."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.listener import Listener, titles_of

pytestmark = pytest.mark.browser

ALBUM = "Steam & Sugar"
SONGS = ["First Pour", "Cardigan Weather", "The Cat Approves", "Two Spoons", "Slow Tram Home", "Crumbs"]


async def test_music_goes_on_while_the_listener_wanders(listener: Listener) -> None:
    await listener.play_album(ALBUM)
    await listener.hears("First Pour")
    before = await listener.sounding()
    for place in ("Artists", "Genres", "Starred", "Search", "Home"):
        await listener.rail.get_by_role("link", name=place, exact=True).click()
    await listener.page.go_back()
    await listener.page.go_back()
    after = await listener.sounding()
    assert before is not None and after is not None
    assert after["source"] == before["source"] and after["time"] > before["time"]


async def test_pause_next_and_previous(listener: Listener) -> None:
    await listener.play_album(ALBUM)
    await listener.hears("First Pour")
    await listener.bar.get_by_role("button", name="Pause").click()
    await listener.hears_nothing()
    await listener.bar.get_by_role("button", name="Play", exact=True).click()
    await listener.hears("First Pour", seconds=0.5)
    await listener.bar.get_by_role("button", name="Next song").click()
    await listener.hears("Cardigan Weather", seconds=0.5)
    await listener.bar.get_by_role("button", name="Previous song").click()
    await listener.hears("First Pour", seconds=0.5)


async def test_the_end_of_the_last_song_is_silence(listener: Listener) -> None:
    await listener.open_album(ALBUM)
    await listener.play_row("Crumbs")
    await listener.hears("Crumbs", seconds=0.3)
    await listener.go_near_end()
    await listener.hears_nothing()
    await expect(listener.bar.get_by_role("button", name="Play", exact=True)).to_be_enabled()


async def test_repeat_one_and_all(listener: Listener) -> None:
    await listener.open_album(ALBUM)
    await listener.play_row("Crumbs")
    await listener.hears("Crumbs", seconds=0.3)
    await listener.bar.get_by_role("button", name="Repeat is off").click()
    await expect(listener.bar.get_by_role("button", name="Repeats the queue")).to_have_attribute("aria-pressed", "true")
    await listener.go_near_end()
    await listener.hears("First Pour", seconds=0.3)
    await listener.bar.get_by_role("button", name="Repeats the queue").click()
    await listener.go_near_end()
    await listener.page.wait_for_function(
        "() => window.audioElements.some((one) => !one.paused && one.currentTime < 5 && one.currentTime > 0.2)"
    )
    await listener.hears("First Pour", seconds=0.3)


async def test_shuffle_mixes_what_comes_next_and_keeps_every_song(listener: Listener) -> None:
    await listener.play_album(ALBUM)
    await listener.hears("First Pour", seconds=0.2)
    queue = await listener.open_queue()
    assert await titles_of(queue) == SONGS[1:]
    for _ in range(5):  # One order in 120 is the old one.
        await listener.bar.get_by_role("button", name="Shuffle", exact=True).click()
        mixed = await titles_of(queue)
        if mixed != SONGS[1:]:
            break
        await listener.bar.get_by_role("button", name="Shuffle", exact=True).click()
    assert mixed != SONGS[1:] and sorted(mixed) == sorted(SONGS[1:])
    await listener.bar.get_by_role("button", name="Shuffle", exact=True).click()
    await expect(queue.locator("li.row .title").first).to_have_text("Cardigan Weather")
    assert await titles_of(queue) == SONGS[1:]


async def test_seeking_with_the_keyboard(listener: Listener) -> None:
    await listener.play_album(ALBUM)
    await listener.hears("First Pour", seconds=0.3)
    await listener.press("Shift+ArrowRight")
    await listener.page.wait_for_function("() => window.audioElements.some((one) => one.currentTime >= 10)")
    await listener.press("Shift+ArrowLeft")
    await listener.page.wait_for_function("() => window.audioElements.every((one) => one.currentTime < 10)")
    slider = listener.bar.get_by_role("slider", name="Position in the song")
    await listener.content.focus()
    await listener.press("Space")
    await listener.hears_nothing()
    await slider.focus()
    before = await listener.position()
    await slider.press("ArrowRight")
    await slider.press("ArrowRight")
    assert before + 1 <= await listener.position() <= before + 3
    await expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0:0\d of 0:2\d$"))
    await slider.press("Home")
    assert await listener.position() == 0


async def test_volume_and_mute_by_key(listener: Listener) -> None:
    await listener.play_album(ALBUM)
    await listener.hears("First Pour", seconds=0.3)
    loudest = "Math.max(...window.audioElements.map((one) => one.volume))"
    before = await listener.page.evaluate(loudest)
    await listener.press("Shift+ArrowDown")
    await listener.page.wait_for_function(f"(before) => 0 < {loudest} && {loudest} < before", arg=before)
    await listener.press("m")
    await listener.page.wait_for_function(f"() => {loudest} === 0")
    await listener.press("m")
    await listener.page.wait_for_function(f"() => {loudest} > 0")


async def test_a_reload_keeps_queue_and_place(listener: Listener) -> None:
    await listener.play_album(ALBUM)
    await listener.hears("First Pour", seconds=0.3)
    await listener.bar.get_by_role("button", name="Next song").click()
    await listener.hears("Cardigan Weather", seconds=0.3)
    await listener.press("Shift+ArrowRight")
    await listener.hears("Cardigan Weather", seconds=0.5)
    await listener.page.reload()
    await expect(listener.bar.get_by_text("Cardigan Weather", exact=True)).to_be_visible()
    assert await listener.position() >= 10
    assert await listener.sounding() is None
    queue = await listener.open_queue()
    await expect(queue.locator("li.row")).to_have_count(4)
    assert await titles_of(queue) == SONGS[2:]
    await listener.bar.get_by_role("button", name="Play", exact=True).click()
    await listener.hears("Cardigan Weather", seconds=0.5)
    sounding = await listener.sounding()
    assert sounding is not None and sounding["time"] > 10


async def test_now_playing_fills_the_page_and_goes_again(listener: Listener) -> None:
    await listener.play_album("Rooftop Radio")
    await listener.hears("Antenna Samba", seconds=0.3)
    await listener.press("p")
    sheet = listener.page.get_by_role("dialog", name="Now playing")
    await expect(sheet.get_by_role("heading", name="Antenna Samba")).to_be_visible()
    await expect(sheet.get_by_text("FLAC")).to_be_visible()
    await sheet.get_by_role("button", name="Queue", exact=True).click()
    await expect(sheet.get_by_text("Pigeon Parliament", exact=True)).to_be_visible()
    await listener.press("Escape")
    await expect(sheet).to_be_hidden()
    await listener.hears("Antenna Samba", seconds=0.3)


async def test_words_of_the_song_that_plays(listener: Listener) -> None:
    await listener.open_album("Night Ferry")
    await listener.play_row("Passport to Nowhere")
    await listener.hears("Passport to Nowhere", seconds=0.3)
    await listener.press("l")
    lyrics = listener.page.get_by_role("complementary", name="Lyrics")
    line = lyrics.get_by_role("button").filter(has_text="passport").first
    await expect(line).to_be_visible()
    await expect(lyrics.locator("[aria-current=true] .begun").first).to_be_visible(timeout=20_000)


async def test_a_listened_song_counts_once(listener: Listener) -> None:
    await listener.open_album(ALBUM)
    await listener.play_row("Crumbs")
    await listener.hears("Crumbs", seconds=0.3)
    await expect(listener.row("Crumbs")).to_contain_text("not played yet")
    await listener.hears("Crumbs", seconds=12)
    await listener.go_near_end()
    await listener.hears_nothing()
    await listener.open_album(ALBUM)
    await expect(listener.row("Crumbs")).to_contain_text("played once")
