"""Bringing music: files, a ZIP and a folder, on their way, interrupted, corrected, published and heard."""

import os
import re
import wave
import zipfile
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Route, expect

from tests.audio.maker import AudioMaker
from tests.audio.tagging import cover_picture
from tests.e2e.listener import PHONE, Listener, somebody
from tests.e2e.site import Site
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser

# Drops files on the page as a hand would.
DROP = """async ([selector, files]) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files) {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
    }
    const target = document.querySelector(selector);
    for (const kind of ["dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
        if (kind === "dragover") await new Promise((go) => setTimeout(go, 50));
    }
}"""


@pytest_asyncio.fixture(scope="module")
async def studio(player_is_built: None, session_servers: ServerFactory) -> AsyncIterator[Site]:
    """A server without any music yet: what is brought to it stays."""
    server = session_servers.embedded(RATE_LIMITS="off")
    yield await Site(server).open(0)
    server.stop()


@pytest_asyncio.fixture
async def artist(browser: Browser, studio: Site) -> AsyncIterator[Listener]:
    """Somebody new who may upload, at a laptop."""
    async with somebody(browser, studio.base_url) as person:
        person.name = await studio.newcomer(person.page.context)
        found = await studio.read(f"/api/v1/users?q={person.name}")
        await studio.ask("PUT", f"/api/v1/users/{found[0]['id']}/roles", json={"roles": ["user", "artist"]})
        await person.go("upload")
        await expect(person.content.get_by_role("heading", name="Upload", level=1)).to_be_visible()
        yield person


def listed(person: Listener, name: str) -> Locator:
    return person.content.get_by_role("list", name=name, exact=True).get_by_role("listitem")


def song(audio: AudioMaker, folder: Path, title: str, album: str, kind: str = "mp3", seconds: float = 4.0) -> Path:
    tags = {"title": title, "artist": "Ines Marin", "album": album}
    return audio.song(folder / f"{title}.{kind}", tags, kind=kind, seconds=seconds)


async def is_refused_again(artist: Listener, file: Path, title: str) -> None:
    await artist.page.get_by_label("Choose files").set_input_files([file])
    again = listed(artist, "Uploads").filter(has_text="You have uploaded this file already")
    await again.get_by_role("button", name="Show the song").click()
    await expect(artist.page.get_by_role("dialog")).to_contain_text(title)


def a_zip(audio: AudioMaker, folder: Path, title: str) -> Path:
    """One song, and one whose name leads elsewhere."""
    path = folder / "flood.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(song(audio, folder, title, "Flood"), "Flood/01.mp3")
        archive.writestr("../../escape.mp3", b"x")
    return path


async def test_two_files_and_a_zip_become_an_album_that_is_heard(
    artist: Listener, studio: Site, audio: AudioMaker, tmp_path: Path
) -> None:
    name = artist.name.title()
    files = [song(audio, tmp_path, f"Low {name}", "Shore"), song(audio, tmp_path, f"High {name}", "Shore", "flac")]
    (tmp_path / "text.mp3").write_bytes(b"no music " * 200)
    chosen = [*files, a_zip(audio, tmp_path, f"Flood {name}"), tmp_path / "text.mp3"]
    await artist.page.get_by_label("Choose files").set_input_files(chosen)
    await expect(artist.content.get_by_text("Everything has been sent")).to_be_visible()
    await expect(artist.content.get_by_text("2 files have become songs")).to_be_visible()
    uploads, drafts = listed(artist, "Uploads"), listed(artist, "Drafts")
    await expect(uploads.filter(has_text="flood.zip")).to_contain_text("1 song taken · 1 refused")
    await uploads.filter(has_text="flood.zip").get_by_text("What was not taken").click()
    await expect(uploads.filter(has_text="flood.zip")).to_contain_text("Its name leads out of the ZIP.")
    await expect(uploads.filter(has_text="text.mp3")).to_contain_text("It is text, not audio.")
    await expect(drafts).to_have_count(3)

    await drafts.filter(has_text=f"Flood {name}").get_by_role("button", name=f"Correct Flood {name}").click()
    await drafts.get_by_label("Title").fill(f"Ebb {name}")
    await drafts.get_by_label("Album").fill("Shore")
    await artist.press("Enter")
    await expect(drafts.filter(has_text=f"Ebb {name}")).to_contain_text("Ines Marin · Shore")
    await drafts.get_by_role("button", name=f"Play Ebb {name}").click()
    await artist.hears(f"Ebb {name}")

    await artist.content.get_by_label("Who may see them").select_option("Only me")
    await drafts.get_by_role("button", name=f"Publish Low {name}").click()
    await artist.sees_notice("1 song is published.")
    await expect(drafts).to_have_count(2)
    await artist.content.get_by_label("Who may see them").select_option("Everybody")
    await artist.content.get_by_role("button", name="Publish all").click()
    await artist.undo("2 songs are published.")
    await expect(drafts).to_have_count(2)
    await artist.content.get_by_role("button", name="Publish all").click()
    await expect(artist.content.get_by_text("What you upload waits here until you publish it.")).to_be_visible()
    seen = await studio.read(f"/api/v1/search?q={artist.name}")
    assert sorted(found["title"] for found in seen["songs"]) == [f"Ebb {name}", f"High {name}", f"Low {name}"]

    await is_refused_again(artist, files[0], f"Low {name}")


