"""What was measured of songs, over HTTP."""

from tests.api.classic.people import artist, give
from tests.api.house import House
from tests.areas.library.measured import leave_unmeasured, tag_tempo, tell_reason
from tests.areas.library.vectors import put_vectors


async def test_how_a_song_sounds_before_and_after_it_was_measured(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna:
        before = await anna.read(f"/songs/{song_id}/sound")
        assert set(before.values()) == {None}
        assert (await anna.read(f"/songs/{song_id}/waveform"))["heights"] == []
        answer = await anna.client.get(f"/api/v1/songs/{song_id}/waveform")
        await house.stage.areas.library.sounds.run(lambda *_: None, "here")
        after = await anna.read(f"/songs/{song_id}/sound")
        assert after["loudness"] < -5 and after["true_peak"] < 1
        assert (after["reason"], after["tempo"]) == (None, None), "a second of a tone has no tempo"
        assert after["measured_at"].endswith("Z")
        tag = {"if-none-match": answer.headers["etag"]}
        fresh = await anna.client.get(f"/api/v1/songs/{song_id}/waveform", headers=tag)
        heights = fresh.json()["data"]["heights"]
        assert (fresh.status_code, len(heights)) == (200, 800)
        assert max(heights) > 30
        tag = {"if-none-match": fresh.headers["etag"]}
        same = await anna.client.get(f"/api/v1/songs/{song_id}/waveform", headers=tag)
        assert same.status_code == 304
        song = await anna.read(f"/songs/{song_id}")
        assert song["replay_gain"]["track_gain"] == round(-18 - after["loudness"], 2)
        await anna.refused("GET", "/songs/999999/sound", 404)
        await anna.refused("GET", "/songs/x/waveform", 404)


async def test_what_people_tell_of_tempo_and_key_stands_before_what_was_measured(house: House) -> None:
    song_id = (await house.ids())["Dusk"]
    path = f"/api/v1/songs/{song_id}"
    async with house.caller("boss", admin=True) as boss, house.caller("anna") as anna:
        told = (await boss.ask("PUT", path, json={"bpm": 128, "key": "b♭m"}))["data"]
        assert (told["bpm"], (await anna.read(f"/songs/{song_id}"))["bpm"]) == (128, 128)
        await house.stage.areas.library.scans.run(lambda *_: None, full=True)
        await tag_tempo(house.application.database, song_id, 96)
        sound = await anna.read(f"/songs/{song_id}/sound")
        assert (sound["own_bpm"], sound["own_key"]) == (128, "Bbm")
        for field, wrong in (("bpm", 19), ("bpm", 401), ("key", "H"), ("key", "Cmaj"), ("key", "8A")):
            error = await boss.refused("PUT", f"/songs/{song_id}", 422, json={field: wrong})
            assert list(error["details"]) == [field]
        history = await boss.read(f"/songs/{song_id}/changes?limit=2")
        assert {one["field"]: (one["old"], one["new"]) for one in history} == {"bpm": (None, 128), "key": ("", "Bbm")}
        await boss.ask("POST", f"/api/v1/changes/{history[0]['id']}/undo-step")
        assert (await anna.read(f"/songs/{song_id}/sound"))["own_key"] is None
        assert (await anna.read(f"/songs/{song_id}"))["bpm"] == 96, "what was known before is back"
        await boss.ask("PUT", path, json={"key": "F#"})
        await boss.ask("PUT", path, json={"bpm": None, "key": None})
        assert (await anna.read(f"/songs/{song_id}/sound"))["own_key"] is None


async def test_owners_see_how_far_the_measuring_of_their_own_songs_is(house: House) -> None:
    ids = await house.ids()
    waits, fails = ids["Alone"], ids["Утро"]
    async with artist(house) as artemis, house.caller("anna") as anna:
        await house.stage.areas.library.sounds.run(lambda *_: None, "here")
        for song_id in (waits, fails):
            await give(house, song_id, artemis)
        done = await artemis.read("/desk/sound")
        assert (done["state"], done["measured"], done["songs"]) == ("done", 2, [])
        await leave_unmeasured(house.application.database, waits)
        await tell_reason(house.application.database, fails, "Cut off.")
        told = await artemis.read("/desk/sound")
        assert (told["state"], told["measured"], told["waiting"], told["failed"]) == ("queued", 0, 1, 1)
        assert told["songs"] == [
            {"song_id": fails, "title": "Утро", "state": "failed", "reason": "Cut off."},
            {"song_id": waits, "title": "Alone", "state": "queued", "reason": None},
        ]
        assert (await anna.read("/desk/sound"))["songs"] == []
        await tell_reason(house.application.database, fails, "")
        await house.stage.areas.library.sounds.run(lambda *_: None, "here")
        assert (await artemis.read("/desk/sound"))["measured"] == 2
        for song_id in (waits, fails):
            await give(house, song_id, None)


async def test_similar_songs_say_why_they_are_there(house: House) -> None:
    ids = await house.ids()
    places = (("Dawn", 1), ("Утро", 1), ("Alone", -1))
    await put_vectors(house.stage.application.database, {ids[title]: (x,) for title, x in places})
    async with house.caller("anna") as anna:
        found = await anna.read(f"/songs/{ids['Dawn']}/similar?limit=5")
        assert [(one["title"], one["similarity"]) for one in found] == [("Утро", 1.0)]
        assert found[0]["reason"] == {"code": "sounds_like", "text": "Sounds like Dawn", "song_id": ids["Dawn"]}
        artist = (await anna.read(f"/songs/{ids['Dawn']}"))["artists"][0]["id"]
        assert [one["name"] for one in await anna.read(f"/artists/{artist}/similar")] == ["Борис"]
        path = await anna.read(f"/songs/{ids['Dawn']}/path?to={ids['Утро']}")
        assert [one["title"] for one in path] == ["Dawn", "Утро"]
        error = await anna.refused("GET", f"/songs/{ids['Dawn']}/path", 422)
        assert list(error["details"]) == ["to"]


async def test_admins_look_after_the_measuring(house: House) -> None:
    async with house.caller("anna") as anna, house.caller("housekeeper", admin=True) as root:
        await anna.refused("POST", "/sound", 403)
        job = (await root.ask("POST", "/api/v1/sound", 202))["data"]
        assert (job["kind"], job["state"]) == ("measure", "queued")
        assert (await root.ask("POST", "/api/v1/sound", 202))["data"]["id"] == job["id"]
        status = await root.read("/sound")
        assert status["is_on"] and status["measured"] + status["waiting"] == len(await house.ids())
        await house.stage.areas.library.sounds.run(lambda *_: None, job["id"])
        groups = await root.read("/sound/duplicates")
        assert {song["title"] for group in groups for song in group["songs"]} >= {"Dawn", "Dusk"}
        assert await root.read("/sound/unreadable") == []
