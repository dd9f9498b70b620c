"""The catalogue of the streaming platform dialect (B): fields, signed audio, featured, trending and personal songs."""

import time
from urllib.parse import parse_qs, urlsplit

from tests.api.house import Caller, House
from tests.stage import PASSWORD

SONG_FIELDS = {
    *("id", "title", "artist", "image_url", "audio_url", "duration", "album_id", "created_at", "updated_at"),
}


async def address_of(caller: Caller, song_id: int) -> str:
    """The signed address of a song's audio."""
    address: str = (await caller.ask("GET", f"/api/songs/{song_id}/"))["audio_url"]
    return address


async def test_anybody_reads_songs_and_albums(house: House) -> None:
    albums = await house.ids("albums")
    async with house.door() as door:
        listed = await door.get("/api/songs/?limit=3")
        assert (len(listed.json()), listed.headers["x-total-count"]) == (3, "6")
        assert all(set(song) == SONG_FIELDS and song["audio_url"] is None for song in listed.json())
        album = (await door.get(f"/api/albums/{albums['First Light']}/")).json()
        assert [song["title"] for song in album["songs"]] == ["Dawn", 'Noon <&> "Sun"', "Dusk"]
        assert album["release_year"] == 2001
        assert {one["title"] for one in (await door.get("/api/albums/")).json()} == {"First Light", "Second", "Свет"}
        assert (await door.get("/api/songs/999999/")).json() == {"detail": "There is no such song."}


async def test_featured_trending_and_personal_songs(house: House) -> None:
    songs = await house.ids()
    async with house.caller("trendy") as trendy, house.caller("fan") as fan, house.door() as door:
        featured = (await door.get("/api/songs/featured/")).json()
        assert len(featured) == 6 == len({song["id"] for song in featured})
        assert [song["id"] for song in (await door.get("/api/songs/featured/")).json()] == [s["id"] for s in featured]
        assert len((await door.get("/api/songs/made-for-you/")).json()) == 4
        assert len((await door.get("/api/songs/trending/")).json()) == 4
        for number in range(3):
            played = {"song_id": songs["Утро"], "played_at": f"2026-01-0{number + 1}T10:00:00Z"}
            await fan.ask("POST", "/api/v1/plays", 201, json=played)
        await trendy.ask("POST", "/api/v1/plays", 201, json={"song_id": songs["Dusk"]})
        await fan.ask("POST", "/api/v1/plays", 201, json={"song_id": songs["Dusk"]})
        await fan.ask("POST", "/api/v1/plays", 201, json={"song_id": songs["Alone"]})
        trending = [song["id"] for song in (await door.get("/api/songs/trending/")).json()]
        # What was played long ago is no trend, but better than nothing.
        assert trending[:2] == [songs["Dusk"], songs["Alone"]] and len(set(trending)) == 4
        await trendy.ask("PUT", f"/api/v1/songs/{songs['Dawn']}/star")
        personal = await trendy.ask("GET", "/api/songs/made-for-you/")
        titles = [song["title"] for song in personal]
        assert len(titles) == 4 and {'Noon <&> "Sun"', "Überfluß"} <= set(titles)
        assert titles[0] == 'Noon <&> "Sun"'
        async with house.hidden(songs["Dusk"], flagged=1):
            for path in ("featured", "trending", "made-for-you"):
                assert "Dusk" not in (await trendy.client.get(f"/api/songs/{path}/")).text


async def test_only_admins_change_songs_and_albums(house: House) -> None:
    songs, albums = await house.ids(), await house.ids("albums")
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss, house.door() as door:
        alone, second = f"songs/{songs['Alone']}", f"albums/{albums['Second']}"
        for method, path in (
            ("PUT", alone), ("DELETE", alone), ("POST", "albums"), ("PUT", second), ("DELETE", second),
            ("GET", "stats"),
        ):  # fmt: skip
            assert (await door.request(method, f"/api/{path}/", json={})).status_code == 401
            assert list(await anna.ask(method, f"/api/{path}/", 403, json={})) == ["detail"]
        changed = await boss.ask("PUT", f"/api/songs/{songs['Alone']}/", json={"title": "Solo"})
        assert (changed["title"], changed["artist"]) == ("Solo", "The Nobody")
        form = await boss.client.put(f"/api/songs/{songs['Alone']}/", data={"title": "Alone", "album_id": ""})
        assert (form.status_code, form.json()["title"]) == (200, "Alone")
        assert await boss.ask("PUT", f"/api/songs/{songs['Alone']}/", 400, json={"title": ""}) == {
            "title": ["This is needed."]
        }
        made = await boss.ask("POST", "/api/albums/", 201, json={"title": "New", "artist": "N", "release_year": 2000})
        assert (made["title"], made["release_year"], made["songs"]) == ("New", 2000, [])
        assert (await boss.ask("PUT", f"/api/albums/{made['id']}/", json={"release_year": 2001}))[
            "release_year"
        ] == 2001
        assert (await boss.client.delete(f"/api/albums/{made['id']}/")).status_code == 204


