"""The owner's rules for streaming: set over HTTP, and obeyed by every way in which songs are handed out."""

import re
from typing import Any
from urllib.parse import urlencode

from antiphon.areas.playback.data.transcodes import Wanted
from tests.api.house import House

PROFILE = {
    "directPlayProfiles": [{"containers": ["flac"], "audioCodecs": ["flac"], "protocols": ["http"]}],
    "transcodingProfiles": [
        {"container": "flac", "audioCodec": "flac", "protocol": "http"},
        {"container": "mp3", "audioCodec": "mp3", "protocol": "http"},
        {"container": "ogg", "audioCodec": "opus", "protocol": "http"},
    ],
}
EMPTY: dict[str, Any] = {"rules": [], "per_person": 3, "in_all": 0, "cache_bytes": None}


async def test_rules_hold_for_apps_formats_and_people(house: House) -> None:
    flac = (await house.ids())["Überfluß"]
    async with house.caller("anna") as anna, house.caller("root", admin=True) as root:
        before = await root.read("/streaming")

        async def rule(**given: Any) -> None:
            nonlocal before
            body = {**EMPTY, "rules": [{"name": "one", **given}] if given else [], "revision": before["revision"]}
            before = (await root.ask("PUT", "/api/v1/streaming", json=body))["data"]

        async def media(query: str = "") -> str:
            answer = await anna.client.get(f"/api/v1/songs/{flac}/stream{query}")
            assert answer.status_code == 200, answer.text
            kind: str = answer.headers["content-type"]
            return kind

        assert await media() == "audio/flac"
        await rule(formats=["FLAC"], form="", format="opus", bitrate=96)
        assert (await media(), await media("?format=raw"), await media("?format=mp3")) == (
            "audio/ogg", "audio/ogg", "audio/mpeg",
        )  # fmt: skip
        # What is lossless keeps under no ceiling, however it is asked for.
        assert await media("?format=flac") != "audio/flac"
        for other in (
            {"formats": ["mp3"], "format": "opus"},
            {"people": [root.user["id"]], "format": "opus"},
            {"networks": ["203.0.113.0/24"], "format": "opus"},
            {"above": 9000, "format": "opus"},
            {"clients": ["DSub"], "format": "opus"},
        ):
            await rule(**other)
            assert await media() == "audio/flac", other
        await rule(people=[anna.user["id"]], networks=["127.0.0.0/8"], format="opus")
        assert await media() == "audio/ogg"
        # Downloads are for keeping: they are the original.
        kept = await anna.client.get(f"/api/v1/songs/{flac}/download")
        assert kept.headers["content-type"] == "audio/flac"
        await rule()
        assert await media() == "audio/flac"


async def test_pieces_and_decisions_obey(house: House) -> None:
    flac = (await house.ids())["Überfluß"]
    async with house.caller("anna") as anna, house.caller("root", admin=True) as root:
        made = (await anna.ask("POST", "/api/v1/auth/api-keys", 201, json={"name": "app"}))["data"]["key"]
        asked = urlencode({"apiKey": made, "f": "json", "c": "DSub", "mediaId": f"so-{flac}", "mediaType": "song"})

        async def decision() -> dict[str, Any]:
            answer = await anna.client.post(f"/rest/getTranscodeDecision?{asked}", json=PROFILE)
            found: dict[str, Any] = answer.json()["subsonic-response"]["transcodeDecision"]
            return found

        assert (await decision())["canDirectPlay"] is True
        before = await root.read("/streaming")
        rule = {"name": "phones", "clients": ["dsub"], "format": "opus", "bitrate": 64}
        body = {**EMPTY, "rules": [rule], "revision": before["revision"]}
        after = (await root.ask("PUT", "/api/v1/streaming", json=body))["data"]
        found = await decision()
        assert (found["canDirectPlay"], found["transcodeStream"]["codec"]) == (False, "opus")
        assert found["transcodeStream"]["audioBitrate"] == 64_000
        streamed = await anna.client.get(f"/rest/getTranscodeStream?{asked}&transcodeParams={found['transcodeParams']}")
        assert streamed.headers["content-type"] == "audio/ogg"
        listed = await anna.client.get(f"/rest/hls.m3u8?{asked}&id=so-{flac}&bitRate=320&bitRate=64&bitRate=40")
        assert "bitRate=320" not in listed.text and "bitRate=64" in listed.text
        await root.ask(
            "PUT",
            "/api/v1/streaming",
            json={**EMPTY, "rules": [{"name": "all", "bitrate": 80}], "revision": after["revision"]},
        )
        master = await anna.client.get(f"/api/v1/songs/{flac}/hls/master.m3u8")
        assert [line for line in master.text.splitlines() if line.endswith(".m3u8")] == ["64/index.m3u8"]
        for own in ("index.m3u8", "init.mp4", "0.m4s"):
            await anna.refused("GET", f"/songs/{flac}/hls/original/{own}", 404)
        refused = await anna.client.get(f"/rest/getTranscodeStream?{asked}&transcodeParams=original.0")
        assert refused.json()["subsonic-response"]["error"]["code"] == 70
        listed = await anna.client.get(f"/rest/hls.m3u8?{asked}&id=so-{flac}")
        assert re.findall(r"bitRate=(\d+)|(segment\.\d+\.0)", listed.text) == [("", "segment.64.0")]
        piece = await anna.client.get(f"/api/v1/songs/{flac}/hls/256/0.ts")
        assert len(piece.content) < 256_000 / 8 * 0.7, "a ceiling holds for who asks for more, too"
        after = await root.read("/streaming")
        await root.ask("PUT", "/api/v1/streaming", json={**EMPTY, "revision": after["revision"]})


