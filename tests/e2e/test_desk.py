"""An artist at their desk: from drafts to a release with a licence, and a table to take away."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from tests.audio.maker import AudioMaker
from tests.e2e.listener import Listener, somebody
from tests.e2e.site import PASSWORD, Site

pytestmark = pytest.mark.browser


async def artist(site: Site, person: Listener) -> str:
    """Have somebody new who is an artist be signed in; their token."""
    person.name = await site.newcomer(person.page.context)
    users = await site.read(f"/api/v1/users?q={person.name}")
    (user,) = [one for one in users if one["username"] == person.name]
    await site.ask("PUT", f"/api/v1/users/{user['id']}/roles", json={"roles": ["user", "artist"]})
    signed_in = await person.page.context.request.post(
        f"{site.base_url}/api/v1/auth/login", data={"username": person.name, "password": PASSWORD}
    )
    token: str = (await signed_in.json())["data"]["token"]
    return token


async def bring(site: Site, person: Listener, token: str, path: Path) -> int:
    """Upload a song as a draft; its id."""
    answer = await person.page.context.request.post(
        f"{site.base_url}/api/v1/songs",
        headers={"Authorization": f"Bearer {token}"},
        multipart={"audio": {"name": path.name, "mimeType": "audio/mpeg", "buffer": path.read_bytes()}},
    )
    assert answer.ok, await answer.text()
    song: int = (await answer.json())["data"]["song"]["id"]
    return song


async def look_after(mira: Listener) -> None:
    """Set release, licence and words on the page of a song."""
    main = mira.content
    await main.get_by_text("From a moment on").click()
    await main.get_by_label("Day and time").fill("2035-05-01T12:00")
    await main.get_by_role("button", name="Save").first.click()
    await mira.sees_notice("Saved")
    await expect(main.get_by_text("Scheduled", exact=True)).to_be_visible()
    await main.get_by_label("Licence").select_option("CC BY-SA 4.0")
    await main.get_by_role("button", name="Save").nth(1).click()
    await expect(main.get_by_role("link", name="https://creativecommons.org/licenses/by-sa/4.0/")).to_be_visible()
    await main.get_by_text("In time", exact=True).click()
    await main.get_by_label("Lines").fill("[00:00.20] The water is low\nand nobody knows")
    await main.get_by_role("button", name="Save").nth(3).click()
    await expect(main.get_by_text("Line 2 does not begin with a time")).to_be_visible()
    await main.get_by_label("Lines").fill("[00:00.20] The <00:00.60>water is low")
    await main.get_by_role("button", name="Save").nth(3).click()
    await expect(main.get_by_text("Line 2 does not begin with a time")).to_have_count(0)


async def edit_both(mira: Listener, site: Site, song: int) -> None:
    """Choose both songs, change them in one step, and take that back. `song` is the id of one of them."""
    main = mira.content
    await main.get_by_role("checkbox", name="Choose all that are shown").click()
    await main.get_by_role("button", name="Edit…").click()
    form = mira.page.get_by_role("dialog", name="Edit 2 songs")
    await form.get_by_label("Comment").fill("Both of them")
    await form.get_by_role("button", name="Save").click()
    await mira.sees_notice("2 songs were changed.")
    await expect(main.get_by_text("2 chosen")).to_be_visible()
    assert (await site.read(f"/api/v1/songs/{song}"))["comment"] == "Both of them"
    await mira.undo("2 songs were changed.")
    await mira.sees_notice("The change was undone.")


async def see_measuring(mira: Listener) -> None:
    """What the server tells of the measuring is told here, and that it is done, too."""
    told: dict[str, Any] = {"state": "running", "measured": 0, "waiting": 2, "failed": 0}
    told["songs"] = [{"song_id": 1, "title": "Low water", "state": "running", "reason": None}]

    async def tell(route: Route) -> None:
        await route.fulfill(json={"success": True, "data": told})

    await mira.page.route("**/api/v1/desk/sound", tell)
    await mira.go("upload")
    note = mira.content.get_by_role("region", name="Loudness, waveform, tempo and key")
    await expect(note).to_contain_text("Your songs are being measured: 2 to go")
    await note.get_by_role("button", name="Show them").click()
    await expect(note.get_by_role("listitem")).to_contain_text("being measured")
    told |= {"state": "done", "measured": 2, "waiting": 0, "songs": []}
    await expect(note).to_contain_text("All your songs are measured")
    await mira.page.unroute("**/api/v1/desk/sound")


async def is_unseen_by_others(browser: Browser, site: Site, title: str) -> None:
    """What waits for its release is not found."""
    async with somebody(browser, site.base_url) as fan:
        await site.newcomer(fan.page.context)
        await fan.go(f"search?q={title}")
        await expect(fan.content.get_by_role("heading", level=2).first).to_be_visible()
        await expect(fan.content.get_by_text(title, exact=True)).to_have_count(0)


async def exported(mira: Listener) -> list[dict[str, str]]:
    """The rows of the table of one's own songs, as it is downloaded."""
    await mira.content.get_by_role("link", name="My music").click()
    await mira.content.get_by_role("button", name="Export…").click()
    dialog = mira.page.get_by_role("dialog", name="Export as a table")
    await dialog.get_by_role("button", name="Export: My songs").click()
    await expect(dialog.get_by_text(re.compile(r"\d+ bytes"))).to_be_visible()
    first = await dialog.get_by_role("link", name="Download: My songs").get_attribute("href")
    await dialog.get_by_role("button", name="Make again: My songs").click()
    newer = dialog.get_by_role("link", name="Download: My songs")
    await expect(newer).not_to_have_attribute("href", str(first))
    await expect(dialog.get_by_role("button", name="Remove the table: My songs")).to_be_visible()
    async with mira.page.expect_download() as taken:
        await dialog.get_by_role("link", name="Download: My songs").click()
    file = await (await taken.value).path()
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


