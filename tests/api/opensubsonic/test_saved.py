"""Play queues, bookmarks, and apps that report where they are."""

import asyncio

import pytest

from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House


async def test_a_queue_is_handed_from_app_to_app(house: House, anna: Client, root: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    assert "playQueue" not in await anna.ok("getPlayQueue")
    await anna.ok("savePlayQueue", id=[dawn, dusk], current=dusk, position=41_500, c="phone")
    queue = (await anna.ok("getPlayQueue", c="desk"))["playQueue"]
    assert [song["id"] for song in queue["entry"]] == [dawn, dusk]
    assert (queue["current"], queue["position"], queue["changedBy"], queue["username"]) == (
        dusk,
        41_500,
        "phone",
        "anna",
    )
    assert queue["changed"].endswith("Z")
    assert "playQueue" not in await root.ok("getPlayQueue")
    await anna.ok("savePlayQueue", id=dawn, current=dawn, c="desk")
    assert (await anna.ok("getPlayQueue"))["playQueue"]["changedBy"] == "desk"
    await anna.ok("savePlayQueue", c="desk")
    assert (await anna.ok("getPlayQueue"))["playQueue"]["changedBy"] == "phone"
    await anna.ok("savePlayQueue", c="phone")
    assert "playQueue" not in await anna.ok("getPlayQueue")


async def test_a_song_that_stands_twice_is_told_by_its_place(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    await anna.ok("savePlayQueueByIndex", id=[dawn, dusk, dawn], currentIndex=2, position=7)
    queue = (await anna.ok("getPlayQueueByIndex"))["playQueueByIndex"]
    assert (queue["currentIndex"], queue["position"], len(queue["entry"])) == (2, 7, 3)
    assert (await anna.ok("getPlayQueue"))["playQueue"]["current"] == dawn
    xml = (await anna.call("getPlayQueueByIndex", f="xml")).xml.find("playQueueByIndex")
    assert xml is not None and xml.attrib["currentIndex"] == "2" and len(xml.findall("entry")) == 3
    await anna.ok("savePlayQueueByIndex")


async def test_an_empty_id_clears_a_queue(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    for name in ("savePlayQueue", "savePlayQueueByIndex"):
        await anna.ok("savePlayQueue", id=["", dawn], current=dawn)
        assert len((await anna.ok("getPlayQueue"))["playQueue"]["entry"]) == 1
        await anna.ok(name, id="")
        assert "playQueue" not in await anna.ok("getPlayQueue")
    await anna.ok("savePlayQueueByIndex", id=["", dawn, dusk], currentIndex=2)
    assert (await anna.ok("getPlayQueue"))["playQueue"]["current"] == dusk
    await anna.ok("savePlayQueue", id="", current="")
    assert "playQueue" not in await anna.ok("getPlayQueue")


async def test_queues_that_cannot_be(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    assert await anna.error("savePlayQueue", id=dawn) == 10
    assert await anna.error("savePlayQueue", id=dawn, current=dusk) == 10
    assert await anna.error("savePlayQueueByIndex", id=dawn) == 10
    assert await anna.error("savePlayQueueByIndex", id=dawn, currentIndex=1) == 10
    assert await anna.error("savePlayQueueByIndex", id=dawn, currentIndex=-1) == 0
    assert await anna.error("savePlayQueue", id=dawn, current=dawn, position="soon") == 0
    assert "playQueue" not in await anna.ok("getPlayQueue")


async def test_what_one_may_not_hear_leaves_the_queue(house: House, anna: Client) -> None:
    admin = await house.stage.person("warden", admin=True)
    flags = house.stage.areas.library.flags
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    await anna.ok("savePlayQueueByIndex", id=[dawn, dusk], currentIndex=1, position=9000)
    await flags.song(admin, int(dusk.removeprefix("so-")), True)
    queue = (await anna.ok("getPlayQueueByIndex"))["playQueueByIndex"]
    assert ([song["id"] for song in queue["entry"]], queue["currentIndex"], queue["position"]) == ([dawn], 0, 0)
    await flags.song(admin, int(dusk.removeprefix("so-")), False)
    queue = (await anna.ok("getPlayQueueByIndex"))["playQueueByIndex"]
    assert (queue["currentIndex"], queue["position"]) == (1, 9000)
    await anna.ok("savePlayQueue")


async def test_bookmarks_are_ones_own(house: House, anna: Client, root: Client) -> None:
    dawn = await house.id("Dawn")
    await anna.ok("createBookmark", id=dawn, position=1500, comment="the <quiet> part")
    await anna.ok("createBookmark", id=dawn, position=2500, comment="later")
    [bookmark] = (await anna.ok("getBookmarks"))["bookmarks"]["bookmark"]
    assert (bookmark["position"], bookmark["comment"], bookmark["username"]) == (2500, "later", "anna")
    assert bookmark["entry"]["id"] == dawn
    await root.ok("deleteBookmark", id=dawn)
    assert (await root.ok("getBookmarks"))["bookmarks"]["bookmark"] == []
    assert len((await anna.ok("getBookmarks"))["bookmarks"]["bookmark"]) == 1
    await anna.ok("deleteBookmark", id=dawn)
    assert (await anna.ok("getBookmarks"))["bookmarks"]["bookmark"] == []


async def test_bookmarks_that_cannot_be(house: House, anna: Client) -> None:
    dawn = await house.id("Dawn")
    assert await anna.error("createBookmark", id=dawn) == 10
    assert await anna.error("createBookmark", position=1) == 10
    assert await anna.error("createBookmark", id="so-999999", position=1) == 70
    assert await anna.error("createBookmark", id=dawn, position=1, comment="x" * 2000) == 0
    assert await anna.error("deleteBookmark", id="al-1") == 70


async def _plays(house: House, anna: Client, song: str) -> int:
    return int((await anna.ok("getSong", id=song))["song"]["playCount"])


async def test_a_listen_counts_once_when_enough_was_heard(house: House, anna: Client) -> None:
    song = await house.id("Dawn")
    length = (await anna.ok("getSong", id=song))["song"]["duration"] * 1000
    before = await _plays(house, anna, song)
    told = {"mediaId": song, "mediaType": "song", "c": "walker"}
    await anna.ok("reportPlayback", **told, positionMs=0, state="starting")
    playing = (await anna.ok("getNowPlaying"))["nowPlaying"]["entry"]
    assert [(one["id"], one["playerName"]) for one in playing if one["playerName"] == "walker"] == [(song, "walker")]
    assert await _plays(house, anna, song) == before
    await asyncio.sleep(0.05)
    for _ in range(2):
        await anna.ok("reportPlayback", **told, positionMs=length, state="playing")
    await anna.ok("reportPlayback", **told, positionMs=length, state="stopped")
    assert await _plays(house, anna, song) == before + 1
    playing = (await anna.ok("getNowPlaying"))["nowPlaying"]["entry"]
    assert [one for one in playing if one["playerName"] == "walker"] == []


async def test_an_app_may_report_without_counting(house: House, anna: Client) -> None:
    song = await house.id("Dusk")
    before = await _plays(house, anna, song)
    told = {"mediaId": song, "mediaType": "song", "c": "quiet", "ignoreScrobble": "true"}
    for state in ("starting", "playing", "paused", "stopped"):
        await anna.ok("reportPlayback", **told, positionMs=600_000, state=state)
    assert await _plays(house, anna, song) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"mediaType": "video"},
        {"state": "dreaming"},
        {"positionMs": "-1"},
        {"playbackRate": "fast"},
        {"playbackRate": "0"},
        {"playbackRate": "nan"},
    ],
)
async def test_reports_that_cannot_be(house: House, anna: Client, wrong: dict[str, str]) -> None:
    right = {"mediaId": await house.id("Dawn"), "mediaType": "song", "positionMs": "1", "state": "playing"}
    assert await anna.error("reportPlayback", **{**right, **wrong}) == 0
    assert await anna.error("reportPlayback", **{**right, "positionMs": ""}) == 10


async def test_a_report_about_nothing(anna: Client) -> None:
    assert (
        await anna.error("reportPlayback", mediaId="so-999999", mediaType="song", positionMs=1, state="playing") == 70
    )


async def test_shares_in_the_words_of_apps(house: House, anna: Client, root: Client) -> None:
    dawn = await house.id("Dawn")
    album = (await anna.ok("getSong", id=dawn))["song"]["albumId"]
    expires = 4_000_000_000_000
    [share] = (await anna.ok("createShare", id=[dawn, album], description="x", expires=expires))["shares"]["share"]
    assert share["url"].startswith("http") and share["username"] == "anna" and share["visitCount"] == 0
    assert share["entry"][0]["id"] == dawn and len(share["entry"]) == 3
    assert share["expires"].startswith("2096-")
    await anna.ok("updateShare", id=share["id"], expires=0, description="y")
    [share] = (await anna.ok("getShares"))["shares"]["share"]
    assert "expires" not in share and share["description"] == "y"
    assert await anna.error("updateShare", id="sh-99") == 70
    assert await anna.error("createShare") == 10
    assert await anna.error("createShare", id="so-99999") == 70
    assert len((await root.ok("getShares"))["shares"]["share"]) == 1
    await anna.ok("deleteShare", id=share["id"])
    assert (await anna.ok("getShares"))["shares"]["share"] == []
