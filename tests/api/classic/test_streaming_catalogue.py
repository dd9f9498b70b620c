"""The catalogue and the playlists of the streaming application dialect (A)."""

import pytest

from tests.api.classic.people import artist, give
from tests.api.house import House

SONG_FIELDS = {
    *("id", "title", "artists", "artist", "album", "album_id", "disc", "track", "genres", "year", "duration"),
    *("language", "lyrics", "image_url", "audio_url", "format", "bitrate", "loudness", "play_count", "rating"),
    *("flagged", "uploader_id", "created_at", "updated_at"),
}


async def test_genres_are_listed_made_renamed_and_deleted(house: House) -> None:
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        before = await anna.ask("GET", "/api/all_genre")
        assert list(before) == ["message", "data"]
        assert [one["name"] for one in before["data"]] == ["Electronic", "Pop", "Rock"]
        page = await anna.client.get("/api/all_genre?limit=1&offset=1")
        assert (page.json()["data"], page.headers["x-total-count"]) == (before["data"][1:2], "3")
        assert "limit" in (await anna.ask("GET", "/api/all_genre?limit=-1", 400))["message"]
        made = (await boss.ask("POST", "/api/genre", 201, json={"name": "Jazz"}))["data"]
        assert made == {"id": made["id"], "name": "Jazz", "song_count": 0, "album_count": 0}
        assert "Jazz" in {one["name"] for one in (await anna.ask("GET", "/api/all_genre"))["data"]}
        assert list(await boss.ask("POST", "/api/genre", 409, json={"name": "jazz"})) == ["message"]
        assert (await boss.ask("POST", "/api/genre", 400, json={}))["message"].startswith("name: ")
        await boss.ask("PUT", f"/api/update/genre/{made['id']}", json={"name": "Bebop"})
        await boss.ask("PUT", "/api/update/genre/999999", 404, json={"name": "Bebop"})
        assert "Bebop" in {one["name"] for one in (await anna.ask("GET", "/api/all_genre"))["data"]}
        await boss.ask("DELETE", f"/api/delete/genre/{made['id']}")
        await boss.ask("DELETE", f"/api/delete/genre/{made['id']}", 404)
        assert (await anna.ask("GET", "/api/all_genre"))["data"] == before["data"]


