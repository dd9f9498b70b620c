"""Connecting services, over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest_asyncio

from tests.api.house import House, furnished
from tests.audio.maker import AudioMaker
from tests.services import lastfm_stand_in
from tests.services.lastfm_stand_in import LastFmStandIn
from tests.services.listenbrainz_stand_in import NAME, TOKEN, ListenBrainzStandIn
from tests.services.mail import do_what_waits

BASE = "/api/v1/scrobbling"


@pytest_asyncio.fixture
async def place(
    tmp_path: Path, audio: AudioMaker, database_url: str, listenbrainz: ListenBrainzStandIn, lastfm: LastFmStandIn
) -> AsyncIterator[House]:
    settings = {
        "LISTENBRAINZ_URL": listenbrainz.base,
        "LASTFM_URL": lastfm.base,
        "LASTFM_API_KEY": lastfm_stand_in.KEY,
        "LASTFM_SECRET": lastfm_stand_in.SECRET,
        "PUBLIC_URL": "https://music.example.org",
    }
    async with furnished(tmp_path, audio, database_url, **settings) as house:
        yield house


async def state_at(address: str) -> tuple[str, str]:
    """The page at the service, and the state in the address that it leads back to."""
    page, _, query = address.partition("?")
    asked = parse_qs(query)
    assert asked["api_key"] == [lastfm_stand_in.KEY]
    back = urlsplit(asked["cb"][0])
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"https://music.example.org{BASE}/lastfm/callback"
    return page, parse_qs(back.query)["state"][0]


async def come_back(client: httpx2.AsyncClient, state: str, token: str, **rest: str) -> str:
    answer = await client.get(f"{BASE}/lastfm/callback", params={"state": state, "token": token, **rest})
    assert answer.status_code == 302
    return str(answer.headers["location"])


async def test_a_token_connects_and_a_play_is_told(place: House, listenbrainz: ListenBrainzStandIn) -> None:
    async with place.caller("anna") as anna:
        services = await anna.read("/scrobbling/services")
        assert services == [
            {"id": "listenbrainz", "name": "ListenBrainz", "by_token": True},
            {"id": "lastfm", "name": "Last.fm", "by_token": False},
        ]
        refused = await anna.refused("POST", "/scrobbling/listenbrainz", 422, json={"token": "wrong"})
        assert refused["code"] == "service_refused"
        made = (await anna.ask("POST", f"{BASE}/listenbrainz", json={"token": TOKEN}))["data"]["connection"]
        assert (made["name"], made["state"], made["scrobbles"], made["loves"]) == (NAME, "connected", True, True)
        song = (await place.ids())["Dawn"]
        await anna.ask("POST", "/api/v1/plays", 201, json={"song_id": song})
        (shown,) = await anna.read("/scrobbling")
        assert shown["waiting"] == 1 and TOKEN not in str(shown)
        await do_what_waits(place.application)
        assert [title for _, _, title in listenbrainz.listens] == ["Dawn"]
        changed = (await anna.ask("PATCH", f"{BASE}/listenbrainz", json={"loves": False}))["data"]
        assert (changed["scrobbles"], changed["loves"], changed["waiting"]) == (True, False, 0)
        await anna.ask("DELETE", f"{BASE}/listenbrainz")
        assert await anna.read("/scrobbling") == []


async def test_only_who_went_to_last_fm_comes_back(place: House, lastfm: LastFmStandIn) -> None:
    async with place.caller("anna") as anna, place.caller("mallory") as mallory, place.door() as nobody:
        address = (await anna.ask("POST", f"{BASE}/lastfm", json={}))["data"]["address"]
        page, state = await state_at(address)
        assert page == "https://www.last.fm/api/auth/"
        token = lastfm.say_yes()
        expired, unknown = (
            "/app/settings/listening?error=connection_expired",
            "/app/settings/listening?error=not_signed_in",
        )
        assert await come_back(mallory.client, state, token, uid=str(anna.user["id"])) == expired
        assert await come_back(nobody, state, token, uid=str(anna.user["id"])) == unknown
        assert lastfm.calls == []
        assert await come_back(anna.client, state, token) == "/app/settings/listening?connected=lastfm"
        assert await come_back(anna.client, state, lastfm.say_yes("again")) == expired
        assert [one["service"] for one in await anna.read("/scrobbling")] == ["lastfm"]
        assert await mallory.read("/scrobbling") == []
        page, state = await state_at((await anna.ask("POST", f"{BASE}/lastfm", json={}))["data"]["address"])
        assert await come_back(anna.client, state, "no-such-token") == "/app/settings/listening?error=service_refused"


async def test_an_export_is_taken_over(place: House) -> None:
    async with place.caller("anna") as anna:
        content = b"Aurora,First Light,Dawn,28 Jan 2020 12:00\n"
        job = (await anna.ask("POST", f"{BASE}/import?source=lastfm", 202, content=content))["data"]
        await do_what_waits(place.application)
        done = await anna.read(f"/jobs/{job['id']}")
        assert done["result"] == {"matched": 1, "unmatched": 0, "added": 1}
        (play,) = await anna.read("/plays")
        assert (play["song"]["title"], play["played_at"]) == ("Dawn", "2020-01-28T12:00:00Z")
        await anna.refused("POST", "/scrobbling/import?source=elsewhere", 422, content=content)
