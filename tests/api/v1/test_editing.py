"""Changing the catalogue in the native dialect: fields, many at once, flags, filters, history."""

from tests.api.classic.people import artist, give
from tests.api.house import House


async def test_a_song_is_changed_by_its_owner_and_everything_follows(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with artist(house) as artemis, house.caller("anna") as anna:
        await anna.refused("PUT", f"/songs/{song_id}", 403, json={"title": "Mine"})
        await give(house, song_id, artemis)
        body = {
            "title": "Accompanied", "artists": ["Artemis", {"name": "Hans", "role": "composer"}], "genres": ["Jazz"],
            "year": None, "disc": 1, "track": 2, "language": "de", "comment": "C", "lyrics": "Words",
        }  # fmt: skip
        changed = (await artemis.ask("PUT", f"/api/v1/songs/{song_id}", json=body))["data"]
        assert (changed["title"], changed["artist"], changed["genres"], changed["lyrics"]) == (
            "Accompanied", "Artemis", ["Jazz"], "Words",
        )  # fmt: skip
        assert [(one["name"], one["role"]) for one in changed["artists"]] == [
            ("Artemis", "artist"),
            ("Hans", "composer"),
        ]
        conflict = {"title": "Late", "updated_at": "2020-01-01T00:00:00Z"}
        assert (await artemis.refused("PUT", f"/songs/{song_id}", 409, json=conflict))["code"] == "changed_since"
        same = {"title": "In time", "updated_at": changed["updated_at"]}
        await artemis.ask("PUT", f"/api/v1/songs/{song_id}", json=same)
        error = await artemis.refused("PUT", f"/songs/{song_id}", 422, json={"genres": [""]})
        assert error["details"] == {"genres": ["This is needed."]}
        history = await artemis.read(f"/songs/{song_id}/changes?limit=1")
        assert (history[0]["field"], history[0]["old"], history[0]["new"]) == ("title", "Accompanied", "In time")
        assert history[0]["user_id"] == artemis.user["id"]
        await anna.refused("GET", f"/songs/{song_id}/changes", 403)
        await anna.refused("POST", f"/changes/{history[0]['id']}/undo", 403)
        await artemis.ask("POST", f"/api/v1/changes/{history[0]['id']}/undo")
        assert (await anna.read(f"/songs/{song_id}"))["title"] == "Accompanied"
        await artemis.refused("POST", f"/changes/{history[0]['id']}/undo", 409)
        await artemis.refused("POST", "/changes/999999/undo", 404)
        for change in await artemis.read(f"/songs/{song_id}/changes"):
            await artemis.client.post(f"/api/v1/changes/{change['id']}/undo")
        await artemis.ask("PUT", f"/api/v1/songs/{song_id}", json={"title": "Alone", "artist": "The Nobody"})
        await give(house, song_id, None)


async def test_many_songs_are_changed_at_once_or_none(house: House) -> None:
    songs = await house.ids()
    ids = [songs["Dawn"], songs["Dusk"]]
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        before = await boss.read(f"/songs/{ids[0]}")
        changed = (await boss.ask("PUT", "/api/v1/songs", json={"ids": ids, "genre": "Choir"}))["data"]
        assert changed["songs"] == 2 and changed["change_id"] > 0
        assert {song["title"] for song in await anna.read("/songs?genre=choir")} == {"Dawn", "Dusk"}
        await boss.refused("PUT", "/songs", 404, json={"ids": [*ids, 999_999], "genre": "Lost"})
        await anna.refused("PUT", "/songs", 403, json={"ids": ids, "genre": "Lost"})
        await boss.refused("PUT", "/songs", 422, json={"ids": [], "genre": "Lost"})
        assert await anna.read("/songs?genre=lost") == []
        await boss.ask("PUT", "/api/v1/songs", json={"ids": ids, "genres": before["genres"]})
        assert "Choir" not in {genre["name"] for genre in await boss.read("/genres")}


async def test_the_later_of_two_who_change_many_songs_is_told(house: House) -> None:
    songs = await house.ids()
    ids = [songs["Dawn"], songs["Dusk"]]
    async with house.caller("boss", admin=True) as boss, house.caller("chief", admin=True) as chief:
        seen = [{"id": one, "updated_at": (await boss.read(f"/songs/{one}"))["updated_at"]} for one in ids]
        await chief.ask("PUT", f"/api/v1/songs/{ids[1]}", json={"year": 1999})
        await boss.refused("PUT", "/songs", 409, json={"ids": ids, "seen": seen, "year": 2011})
        assert (await boss.read(f"/songs/{ids[0]}"))["year"] != 2011
        seen[1]["updated_at"] = (await boss.read(f"/songs/{ids[1]}"))["updated_at"]
        step = (await boss.ask("PUT", "/api/v1/songs", json={"ids": ids, "seen": seen, "year": 2011}))["data"]
        assert {(await boss.read(f"/songs/{one}"))["year"] for one in ids} == {2011}
        await boss.ask("POST", f"/api/v1/changes/{step['change_id']}/undo-step")
        assert (await boss.read(f"/songs/{ids[1]}"))["year"] == 1999


async def test_what_was_done_to_many_songs_is_undone_in_one_step(house: House) -> None:
    songs = await house.ids()
    ids = [songs["Dawn"], songs["Dusk"]]
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        before = [await boss.read(f"/songs/{one}") for one in ids]
        edit = {"ids": ids, "genre": "Choir", "year": 1977, "artist": "The Others"}
        step = f"/changes/{(await boss.ask('PUT', '/api/v1/songs', json=edit))['data']['change_id']}/undo-step"
        await anna.refused("POST", step, 403)
        await boss.ask("PUT", f"/api/v1/songs/{ids[0]}", json={"year": 1978})
        await boss.refused("POST", step, 409)
        assert (await boss.read(f"/songs/{ids[1]}"))["year"] == 1977
        await boss.ask("PUT", f"/api/v1/songs/{ids[0]}", json={"year": 1977})
        assert (await boss.ask("POST", f"/api/v1{step}"))["data"] == {"songs": 2}
        after = [await boss.read(f"/songs/{one}") for one in ids]
        told = ("title", "artist", "year", "genres")
        assert [[song[field] for field in told] for song in after] == [
            [song[field] for field in told] for song in before
        ]
        unchanged = await boss.ask("PUT", "/api/v1/songs", json={"ids": ids[:1], "title": before[0]["title"]})
        assert unchanged["data"]["change_id"] is None
        await boss.refused("POST", "/changes/999999/undo-step", 404)


async def test_songs_are_filtered_by_format_rating_moment_and_uploader(house: House) -> None:
    song_id = (await house.ids())["Утро"]
    async with artist(house) as artemis, house.caller("anna") as anna:
        assert [song["title"] for song in await anna.read("/songs?format=flac")] == ["Überfluß"]
        await anna.ask("PUT", f"/api/v1/songs/{song_id}/rating", json={"rating": 4})
        assert [song["title"] for song in await anna.read("/songs?rating_from=3.5")] == ["Утро"]
        assert await anna.read("/songs?rating_from=4.5") == []
        await anna.ask("PUT", f"/api/v1/songs/{song_id}/rating", json={"rating": 0})
        assert len(await anna.read("/songs?added_since=2001-01-01T00:00:00Z")) == 6
        assert await anna.read("/songs?added_since=2101-01-01T00:00:00Z") == []
        await give(house, song_id, artemis)
        assert [song["title"] for song in await anna.read(f"/songs?uploader_id={artemis.user['id']}")] == ["Утро"]
        await give(house, song_id, None)
        assert "rating_from" in (await anna.refused("GET", "/songs?rating_from=9", 422))["details"]


async def test_albums_are_filtered_alike_and_by_the_songs_that_one_may_hear(house: House) -> None:
    ids = await house.ids()
    async with artist(house) as artemis, house.caller("anna") as anna:
        album_id = (await anna.read(f"/songs/{ids['Überfluß']}"))["album_id"]
        everything = len(await anna.read("/albums"))

        async def found(query: str) -> list[int]:
            return [one["id"] for one in await anna.read(f"/albums?{query}")]

        assert await found("format=flac") == [album_id]
        async with house.hidden(ids["Überfluß"], flagged=1):
            assert await found("format=flac") == []
        await anna.ask("PUT", f"/api/v1/albums/{album_id}/rating", json={"rating": 4})
        assert (await found("rating_from=3.5"), await found("rating_from=4.5")) == ([album_id], [])
        await anna.ask("PUT", f"/api/v1/albums/{album_id}/rating", json={"rating": 0})
        assert len(await found("added_since=2001-01-01T00:00:00Z")) == everything
        assert await found("added_since=2101-01-01T00:00:00Z") == await found(f"uploader_id={artemis.user['id']}") == []
        made = (await artemis.ask("POST", "/api/v1/albums", 201, json={"title": "Of one's own"}))["data"]
        assert await found(f"uploader_id={artemis.user['id']}") == [made["id"]]
        assert await found(f"uploader_id={anna.user['id']}") == []
        await artemis.ask("DELETE", f"/api/v1/albums/{made['id']}")
        assert "rating_from" in (await anna.refused("GET", "/albums?rating_from=9", 422))["details"]


async def test_albums_artists_and_genres_are_made_changed_and_deleted(house: House) -> None:
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        made = (await boss.ask("POST", "/api/v1/artists", 201, json={"name": "Newcomer"}))["data"]
        album = (await boss.ask("POST", "/api/v1/albums", 201, json={"title": "First", "artist": "Newcomer"}))["data"]
        genre = (await boss.ask("POST", "/api/v1/genres", 201, json={"name": "Fresh"}))["data"]
        assert album["artists"][0]["id"] == made["id"]
        for things, thing in (("artists", made), ("albums", album), ("genres", genre)):
            path = f"/{things}/{thing['id']}"
            await anna.refused("PUT", path, 403, json={"name": "x", "title": "x"})
            await anna.refused("DELETE", path, 403)
            changed = (await boss.ask("PUT", f"/api/v1{path}", json={"name": "Other", "title": "Other"}))["data"]
            assert changed.get("name", changed.get("title")) == "Other"
            assert (await boss.read(f"{path}/changes"))[0]["new"] == "Other"
        for things, thing in (("albums", album), ("artists", made), ("genres", genre)):
            await boss.ask("DELETE", f"/api/v1/{things}/{thing['id']}")
            await anna.refused("GET", f"/{things}/{thing['id']}", 404)


async def test_an_album_is_flagged_and_deleted_with_its_songs(house: House) -> None:
    songs, album_id = await house.ids(), (await house.ids("albums"))["First Light"]
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        flag = {"flagged": True, "reason": "A reason"}
        await anna.refused("PUT", f"/albums/{album_id}/flag", 403, json=flag)
        assert (await boss.ask("PUT", f"/api/v1/albums/{album_id}/flag", json=flag))["data"] == {"flagged": True}
        await anna.refused("GET", f"/songs/{songs['Dawn']}", 404)
        record = (await boss.read("/audit?limit=1"))[0]
        assert (record["action"], record["subject_id"], record["details"]) == (
            "album.flagged", album_id, {"reason": "A reason"},
        )  # fmt: skip
        assert (await boss.ask("PUT", f"/api/v1/albums/{album_id}/flag", json={}))["data"] == {"flagged": False}
        await boss.ask("DELETE", f"/api/v1/albums/{album_id}?songs_too=true")
        await anna.refused("GET", f"/songs/{songs['Dawn']}", 404)
        for title in ("Dawn", 'Noon <&> "Sun"', "Dusk"):
            await boss.ask("POST", f"/api/v1/songs/{songs[title]}/restore")
        await boss.refused("POST", f"/songs/{songs['Dawn']}/restore", 404)
        assert (await anna.read(f"/albums/{album_id}"))["song_count"] == 3