async def test_a_person_has_a_ceiling(house: House) -> None:
    flac = (await house.ids())["Überfluß"]
    async with house.caller("anna") as anna, house.caller("root", admin=True) as root:
        path = f"/api/v1/users/{anna.user['id']}/stream-ceiling"
        listed = (await root.ask("PUT", path, json={"bitrate": 96}))["data"]
        assert {"user_id": anna.user["id"], "username": anna.user["username"], "bitrate": 96} in listed
        assert (await root.read("/streaming"))["ceilings"] == listed
        limited = await anna.client.get(f"/api/v1/songs/{flac}/stream?format=raw")
        assert limited.headers["content-type"] == "audio/mpeg"
        assert (await root.client.get(f"/api/v1/songs/{flac}/stream")).headers["content-type"] == "audio/flac"
        assert (await root.ask("PUT", path, json={"bitrate": 0}))["data"] == []
        assert (await anna.client.get(f"/api/v1/songs/{flac}/stream")).headers["content-type"] == "audio/flac"
        assert "bitrate" in (await root.refused("PUT", path[7:], 422, json={"bitrate": 7}))["details"]
        await root.refused("PUT", "/users/999999/stream-ceiling", 404, json={"bitrate": 96})


async def test_how_many_at_once_is_a_rule_too(house: House) -> None:
    number = (await house.ids())["Überfluß"]
    async with house.caller("anna") as anna, house.caller("root", admin=True) as root:
        before = await root.read("/streaming")
        body = {**EMPTY, "per_person": 1, "cache_bytes": 0, "revision": before["revision"]}
        after = (await root.ask("PUT", "/api/v1/streaming", json=body))["data"]
        transcoding, principal = (
            house.areas.playback.transcoding,
            await house.areas.accounts.access.authenticate(anna.token),
        )
        decided = await transcoding.decide(principal, number, Wanted(format="mp3"))
        assert decided.recipe is not None
        opened = await transcoding.open(principal, decided.recipe)
        path = f"/songs/{number}/stream?format=opus"
        assert (await anna.refused("GET", path, 429))["code"] == "too_many_transcodes"
        while await opened.read():
            pass
        await opened.close()
        assert not (await anna.client.get(f"/api/v1{path}")).is_error
        # Nothing was kept.
        again = await transcoding.open(principal, decided.recipe)
        assert again.path == ""
        await again.close()
        await root.ask("PUT", "/api/v1/streaming", json={**EMPTY, "revision": after["revision"]})


async def test_rules_that_make_no_sense_are_refused(house: House) -> None:
    async with house.caller("root", admin=True) as root:
        before = await root.read("/streaming")

        async def refused(status: int = 422, **given: Any) -> dict[str, Any]:
            body = {**EMPTY, "revision": before["revision"], **given}
            return await root.refused("PUT", "/streaming", status, json=body)

        for rule, field in (
            ({"name": " ", "format": "mp3"}, "name"),
            ({"name": "x"}, "form"),
            ({"name": "x", "bitrate": 5}, "bitrate"),
            ({"name": "x", "format": "flac", "bitrate": 128}, "bitrate"),
            ({"name": "x", "format": "mp3", "networks": ["home"]}, "networks"),
            ({"name": "x", "format": "mp3", "clients": [""]}, "clients"),
        ):
            error = await refused(rules=[rule])
            assert any(field in name for name in error["details"]), (rule, error)
        await refused(rules=[{"name": "x", "format": "wma"}])
        await refused(per_person=0)
        await refused(cache_bytes=-1)
        assert (await refused(409, revision=before["revision"] + 7))["code"] == "rules_changed"
        assert await root.read("/streaming") == before