async def test_admins_list_everything_and_artists_their_own(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss, artist(house) as artemis:
        await give(house, song_id, artemis)
        answer = await boss.client.get("/api/all_song?limit=2")
        assert answer.headers["x-total-count"] == "7" and len(answer.json()["data"]) == 2
        assert set(answer.json()["data"][0]) == SONG_FIELDS
        own = await artemis.ask("GET", "/api/song")
        assert [song["title"] for song in own["data"]] == ["Dawn"]
        assert own["data"][0]["uploader_id"] == artemis.user["id"]
        for caller, path in (
            (anna, "all_song"),
            (anna, "all_album"),
            (anna, "song"),
            (anna, "album"),
            (artemis, "all_song"),
        ):
            assert list(await caller.ask("GET", f"/api/{path}", 403)) == ["message"]
        assert (await artemis.ask("GET", "/api/album"))["data"] == []
        async with house.door() as door:
            assert (await door.get("/api/song")).status_code == 401
        await give(house, song_id, None)


async def test_owners_and_admins_change_and_delete_a_song(house: House) -> None:
    song_id = (await house.ids())["Dusk"]
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss, artist(house) as artemis:
        change = {"title": "Nightfall", "genre": "Drone", "year": 1950, "lyrics": "La"}
        for caller in (anna, artemis):
            await caller.ask("PUT", f"/api/update/song/{song_id}", 403, json=change)
            await caller.ask("DELETE", f"/api/delete/song/{song_id}", 403)
        await anna.ask("PUT", "/api/update/song/999999", 404, json=change)
        await give(house, song_id, artemis)
        changed = (await artemis.ask("PUT", f"/api/update/song/{song_id}", json=change))["data"]
        assert set(changed) == SONG_FIELDS
        assert (changed["title"], changed["genres"], changed["year"], changed["lyrics"]) == (
            "Nightfall",
            ["Drone"],
            1950,
            "La",
        )
        assert changed["album"] == "First Light"
        stale = {"title": "Too late", "updated_at": "2001-01-01T00:00:00Z"}
        await artemis.ask("PUT", f"/api/update/song/{song_id}", 409, json=stale)
        kept = {"track": 7, "updated_at": changed["updated_at"]}
        assert (await boss.ask("PUT", f"/api/update/song/{song_id}", json=kept))["data"]["track"] == 7
        refused = await artemis.ask("PUT", f"/api/update/song/{song_id}", 400, json={"title": "  ", "year": 3})
        assert refused == {"message": "title: This is needed."}
        await artemis.ask("PUT", f"/api/update/song/{song_id}", 400, content=b"{")
        await artemis.ask("DELETE", f"/api/delete/song/{song_id}")
        await anna.ask("GET", f"/api/v1/songs/{song_id}", 404)
        await boss.ask("POST", f"/api/v1/songs/{song_id}/restore")
        for change_row in await boss.read(f"/songs/{song_id}/changes"):
            await boss.ask("POST", f"/api/v1/changes/{change_row['id']}/undo")
        restored = await boss.read(f"/songs/{song_id}")
        assert (restored["title"], restored["track"]) == ("Dusk", 3)
        await give(house, song_id, None)


async def test_albums_are_made_changed_and_deleted_and_their_songs_stay(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss, artist(house) as artemis:
        await anna.ask("POST", "/api/album", 403, json={"title": "Mine"})
        await artemis.ask("POST", "/api/album", 400, json={"artist": "Somebody"})
        made = (await artemis.ask("POST", "/api/album", 201, json={"title": "Mine", "artist": "Artemis"}))["data"]
        assert (made["title"], made["artist"], made["uploader_id"]) == ("Mine", "Artemis", artemis.user["id"])
        assert [one["title"] for one in (await artemis.ask("GET", "/api/album"))["data"]] == ["Mine"]
        assert "Mine" in {one["title"] for one in (await boss.ask("GET", "/api/all_album"))["data"]}
        await anna.ask("PUT", f"/api/update/album/{made['id']}", 403, json={"title": "Hers"})
        await anna.ask("DELETE", f"/api/delete/album/{made['id']}", 403)
        await give(house, song_id, artemis)
        into = {"album_id": made["id"]}
        assert (await artemis.ask("PUT", f"/api/update/song/{song_id}", json=into))["data"]["album"] == "Mine"
        others = (await house.ids("albums"))["Second"]
        await artemis.ask("PUT", f"/api/update/song/{song_id}", 403, json={"album_id": others})
        changed = await artemis.ask("PUT", f"/api/update/album/{made['id']}", json={"title": "Ours", "year": 2024})
        assert (changed["data"]["title"], changed["data"]["year"], changed["data"]["song_count"]) == ("Ours", 2024, 1)
        await artemis.ask("DELETE", f"/api/delete/album/{made['id']}")
        left = (await artemis.ask("GET", "/api/song"))["data"]
        assert [(song["title"], song["album_id"]) for song in left] == [("Alone", None)]
        await boss.refused("GET", f"/albums/{made['id']}", 404)
        await give(house, song_id, None)


@pytest.mark.parametrize("thing", ["song", "album"])
async def test_a_flag_is_set_and_toggled_by_admins(house: House, thing: str) -> None:
    thing_id = (await house.ids(f"{thing}s"))["Dawn" if thing == "song" else "First Light"]
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        await anna.ask("PUT", f"/api/flag_{thing}/{thing_id}", 403)
        await boss.ask("PUT", f"/api/flag_{thing}/999999", 404)
        playlist = (await anna.ask("POST", "/api/playlist", 201, json={"name": f"F {thing}", "song_ids": [song_id]}))[
            "data"
        ]
        assert len(playlist["songs"]) == 1
        assert (await boss.ask("PUT", f"/api/flag_{thing}/{thing_id}"))["data"] == {"id": thing_id, "flagged": True}
        for path in (f"/api/v1/songs/{song_id}", f"/api/v1/songs/{song_id}/stream", f"/songs/{song_id}",
                     f"/api/songs/{song_id}/", f"/api/v1/{thing}s/{thing_id}"):  # fmt: skip
            assert (await anna.client.get(path)).status_code == 404, path
        assert (await anna.ask("GET", f"/api/playlist/F {thing}"))["data"]["songs"] == []
        assert "Dawn" not in str((await anna.ask("GET", "/api/v1/search?q=dawn"))["data"])
        assert (await boss.read(f"/songs/{song_id}"))["flagged"] is True
        told = {"flagged": True, "reason": "once more"}
        assert (await boss.ask("PUT", f"/api/flag_{thing}/{thing_id}", json=told))["data"]["flagged"] is True
        assert (await boss.ask("PUT", f"/api/flag_{thing}/{thing_id}"))["data"]["flagged"] is False
        assert len((await anna.ask("GET", f"/api/playlist/F {thing}"))["data"]["songs"]) == 1
        await anna.ask("DELETE", f"/api/delete/playlist/F {thing}")


async def test_a_flagged_song_stays_its_owners(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with artist(house) as artemis, house.caller("boss", admin=True) as boss:
        await give(house, song_id, artemis)
        await boss.ask("PUT", f"/api/flag_song/{song_id}", json={"flagged": True, "reason": "doubtful"})
        assert [song["flagged"] for song in (await artemis.ask("GET", "/api/song"))["data"]] == [True]
        assert (await artemis.client.get(f"/api/v1/songs/{song_id}/stream")).status_code == 200
        await boss.ask("PUT", f"/api/flag_song/{song_id}", json={"flagged": False})
        await give(house, song_id, None)


async def test_songs_are_rated(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with house.caller("anna") as anna, house.caller("ben") as ben:
        await anna.ask("POST", f"/api/rate/song/{song_id}", json={"rating": 5})
        await ben.ask("POST", f"/api/rate/song/{song_id}", json={"rating": 2})
        shown = (await ben.client.get(f"/songs/{song_id}")).json()
        assert shown["rating"] == {"mean": 3.5, "count": 2}
        await anna.ask("POST", f"/api/rate/song/{song_id}", json={"rating": 0})
        await ben.ask("POST", f"/api/rate/song/{song_id}", json={"rating": 0})
        assert (await ben.client.get(f"/songs/{song_id}")).json()["rating"] == {"mean": None, "count": 0}
        for body in ({"rating": 6}, {"rating": "x"}, {}):
            assert "rating: " in (await anna.ask("POST", f"/api/rate/song/{song_id}", 400, json=body))["message"]
        await anna.ask("POST", "/api/rate/song/999999", 404, json={"rating": 3})


async def test_playlists_go_by_their_names(house: House) -> None:
    songs = await house.ids()
    dawn, dusk, alone = songs["Dawn"], songs["Dusk"], songs["Alone"]
    async with house.caller("anna") as anna, house.caller("ben") as ben:
        made = (await anna.ask("POST", "/api/playlist", 201, json={"name": "Mix", "song_ids": [dawn, dusk]}))["data"]
        assert [song["id"] for song in made["songs"]] == [dawn, dusk] and set(made["songs"][0]) == SONG_FIELDS
        await anna.ask("POST", "/api/playlist", 409, json={"name": " Mix "})
        assert (await anna.ask("POST", "/api/playlist", 400, json={"name": ""}))["message"].startswith("name: ")
        await anna.ask("POST", "/api/playlist", 404, json={"name": "Other", "song_ids": [999_999]})
        await ben.ask("POST", "/api/playlist", 201, json={"name": "Mix"})
        await anna.ask("POST", "/api/v1/playlists", 201, json={"title": "Mix", "tracks": [alone]})
        assert (await anna.ask("GET", "/api/playlist/Mix"))["data"]["id"] == made["id"]
        await anna.ask("GET", "/api/playlist/mix", 404)
        listed = await anna.client.get("/api/playlist")
        assert listed.headers["x-total-count"] == "2" and {one["name"] for one in listed.json()["data"]} == {"Mix"}
        body = {"name": "Mixed", "add": [alone, dawn], "remove": [dawn]}
        changed = (await anna.ask("PUT", f"/api/update/playlist/{made['id']}", json=body))["data"]
        assert (changed["name"], [song["id"] for song in changed["songs"]]) == ("Mixed", [dusk, alone, dawn])
        whole = await anna.ask("PUT", f"/api/update/playlist/{made['id']}", json={"song_ids": [dawn, dawn]})
        assert [song["id"] for song in whole["data"]["songs"]] == [dawn, dawn]
        await anna.ask("PUT", f"/api/update/playlist/{made['id']}", 409, json={"name": "Mix"})
        await anna.ask("PUT", f"/api/update/playlist/{made['id']}", 404, json={"remove": [dusk]})
        await ben.ask("PUT", f"/api/update/playlist/{made['id']}", 404, json={"name": "Mine"})
        await anna.ask("DELETE", f"/api/delete/playlist/song/{dawn}?playlist_id={made['id']}")
        assert (await anna.ask("GET", "/api/playlist/Mixed"))["data"]["songs"] == []
        await anna.ask("DELETE", f"/api/delete/playlist/song/{dawn}?playlist_id={made['id']}", 404)
        await anna.ask("PUT", f"/api/update/playlist/{made['id']}", json={"add": alone})
        assert (await anna.ask("DELETE", f"/api/delete/playlist/song/{alone}"))["data"] == {"playlists": 2}
        await ben.ask("DELETE", f"/api/delete/playlist/song/{dawn}?playlist_id={made['id']}", 404)
        await anna.ask("POST", "/api/playlist", 201, json={"name": "song"})
        for name in ("Mix", "Mixed", "song"):
            await anna.ask("DELETE", f"/api/delete/playlist/{name}")
            await anna.ask("DELETE", f"/api/delete/playlist/{name}", 404)
        assert (await anna.ask("GET", "/api/playlist"))["data"] == []


async def test_unknown_paths_and_methods_are_told_in_its_own_words(house: House) -> None:
    async with house.caller("anna") as anna:
        assert list(await anna.ask("GET", "/api/nothing", 404)) == ["message"]
        assert list(await anna.ask("POST", "/api/all_song", 405)) == ["message"]
        assert list(await anna.ask("GET", "/api/playlist?limit=-1", 400)) == ["message"]
