"""Shares: kept by their owners, heard by people without an account."""

import time
from datetime import UTC, datetime

import pytest

from tests.api.house import Caller, House


async def shared(caller: Caller, *things: tuple[str, int], **rest: object) -> dict[str, object]:
    body = {"things": [{"type": kind, "id": number} for kind, number in things], **rest}
    found: dict[str, object] = (await caller.ask("POST", "/api/v1/shares", 201, json=body))["data"]
    return found


async def test_people_without_an_account_see_and_hear_it(house: House) -> None:
    ids, albums = await house.ids(), await house.ids("albums")
    async with house.caller("anna") as anna, house.door() as stranger:
        share = await shared(anna, ("song", ids["Dusk"]), ("album", albums["Second"]), description="For <you>")
        assert [song["title"] for song in share["songs"]] == ["Dusk", "Überfluß"]  # type: ignore[attr-defined]
        page = await stranger.get(str(share["path"]))
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
        assert "For &lt;you&gt;" in page.text and page.text.count("<script") == 1
        assert (await stranger.get("/share/page.js")).headers["content-type"].startswith("text/javascript")
        assert f'property="og:url" content="http://{page.url.host}' in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        own = f"{share['path']}/songs/{ids['Dusk']}"
        audio = await stranger.get(f"{own}/stream", headers={"Range": "bytes=0-9"})
        assert (audio.status_code, len(audio.content)) == (206, 10)
        length = float(audio.headers["x-content-duration"])
        assert f'data-seconds="{length:.3f}"' in page.text
        later = await stranger.get(f"{own}/stream?offset=0.25")
        assert float(later.headers["x-content-duration"]) == pytest.approx(length - 0.25, abs=0.002)
        for wrong in ("-1", "nan", "x", "9999"):
            assert (await stranger.get(f"{own}/stream?offset={wrong}")).status_code == 422
        assert (await stranger.get(f"{own}/image")).headers["content-type"].startswith("image/")
        assert (await anna.read("/shares"))[0]["visits"] == 1
        await anna.ask("DELETE", f"/api/v1/shares/{share['id']}")
        for path in (str(share["path"]), f"{own}/stream", f"{own}/image"):
            assert (await stranger.get(path)).status_code == 404


