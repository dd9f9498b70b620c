"""Podcasts over the native dialect."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from antiphon.areas.broadcasts.data.podcasts import DOWNLOAD, REFRESH
from tests.api.house import Caller, House, furnished
from tests.audio.maker import AudioMaker
from tests.audio.tagging import cover_picture
from tests.feeds import PodcastServer, item, rss, run_jobs
from tests.services.stand_in import Reply
from tests.stage import CATALOGUE


@pytest_asyncio.fixture(scope="module")
async def house(house_address: tuple[Path, str], audio: AudioMaker) -> AsyncIterator[House]:
    """A house that may call 127.0.0.1."""
    folder, url = house_address
    async with furnished(folder, audio, url, files=CATALOGUE[:2], OUTGOING_ALLOW="127.0.0.1") as made:
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
        assert (episode["title"], episode["duration"], episode["progress"]) == ("one", 2.0, None)
        here = f"/podcast-episodes/{episode['id']}"
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
        await boss.ask("DELETE", f"/api/v1{here}/download")
        assert (await anna.read(here))["status"] == "deleted"
        await boss.ask("DELETE", f"/api/v1/podcasts/{podcast['id']}")
        await anna.refused("GET", here, 404)


async def test_an_episode_in_other_forms_and_where_people_are_in_it(house: House, feeds: PodcastServer) -> None:
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        podcast = (await boss.ask("POST", "/api/v1/podcasts", 201, json={"url": f"{feeds.address}/feed"}))["data"]
        await run_jobs(house.stage, REFRESH)
        [_, episode] = await anna.read(f"/podcasts/{podcast['id']}/episodes")
        here = f"/podcast-episodes/{episode['id']}"
        await boss.ask("POST", f"/api/v1{here}/download", 202)
        await run_jobs(house.stage, DOWNLOAD)
        made = await anna.client.get(f"{episode['stream_url']}?format=opus&bitrate=48")
        assert (made.headers["content-type"], made.content[:4]) == ("audio/ogg", b"OggS")
        rest = await anna.client.get(f"{episode['stream_url']}?format=opus&bitrate=48&offset=1")
        assert 0 < len(rest.content) < len(made.content)
        as_it_is = await anna.client.get(f"{episode['stream_url']}?format=mp3")
        assert as_it_is.content == feeds.files["/one.mp3"]
        assert (await anna.client.get(f"{episode['stream_url']}?offset=5")).status_code == 422

        await anna.refused("PUT", f"{here}/position", 422, json={"position": 1e300})
        await anna.ask("PUT", f"/api/v1{here}/position", json={"position": 1.5})
        assert ((await anna.read(here))["position"], (await boss.read(here))["position"]) == (1.5, None)
        await anna.ask("DELETE", f"/api/v1{here}/position")
        assert (await anna.read(here))["position"] is None
        await anna.ask("PUT", f"/api/v1{here}/position", json={"position": 1.5})
        await anna.ask("PUT", f"/api/v1{here}/played")
        heard = await anna.read(here)
        assert heard["played_at"] and heard["position"] is None
        assert (await boss.read(here))["played_at"] is None
        await anna.ask("DELETE", f"/api/v1{here}/position")
        assert (await anna.read(here))["played_at"]
        await anna.ask("PUT", f"/api/v1{here}/position", json={"position": 0.5})
        again = await anna.read(here)
        assert (again["position"], again["played_at"]) == (0.5, None)
        await anna.ask("PUT", f"/api/v1{here}/played")
        await anna.ask("DELETE", f"/api/v1{here}/played")
        assert (await anna.read(here))["played_at"] is None
        await boss.ask("DELETE", f"/api/v1/podcasts/{podcast['id']}")


@asynccontextmanager
async def lined_up(house: House, feeds: PodcastServer, boss: Caller) -> AsyncIterator[tuple[list[Any], ...]]:
    """Two songs and two episodes, as items of a queue, while the podcast is there."""
    podcast = (await boss.ask("POST", "/api/v1/podcasts", 201, json={"url": f"{feeds.address}/feed"}))["data"]
    await run_jobs(house.stage, REFRESH)
    songs = [song["id"] for song in await boss.read("/songs?sort=title") if song["album"] == "First Light"]
    episodes = [one["id"] for one in reversed(await boss.read(f"/podcasts/{podcast['id']}/episodes"))]
    yield (
        *(["song", number] for number in songs),
        *(["episode", number] for number in episodes),
    )
    await boss.ask("DELETE", f"/api/v1/podcasts/{podcast['id']}")


def names_of(things: Sequence[Sequence[Any]]) -> list[str]:
    """What apps of Subsonic call the items of a queue."""
    return [f"{'so' if kind == 'song' else 'pe'}-{number}" for kind, number in things]


async def phone_of(caller: Caller) -> Callable[..., Awaitable[Any]]:
    """Calls OpenSubsonic as the app `phone` of somebody."""
    key = (await caller.ask("POST", "/api/v1/auth/api-keys", 201, json={"name": "phone"}))["data"]["key"]

    async def phone(call: str, **given: Any) -> Any:
        query = {"f": "json", "v": "1.16.1", "c": "phone", "apiKey": key, **given}
        told = (await caller.client.get(f"/rest/{call}", params=query)).json()["subsonic-response"]
        assert told["status"] == "ok", told
        return told

    return phone


async def cleared(caller: Caller, *clients: str) -> None:
    """These apps have nothing lined up any more, and no other one has."""
    for client in clients:
        await caller.ask("PUT", "/api/v1/queue", json={"items": [], "client": client})
    assert await caller.read("/queues") == []


async def test_a_queue_of_songs_and_episodes_is_the_same_in_both_dialects(house: House, feeds: PodcastServer) -> None:
    async with (
        house.caller("boss", admin=True) as boss,
        house.caller("ida") as ida,
        lined_up(house, feeds, boss) as (dawn, noon, one, _),
    ):
        phone, things = await phone_of(ida), [dawn, one, noon, one]
        names = names_of(things)
        body = {"items": things, "place": 3, "position": 1.25, "client": "desk"}
        await ida.ask("PUT", "/api/v1/queue", json=body)
        queue = await ida.read("/queue")
        assert (queue["items"], queue["item_place"], queue["item_position"]) == (things, 3, 1.25)
        assert [(episode["id"], episode["podcast_title"]) for episode in queue["episodes"]] == [(one[1], "Show")]
        # Who reads songs alone finds these, and goes on with the one that is next.
        assert [song["id"] for song in queue["songs"]] == [dawn[1], noon[1]]
        assert (queue["place"], queue["position"]) == (1, 0)
        by_index = (await phone("getPlayQueueByIndex"))["playQueueByIndex"]
        assert ([entry["id"] for entry in by_index["entry"]], by_index["currentIndex"]) == (names, 3)
        by_id = (await phone("getPlayQueue"))["playQueue"]
        assert (by_id["current"], by_id["position"], by_id["changedBy"]) == (names[1], 1250, "desk")

        await phone("savePlayQueueByIndex", id=names, currentIndex=1, position=700)
        assert [found["client"] for found in await ida.read("/queues")] == ["phone", "desk"]
        queue = await ida.read("/queue")
        assert (queue["items"], queue["item_place"], queue["item_position"]) == (things, 1, 0.7)
        assert (queue["place"], queue["position"]) == (1, 0)
        await phone("savePlayQueue", id=names, current=names[2], position=300)
        queue = await ida.read("/queue")
        assert [queue[name] for name in ("item_place", "item_position", "place", "position")] == [2, 0.3, 1, 0.3]
        await cleared(ida, "phone", "desk")


async def test_what_may_not_be_heard_leaves_a_queue_with_episodes(house: House, feeds: PodcastServer) -> None:
    async with (
        house.caller("boss", admin=True) as boss,
        house.caller("ida") as ida,
        lined_up(house, feeds, boss) as (_, noon, _, two),
    ):
        await ida.ask("PUT", "/api/v1/queue", json={"items": [noon, two], "place": 0, "position": 1})
        async with house.hidden(noon[1], flagged=1):
            queue = await ida.read("/queue")
            assert (queue["items"], queue["item_place"], queue["item_position"]) == ([two], 0, 0)
            assert (queue["songs"], queue["place"], await ida.read("/playback")) == ([], 0, [])
        await ida.ask("PUT", "/api/v1/queue", json={"song_ids": [noon[1]]})
        queue = await ida.read("/queue")
        assert (queue["items"], queue["episodes"]) == ([noon], [])
        await cleared(ida, "")


async def test_an_episode_goes_on_in_another_app(house: House, feeds: PodcastServer) -> None:
    async with (
        house.caller("boss", admin=True) as boss,
        house.caller("ida") as ida,
        lined_up(house, feeds, boss) as (dawn, _, one, two),
    ):
        # Its length is not known: it may be long.
        here = f"/api/v1/podcast-episodes/{two[1]}/position"
        await ida.ask("PUT", "/api/v1/queue", json={"items": [dawn, two], "place": 1, "position": 5, "client": "desk"})
        await ida.ask("PUT", "/api/v1/queue", json={"items": [one], "client": "radio"})
        await ida.ask("PUT", here, json={"position": 90.5, "rate": 1.5, "client": "desk"})
        radio, desk = await ida.read("/playback")
        assert (radio["episode"]["id"], radio["song"], radio["playing"], radio["items"]) == (one[1], None, False, 1)
        assert (desk["episode"]["title"], desk["playing"], desk["items"], desk["songs"]) == ("two", True, 2, 1)
        assert 90.5 < desk["position"] < 120
        wish = {"client": "desk", "by": "phone"}
        taken = (await ida.ask("POST", "/api/v1/playback/take-over", json=wish))["data"]
        assert (taken["items"], taken["item_place"]) == ([dawn, two], 1)
        assert desk["position"] <= taken["item_position"] < 120
        # It pauses there, and its place is the one that was told last.
        assert [found["playing"] for found in await ida.read("/playback")] == [False, False]
        assert taken["item_position"] <= (await ida.read(f"/podcast-episodes/{two[1]}"))["position"] < 120
        await ida.ask("PUT", here, json={"position": 60, "client": "desk"})
        queues = {found["client"]: found for found in await ida.read("/queues")}
        assert (queues["desk"]["item_position"], queues["radio"]["item_position"]) == (60, 0)
        # What another app tells of the same episode is that one's place.
        await ida.ask("PUT", here, json={"position": 70, "rate": 1, "client": "phone"})
        [_, desk] = await ida.read("/playback")
        assert (desk["position"], desk["playing"]) == (5, False)
        await cleared(ida, "desk", "radio")


async def test_what_is_over_plays_nowhere_and_songs_go_on_too(house: House, feeds: PodcastServer) -> None:
    async with (
        house.caller("boss", admin=True) as boss,
        house.caller("ida") as ida,
        lined_up(house, feeds, boss) as (dawn, _, one, _),
    ):
        here = f"/api/v1/podcast-episodes/{one[1]}"
        await ida.ask("PUT", "/api/v1/queue", json={"items": [one, dawn], "client": "radio"})
        await ida.ask("PUT", f"{here}/position", json={"position": 1, "rate": 1, "client": "radio"})
        assert [found["playing"] for found in await ida.read("/playback")] == [True]
        await ida.ask("PUT", f"{here}/played")
        assert [found["playing"] for found in await ida.read("/playback")] == [False]
        await ida.ask("PUT", "/api/v1/queue", json={"items": [one, dawn], "place": 1, "client": "radio"})
        await ida.ask("PUT", "/api/v1/now-playing", json={"song_id": dawn[1], "position": 0.5, "client": "radio"})
        [radio] = await ida.read("/playback")
        assert (radio["song"]["id"], radio["episode"], radio["playing"], radio["items"]) == (dawn[1], None, True, 2)
        wish = {"client": "radio", "by": "phone"}
        taken = (await ida.ask("POST", "/api/v1/playback/take-over", json=wish))["data"]
        assert (taken["item_place"], taken["place"]) == (1, 0) and taken["item_position"] >= 0.5
        await ida.refused("POST", "/playback/take-over", 404, json={"client": "nobody", "by": "phone"})
        await cleared(ida, "radio")


async def test_queues_and_places_that_cannot_be(house: House) -> None:
    async with house.caller("ida") as ida:
        for body, field in (
            ({}, "items"),
            ({"items": [], "song_ids": []}, "items"),
            ({"items": [["station", 1]]}, "items"),
            ({"items": [["episode", 1]], "place": 1}, "place"),
            ({"items": [["episode", 1]], "position": -1}, "position"),
            ({"items": [["episode", 1]] * 10_001}, "songs"),
        ):
            error = await ida.refused("PUT", "/queue", 422, json=body)
            assert any(name.startswith(field) for name in error["details"]), body
        for rate in (-1, 17):
            await ida.refused("PUT", "/podcast-episodes/1/position", 422, json={"position": 1, "rate": rate})


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


async def test_what_is_not_on_the_disk_is_heard_from_elsewhere_and_fetched(
    house: House, feeds: PodcastServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = feeds.files["/one.mp3"]
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        podcast = (await boss.ask("POST", "/api/v1/podcasts", 201, json={"url": f"{feeds.address}/feed"}))["data"]
        await run_jobs(house.stage, REFRESH)
        [_, one] = await anna.read(f"/podcasts/{podcast['id']}/episodes")
        # Neither a look, nor a part of it, nor more of them than one person may have kept bring it onto the disk.
        await anna.client.head(one["stream_url"])
        assert (await anna.client.get(one["stream_url"], headers={"range": "bytes=500-"})).content == sound[500:]
        with monkeypatch.context() as limited:
            limited.setattr("antiphon.api.http.episodes.KEPT_AN_HOUR", 0)
            limited.setattr(house.areas.limits, "_enabled", True)
            assert (await anna.client.get(one["stream_url"])).content == sound
        assert (await anna.read(f"/podcast-episodes/{one['id']}"))["status"] == "new"
        part = await anna.client.get(one["stream_url"], headers={"range": "bytes=0-99"})
        assert (part.status_code, part.content) == (206, sound[:100])
        assert part.headers["content-range"] == f"bytes 0-99/{len(sound)}"
        assert part.headers["accept-ranges"] == "bytes"
        assert (await anna.read(f"/podcast-episodes/{one['id']}"))["status"] == "downloading"
        whole = await anna.client.get(one["stream_url"])
        assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, sound, "audio/mpeg")
        rest = await anna.client.get(one["stream_url"], headers={"range": "bytes=500-"})
        assert (rest.status_code, rest.content, rest.headers["content-type"]) == (206, sound[500:], "audio/mpeg")
        head = await anna.client.head(one["stream_url"])
        assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(sound)), b"")
        before = len(feeds.calls)
        await run_jobs(house.stage, DOWNLOAD)
        assert (await anna.client.get(one["stream_url"])).content == sound
        assert len(feeds.calls) == before + 1
        # Taken from the disk, it is heard from elsewhere again and does not come back by that.
        await boss.ask("DELETE", f"/api/v1/podcast-episodes/{one['id']}/download")
        assert (await anna.client.get(one["stream_url"])).content == sound
        assert (await anna.read(f"/podcast-episodes/{one['id']}"))["status"] == "deleted"
        await boss.ask("DELETE", f"/api/v1/podcasts/{podcast['id']}")


async def test_what_comes_from_elsewhere_and_is_no_sound_is_not_passed_on(house: House, feeds: PodcastServer) -> None:
    sound = feeds.files["/one.mp3"]
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        podcast = (await boss.ask("POST", "/api/v1/podcasts", 201, json={"url": f"{feeds.address}/feed"}))["data"]
        await run_jobs(house.stage, REFRESH)
        [two, one] = await anna.read(f"/podcasts/{podcast['id']}/episodes")
        assert (await anna.client.get(two["stream_url"])).status_code == 503
        # A server that gives no parts is not said to.
        feeds.replies["/one.mp3"] = Reply(200, sound, {"content-type": "audio/mpeg"})
        plain = await anna.client.get(one["stream_url"], headers={"range": "bytes=10-"})
        del feeds.replies["/one.mp3"]
        assert (plain.status_code, plain.headers["accept-ranges"], plain.content) == (200, "none", sound)
        feeds.replies["/two.mp3"] = Reply(206, sound[10:], {"content-type": "audio/mpeg"})
        unknown = await anna.client.get(two["stream_url"], headers={"range": "bytes=10-"})
        assert unknown.status_code == 503, "nobody can tell which part this is"
        del feeds.replies["/two.mp3"]
        feeds.files["/two.mp3"] = b"<html>Sign in first</html>"
        for headers in ({}, {"range": "bytes=0-"}):
            page = await anna.client.get(two["stream_url"], headers=headers)
            assert page.status_code == 415 and b"Sign in first" not in page.content
        await boss.ask("DELETE", f"/api/v1/podcasts/{podcast['id']}")


async def test_lists_of_podcasts_come_and_go(house: House, feeds: PodcastServer) -> None:
    address = f"{feeds.address}/feed"
    octets = {"content-type": "application/octet-stream"}

    def opml(*addresses: str) -> bytes:
        lines = [f"<outline text='Group'><outline type='rss' xmlUrl='{one}' text='x'/></outline>" for one in addresses]
        return f"<opml version='2.0'><body>{''.join(lines)}</body></opml>".encode()

    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        await boss.ask("POST", "/api/v1/podcasts", 201, json={"url": address})
        given = opml(address, f"{feeds.address}/other?a=1&amp;b=2", "ftp://nowhere/", f"{address}#top")
        call = {"content": given, "headers": octets}
        report = (await boss.ask("POST", "/api/v1/podcasts/import", **call))["data"]
        assert report == {"added": 1, "known": 1, "refused": 1}
        await run_jobs(house.stage, REFRESH)
        listed = await anna.client.get("/api/v1/podcasts/export")
        assert listed.headers["content-type"].startswith("text/x-opml")
        assert "podcasts.opml" in listed.headers["content-disposition"]
        again = (await boss.ask("POST", "/api/v1/podcasts/import", content=listed.content, headers=octets))["data"]
        assert again == {"added": 0, "known": 2, "refused": 0}
        await anna.refused("POST", "/podcasts/import", 403, **call)
        for content, status in ((opml(), 422), (b"<rss/>", 400), (b"no xml", 400)):
            await boss.refused("POST", "/podcasts/import", status, content=content, headers=octets)
        entity = b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>"
        await boss.refused("POST", "/podcasts/import", 400, content=entity, headers=octets)
