"""Finding one's way: search, stars, ratings, commands, back, and addresses that lead nowhere."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.listener import Listener

pytestmark = pytest.mark.browser


async def test_search_as_one_types(listener: Listener) -> None:
    await listener.go("search")
    box = listener.content.get_by_role("textbox", name="Search")
    await expect(box).to_be_focused()
    await box.press_sequentially("lighth", delay=40)
    await expect(listener.content.get_by_text("Letters to the Lighthouse").first).to_be_visible()
    await expect(listener.page).to_have_url(re.compile(r"\?q=lighth$"))
    await box.fill("heron")
    await expect(listener.content.get_by_role("link", name="Neon Heron").first).to_be_visible()
    await expect(listener.content.get_by_text("Letters to the Lighthouse")).to_have_count(0)
    await box.fill("no such thing at all")
    await expect(
        listener.content.get_by_role("heading", name="Nothing found for “no such thing at all”")
    ).to_be_visible()
    await listener.content.get_by_role("button", name="Clear", exact=True).click()
    await expect(listener.content.get_by_role("heading", name="Browse genres")).to_be_visible()
    await listener.travel("search?q=heron")
    await expect(box).to_have_value("heron")
    await expect(listener.content.get_by_role("link", name="Neon Heron").first).to_be_visible()
    await listener.travel("search")
    await expect(box).to_have_value("")


async def test_a_found_song_plays_and_the_words_are_remembered(listener: Listener) -> None:
    await listener.go("search?q=porridge")
    await listener.play_row("Porridge for the Gulls")
    await listener.hears("Porridge for the Gulls", seconds=0.3)
    await listener.content.get_by_role("button", name="Clear", exact=True).click()
    await expect(listener.content.get_by_role("button", name="porridge", exact=True)).to_be_visible()


async def test_a_star_stays_after_a_reload(listener: Listener) -> None:
    await listener.open_album("Night Ferry")
    row = listener.row("Wake Lights")
    await row.hover()
    await row.get_by_role("button", name="Star Wake Lights").click()
    async with listener.page.expect_response("**/api/v1/albums/*/star"):
        await listener.content.get_by_role("button", name="Star Night Ferry").click()
    await expect(row.get_by_role("button", name="Remove star from Wake Lights")).to_have_attribute(
        "aria-pressed", "true"
    )
    await listener.page.reload()
    await expect(row.get_by_role("button", name="Remove star from Wake Lights")).to_be_attached()
    await listener.go("starred")
    await expect(listener.row("Wake Lights")).to_be_visible()
    await expect(listener.content.get_by_role("link", name="Night Ferry", exact=True).first).to_be_visible()
    await listener.row("Wake Lights").hover()
    await listener.row("Wake Lights").get_by_role("button", name="Remove star from Wake Lights").click()
    await listener.page.reload()
    await expect(listener.content.get_by_role("link", name="Night Ferry", exact=True).first).to_be_visible()
    await expect(listener.row("Wake Lights")).to_have_count(0)


async def test_a_rating_stays_and_goes(listener: Listener) -> None:
    await listener.open_album("Moss Computer")
    rating = listener.content.get_by_role("group", name="Your rating")
    # The stars show it before the server has it, and a new look at the page would call it off.
    async with listener.page.expect_response(lambda answer: answer.request.method in ("PUT", "POST", "DELETE")):
        await rating.get_by_role("button", name="Rate 4 stars").click()
    await expect(rating.get_by_role("button", name="Rate 4 stars")).to_have_attribute("aria-pressed", "true")
    await listener.page.reload()
    await expect(rating.get_by_role("button", name="Rate 4 stars")).to_have_attribute("aria-pressed", "true")
    async with listener.page.expect_response(lambda answer: answer.request.method in ("PUT", "POST", "DELETE")):
        await rating.get_by_role("button", name="Rate 4 stars").click()
    await listener.page.reload()
    await expect(rating.get_by_role("button", name="Rate 4 stars")).to_have_attribute("aria-pressed", "false")


async def test_back_returns_to_the_same_place_in_the_list(listener: Listener) -> None:
    await listener.page.set_viewport_size({"width": 1280, "height": 500})
    await listener.go("songs")
    await expect(listener.content.get_by_role("row").first).to_be_visible()
    await listener.content.evaluate("(pane) => pane.scrollTo({ top: 900 })")
    await listener.page.wait_for_function("() => document.querySelector('main').scrollTop >= 890")
    title = listener.content.get_by_role("row").nth(14)
    await title.get_by_role("link").last.click()
    await expect(listener.content.get_by_role("heading", level=1)).not_to_have_text("Songs")
    await listener.page.go_back()
    await expect(listener.content.get_by_role("heading", name="Songs", level=1)).to_be_attached()
    await listener.page.wait_for_function("() => Math.abs(document.querySelector('main').scrollTop - 900) < 12")


async def test_sorting_is_part_of_the_address(listener: Listener) -> None:
    await listener.go("albums?sort=year")
    titles = listener.content.get_by_role("article").locator(".title")
    await expect(titles.first).to_be_visible()
    by_year = await titles.all_inner_texts()
    await listener.go("albums?sort=title")
    await expect(titles.first).to_have_text("Letters to the Lighthouse")
    by_title = await titles.all_inner_texts()
    assert by_title == ["Letters to the Lighthouse", "Moss Computer", "Night Ferry", "Rooftop Radio", "Steam & Sugar"]
    assert sorted(by_year) == by_title and by_year != by_title


async def test_filters_stand_in_the_address_and_back_takes_the_last_one_away(listener: Listener) -> None:
    songs, albums = await listener.count_of("songs"), await listener.count_of("albums")
    await listener.go("songs")
    await expect(listener.content.get_by_text(f"{songs} songs")).to_be_visible()
    chips = listener.content.get_by_role("group", name="Filters")
    await chips.get_by_label("Genre", exact=True).select_option("Ambient")
    await expect(listener.content.get_by_text("5 songs")).to_be_visible()
    await chips.get_by_label("Format", exact=True).select_option("FLAC")
    await expect(listener.content.get_by_role("heading", name="Nothing fits")).to_be_visible()
    await expect(listener.page).to_have_url(re.compile(r"songs\?genre=Ambient&format=flac$"))
    await listener.page.go_back()
    await expect(listener.row("Lichen Cache")).to_be_visible()
    await chips.get_by_role("button", name="Take away: Genre: Ambient").click()
    await expect(listener.content.get_by_text(f"{songs} songs")).to_be_visible()

    await listener.go("albums?from=2021&to=2024&sort=year&order=reversed")
    titles = listener.content.locator("a.title")
    await expect(titles).to_have_text(["Letters to the Lighthouse", "Night Ferry", "Moss Computer"])
    await listener.content.get_by_role("button", name="Reverse the order").click()
    await expect(titles).to_have_text(["Moss Computer", "Night Ferry", "Letters to the Lighthouse"])
    await listener.content.get_by_role("button", name="Clear all").click()
    await expect(listener.content.get_by_text(f"{albums} albums")).to_be_visible()


async def test_filters_on_a_phone_are_a_sheet(phone: Listener) -> None:
    songs = await phone.count_of("songs")
    await phone.go("songs")
    await phone.content.get_by_role("button", name="Filters").tap()
    sheet = phone.page.get_by_role("dialog", name="Filters")
    await sheet.get_by_label("Year from").fill("2024")
    await sheet.get_by_label("Year to").fill("2023")
    await sheet.get_by_label("Genre").select_option("Synthwave")
    await sheet.get_by_role("button", name="Show").tap()
    await expect(sheet).to_be_hidden()
    await expect(phone.page).to_have_url(re.compile("genre=Synthwave"))
    await expect(phone.content.get_by_text("7 songs")).to_be_visible()
    await expect(phone.content.get_by_role("button", name="Take away: Year: 2023 to 2024")).to_be_visible()
    await phone.content.get_by_role("button", name="Clear all").tap()
    await expect(phone.content.get_by_text(f"{songs} songs")).to_be_visible()


async def test_the_palette_finds_music_places_and_commands(listener: Listener) -> None:
    await listener.go()
    await expect(listener.content.get_by_role("heading", level=1)).to_be_visible()
    await listener.press("Control+k")
    words = listener.page.get_by_role("combobox")
    await words.fill("rooftop")
    await expect(listener.page.get_by_role("option").filter(has_text="Rooftop Radio")).to_be_visible()
    await words.press("Enter")
    await expect(listener.content.get_by_role("heading", name="Rooftop Radio", level=1)).to_be_visible()

    await listener.press("Control+k")
    await words.fill("go to genres")
    await words.press("Enter")
    await expect(listener.content.get_by_role("heading", name="Genres", level=1)).to_be_visible()

    await listener.press("Control+k")
    await words.fill("light theme")
    await expect(listener.page.get_by_role("option").first).to_contain_text("Use the light theme")
    await words.press("Enter")
    await expect(listener.page.locator("html")).to_have_attribute("data-theme", "light")
    await listener.press("Control+k")
    await listener.press("Escape")
    await expect(words).to_be_hidden()


async def test_addresses_that_lead_nowhere_say_so(listener: Listener) -> None:
    await listener.go("no/such/page")
    await expect(listener.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    await listener.content.get_by_text("Go to home").click()
    await expect(listener.page).to_have_url(f"{listener.base_url}/app/")
    listener.allow("status of 404")
    for path in ("albums/999999", "artists/999999", "playlists/999999"):
        await listener.go(path)
        await expect(listener.page.get_by_role("heading", name="There is nothing here")).to_be_visible()


async def test_artists_and_genres_lead_to_their_music(listener: Listener) -> None:
    await listener.go("artists")
    await listener.content.get_by_role("link", name="The Velvet Kettle", exact=True).first.click()
    await expect(listener.content.get_by_role("heading", name="The Velvet Kettle", level=1)).to_be_visible()
    await expect(listener.content.get_by_role("link", name="Steam & Sugar", exact=True).first).to_be_visible()
    await listener.go("genres")
    await listener.content.get_by_role("link", name=re.compile("^Ambient")).click()
    await expect(listener.content.get_by_role("heading", name="Ambient", level=1)).to_be_visible()
    await expect(listener.row("Lichen Cache")).to_be_visible()


async def test_facts_of_a_song(listener: Listener) -> None:
    await listener.open_album("Letters to the Lighthouse")
    await listener.choose("Forty-One Steps", "About this song")
    facts = listener.page.get_by_role("dialog", name="Forty-One Steps")
    await expect(facts.get_by_text("FLAC")).to_be_visible()
    await expect(facts.get_by_text("44.1 kHz / 16 bit")).to_be_visible()
    await expect(facts.get_by_text("Letters to the Lighthouse")).to_be_visible()
    await listener.press("Escape")
    await expect(facts).to_be_hidden()
