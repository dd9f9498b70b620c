"""Episodes of podcasts where apps treat them as songs: in queues, reports, scrobbles and decisions."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from antiphon.api.opensubsonic.signin import named
from antiphon.areas.broadcasts.data.podcasts import DOWNLOAD
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House
from tests.api.opensubsonic.test_podcasts import feeds, subscribed
from tests.api.opensubsonic.test_transcoding import heard
from tests.audio.maker import AudioMaker
from tests.feeds import PodcastServer, podcast_stage, run_jobs
from tests.stage import Stage

__all__ = ["feeds"]


@pytest_asyncio.fixture
async def stage(database_url: str, tmp_path: Path, audio: AudioMaker) -> AsyncIterator[Stage]:
    """A server with music that may call 127.0.0.1."""
    async with podcast_stage(tmp_path, database_url, audio, with_music=True) as made:
        yield made


@pytest_asyncio.fixture
async def episode(house: House, root: Client, feeds: PodcastServer) -> str:
    """The id of an episode that is not on the disk."""
    await subscribed(house, root, feeds)
    [_, first] = (await root.ok("getNewestPodcasts"))["newestPodcasts"]["episode"]
    return str(first["id"])


async def test_a_queue_holds_songs_and_episodes(house: House, anna: Client, episode: str) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")

    async def kept() -> tuple[list[str], int, int]:
        by_name = (await anna.ok("getPlayQueue"))["playQueue"]
        by_index = (await anna.ok("getPlayQueueByIndex"))["playQueueByIndex"]
        ids = [one["id"] for one in by_index["entry"]]
        assert (by_name["entry"], by_name["current"]) == (by_index["entry"], ids[by_index["currentIndex"]])
        return ids, by_index["currentIndex"], by_index["position"]

    await anna.ok("savePlayQueue", id=[episode, dawn, "al-1", dusk], current=dusk, position=1500)
    assert await kept() == ([episode, dawn, dusk], 2, 1500)
    await anna.ok("savePlayQueue", id=[dawn, episode, dusk], current=episode, position=9_000_000)
    assert await kept() == ([dawn, episode, dusk], 1, 9_000_000)
    # Who plays songs alone goes on with the next one.
    songs = await house.stage.areas.playback.queues.latest(house.principals["anna"])
    assert songs is not None and ([song.title for song in songs.songs], songs.place, songs.position) == (
        ["Dawn", "Dusk"],
        1,
        0,
    )
    await anna.ok("savePlayQueueByIndex", id=[episode, dusk, episode], currentIndex=2, position=7)
    assert await kept() == ([episode, dusk, episode], 2, 7)
    await anna.ok("savePlayQueue", id=episode, current=episode)
    assert await kept() == ([episode], 0, 0)
    # What another app lines up later is what was lined up last, and what that one clears is nobody's.
    anna.credentials["c"] = "another"
    await anna.ok("savePlayQueue", id=dusk, current=dusk, position=8)
    assert await kept() == ([dusk], 0, 8)
    await anna.ok("savePlayQueue", id=[dusk, episode], current=episode)
    await house.stage.areas.playback.queues.save(named(house.principals["anna"], "player"), [1], place=0)
    assert len((await kept())[0]) == 1
    assert await anna.error("savePlayQueue", id="al-1", current="al-1") == 10
    assert await anna.error("savePlayQueueByIndex", id="al-1", currentIndex=0) == 70
    assert await anna.error("savePlayQueue", id=[dawn, episode], current=dusk) == 10
    await anna.ok("savePlayQueue")
    assert dusk not in (await kept())[0]


async def test_an_episode_that_has_gone_leaves_a_queue(house: House, anna: Client, root: Client, episode: str) -> None:
    dawn = await house.id("Dawn")
    await anna.ok("savePlayQueue", id=[episode, dawn], current=episode, position=5)
    exported = await house.stage.areas.broadcasts.export_personal(house.principals["anna"].user_id)
    assert [one["place"] for one in exported["podcast_queues"]] == [0]
    channel = (await anna.ok("getPodcastEpisode", id=episode))["podcastEpisode"]["channelId"]
    await root.ok("deletePodcastChannel", id=channel)
    queue = (await anna.ok("getPlayQueue"))["playQueue"]
    assert ([one["id"] for one in queue["entry"]], queue["current"], queue["position"]) == ([dawn], dawn, 0)


async def test_where_an_app_is_in_an_episode_is_kept(
    house: House, anna: Client, root: Client, feeds: PodcastServer, audio: AudioMaker, episode: str
) -> None:
    feeds.files["/one.mp3"] = audio.tone("mp3", 5.0).read_bytes()
    await root.ok("downloadPodcastEpisode", id=episode)
    await run_jobs(house.stage, DOWNLOAD)
    told = {"mediaId": episode, "mediaType": "podcast"}

    async def place() -> int | None:
        found: int | None = (await anna.ok("getPodcastEpisode", id=episode))["podcastEpisode"].get("bookmarkPosition")
        return found

    await anna.ok("reportPlayback", **told, state="playing", positionMs=1250)
    assert await place() == 1250
    await anna.ok("reportPlayback", **told, state="starting", positionMs=0)
    await anna.ok("scrobble", id=episode, submission="false")
    await anna.ok("scrobble", id=episode)
    assert await place() == 1250
    await anna.ok("reportPlayback", **told, state="stopped", positionMs=4900)
    row = await house.stage.areas.broadcasts.podcasts.episode(house.principals["anna"], int(episode[3:]))
    assert (row.position, row.played_at is None) == (None, False)
    assert (await anna.ok("getNowPlaying"))["nowPlaying"]["entry"] == []
    assert await anna.error("reportPlayback", **{**told, "mediaId": "pe-999"}, state="playing", positionMs=1) == 70
    assert await anna.error("reportPlayback", **{**told, "mediaType": "song"}, state="playing", positionMs=1) == 70


async def test_an_episode_that_was_heard_is_no_play_of_a_song(house: House, anna: Client, episode: str) -> None:
    dawn = await house.id("Dawn")
    before = (await anna.ok("getSong", id=dawn))["song"]["playCount"]
    assert await anna.error("scrobble", id="pe-999") == 70
    assert await anna.error("scrobble", id="pc-1") == 70
    await anna.ok("scrobble", id=[episode, dawn, "pe-999"], time=[1_700_000_000_000, 1_700_000_000_000])
    song = (await anna.ok("getSong", id=dawn))["song"]
    assert (song["playCount"], song["played"]) == (before + 1, "2023-11-14T22:13:20.000Z")
    row = await house.stage.areas.broadcasts.podcasts.episode(house.principals["anna"], int(episode[3:]))
    assert row.played_at is not None


async def test_what_is_decided_about_an_episode(
    house: House, anna: Client, root: Client, feeds: PodcastServer, audio: AudioMaker, episode: str
) -> None:
    sound = feeds.files["/one.mp3"] = audio.tone("mp3", 2.0).read_bytes()
    query = {**anna.credentials, "f": "json", "mediaId": episode, "mediaType": "podcast"}
    opus = {"transcodingProfiles": [{"container": "ogg", "audioCodec": "opus", "protocol": "http"}]}
    anything = {"directPlayProfiles": [{"containers": ["mp3"], "audioCodecs": ["mp3"], "protocols": ["http"]}]}

    async def asked(body: object) -> dict[str, object]:
        headers = {"content-type": "application/json"}
        reply = await anna.request(
            "POST", "/rest/getTranscodeDecision", urlencode(query), body=json.dumps(body).encode(), headers=headers
        )
        return reply.json

    assert (await asked(opus))["error"]["code"] == 70  # type: ignore[index]
    await root.ok("downloadPodcastEpisode", id=episode)
    await run_jobs(house.stage, DOWNLOAD)
    direct = (await asked(anything))["transcodeDecision"]
    assert (direct["canDirectPlay"], direct["sourceStream"]["codec"]) == (True, "mp3")  # type: ignore[index]
    decided = (await asked(opus))["transcodeDecision"]
    params = decided["transcodeParams"]  # type: ignore[index]
    made = await anna.call("getTranscodeStream", mediaId=episode, mediaType="podcast", transcodeParams=params)
    assert (made.headers["content-type"], heard(made.body)[0].removeprefix("lib")) == ("audio/ogg", "opus")
    assert made.body != sound
    for wrong in ({"mediaId": "so-1"}, {"mediaId": "pe-999"}, {"mediaType": "film"}):
        reply = await anna.call(
            "getTranscodeStream", **{"mediaId": episode, "mediaType": "podcast", "transcodeParams": params, **wrong}
        )
        assert reply.code in (0, 70), wrong


async def test_an_episode_is_heard_piece_by_piece(
    house: House, anna: Client, root: Client, feeds: PodcastServer, audio: AudioMaker, episode: str
) -> None:
    feeds.files["/one.mp3"] = audio.tone("mp3", 8.0).read_bytes()
    assert (await anna.call("hls.m3u8", id=episode)).code == 70
    await root.ok("downloadPodcastEpisode", id=episode)
    await run_jobs(house.stage, DOWNLOAD)

    async def lines(path: str) -> list[str]:
        name, _, query = path.partition("?")
        listed = await anna.request("GET", f"/rest/{name}", query)
        assert listed.headers["content-type"] == "application/vnd.apple.mpegurl"
        return [line for line in listed.body.decode().splitlines() if not line.startswith("#")]

    several = await lines("hls.m3u8?" + urlencode({**anna.credentials, "id": episode}))
    assert len(several) > 1 and all(f"id={episode}" in one for one in several)
    pieces = await lines(several[0])
    profile = {"transcodingProfiles": [{"container": "ts", "audioCodec": "aac", "protocol": "hls"}]}
    told = {"mediaId": episode, "mediaType": "podcast"}
    reply = await anna.request(
        "POST",
        "/rest/getTranscodeDecision",
        urlencode({**anna.credentials, "f": "json", **told}),
        body=json.dumps(profile).encode(),
        headers={"content-type": "application/json"},
    )
    params = {**anna.credentials, **told, "transcodeParams": reply.json["transcodeDecision"]["transcodeParams"]}
    assert len(await lines("getTranscodeStream?" + urlencode(params))) == len(pieces) == 2
    seconds = 0.0
    for path, _, query in (piece.partition("?") for piece in pieces):
        piece = await anna.request("GET", f"/rest/{path}", query)
        assert (piece.status, piece.headers["content-type"]) == (200, "video/mp2t")
        seconds += heard(piece.body)[1]
    assert seconds == pytest.approx(8.0, abs=0.6)
    for wrong in ("segment.128.99", "original.0", "segment.128"):
        refused = await anna.call("getTranscodeStream", **told, transcodeParams=wrong)
        assert refused.code == (70 if wrong.endswith("99") else 0), wrong
    for gone in ("pc-1", "pe-999"):
        assert (await anna.call("hls.m3u8", id=gone)).code == 70, gone
