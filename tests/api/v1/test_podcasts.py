"""Podcasts over the native dialect."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from antiphon.areas.broadcasts.data.podcasts import DOWNLOAD, REFRESH
from tests.api.house import House, furnished
from tests.audio.maker import AudioMaker
from tests.audio.tagging import cover_picture
from tests.feeds import PodcastServer, item, rss, run_jobs


@pytest_asyncio.fixture(scope="module")
async def house(house_address: tuple[Path, str], audio: AudioMaker) -> AsyncIterator[House]:
    """A house that may call 127.0.0.1."""
    folder, url = house_address
    async with furnished(folder, audio, url, files=(), OUTGOING_ALLOW="127.0.0.1") as made:
        yield made


@pytest.fixture
def feeds(audio: AudioMaker) -> Iterator[PodcastServer]:
    """Another server, with a podcast."""
    started = PodcastServer()
    started.files["/cover.jpg"] = cover_picture()
    started.files["/one.mp3"] = audio.tone("mp3", 2.0).read_bytes()
    started.files["/feed"] = rss(
        item("one", published="1 Jan 2020 00:00:00 GMT", more="<itunes:duration>2</itunes:duration>"),
        item("two", published="2 Jan 2020 00:00:00 GMT"),
        more="<itunes:image href='/cover.jpg'/><description>Words</description>",
    ).encode()
    yield started
    started.close()


async def test_a_podcast_from_its_address_to_its_sound(house: House, feeds: PodcastServer) -> None:
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        address = f"{feeds.address}/feed"
        added = (await boss.ask("POST", "/api/v1/podcasts", 201, json={"url": address}))["data"]
        assert (added["status"], added["title"], added["refreshed_at"]) == ("new", address, None)
        conflict = await boss.refused("POST", "/podcasts", 409, json={"url": address})
        assert conflict["code"] == "podcast_exists"
        await run_jobs(house.stage, REFRESH)
        [podcast] = await anna.read("/podcasts")
        assert podcast == await anna.read(f"/podcasts/{podcast['id']}")
        assert (podcast["title"], podcast["description"], podcast["episode_count"]) == ("Show", "Words", 2)
        newest = await anna.ask("GET", "/api/v1/podcast-episodes?limit=1")
        assert ([one["title"] for one in newest["data"]], newest["page"]["total"]) == (["two"], 2)
        [_, episode] = await anna.read(f"/podcasts/{podcast['id']}/episodes")
        assert (episode["title"], episode["duration"], episode["stream_url"]) == ("one", 2.0, None)
        here = f"/podcast-episodes/{episode['id']}"
        assert (await anna.refused("GET", f"{here}/stream", 404))["code"] == "episode_not_downloaded"
        job = (await boss.ask("POST", f"/api/v1{here}/download", 202))["data"]
        assert (job["kind"], job["state"]) == (DOWNLOAD, "queued")
        await run_jobs(house.stage, DOWNLOAD)
        episode = await anna.read(here)
        assert (episode["status"], episode["size"]) == ("completed", len(feeds.files["/one.mp3"]))
        answer = await anna.client.get(episode["stream_url"], headers={"range": "bytes=10-19"})
        assert (answer.status_code, answer.content) == (206, feeds.files["/one.mp3"][10:20])
        assert answer.headers["content-type"] == "audio/mpeg"
        assert (await boss.ask("POST", f"/api/v1{here}/download", 202))["data"] is None
        picture = await anna.client.get(podcast["image_url"])
        assert picture.headers["content-type"] == "image/jpeg"
        assert "immutable" in picture.headers["cache-control"]
        await anna.ask("PUT", f"/api/v1{here}/position", json={"position": 1.5})
        assert ((await anna.read(here))["position"], (await boss.read(here))["position"]) == (1.5, None)
        await anna.ask("DELETE", f"/api/v1{here}/position")
        assert (await anna.read(here))["position"] is None
        await boss.ask("DELETE", f"/api/v1{here}/download")
        assert (await anna.read(here))["status"] == "deleted"
        await boss.ask("DELETE", f"/api/v1/podcasts/{podcast['id']}")
        await anna.refused("GET", here, 404)


async def test_what_is_refused(house: House) -> None:
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        for address in ("file:///etc/passwd", "nothing", "http://me:word@feeds.example/"):
            error = await boss.refused("POST", "/podcasts", 422, json={"url": address})
            assert (error["code"], list(error["details"])) == ("address_refused", ["url"])
        await boss.refused("PUT", "/podcast-episodes/1/position", 422, json={"position": -1})
        for path in ("/podcasts/99", "/podcasts/99/episodes", "/podcasts/99/image", "/podcast-episodes/99"):
            await anna.refused("GET", path, 404)
        for path in ("/podcasts/refresh", "/podcasts/99/refresh", "/podcast-episodes/99/download"):
            await anna.refused("POST", path, 403)
            await boss.ask("POST", f"/api/v1{path}", 404 if "99" in path else 202)
        for path in ("/podcasts/99", "/podcast-episodes/99/download"):
            await anna.refused("DELETE", path, 403)
            await boss.refused("DELETE", path, 404)
        job = (await boss.ask("POST", "/api/v1/podcasts/refresh", 202))["data"]
        assert job["kind"] == REFRESH