async def test_an_upload_goes_on_after_a_pause_a_lost_connection_and_a_reload(artist: Listener, tmp_path: Path) -> None:
    artist.allow("ERR_FAILED|ERR_INTERNET_DISCONNECTED|api/v1/uploads")
    noise = tmp_path / "noise.wav"
    with wave.open(str(noise), "wb") as made:
        made.setparams((2, 2, 44100, 0, "NONE", ""))
        made.writeframes(os.urandom(3_000_000))
    context, sent = artist.page.context, []

    async def hold(route: Route) -> None:
        """The first bytes meet a connection that breaks, all later ones never arrive."""
        if route.request.method != "PATCH":
            return await route.continue_()
        sent.append(route.request)
        return await route.abort() if len(sent) == 1 else None

    await context.route(re.compile("/api/v1/uploads/upload_"), hold)
    await artist.page.get_by_label("Choose files").set_input_files([noise])
    row = listed(artist, "Uploads").filter(has_text="noise.wav")
    await expect(row).to_contain_text("Waits for the connection")
    await row.get_by_role("button", name="Pause noise.wav").click()
    await expect(row).to_contain_text("Paused")
    await artist.page.reload()
    await context.unroute_all(behavior="ignoreErrors")
    await expect(artist.content.get_by_role("heading", name="Upload", level=1)).to_be_visible()
    await expect(listed(artist, "Drafts").filter(has_text="noise")).to_have_count(1)


async def test_files_are_dropped_from_anywhere(artist: Listener, audio: AudioMaker, tmp_path: Path) -> None:
    await artist.go("albums")
    await expect(artist.content.get_by_role("heading", name="Albums", level=1)).to_be_visible()
    path = song(audio, tmp_path, f"Dropped {artist.name}", "Air", seconds=1.0)
    await artist.page.evaluate(DROP, ["main", [[path.name, b64encode(path.read_bytes()).decode()]]])
    await expect(artist.content.get_by_role("heading", name="Upload", level=1)).to_be_visible()
    await expect(listed(artist, "Drafts")).to_contain_text([f"Dropped {artist.name}"])

    artist.allow("status of 415 .*/words")
    album = tmp_path / "Shore"
    album.mkdir()
    song(audio, album, f"Folder {artist.name}", "Shore", seconds=1.0)
    (album / "cover.jpg").write_bytes(cover_picture())
    (album / f"folder {artist.name}.LRC").write_text("[00:01.00]Low tide\n[00:02.50]High tide")
    (album / f"Folder {artist.name}.ttml").write_text("no TTML")
    await artist.page.get_by_label("Choose a folder").set_input_files(album)
    draft = listed(artist, "Drafts").filter(has_text=f"Folder {artist.name}")
    await artist.sees_notice(f"The lyrics in Folder {artist.name}.ttml could not be taken")
    await expect(draft).to_have_count(1)
    uploads = await artist.page.context.request.get(f"{artist.base_url}/api/v1/uploads")
    song_id = next(one["song_id"] for one in (await uploads.json())["data"] if "Folder" in one["filename"])
    picture = await artist.page.context.request.get(f"{artist.base_url}/api/v1/songs/{song_id}/image")
    assert picture.headers["content-type"].startswith("image/")
    words = await artist.page.context.request.get(f"{artist.base_url}/api/v1/songs/{song_id}/lyrics")
    assert [line["start"] for line in (await words.json())["data"]["synced"]] == [1000, 2500]
    await expect(artist.page.get_by_text("left out")).to_have_count(0)


async def test_who_may_not_upload_is_told_so_and_a_phone_has_room(browser: Browser, studio: Site) -> None:
    async with somebody(browser, studio.base_url) as listener:
        await studio.newcomer(listener.page.context)
        listener.allow("status of 403 .*/api/v1/uploads")
        await listener.go("upload")
        await expect(listener.content.get_by_role("heading", name="This account may not upload")).to_be_visible()
        await expect(listener.rail.get_by_role("link", name="Upload")).to_have_count(0)
    async with somebody(browser, studio.base_url, viewport=PHONE, has_touch=True, is_mobile=True) as keeper:
        await studio.as_admin(keeper.page.context)
        await keeper.go("library")
        await keeper.content.get_by_role("link", name="Upload").click()
        await expect(keeper.content.get_by_role("button", name="Choose files")).to_be_visible()
        assert not await keeper.page.evaluate("document.documentElement.scrollWidth > innerWidth")
