"""Front ends of the older backends: from an origin of their own they sign in, upload a song, and play it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.audio.maker import AudioMaker
from tests.e2e.front_end import FrontEnd
from tests.e2e.listener import somebody
from tests.e2e.site import ADMIN, PASSWORD, Site

pytestmark = pytest.mark.browser

CALL = """async ([method, address, headers, body]) => {
    const json = body === null ? {} : { body: JSON.stringify(body) };
    const type = body === null ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(address, { method, headers: { ...headers, ...type }, ...json });
    const text = await answer.text();
    const total = answer.headers.get('x-total-count');
    return { status: answer.status, body: text ? JSON.parse(text) : null, total };
}"""
UPLOAD = """async ([address, headers, name, fields]) => {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.append(field, value);
    form.append(name, document.querySelector('input').files[0]);
    const answer = await fetch(address, { method: 'POST', headers, body: form });
    return { status: answer.status, body: await answer.json() };
}"""
PLAY = """async (address) => {
    const audio = document.querySelector('audio');
    audio.src = address;
    await audio.play();
    const later = () => new Promise((done) => audio.addEventListener('timeupdate', done, { once: true }));
    while (audio.currentTime < 0.5) await later();
    audio.pause();
    return { duration: audio.duration, error: audio.error };
}"""


class FrontPage:
    """The page of a front end, and what it asks of the server."""

    def __init__(self, page: Page, site: Site, song: Path) -> None:
        self.page, self.site, self.song = page, site, song
        self.headers: dict[str, str] = {}

    async def ask(self, method: str, path: str, status: int, body: Any = None) -> Any:
        """What the server answers to a call by `fetch`."""
        return (await self.answer(method, path, status, body))["body"]

    async def answer(self, method: str, path: str, status: int, body: Any = None) -> dict[str, Any]:
        """The same, with the total that lists tell."""
        asked = [method, self.site.base_url + path, self.headers, body]
        answer: dict[str, Any] = await self.page.evaluate(CALL, asked)
        assert answer["status"] == status, answer
        return answer

    async def upload(self, path: str, field: str, **fields: str) -> Any:
        """What the server answers to the chosen song, sent as a form."""
        await self.page.get_by_label("Song").set_input_files(self.song)
        answer = await self.page.evaluate(UPLOAD, [self.site.base_url + path, self.headers, field, fields])
        assert answer["status"] == 201, answer
        return answer["body"]

    async def plays(self, address: str, seconds: float) -> None:
        """Give an address to the audio element as it was told, and hear it."""
        heard = await self.page.evaluate(PLAY, address)
        assert (heard["error"], round(heard["duration"])) == (None, round(seconds))


class Dialect(NamedTuple):
    """How a family of front ends signs in, uploads, lists and removes."""

    sign_in: Callable[[FrontPage], Awaitable[dict[str, str]]]
    upload: str
    field: str
    fields: dict[str, str]
    song_of: Callable[[Any], dict[str, Any]]
    listed: str
    removed: tuple[str, int]


async def as_artist(page: FrontPage) -> dict[str, str]:
    """Register as an artist as D has it, and sign in as A has it."""
    name = f"troubadour{id(page)}"
    someone = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    made = await page.ask("POST", "/register", 201, {**someone, "role": "artist"})
    assert "artist" in made["roles"]
    entered = await page.ask(
        "POST", "/login?include_auth_token", 200, {"email": someone["email"], "password": PASSWORD}
    )
    assert entered["meta"] == {"code": 200}
    return {"Authentication-Token": entered["response"]["user"]["authentication_token"]}


async def as_platform_admin(page: FrontPage) -> dict[str, str]:
    """Sign in as B has it."""
    entered = await page.ask("POST", "/api/auth/login/", 200, {"email": f"{ADMIN}@example.org", "password": PASSWORD})
    assert list(entered) == ["key"]
    return {"Authorization": f"Token {entered['key']}"}


async def as_catalogue_admin(page: FrontPage) -> dict[str, str]:
    """Sign in as D has it."""
    entered = await page.ask("POST", "/login", 200, {"username": ADMIN, "password": PASSWORD})
    assert set(entered) == {"token", "user"}
    return {"Authorization": f"Bearer {entered['token']}"}


DIALECTS = {
    "a": Dialect(
        as_artist,
        "/api/song",
        "audio",
        {"title": "Quay", "genre": "Folk"},
        lambda body: body["data"] if set(body) == {"message", "data"} else {},
        "/api/song",
        ("/api/delete/song/{id}", 200),
    ),
    "b": Dialect(
        as_platform_admin,
        "/api/songs/",
        "audio_file",
        {"title": "Quay", "artist": "Marla Quill"},
        lambda body: body,
        "/api/songs/",
        ("/api/songs/{id}/", 204),
    ),
    "d": Dialect(
        as_catalogue_admin,
        "/songs",
        "audio",
        {"title": "Quay", "artist": "Marla Quill"},
        lambda body: body,
        "/songs",
        ("/songs/{id}", 200),
    ),
}


@pytest_asyncio.fixture
async def front_page(
    browser: Browser, site: Site, front_end: FrontEnd, audio: AudioMaker, tmp_path: Path
) -> AsyncIterator[FrontPage]:
    """The page of a front end that has a song to send."""
    told_in_tags = {"title": site.new_name("Untold"), "artist": "Marla Quill"}
    song = audio.song(tmp_path / "quay.mp3", told_in_tags, seconds=3.0)
    async with somebody(browser, site.base_url) as person:
        person.allow(f"request to another host: {front_end.address}/")
        await person.page.goto(f"{front_end.address}/")
        yield FrontPage(person.page, site, song)


@pytest.mark.parametrize("name", DIALECTS)
async def test_a_song_is_uploaded_and_played_by_the_address_that_is_told(front_page: FrontPage, name: str) -> None:
    dialect = DIALECTS[name]
    front_page.headers = await dialect.sign_in(front_page)
    song = dialect.song_of(await front_page.upload(dialect.upload, dialect.field, **dialect.fields))
    path, status = dialect.removed
    try:
        assert (song["title"], song["artist"], round(song["duration"])) == ("Quay", "Marla Quill", 3)
        listed = await front_page.answer("GET", f"{dialect.listed}?limit=500", 200)
        shown = listed["body"]["data"] if name == "a" else listed["body"]
        assert (int(listed["total"]), [one["id"] for one in shown].count(song["id"])) == (len(shown), 1)
        # A front end elsewhere knows the whole address, or its own server would be asked.
        assert song["audio_url"].startswith(f"{front_page.site.base_url}/api/songs/{song['id']}/audio/?")
        await front_page.plays(song["audio_url"], seconds=3.0)
    finally:
        await front_page.ask("DELETE", path.format(id=song["id"]), status)
    gone = await front_page.page.request.get(song["audio_url"])
    assert gone.status == 404
