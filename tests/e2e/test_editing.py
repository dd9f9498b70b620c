"""Changing what the library says of songs, one and many, and taking it back."""

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.listener import Listener, somebody
from tests.e2e.site import Site
from tests.e2e.test_accessibility import complaints

pytestmark = pytest.mark.browser


def dialog(person: Listener, name: str) -> Locator:
    """The open dialog of that name."""
    return person.page.get_by_role("dialog", name=name)


async def set_back(site: Site, found_by: str, **fields: object) -> None:
    """Have songs say this again, where a try that ended early has left them something else."""
    for song in (await site.read(f"/api/v1/search?q={found_by}"))["songs"]:
        await site.ask("PUT", f"/api/v1/songs/{song['id']}", json=fields)


async def test_a_song_is_changed_and_changed_back(browser: Browser, site: Site) -> None:
    await set_back(site, "larboard", title="Starboard")
    async with somebody(browser, site.base_url) as admin:
        await site.as_admin(admin.page.context)
        await admin.open_album("Night Ferry")
        await admin.choose("Starboard", "Edit…")
        form = dialog(admin, "Edit song")
        await form.get_by_label("Title").fill("Larboard")
        await form.get_by_label("Genres").last.fill("Shanty")
        await form.get_by_label("Genres").last.press("Enter")
        await form.get_by_label("Year").fill("")
        await form.get_by_role("button", name="Save").click()
        await expect(form).to_be_hidden()
        await expect(admin.row("Larboard")).to_be_visible()

        await admin.choose("Larboard", "Changes…")
        changes = dialog(admin, "Changes of Larboard").get_by_role("listitem")
        await expect(changes.nth(2)).to_be_visible()
        latest = " ".join(await changes.all_inner_texts())
        assert ("Title" in latest, "Genres" in latest, "Year" in latest, "Shanty" in latest) == (True,) * 4
        await admin.press("Escape")
        await admin.undo("“Larboard” was changed.")
        await expect(admin.row("Starboard")).to_be_visible()
        await expect(admin.row("Larboard")).to_have_count(0)


async def test_many_songs_are_changed_alike(browser: Browser, site: Site) -> None:
    async with somebody(browser, site.base_url) as admin:
        await site.as_admin(admin.page.context)
        await admin.open_album("Night Ferry")
        await admin.row("Starboard").click(modifiers=["ControlOrMeta"])
        await admin.row("Departure Gate Lagoon").click(modifiers=["ControlOrMeta"])
        await admin.press("e")
        form = dialog(admin, "Edit 2 songs")
        await expect(form.get_by_label("Title")).to_have_count(0)
        await form.get_by_label("Comment").fill("Heard from the pier")
        await form.get_by_role("button", name="Save").click()
        await admin.sees_notice("2 songs were changed.")
        found = await site.read("/api/v1/search?q=starboard")
        assert (await site.read(f"/api/v1/songs/{found['songs'][0]['id']}"))["comment"] == "Heard from the pier"
        await admin.undo("2 songs were changed.")
        await admin.sees_notice("The change was undone.")
        assert (await site.read(f"/api/v1/songs/{found['songs'][0]['id']}"))["comment"] != "Heard from the pier"


async def test_a_long_list_follows_every_change_where_it_stands(browser: Browser, site: Site) -> None:
    await set_back(site, "wake lamps", title="Wake Lights")
    async with somebody(browser, site.base_url, viewport={"width": 1280, "height": 500}) as admin:
        await site.as_admin(admin.page.context)
        await admin.go("songs")
        await expect(admin.row("Wake Lights")).to_have_count(0)
        await admin.content.evaluate("(pane) => pane.scrollTo({ top: pane.scrollHeight })")
        await expect(admin.row("Wake Lights")).to_be_visible()
        place = await admin.content.evaluate("(pane) => pane.scrollTop")
        assert place > 500

        song_id = (await site.read("/api/v1/search?q=wake+lights"))["songs"][0]["id"]
        await admin.choose("Wake Lights", "Edit…")
        await dialog(admin, "Edit song").get_by_label("Title").fill("Wake Lamps")
        await dialog(admin, "Edit song").get_by_role("button", name="Save").click()
        await expect(admin.row("Wake Lamps")).to_be_visible()
        await site.ask("PUT", f"/api/v1/songs/{song_id}", json={"title": "Wake Lights"})
        await expect(admin.row("Wake Lights")).to_be_visible()
        await expect(admin.row("Wake Lamps")).to_have_count(0)
        assert await admin.content.evaluate("(pane) => pane.scrollTop") == place

        songs = await site.count_of("songs")
        await admin.choose("Wake Lights", "Remove from library")
        await expect(admin.row("Wake Lights")).to_have_count(0)
        await expect(admin.content.get_by_text(f"{songs - 1} songs")).to_be_visible()
        await admin.undo("“Wake Lights” was removed.")
        await expect(admin.row("Wake Lights")).to_be_visible()