async def test_a_deleted_album_takes_its_songs_along(house: House) -> None:
    songs, albums = await house.ids(), await house.ids("albums")
    async with house.caller("boss", admin=True) as boss, house.door() as door:
        before = await boss.ask("GET", "/api/stats/")
        assert set(before) == {"total_songs", "total_albums", "total_users", "total_artists"}
        assert (before["total_songs"], before["total_albums"]) == (7, 4)
        assert before["total_users"] >= 2
        assert (await boss.client.delete(f"/api/albums/{albums['Second']}/")).status_code == 204
        for path in (f"/api/albums/{albums['Second']}/", f"/api/songs/{songs['Überfluß']}/"):
            assert (await door.get(path)).status_code == 404
        assert (await boss.client.delete(f"/api/songs/{songs['Утро']}/")).status_code == 204
        after = await boss.ask("GET", "/api/stats/")
        assert (after["total_songs"], after["total_albums"]) == (5, 2)
        for song in ("Überfluß", "Утро"):
            await boss.ask("POST", f"/api/v1/songs/{songs[song]}/restore")
        assert await boss.ask("GET", "/api/stats/") == before


async def test_signed_audio_plays_without_any_header(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna, house.door() as door:
        address = await address_of(anna, song_id)
        whole = await door.get(address)
        assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/mpeg")
        part = await door.get(address, headers={"Range": "bytes=0-9"})
        assert (part.status_code, part.content) == (206, whole.content[:10])
        assert (await door.head(address)).status_code == 200
        # Headers and cookies of others neither help nor hinder.
        assert (await door.get(address, headers={"Authorization": "Bearer wrong"})).status_code == 200
        expires = int(parse_qs(urlsplit(address).query)["expires"][0])
        assert 5 * 3600 <= expires - time.time() <= 6 * 3600
        other = (await house.ids())["Dusk"]
        signature = parse_qs(urlsplit(address).query)["signature"][0]
        for tampered in (
            address.replace(f"/songs/{song_id}/", f"/songs/{other}/"),
            address.replace(f"expires={expires}", f"expires={expires + 1}"),
            address.replace(f"user={anna.user['id']}", f"user={anna.user['id'] + 1}"),
            address.replace(signature, signature[:-1] + ("0" if signature[-1] != "0" else "1")),
            address.replace(signature, "ü"),
        ):
            refused = await anna.client.get(tampered)
            assert (refused.status_code, list(refused.json())) == (403, ["detail"]), tampered
        assert (await door.get(f"/api/songs/{song_id}/audio/")).status_code == 400
        for path in (f"/songs/{song_id}", "/songs?limit=1"):
            assert "signature=" in (await anna.client.get(path)).text


async def test_signed_audio_keeps_within_the_ceiling_of_the_listener(house: House) -> None:
    dawn = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna, house.door() as door:
        address = await address_of(anna, dawn)
        root = await house.stage.person("ruler", admin=True)
        await house.areas.playback.streaming.set_ceiling(root, anna.user["id"], 32)
        heard = await door.get(address)
        assert (heard.status_code, heard.headers["accept-ranges"]) == (200, "none")
        assert len(heard.content) > 0 and (await door.head(address)).status_code == 200


async def test_signed_audio_ends_when_its_time_is_over(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    signed = house.areas.signed
    clock = signed._clock
    async with house.caller("anna") as anna, house.door() as door:
        address = await address_of(anna, song_id)
        try:
            signed._clock = lambda: clock() + 6 * 3600 + 1
            assert (await door.get(address)).status_code == 403
        finally:
            signed._clock = clock
        assert (await door.get(address)).status_code == 200


async def test_signed_audio_ends_with_the_song_and_with_the_person(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("boss", admin=True) as boss, house.door() as door:
        async with house.caller("carol") as carol:
            address = await address_of(carol, song_id)
            async with house.hidden(song_id, flagged=1):
                assert (await door.get(address)).status_code == 404
            await boss.ask("DELETE", f"/api/delete/song/{song_id}")
            assert (await door.get(address)).status_code == 404
            await boss.ask("POST", f"/api/v1/songs/{song_id}/restore")
            assert (await door.get(address)).status_code == 200
            standing = f"/api/v1/users/{carol.user['id']}/account"
            await boss.ask("PUT", standing, json={"standing": "blocked"})
            assert (await door.get(address)).status_code == 403
            await boss.ask("PUT", standing, json={"standing": "active"})
            assert (await door.get(address)).status_code == 403, "a block ends addresses for good"
        async with house.caller("carol", fresh=True) as carol:
            address = await address_of(carol, song_id)
            assert (await door.get(address)).status_code == 200
            body = {"current_password": PASSWORD, "new_password": "another battery staple"}
            await carol.ask("PUT", "/api/v1/auth/password", json=body)
            assert (await door.get(address)).status_code == 403
            address = await address_of(carol, song_id)
            await boss.client.delete(f"/api/users/{carol.user['id']}/")
            assert (await door.get(address)).status_code == 403
