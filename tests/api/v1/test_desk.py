"""The artists' desk over HTTP: one's own music, what is said about it, and tables to take away."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.api.classic.people import artist, give
from tests.api.house import Caller, House
from tests.areas.library.test_exports import work


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def test_ones_own_music_with_its_totals(house: House) -> None:
    songs = await house.ids()
    dawn, dusk = songs["Dawn"], songs["Dusk"]
    async with artist(house) as artemis, house.caller("anna") as anna, house.caller("bert") as bert:
        assert (await anna.read("/desk"))["songs"] == 0
        await give(house, dawn, artemis)
        await give(house, dusk, artemis)
        for fan, stars in ((anna, 5), (bert, 4)):
            await fan.ask("PUT", f"/api/v1/songs/{dawn}/star")
            await fan.ask("PUT", f"/api/v1/songs/{dawn}/rating", json={"rating": stars})
        await anna.ask("POST", "/api/v1/plays", 201, json={"song_id": dusk})
        totals = await artemis.read("/desk")
        assert {name: totals[name] for name in ("songs", "published", "drafts", "likes", "plays")} == {
            "songs": 2, "published": 2, "drafts": 0, "likes": 2, "plays": 1,
        }  # fmt: skip
        assert totals["rating"] == {"mean": 4.5, "count": 2}
        for sort, titles in (("title", ["Dawn", "Dusk"]), ("likes", ["Dawn", "Dusk"]), ("plays", ["Dusk", "Dawn"])):
            assert [one["title"] for one in await artemis.read(f"/desk/songs?sort={sort}")] == titles, sort
        first = await artemis.ask("GET", "/api/v1/desk/songs?sort=rating&limit=1")
        assert (first["page"]["total"], first["data"][0]["likes"]) == (2, 2)
        assert [one["title"] for one in await artemis.read("/desk/songs?q=usk")] == ["Dusk"]
        assert await artemis.read("/desk/songs?q=%25") == []
        await artemis.ask("PUT", f"/api/v1/songs/{dusk}/draft", json={"draft": True})
        assert [one["draft"] for one in await artemis.read("/desk/songs?state=draft")] == [True]
        assert (await artemis.read("/desk"))["drafts"] == 1
        await anna.refused("GET", f"/desk/songs/{dusk}", 404)
        await anna.refused("GET", f"/desk/songs/{dawn}", 403)
        assert (await artemis.read(f"/desk/songs/{dusk}"))["draft"] is True
        await artemis.ask("PUT", f"/api/v1/songs/{dusk}/draft", json={"draft": False})
        await artemis.refused("GET", "/desk/songs?sort=colour", 422)
        assert await artemis.read("/desk/albums") == []
        await artemis.ask("POST", "/api/v1/albums", 201, json={"title": "Mine", "release_at": in_days(2)})
        (album,) = await artemis.read("/desk/albums?sort=likes&q=mine")
        assert (album["title"], album["drafts"], album["uploader_id"]) == ("Mine", 0, artemis.user["id"])
        await anna.refused("GET", f"/albums/{album['id']}", 404)
        await artemis.ask("DELETE", f"/api/v1/albums/{album['id']}")
        for song_id in (dawn, dusk):
            await give(house, song_id, None)


async def test_release_licence_and_synced_words_of_ones_own_song(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with artist(house) as artemis, house.caller("anna") as anna:
        await give(house, song_id, artemis)
        listed = (await anna.ask("GET", "/api/v1/songs"))["page"]["total"]
        old = await anna.client.get("/api/v1/songs")
        release = in_days(30)
        body: dict[str, Any] = {
            "release_at": release,
            "licence": {"code": "cc-by-sa"},
            "synced_lyrics": [{"start": 1500, "text": "Second"}, {"start": 0, "text": "First"}],
        }
        shown = (await artemis.ask("PUT", f"/api/v1/songs/{song_id}", json=body))["data"]
        assert shown["licence"] == {
            "code": "cc-by-sa", "text": "", "url": "https://creativecommons.org/licenses/by-sa/4.0/",
        }  # fmt: skip
        assert datetime.fromisoformat(shown["release_at"]) - datetime.fromisoformat(release) < timedelta(seconds=1)
        words = await artemis.read(f"/songs/{song_id}/lyrics")
        assert words["plain"] == "First\nSecond"
        assert words["synced"] == [
            {"start": 0, "text": "First", "words": None, "singer": None},
            {"start": 1500, "text": "Second", "words": None, "singer": None},
        ]  # fmt: skip
        await artemis.refused("PUT", f"/songs/{song_id}", 422, json={"release_at": "9999-12-31T23:59:59.5Z"})
        await anna.refused("GET", f"/songs/{song_id}", 404)
        assert (await anna.ask("GET", "/api/v1/songs"))["page"]["total"] == listed - 1
        fresh = await anna.client.get("/api/v1/songs", headers={"If-None-Match": old.headers["etag"]})
        assert fresh.status_code == 200
        for dialect in (f"/songs/{song_id}", f"/api/songs/{song_id}/"):
            assert (await anna.client.get(dialect)).status_code == 404, dialect
        assert [one["id"] for one in await artemis.read("/desk/songs?state=scheduled")] == [song_id]
        history = await artemis.read(f"/songs/{song_id}/changes")
        (released,) = [change for change in history if change["field"] == "release_at"][:1]
        await artemis.ask("POST", f"/api/v1/changes/{released['id']}/undo")
        assert (await anna.read(f"/songs/{song_id}"))["release_at"] is None
        await give(house, song_id, None)


async def test_words_are_given_the_times_of_each_word_and_keep_them(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    read, change = f"/songs/{song_id}/lyrics", f"/api/v1/songs/{song_id}"
    async with artist(house) as artemis:
        await give(house, song_id, artemis)
        typed = "Oh <00:01.00> to<00:01.20>day <00:02.00>"
        await artemis.ask("PUT", change, json={"synced_lyrics": [{"start": 500, "text": typed}]})
        told = await artemis.read(read)
        words = [
            {"start": 500, "text": "Oh ", "end": None}, {"start": 1000, "text": "to", "end": None},
            {"start": 1200, "text": "day", "end": 2000},
        ]  # fmt: skip
        line = {"start": 500, "text": "Oh today", "words": words, "singer": None}
        assert (told["plain"], told["synced"]) == ("Oh today", [line])
        await artemis.ask("PUT", change, json={"synced_lyrics": []})
        assert (await artemis.read(read))["synced"] is None
        await artemis.ask("PUT", change, json={"synced_lyrics": told["synced"]})
        assert await artemis.read(read) == told
        cleared = (await artemis.read(f"/songs/{song_id}/changes"))[1]
        await artemis.ask("PUT", change, json={"lyrics": "Only words"})
        await artemis.ask("POST", f"/api/v1/changes/{(await artemis.read(f'/songs/{song_id}/changes'))[0]['id']}/undo")
        assert cleared["field"] == "lyrics" and await artemis.read(read) == told
        for wrong in (
            {"start": 0, "text": "One two", "words": [{"start": 5, "text": "One"}]},
            {"start": 0, "text": "One", "words": [{"start": -5, "text": "One"}]},
            {"start": 0, "text": "One two", "words": [{"start": 5, "text": "One "}, {"start": 4, "text": "two"}]},
            {"start": 0, "text": "One", "words": [{"start": 5, "text": "One", "end": 4}]},
        ):
            await artemis.refused("PUT", f"/songs/{song_id}", 422, json={"synced_lyrics": [wrong]})
        await give(house, song_id, None)


async def test_a_licence_is_one_of_a_few_or_in_words_of_ones_own(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with artist(house) as artemis:
        await give(house, song_id, artemis)
        bad = [
            {"code": "gpl"}, {"code": "other"}, {"code": "cc0", "text": "But ask."},
            {"code": "other", "url": "javascript:alert(1)"},
        ]  # fmt: skip
        for licence in bad:
            await artemis.refused("PUT", f"/songs/{song_id}", 422, json={"licence": licence})
        own = {"code": "other", "text": "Ask me first.", "url": "https://example.org/terms"}
        assert (await artemis.ask("PUT", f"/api/v1/songs/{song_id}", json={"licence": own}))["data"]["licence"] == own
        cleared = {"licence": None, "lyrics": None}
        shown = (await artemis.ask("PUT", f"/api/v1/songs/{song_id}", json=cleared))["data"]
        assert (shown["licence"], shown["lyrics"]) == (None, None)
        await give(house, song_id, None)


async def finished(house: House, who: Caller, export_id: str) -> dict[str, Any]:
    await work(house.stage)
    for _ in range(50):
        shown: dict[str, Any] = await who.read(f"/exports/{export_id}")
        if shown["state"] not in ("queued", "running"):
            return shown
        await asyncio.sleep(0.1)
    raise AssertionError(f"still {shown['state']}")


async def test_a_table_is_asked_for_waited_for_and_taken_away(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with artist(house) as artemis, house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        await give(house, song_id, artemis)
        begun = (await artemis.ask("POST", "/api/v1/exports", 202, json={"kind": "songs"}))["data"]
        assert (begun["state"], begun["url"], begun["expires_at"]) == ("queued", None, None)
        assert (await artemis.refused("GET", f"/exports/{begun['id']}/file", 409))["code"] == "not_ready"
        done = await finished(house, artemis, begun["id"])
        assert (done["state"], done["rows"], done["progress"]) == ("completed", 1, 1.0)
        file = await artemis.client.get(done["url"])
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        assert file.headers["content-disposition"].startswith('attachment; filename="songs-')
        assert file.headers["cache-control"] == "no-store"
        assert "Alone" in file.content.decode("utf-8-sig")
        for other in (anna, boss):
            await other.refused("GET", f"/exports/{begun['id']}", 404)
            await other.refused("GET", f"/exports/{begun['id']}/file", 404)
        await anna.refused("POST", "/exports", 403, json={"kind": "songs"})
        await artemis.refused("POST", "/exports", 403, json={"kind": "users"})
        await artemis.refused("POST", "/exports", 422, json={"kind": "secrets"})
        await artemis.ask("DELETE", f"/api/v1/exports/{begun['id']}")
        assert await artemis.read("/exports") == []
        await give(house, song_id, None)


async def test_the_export_of_the_streaming_dialect(house: House) -> None:
    async with artist(house) as artemis, house.caller("anna") as anna:
        assert "Only artists" in (await anna.ask("POST", "/api/export/csv", 403))["message"]
        begun = await artemis.ask("POST", "/api/export/csv", 202)
        task = begun["data"]["task_id"]
        waiting = await artemis.ask("GET", f"/api/export/csv/{task}", 202)
        assert (waiting["data"]["task_id"], waiting["data"]["status"]) == (task, "queued")
        await finished(house, artemis, task)
        file = await artemis.client.get(f"/api/export/csv/{task}")
        assert file.status_code == 200 and file.text.startswith("\ufeffid,title,artist")
        await anna.ask("GET", f"/api/export/csv/{task}", 404)