async def test_the_longest_menu_is_whole_at_every_row(browser: Browser, site: Site) -> None:
    async with somebody(browser, site.base_url) as admin:
        await site.as_admin(admin.page.context)
        await admin.go("songs")
        for title in ("Antenna Samba", "Chrome Reeds", "Engine Room Disco"):
            await admin.row(title).hover()
            await admin.row(title).get_by_role("button", name=f"More for {title}").click()
            await expect(admin.page.get_by_role("menuitem", name="Remove from library")).to_be_in_viewport(ratio=1)
            await expect(admin.page.get_by_role("menuitem", name="Play", exact=True)).to_be_in_viewport(ratio=1)
            await admin.press("Escape")


async def test_who_comes_later_sees_both_values_and_takes_over_or_gives_up(browser: Browser, site: Site) -> None:
    as_it_was = {"comment": None, "year": 2024, "bpm": None}
    await set_back(site, "lichen", **as_it_was)
    async with somebody(browser, site.base_url) as first, somebody(browser, site.base_url) as later:
        later.allow("status of 409")
        first.allow("status of 422")
        for admin in (first, later):
            await site.as_admin(admin.page.context)
            await admin.open_album("Moss Computer")
            await admin.choose("Lichen Cache", "Edit…")
        fast, slow = dialog(first, "Edit song"), dialog(later, "Edit song")
        await slow.get_by_label("Comment").fill("Slow")
        await slow.get_by_label("Tempo (bpm)").fill("121")
        await fast.get_by_label("Comment").fill("Fast")
        await fast.get_by_label("Year").fill("1999")
        await fast.get_by_role("button", name="Save").click()
        await first.sees_notice("“Lichen Cache” was changed.")

        # The news may be faster than whoever saves: then this key does nothing.
        await slow.get_by_label("Tempo (bpm)").press("Enter")
        conflict = slow.get_by_role("alert", name="Somebody has changed this meanwhile")
        await expect(conflict.get_by_role("row", name="Comment")).to_contain_text("FastSlow")
        await expect(conflict.get_by_role("row", name="Year")).to_contain_text("1999not touched")
        assert await complaints(later.page) == []
        await conflict.get_by_role("button", name="Save mine").click()
        await later.sees_notice("“Lichen Cache” was changed.")
        song_id = (await site.read("/api/v1/search?q=lichen"))["songs"][0]["id"]
        song = await site.read(f"/api/v1/songs/{song_id}")
        assert (song["comment"], song["year"], song["bpm"]) == ("Slow", 1999, 121)

        await first.choose("Lichen Cache", "Edit…")
        await fast.get_by_label("Key").fill("H")
        await fast.get_by_role("button", name="Save").click()
        await expect(fast.get_by_text("A key is a note with # or b")).to_be_visible()
        await site.ask("PUT", f"/api/v1/songs/{song_id}", json=as_it_was)
        await expect(fast.get_by_role("row", name="Tempo (bpm)")).to_contain_text("nothing")
        await fast.get_by_role("button", name="Give mine up").click()
        await expect(fast).to_be_hidden()
        assert (await site.read(f"/api/v1/songs/{song_id}/sound"))["own_key"] is None


async def test_only_who_may_change_something_is_offered_to(listener: Listener) -> None:
    await listener.open_album("Night Ferry")
    await listener.row("Starboard").hover()
    await listener.row("Starboard").get_by_role("button", name="More for Starboard").click()
    await expect(listener.page.get_by_role("menuitem", name="About this song")).to_be_visible()
    await expect(listener.page.get_by_role("menuitem", name="Edit…")).to_have_count(0)
