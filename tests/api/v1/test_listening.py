"""Stars, ratings, plays and what is playing now, over HTTP."""

import pytest

from tests.api.house import House

THINGS = [("songs", "Dawn"), ("albums", "First Light"), ("artists", "Aurora")]


@pytest.mark.parametrize(("things", "name"), THINGS)
async def test_a_star_is_given_and_taken_by_one_person(house: House, things: str, name: str) -> None:
    thing_id = (await house.ids(things))[name]
    async with house.caller("anna") as anna, house.caller("berta") as berta:
        path = f"/{things}/{thing_id}"
        assert (await anna.ask("PUT", f"/api/v1{path}/star"))["data"] is None
        first = (await anna.read(path))["starred"]
        await anna.ask("PUT", f"/api/v1{path}/star")
        assert (await anna.read(path))["starred"] == first
        assert first.endswith("Z")
        assert (await berta.read(path))["starred"] is None
        listed = await anna.ask("GET", f"/api/v1/{things}?starred=true")
        assert ([one["id"] for one in listed["data"]], listed["page"]["total"]) == ([thing_id], 1)
        await anna.ask("DELETE", f"/api/v1{path}/star")
        await anna.ask("DELETE", f"/api/v1{path}/star")
        assert (await anna.read(path))["starred"] is None


@pytest.mark.parametrize(("things", "name"), THINGS)
async def test_a_rating_is_given_and_taken(house: House, things: str, name: str) -> None:
    thing_id = (await house.ids(things))[name]
    async with house.caller("anna") as anna, house.caller("berta") as berta:
        path = f"/{things}/{thing_id}"
        await anna.ask("PUT", f"/api/v1{path}/rating", json={"rating": 5})
        await berta.ask("PUT", f"/api/v1{path}/rating", json={"rating": 2})
        shown = await anna.read(path)
        assert shown["user_rating"] == 5
        assert things == "artists" or shown["rating"] == {"mean": 3.5, "count": 2}
        for caller in (anna, berta):
            await caller.ask("PUT", f"/api/v1{path}/rating", json={"rating": 0})
        cleared = await anna.read(path)
        assert cleared["user_rating"] == 0
        assert things == "artists" or cleared["rating"] == {"mean": None, "count": 0}


@pytest.mark.parametrize("rating", [-1, 6, "5", 2.5, None, True])
async def test_a_rating_is_a_whole_number_from_0_to_5(house: House, rating: object) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna:
        error = await anna.refused("PUT", f"/songs/{song_id}/rating", 422, json={"rating": rating})
        assert list(error["details"]) == ["rating"]


async def test_what_is_not_there_cannot_be_judged(house: House) -> None:
    async with house.caller("anna") as anna:
        for things, _ in THINGS:
            for wrong in ("999999", "x", "0"):
                await anna.refused("PUT", f"/{things}/{wrong}/star", 404)
                await anna.refused("DELETE", f"/{things}/{wrong}/star", 404)
                await anna.refused("PUT", f"/{things}/{wrong}/rating", 404, json={"rating": 3})


async def test_a_play_counts_once_however_often_it_is_told(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with house.caller("cleo") as cleo:
        play = {"song_id": song_id, "played_at": "2026-11-20T10:00:00+01:00", "seconds": 1.0}
        first = await cleo.ask("POST", "/api/v1/plays", 201, json=play)
        second = await cleo.ask("POST", "/api/v1/plays", 201, json={**play, "played_at": "2026-11-20T09:00:00Z"})
        assert (first["data"], second["data"]) == ({"counted": True}, {"counted": False})
        await cleo.ask("POST", "/api/v1/plays", 201, json={"song_id": song_id})
        listed = await cleo.ask("GET", "/api/v1/plays")
        assert listed["page"]["total"] == 2
        assert listed["data"][1]["played_at"] == "2026-11-20T09:00:00Z"
        assert listed["data"][1]["song"]["id"] == song_id
        song = await cleo.read(f"/songs/{song_id}")
        assert song["user_play_count"] == 2 and song["last_played"] is not None
        assert [one["id"] for one in await cleo.read("/songs?sort=recently_played")] == [song_id]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "song_id"),
        ({"song_id": 0}, 422, "song_id"),
        ({"song_id": "1"}, 422, "song_id"),
        ({"song_id": 1, "played_at": "yesterday"}, 422, "played_at"),
        ({"song_id": 1, "played_at": "2026-11-20T10:00:00"}, 422, "played_at"),
        ({"song_id": 1, "played_at": "1960-01-01T00:00:00Z"}, 422, "played_at"),
        ({"song_id": 1, "seconds": -1}, 422, "seconds"),
        ({"song_id": 999999}, 404, None),
    ],
)
async def test_a_bad_play_is_refused(house: House, body: object, status: int, field: str | None) -> None:
    async with house.caller("anna") as anna:
        error = await anna.refused("POST", "/plays", status, json=body)
        assert field is None or list(error["details"]) == [field]


async def test_everybody_sees_what_is_playing(house: House) -> None:
    song_id = (await house.ids())["Dusk"]
    async with house.caller("anna") as anna, house.caller("berta") as berta:
        await anna.ask("PUT", "/api/v1/now-playing", json={"song_id": song_id, "position": 0.25})
        shown = await berta.read("/now-playing")
        assert [(one["user"]["username"], one["song"]["title"], one["position"]) for one in shown] == [
            ("anna", "Dusk", 0.25)
        ]
        await anna.ask("PUT", "/api/v1/now-playing", json={"song_id": None})
        assert await berta.read("/now-playing") == []
        await anna.refused("PUT", "/now-playing", 404, json={"song_id": 999999})
        await anna.refused("PUT", "/now-playing", 422, json={})
        await anna.refused("PUT", "/now-playing", 422, json={"song_id": song_id, "position": -1})