async def test_a_share_opens_nothing_else(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna") as anna, house.door() as stranger:
        share = await shared(anna, ("song", ids["Dusk"]))
        for path in (f"{share['path']}/songs/{ids['Dawn']}/stream", f"{share['path']}x", "/share/", "/share/nothing"):
            assert (await stranger.get(path)).status_code == 404
        assert (await stranger.get(f"/api/v1/songs/{ids['Dusk']}/stream")).status_code == 401
        assert (await stranger.put(str(share["path"]))).status_code == 405
        assert (await stranger.get(f"{share['path']}/songs/{ids['Dusk']}/download")).status_code == 403


async def test_it_ends_when_its_time_has_come(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna") as anna, house.door() as stranger:
        past = datetime.fromtimestamp(time.time() - 60, UTC).isoformat()
        share = await shared(anna, ("song", ids["Dusk"]), expires_at=past)
        ended = await stranger.get(str(share["path"]))
        assert ended.status_code == 404 and "This share has ended" in ended.text
        changed = (await anna.ask("PUT", f"/api/v1/shares/{share['id']}", json={"expires_at": None}))["data"]
        assert changed["expires_at"] is None
        assert (await stranger.get(str(share["path"]))).status_code == 200


async def test_what_its_owner_may_not_hear_any_more_is_closed(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna") as anna, house.caller("root", admin=True) as root, house.door() as stranger:
        share = await shared(anna, ("song", ids["Dusk"]), ("song", ids["Dawn"]))
        async with house.hidden(ids["Dusk"], flagged=1):
            assert "Dusk" not in (await stranger.get(str(share["path"]))).text
            assert (await stranger.get(f"{share['path']}/songs/{ids['Dusk']}/stream")).status_code == 404
        for account in ({"rights": ["stream"]}, {"rights": ["share"]}, {"standing": "blocked"}):
            await root.ask("PUT", f"/api/v1/users/{anna.user['id']}/account", json=account)
            assert (await stranger.get(str(share["path"]))).status_code == 404
            back = {"standing": "active", "rights": ["stream", "download", "upload", "share", "public_playlists"]}
            await root.ask("PUT", f"/api/v1/users/{anna.user['id']}/account", json=back)


async def test_a_password_opens_page_sound_and_pictures(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna", fresh=True) as anna, house.door() as stranger:
        words = {"description": "For Paul", "password": "under the old oak", "may_download": True}
        share = await shared(anna, ("song", ids["Dusk"]), **words)
        assert share["has_password"] and "password" not in share
        path = str(share["path"])
        locked = await stranger.get(path)
        assert locked.status_code == 200 and "opens with a password" in locked.text
        assert not any(word in locked.text for word in ("Dusk", "Paul", "/image", "/stream"))
        own = [f"{path}/songs/{ids['Dusk']}/{what}" for what in ("stream", "download", "image")]
        assert [(await stranger.get(one)).status_code for one in own] == [403] * 3
        wrong = await stranger.post(path, data={"password": "under the new oak"})
        assert wrong.status_code == 401 and "not the password" in wrong.text and "set-cookie" not in wrong.headers
        assert (await anna.read("/shares"))[0]["visits"] == 0

        right = await stranger.post(path, data={"password": "under the old oak"})
        assert (right.status_code, right.headers["location"]) == (303, path)
        cookie = right.headers["set-cookie"]
        assert f"Path={path};" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
        opened = await stranger.get(path)
        assert "Dusk" in opened.text and "For Paul" in opened.text
        assert [(await stranger.get(one)).status_code for one in own] == [200] * 3
        kept = (await stranger.get(own[1])).headers["content-disposition"]
        assert kept.startswith("attachment") and "Dusk" in kept
        other = await shared(anna, ("song", ids["Dawn"]), password="under the old oak")
        permit = cookie.partition(";")[0]
        assert "Dawn" not in (await stranger.get(str(other["path"]), headers={"cookie": permit})).text

        for change, is_open in ({"password": "another one here"}, False), ({"password": None}, True):
            await anna.ask("PUT", f"/api/v1/shares/{share['id']}", json=change)
            assert ("Dusk" in (await stranger.get(path)).text) is is_open
            assert ((await stranger.get(own[0])).status_code == 200) is is_open
        answer = await stranger.post(path, data={"password": "whatever"})
        assert answer.status_code == 303 and "set-cookie" not in answer.headers


async def test_a_playlist_is_shared_as_it_is_now(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna", fresh=True) as anna, house.door() as stranger:
        given = {"title": "Evening", "tracks": [ids["Dusk"], ids["Dawn"]]}
        playlist = (await anna.ask("POST", "/api/v1/playlists", 201, json=given))["data"]
        share = await shared(anna, ("playlist", playlist["id"]), description="Evening")
        page = (await stranger.get(str(share["path"]))).text
        assert page.index("Dusk") < page.index("Dawn") and "Evening" in page


async def test_an_album_is_told_by_its_own_artist(house: House) -> None:
    ids, albums = await house.ids(), await house.ids("albums")
    async with house.caller("boss", admin=True) as boss, house.door() as stranger:
        share = await shared(boss, ("album", albums["First Light"]))
        for artist in ("Aurora feat. Paul", "Aurora"):
            await boss.ask("PUT", f"/api/v1/songs/{ids['Dusk']}", json={"artist": artist})
            page = (await stranger.get(str(share["path"]))).text
            assert "Aurora · 3 songs" in page and artist in page


async def test_shares_are_ones_own(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna", fresh=True) as anna, house.caller("otto") as otto:
        share = await shared(anna, ("song", ids["Dusk"]))
        path = f"/shares/{share['id']}"
        for method in ("GET", "PUT", "DELETE"):
            await otto.refused(method, path, 404, **({"json": {}} if method == "PUT" else {}))
        assert await otto.read("/shares") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"things": []}, 422),
        ({"things": [{"type": "song", "id": 999_999}]}, 404),
        ({"things": [{"type": "artist", "id": 1}]}, 422),
        ({"things": [{"type": "song", "id": 1}], "description": "x" * 3000}, 422),
        ({"things": [{"type": "song", "id": 1}], "expires_at": "soon"}, 422),
        ({"things": [{"type": "song", "id": 1}], "expires_at": "9999-12-31T23:59:59-10:00"}, 422),
        ({"things": [{"type": "song", "id": 1}], "password": "short"}, 422),
        ({"things": [{"type": "playlist", "id": 999_999}]}, 404),
    ],
)
async def test_shares_that_cannot_be(house: House, body: dict[str, object], status: int) -> None:
    async with house.caller("anna", fresh=True) as anna:
        await anna.refused("POST", "/shares", status, json=body)


async def test_guests_hear_what_the_rules_let_the_owner_hear(house: House) -> None:
    flac = (await house.ids())["Überfluß"]
    async with (
        house.caller("anna", fresh=True) as anna,
        house.caller("root", admin=True) as root,
        house.door() as guest,
    ):
        share = await shared(anna, ("song", flac), may_download=True)
        own = f"{share['path']}/songs/{flac}"

        async def rule(**given: object) -> None:
            before = await root.read("/streaming")
            rules = [{"name": "one", **given}] if given else []
            body = {"rules": rules, "per_person": 3, "in_all": 0, "cache_bytes": None, "revision": before["revision"]}
            await root.ask("PUT", "/api/v1/streaming", json=body)

        async def kinds() -> list[str]:
            answers = [await guest.get(f"{own}/{what}") for what in ("stream", "download")]
            assert [answer.status_code for answer in answers] == [200, 200]
            return [answer.headers["content-type"] for answer in answers]

        assert await kinds() == ["audio/flac"] * 2
        for other in ({"people": [root.user["id"]]}, {"networks": ["203.0.113.0/24"]}, {"clients": ["DSub"]}):
            await rule(bitrate=96, **other)
            assert await kinds() == ["audio/flac"] * 2, other
        for holding in ({}, {"people": [anna.user["id"]]}, {"clients": ["antiphon share"]}):
            await rule(format="opus", bitrate=96, **holding)
            assert await kinds() == ["audio/ogg"] * 2, holding
        kept = await guest.get(f"{own}/download")
        assert kept.headers["content-disposition"].endswith(".opus") and len(kept.content) < 96_000 / 8 * 10
        asked = await guest.head(f"{own}/stream")
        assert (asked.status_code, asked.headers["content-type"], asked.content) == (200, "audio/ogg", b"")
        # A finished one has ranges.
        part = await guest.get(f"{own}/stream", headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, kept.content[10:20])
        await rule()
        path = f"/api/v1/users/{anna.user['id']}/stream-ceiling"
        await root.ask("PUT", path, json={"bitrate": 64})
        assert await kinds() == ["audio/mpeg"] * 2
        await root.ask("PUT", path, json={"bitrate": 0})


async def test_guests_take_no_places_of_the_owner_and_hear_kindly_where_none_is_left(house: House) -> None:
    number = (await house.ids())["Dusk"]
    transcoding = house.areas.playback.transcoding
    async with (
        house.caller("anna", fresh=True) as anna,
        house.caller("root", admin=True) as root,
        house.door() as guest,
    ):
        share = await shared(anna, ("song", number))
        path, token = f"{share['path']}/songs/{number}/stream", str(share["path"]).rpartition("/")[2]
        before = await root.read("/streaming")
        rules = {"rules": [{"name": "all", "format": "opus"}], "in_all": 0, "cache_bytes": 0}
        body = {**rules, "per_person": 1, "revision": before["revision"]}
        after = (await root.ask("PUT", "/api/v1/streaming", json=body))["data"]
        owner, decision = await house.areas.playback.shares.audio(token, number, address="127.0.0.1")
        assert decision.recipe is not None
        opened = await transcoding.open(owner, decision.recipe)
        full = await guest.get(path)
        assert full.status_code == 429 and "Too many are listening" in full.text and full.headers["retry-after"]
        assert (await anna.client.get(f"/api/v1/songs/{number}/stream")).status_code == 200
        await opened.close()
        assert (await guest.get(path)).headers["content-type"] == "audio/ogg"
        empty = {"rules": [], "per_person": 3, "in_all": 0, "cache_bytes": None, "revision": after["revision"]}
        await root.ask("PUT", "/api/v1/streaming", json=empty)
