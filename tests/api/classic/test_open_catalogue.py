"""The catalogue and the playlists of the catalogue dialect (D), at the root."""

from tests.api.classic.test_streaming_catalogue import SONG_FIELDS
from tests.api.house import House


async def test_anybody_may_browse(house: House) -> None:
    songs, albums, artists = [await house.ids(things) for things in ("songs", "albums", "artists")]
    async with house.door() as door:
        listed = await door.get("/songs")
        assert listed.status_code == 200 and listed.headers["x-total-count"] == "6"
        assert [song["id"] for song in listed.json()] == sorted(song["id"] for song in listed.json())
        assert {song["audio_url"] for song in listed.json()} == {None} and "Whisper" not in listed.text
        one = (await door.get(f"/songs/{songs['Überfluß']}")).json()
        assert set(one) == SONG_FIELDS and one["lyrics"] == "First line\nSecond line"
        assert (one["artist"], one["genres"], one["rating"]) == ("Aurora, Борис", ["Rock"], {"mean": None, "count": 0})
        assert [credit["name"] for credit in one["artists"]] == ["Aurora", "Борис"]
        album = (await door.get(f"/albums/{albums['First Light']}")).json()
        assert [song["title"] for song in album["songs"]] == ["Dawn", 'Noon <&> "Sun"', "Dusk"]
        picture = await door.get(album["image_url"])
        assert (picture.status_code, picture.headers["content-type"][:6]) == (200, "image/")
        artist = (await door.get(f"/artists/{artists['Aurora']}")).json()
        assert {one["title"] for one in artist["albums"]} == {"First Light", "Second"}
        assert (await door.get("/artists?limit=1&offset=1")).headers["x-total-count"] == "3"
        for path in ("/songs/999999", "/albums/x", f"/songs/{songs['Whisper']}", f"/songs/{songs['Whisper']}/image"):
            answer = await door.get(path)
            assert (answer.status_code, list(answer.json())) == (404, ["error"]), path
        assert (await door.get("/songs?limit=-1")).json()["error"]["limit"]
        assert (await door.get("/songs", headers={"Authorization": "Bearer wrong"})).status_code == 401
        assert (await door.get("/playlists")).status_code == 401


async def test_pages_stay_what_they_are_while_songs_are_added(house: House) -> None:
    async with house.door() as door:
        pages = [(await door.get(f"/songs?limit=2&offset={offset}")).json() for offset in (0, 2, 4)]
        ids = [song["id"] for page in pages for song in page]
        assert ids == sorted(set(ids)) and len(ids) == 6


async def test_only_admins_change_the_catalogue(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss, house.door() as door:
        for method, path in (
            ("PUT", f"/songs/{song_id}"), ("DELETE", f"/songs/{song_id}"), ("POST", "/albums"), ("PUT", "/albums/1"),
            ("DELETE", "/albums/1"), ("POST", "/artists"), ("PUT", "/artists/1"), ("DELETE", "/artists/1"),
        ):  # fmt: skip
            assert (await door.request(method, path, json={})).status_code == 401, path
            assert list(await anna.ask(method, path, 403, json={})) == ["error"]
        changed = await boss.ask("PUT", f"/songs/{song_id}", json={"title": "Together", "artist": "Everybody"})
        assert (changed["title"], changed["artist"]) == ("Together", "Everybody")
        assert (await boss.ask("PUT", f"/songs/{song_id}", 400, json={"year": -1}))["error"]["year"]
        await boss.ask("PUT", f"/songs/{song_id}", json={"title": "Alone", "artist": "The Nobody"})
        assert "message" in await boss.ask("DELETE", f"/songs/{song_id}")
        assert (await door.get(f"/songs/{song_id}")).status_code == 404
        await boss.ask("POST", f"/api/v1/songs/{song_id}/restore")


async def test_admins_make_change_and_delete_albums_and_artists(house: House) -> None:
    async with house.caller("boss", admin=True) as boss, house.door() as door:
        artist = await boss.ask("POST", "/artists", 201, json={"name": "The Makers"})
        album = await boss.ask("POST", "/albums", 201, json={"title": "Made", "artists": [{"id": artist["id"]}]})
        assert (await door.get(f"/albums/{album['id']}")).json()["artist"] == "The Makers"
        assert [one["title"] for one in (await door.get(f"/artists/{artist['id']}")).json()["albums"]] == ["Made"]
        await boss.ask("POST", "/artists", 409, json={"name": "the makers"})
        assert (await boss.ask("POST", "/artists", 400, json={}))["error"] == {"name": ["This is needed."]}
        await boss.ask("PUT", f"/artists/{artist['id']}", json={"name": "The Doers"})
        assert (await door.get(f"/albums/{album['id']}")).json()["artist"] == "The Doers"
        assert (await boss.ask("PUT", f"/albums/{album['id']}", json={"year": 1999}))["year"] == 1999
        await boss.ask("DELETE", f"/albums/{album['id']}")
        await boss.ask("DELETE", f"/artists/{artist['id']}")
        for path in (f"/albums/{album['id']}", f"/artists/{artist['id']}"):
            assert (await door.get(path)).status_code == 404
        listed = (await door.get("/artists")).json()
        assert "The Doers" not in {one["name"] for one in listed}


async def test_playlists_take_songs_in_and_give_them_away(house: House) -> None:
    songs = await house.ids()
    dawn, dusk = songs["Dawn"], songs["Dusk"]
    async with house.caller("anna") as anna, house.caller("ben") as ben:
        made = await anna.ask("POST", "/playlists/create", 201, json={"name": "Mine"})
        assert (made["name"], made["owner_id"], made["songs"]) == ("Mine", anna.user["id"], [])
        assert (await anna.ask("POST", "/playlists/create", 400, json={"name": " "}))["error"]["name"]
        here = f"/playlists/{made['id']}"
        for song_id in (dawn, dusk, dawn):
            await anna.ask("POST", f"{here}/add-song", json={"song_id": song_id})
        await anna.ask("POST", f"{here}/add-song", 404, json={"song_id": 999_999})
        await anna.ask("POST", f"{here}/add-song", 404, json={"song_id": songs["Whisper"]})
        assert (await anna.ask("POST", f"{here}/add-song", 400, json={}))["error"]["song_id"]
        await anna.ask("POST", f"{here}/remove-song", json={"song_id": dawn})
        assert [song["id"] for song in (await anna.ask("GET", here))["songs"]] == [dusk, dawn]
        page = await anna.client.get(f"{here}/songs?limit=1&offset=1")
        assert ([song["id"] for song in page.json()], page.headers["x-total-count"]) == ([dawn], "2")
        assert set(page.json()[0]) == SONG_FIELDS
        await anna.ask("DELETE", f"{here}/remove-song", json={"song_id": dawn})
        await anna.ask("DELETE", f"{here}/remove-song", 404, json={"song_id": dawn})
        assert [one["name"] for one in await anna.ask("GET", "/playlists")] == ["Mine"]
        assert await ben.ask("GET", "/playlists") == []
        for method, path in (("GET", here), ("GET", f"{here}/songs"), ("POST", f"{here}/add-song")):
            await ben.ask(method, path, 404, json={"song_id": dusk})
        await anna.ask("DELETE", f"/api/v1{here}")