async def publish(mira: Listener) -> None:
    """Have two drafts be measured, and seen by all."""
    main = mira.content
    await see_measuring(mira)
    await mira.go("desk?tab=drafts")
    await expect(mira.page).to_have_url(f"{mira.base_url}/app/desk/drafts")
    drafts = main.get_by_role("list", name="Drafts")
    await expect(drafts.get_by_role("listitem")).to_have_count(2)
    await main.get_by_role("checkbox", name="Choose all that are shown").click()
    await main.get_by_role("button", name="Publish").click()
    await mira.sees_notice("2 songs are published")
    await expect(main.get_by_text("No drafts", exact=True)).to_be_visible()


async def test_from_drafts_to_a_release_and_a_table(
    browser: Browser, site: Site, audio: AudioMaker, tmp_path: Path
) -> None:
    async with somebody(browser, site.base_url) as mira:
        token = await artist(site, mira)
        main = mira.content
        await mira.go("desk")
        await expect(main.get_by_role("heading", name="Nothing of yours yet")).to_be_visible()
        await main.get_by_role("button", name="Upload music").click()
        await expect(mira.page).to_have_url(f"{site.base_url}/app/upload")
        low_water = f"Low water {mira.name}"
        songs = [
            await bring(site, mira, token, audio.song(tmp_path / f"{title}.mp3", {"title": title}, seconds=seconds))
            for seconds, title in ((1.0, low_water), (1.5, "=Salt"))
        ]
        await publish(mira)
        await main.get_by_role("link", name="Songs 2").click()
        await edit_both(mira, site, songs[0])
        await main.get_by_role("list", name="Songs").get_by_role("link", name=low_water).click()
        await expect(main.get_by_role("heading", name=low_water, level=1)).to_be_visible()
        await look_after(mira)
        words = await site.until(lambda said: said["synced"], f"/api/v1/songs/{songs[0]}/lyrics")
        assert [word["start"] for word in words["synced"][0]["words"]] == [200, 600]
        found = await site.read(f"/api/v1/songs/{songs[0]}")
        assert (found["licence"]["code"], found["draft"]) == ("cc-by-sa", False)

        await is_unseen_by_others(browser, site, low_water)

        rows = await exported(mira)
        assert {row["title"]: row["state"] for row in rows} == {low_water: "scheduled", "'=Salt": "published"}
        assert ({row["licence"] for row in rows}, mira.unexpected) == ({"cc-by-sa", ""}, [])
