"""Queues by device, bookmarks and playback reports, over HTTP."""

import pytest

from tests.api.house import House


async def test_a_queue_is_handed_over(house: House) -> None:
    ids = await house.ids()
    dawn, dusk = ids["Dawn"], ids["Dusk"]
    async with house.caller("anna") as anna, house.caller("otto") as otto:
        body = {"song_ids": [dawn, dusk, dawn], "place": 2, "position": 12.25, "client": "kitchen"}
        await anna.ask("PUT", "/api/v1/queue", json=body)
        found = await anna.read("/queue")
        assert [song["id"] for song in found["songs"]] == [dawn, dusk, dawn]
        assert (found["place"], found["position"], found["client"]) == (2, 12.25, "kitchen")
        await anna.ask("PUT", "/api/v1/queue", json={"song_ids": [dusk], "client": "phone"})
        assert [one["client"] for one in await anna.read("/queues")] == ["phone", "kitchen"]
        assert await otto.read("/queue") is None
        await anna.ask("PUT", "/api/v1/queue", json={"song_ids": [], "client": "phone"})
        assert (await anna.read("/queue"))["client"] == "kitchen"


async def test_what_plays_goes_on_elsewhere(house: House) -> None:
    ids = await house.ids()
    dawn, dusk = ids["Dawn"], ids["Dusk"]
    async with house.caller("anna") as anna, house.caller("otto") as otto:
        await anna.ask("PUT", "/api/v1/queue", json={"song_ids": [dusk], "client": "phone", "position": 0.25})
        await anna.ask("PUT", "/api/v1/now-playing", json={"song_id": dawn, "position": 0.5, "client": "kitchen"})
        body = {"song_ids": [dusk, dawn], "place": 1, "position": 0.5, "client": "kitchen"}
        await anna.ask("PUT", "/api/v1/queue", json=body)
        kitchen, phone = await anna.read("/playback")
        assert (kitchen["client"], kitchen["song"]["id"], kitchen["songs"]) == ("kitchen", dawn, 2)
        assert kitchen["playing"] and kitchen["position"] >= 0.5
        assert (phone["client"], phone["playing"], phone["position"]) == ("phone", False, 0.25)
        assert await otto.read("/playback") == []
        wish = {"client": "kitchen", "by": "phone"}
        await otto.refused("POST", "/playback/take-over", 404, json=wish)
        taken = (await anna.ask("POST", "/api/v1/playback/take-over", json=wish))["data"]
        assert [song["id"] for song in taken["songs"]] == [dusk, dawn] and taken["place"] == 1
        assert 0.5 <= taken["position"] <= taken["songs"][1]["duration"]
        assert [one["playing"] for one in await anna.read("/playback")] == [False, False]
        assert await anna.read("/now-playing") == []
        for client in ("kitchen", "phone"):
            await anna.ask("PUT", "/api/v1/queue", json={"song_ids": [], "client": client})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"song_ids": [1], "place": 1}, "place"),
        ({"song_ids": [1], "place": -1}, "place"),
        ({"song_ids": [1], "position": -1}, "position"),
        ({"song_ids": ["x"]}, "song_ids"),
        ({"song_ids": [1] * 10_001}, "songs"),
    ],
)
async def test_queues_that_cannot_be(house: House, body: dict[str, object], field: str) -> None:
    async with house.caller("anna") as anna:
        error = await anna.refused("PUT", "/queue", 422, json=body)
    assert any(name.startswith(field) for name in error["details"])


async def test_bookmarks_come_and_go(house: House) -> None:
    dawn = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna:
        await anna.ask("PUT", f"/api/v1/songs/{dawn}/bookmark", json={"position": 3.5, "comment": "here"})
        [bookmark] = await anna.read("/bookmarks")
        assert (bookmark["song"]["id"], bookmark["position"], bookmark["comment"]) == (dawn, 3.5, "here")
        await anna.refused("PUT", "/songs/999999/bookmark", 404, json={"position": 1})
        await anna.refused("PUT", f"/songs/{dawn}/bookmark", 422, json={"position": -1})
        await anna.ask("DELETE", f"/api/v1/songs/{dawn}/bookmark")
        assert await anna.read("/bookmarks") == []


async def test_reports_are_checked(house: House) -> None:
    dawn = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna:
        good = {"song_id": dawn, "state": "playing", "position": 0.5}
        await anna.ask("POST", "/api/v1/playback", json=good)
        assert [one["song"]["id"] for one in await anna.read("/now-playing")] == [dawn]
        await anna.refused("POST", "/playback", 422, json={**good, "state": "asleep"})
        await anna.refused("POST", "/playback", 422, json={**good, "rate": 0})
        await anna.refused("POST", "/playback", 404, json={**good, "song_id": 999_999})
        await anna.ask("POST", "/api/v1/playback", json={**good, "state": "stopped"})
        assert await anna.read("/now-playing") == []
