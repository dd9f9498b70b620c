"""Podcasts, as apps see and play them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from antiphon.areas.broadcasts.data.podcasts import DOWNLOAD, REFRESH
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House
from tests.audio.maker import AudioMaker
from tests.audio.tagging import cover_picture
from tests.feeds import PodcastServer, item, podcast_stage, rss, run_jobs
from tests.stage import Stage


@pytest.fixture
def feeds() -> Iterator[PodcastServer]:
    """Another server, with podcasts."""
    started = PodcastServer()
    yield started
    started.close()


@pytest_asyncio.fixture
async def stage(database_url: str, tmp_path: Path, audio: AudioMaker) -> AsyncIterator[Stage]:
    """A server that may call 127.0.0.1."""
    async with podcast_stage(tmp_path, database_url, audio) as made:
        yield made


async def subscribed(house: House, root: Client, feeds: PodcastServer) -> dict[str, str]:
    """The only channel, whose feed has been read."""
    feeds.files["/cover.png"] = cover_picture()
    first = item("First & best".replace("&", "&amp;"), guid="one", published="1 Jan 2020 00:00:00 GMT")
    second = item("Second", published="2 Jan 2020 00:00:00 GMT", more="<description>&lt;b&gt;Words</description>")
    feeds.files["/feed"] = rss(first, second, more="<itunes:image href='/cover.png'/>").encode()
    await root.ok("createPodcastChannel", url=f"{feeds.address}/feed")
    await run_jobs(house.stage, REFRESH)
    [channel] = (await root.ok("getPodcasts", includeEpisodes="false"))["podcasts"]["channel"]
    found: dict[str, str] = channel
    return found


async def test_channels_and_their_episodes(house: House, anna: Client, root: Client, feeds: PodcastServer) -> None:
    channel = await subscribed(house, root, feeds)
    assert (channel["title"], channel["status"], "episode" in channel) == ("Show", "completed", False)
    [whole] = (await anna.ok("getPodcasts", id=channel["id"]))["podcasts"]["channel"]
    assert [one["title"] for one in whole["episode"]] == ["Second", "First & best"]
    assert (whole["url"], whole["originalImageUrl"]) == (f"{feeds.address}/feed", f"{feeds.address}/cover.png")
    [newest] = (await anna.ok("getNewestPodcasts", count=1))["newestPodcasts"]["episode"]
    assert newest == whole["episode"][0]
    assert (newest["status"], newest["type"], newest["description"]) == ("new", "podcast", "Words")
    assert (newest["publishDate"], newest["channelId"]) == ("2020-01-02T00:00:00.000Z", channel["id"])
    assert "streamId" not in newest
    assert (await anna.ok("getPodcastEpisode", id=newest["id"]))["podcastEpisode"] == newest
    element = (await anna.call("getPodcasts", f="xml")).xml
    assert [one.attrib["title"] for one in element.findall(".//episode")] == ["Second", "First & best"]
    extensions = (await anna.ok("getOpenSubsonicExtensions"))["openSubsonicExtensions"]
    assert {"name": "getPodcastEpisode", "versions": [1]} in extensions


async def test_an_episode_is_fetched_and_played(
    house: House, anna: Client, root: Client, feeds: PodcastServer, audio: AudioMaker
) -> None:
    await subscribed(house, root, feeds)
    sound = feeds.files["/one.mp3"] = audio.tone("mp3", 2.0).read_bytes()
    [_, episode] = (await anna.ok("getNewestPodcasts"))["newestPodcasts"]["episode"]
    # What is not on the disk is heard from where it is, and fetched beside it.
    heard = await anna.call("stream", id=episode["id"])
    assert (heard.status, heard.body, heard.headers["content-type"]) == (200, sound, "audio/mpeg")
    assert await anna.error("download", id=episode["id"]) == 70
    assert (await anna.ok("getPodcastEpisode", id=episode["id"]))["podcastEpisode"]["status"] == "downloading"
    await run_jobs(house.stage, DOWNLOAD)
    episode = (await anna.ok("getPodcastEpisode", id=episode["id"]))["podcastEpisode"]
    assert (episode["status"], episode["streamId"]) == ("completed", episode["id"])
    assert (episode["size"], episode["contentType"]) == (len(sound), "audio/mpeg")
    whole = await anna.call("stream", id=episode["streamId"])
    assert (whole.status, whole.body, whole.headers["content-type"]) == (200, sound, "audio/mpeg")
    part = await anna.call("stream", id=episode["streamId"], headers={"range": "bytes=100-199"})
    assert (part.status, part.body) == (206, sound[100:200])
    small = await anna.call("stream", id=episode["streamId"], maxBitRate=32)
    assert small.headers["content-type"] == "audio/mpeg" and len(small.body) < len(sound)
    kept = await anna.call("download", id=episode["id"])
    assert kept.body == sound
    assert 'filename="First & best.mp3"' in kept.headers["content-disposition"]
    await root.ok("deletePodcastEpisode", id=episode["id"])
    assert await anna.error("download", id=episode["id"]) == 70
    await root.ok("downloadPodcastEpisode", id=episode["id"])
    await root.ok("deletePodcastEpisode", id=episode["id"])
    assert (await anna.ok("getPodcastEpisode", id=episode["id"]))["podcastEpisode"]["status"] == "deleted"


async def test_covers(house: House, anna: Client, root: Client, feeds: PodcastServer) -> None:
    channel = await subscribed(house, root, feeds)
    [episode, _] = (await anna.ok("getNewestPodcasts"))["newestPodcasts"]["episode"]
    assert channel["coverArt"].startswith(f"{channel['id']}_")
    bodies = {
        (await anna.call("getCoverArt", id=wanted, size=64)).body
        for wanted in (channel["coverArt"], channel["id"], episode["coverArt"], episode["id"])
    }
    [picture] = bodies
    assert picture.startswith(b"\xff\xd8\xff")
    assert await anna.error("getCoverArt", id="pc-99") == 70
    assert await anna.error("getCoverArt", id="pe-99") == 70


async def test_bookmarks_in_episodes(house: House, anna: Client, root: Client, feeds: PodcastServer) -> None:
    await subscribed(house, root, feeds)
    [episode, _] = (await anna.ok("getNewestPodcasts"))["newestPodcasts"]["episode"]
    await anna.ok("createBookmark", id=episode["id"], position=61_500, comment="there")
    [bookmark] = (await anna.ok("getBookmarks"))["bookmarks"]["bookmark"]
    assert (bookmark["position"], bookmark["comment"], bookmark["entry"]["id"]) == (61_500, "there", episode["id"])
    assert (await anna.ok("getPodcastEpisode", id=episode["id"]))["podcastEpisode"]["bookmarkPosition"] == 61_500
    assert (await root.ok("getBookmarks"))["bookmarks"]["bookmark"] == []
    await anna.ok("deleteBookmark", id=episode["id"])
    assert (await anna.ok("getBookmarks"))["bookmarks"]["bookmark"] == []


async def test_admins_alone_keep_podcasts(house: House, anna: Client, root: Client, feeds: PodcastServer) -> None:
    channel = await subscribed(house, root, feeds)
    [episode, _] = (await anna.ok("getNewestPodcasts"))["newestPodcasts"]["episode"]
    calls: list[tuple[str, dict[str, str]]] = [
        ("createPodcastChannel", {"url": "https://other.example/feed"}),
        ("refreshPodcasts", {}),
        ("downloadPodcastEpisode", {"id": episode["id"]}),
        ("deletePodcastEpisode", {"id": episode["id"]}),
        ("deletePodcastChannel", {"id": channel["id"]}),
    ]
    for name, given in calls:
        assert await anna.error(name, **given) == 50
    for name, given in calls:
        await root.ok(name, **given)
    assert await root.error("deletePodcastChannel", id=channel["id"]) == 70
    assert await root.error("createPodcastChannel") == 10
    assert await root.error("createPodcastChannel", url="file:///etc/passwd") == 0
    for name in ("getPodcastEpisode", "downloadPodcastEpisode", "deletePodcastEpisode", "stream", "download"):
        for wrong in (channel["id"], "pe-999"):
            assert await root.error(name, id=wrong) == 70
    for name in ("getSong", "star", "getMusicDirectory"):
        assert await root.error(name, id=episode["id"]) == 70
    assert (await root.ok("getUser", username="root"))["user"]["podcastRole"] is True
    assert (await anna.ok("getUser", username="anna"))["user"]["podcastRole"] is False
