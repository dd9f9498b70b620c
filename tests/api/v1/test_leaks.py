"""What somebody may not see is nowhere in the native dialect, and answers as if it were not there."""

from typing import Any

import pytest

from tests.api.house import Caller, House

READS = (
    "/songs?limit=500",
    "/songs?sort=newest",
    "/songs?sort=album",
    "/songs?sort=random",
    "/songs?sort=most_played",
    "/songs?genre=Secret",
    "/songs?genre=Pop",
    "/songs?year_from=1900",
    "/albums?limit=500",
    "/albums?sort=artist",
    "/albums?sort=random",
    "/artists?limit=500",
    "/artists?sort=random",
    "/genres",
    "/search?q=whisper",
    "/search?q=behind",
    "/search?q=recluse",
    "/search?q=dawn",
    "/plays",
    "/now-playing",
    "/playlists",
    "/libraries",
)


async def everything_read_by(caller: Caller) -> str:
    """All that somebody gets to read, as one text."""
    return "".join([(await caller.client.get(f"/api/v1{path}")).text for path in READS])


async def check_closed(caller: Caller, things: str, thing_id: int) -> None:
    """Every route of a thing answers 404, with the same words as for a thing that never was."""
    calls: list[tuple[str, str, Any]] = [("GET", "", None), ("GET", "/image", None)]
    calls += [("PUT", "/star", None), ("DELETE", "/star", None), ("PUT", "/rating", {"rating": 3})]
    if things == "songs":
        calls += [("GET", "/lyrics", None), ("GET", "/stream", None), ("HEAD", "/stream", None)]
    if things == "albums":
        calls += [("GET", "/songs", None)]
    for method, rest, body in calls:
        hidden = await caller.client.request(method, f"/api/v1/{things}/{thing_id}{rest}", json=body)
        missing = await caller.client.request(method, f"/api/v1/{things}/999999{rest}", json=body)
        assert hidden.status_code == 404, f"{method} {things}{rest}: {hidden.status_code}"
        if method != "HEAD":
            assert hidden.json()["error"] == missing.json()["error"]
    if things == "songs":
        await caller.refused("POST", "/plays", 404, json={"song_id": thing_id})
        await caller.refused("PUT", "/now-playing", 404, json={"song_id": thing_id})
        await caller.refused("POST", "/playlists", 404, json={"title": "x", "tracks": [thing_id]})


async def test_a_library_of_others_is_closed(house: House) -> None:
    songs, albums = await house.ids(), await house.ids("albums")
    artists = await house.ids("artists")
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        text = await everything_read_by(anna)
        for word in ("Whisper", "Behind Doors", "Recluse", "Secret", "secret"):
            assert word not in text, word
            assert word in await everything_read_by(boss)
        await check_closed(anna, "songs", songs["Whisper"])
        await check_closed(anna, "albums", albums["Behind Doors"])
        await check_closed(anna, "artists", artists["Recluse"])
        genre = next(one for one in await boss.read("/genres") if one["name"] == "Secret")
        await anna.refused("GET", f"/genres/{genre['id']}", 404)
        assert (await anna.ask("GET", f"/api/v1/songs?library_id={2}"))["page"]["total"] == 0


@pytest.mark.parametrize("values", [{"flagged": 1}, {"privacy": 2}])
async def test_a_flagged_or_private_song_is_gone(house: House, values: dict[str, int]) -> None:
    songs = await house.ids()
    song_id = songs["Dawn"]
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        listed = (await boss.ask("POST", "/api/v1/playlists", 201, json={
            "title": "Mixed", "tracks": [song_id, songs["Dusk"]], "is_public": True,
        }))["data"]  # fmt: skip
        await anna.ask("POST", "/api/v1/plays", 201, json={"song_id": song_id})
        await anna.ask("PUT", f"/api/v1/songs/{song_id}/star")
        await boss.ask("PUT", "/api/v1/now-playing", json={"song_id": song_id})
        async with house.hidden(song_id, **values):
            text = await everything_read_by(anna)
            assert '"Dawn"' not in text
            await check_closed(anna, "songs", song_id)
            album = await anna.read(f"/albums/{(await house.ids('albums'))['First Light']}")
            assert [song["title"] for song in album["songs"]] == ['Noon <&> "Sun"', "Dusk"]
            assert (album["song_count"], len(album["songs"])) == (2, 2)
            seen = await anna.read(f"/playlists/{listed['id']}")
            assert [item["song"]["title"] for item in seen["items"]] == ["Dusk"]
            assert seen["song_count"] == 1
            assert (await anna.ask("GET", "/api/v1/songs?starred=true"))["page"]["total"] == 0
            assert await anna.read("/plays") == []
            assert (await boss.read(f"/songs/{song_id}"))["title"] == "Dawn"
        assert (await anna.read(f"/songs/{song_id}"))["title"] == "Dawn"
        await boss.ask("DELETE", f"/api/v1/playlists/{listed['id']}")


async def test_a_tag_from_before_does_not_hide_that_a_song_is_gone(house: House) -> None:
    song_id = (await house.ids())["Dusk"]
    async with house.caller("anna") as anna:
        tag = (await anna.client.get(f"/api/v1/songs/{song_id}")).headers["etag"]
        async with house.hidden(song_id, flagged=1):
            answer = await anna.client.get(f"/api/v1/songs/{song_id}", headers={"If-None-Match": tag})
            assert answer.status_code == 404


async def test_every_route_that_is_not_open_asks_for_a_sign_in(house: House) -> None:
    async with house.door() as door:
        described = (await door.get("/api/v1/openapi.json")).json()
        closed = [
            (method, path)
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
            if operation.get("security") != []
            and {} not in operation.get("security", ())
            and operation["tags"][0] != "opensubsonic"
        ]
        assert len(closed) > 40
        for method, path in closed:
            answer = await door.request(method.upper(), path.replace("{id}", "1"), json={})
            assert answer.status_code == 401, f"{method} {path}"
