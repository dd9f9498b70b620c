"""Resumable uploads by tus 1.0.0."""

import uuid
from base64 import b64encode
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from PIL import Image

from antiphon.areas.library.data import HELPER_ENDED
from antiphon.kernel.errors import AntiphonError, unavailable
from tests.api.house import Caller, House
from tests.api.uploads.people import PIECE, TUS, artist, files_of, metadata, sound
from tests.audio.tagging import cover_picture
from tests.services.mail import do_what_waits


def name() -> str:
    return f"Song {uuid.uuid4().hex[:8]}"


async def test_what_it_can_do(house: House) -> None:
    async with house.door() as nobody:
        answer = await nobody.request("OPTIONS", "/api/v1/uploads")
        assert answer.status_code == 204
        assert answer.headers["tus-version"] == "1.0.0"
        assert {"creation", "termination", "checksum"} <= set(answer.headers["tus-extension"].split(","))
        assert int(answer.headers["tus-max-size"]) > 1 << 30


async def test_a_file_in_pieces_becomes_a_draft_and_is_published(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines, house.caller("otto") as otto:
        content, title = sound(house, tmp_path, title=name()), name()
        headers = {
            **TUS,
            "Upload-Length": str(len(content)),
            "Upload-Metadata": metadata(filename="a.mp3", title=title),
        }
        begun = await ines.client.post("/api/v1/uploads", headers=headers)
        assert begun.status_code == 201
        assert begun.headers["upload-expires"].endswith("GMT")
        place = begun.headers["location"]
        for start in range(0, len(content), 4000):
            piece = content[start : start + 4000]
            sent = await ines.client.patch(place, headers={**PIECE, "Upload-Offset": str(start)}, content=piece)
            assert sent.status_code == 204
            assert int(sent.headers["upload-offset"]) == start + len(piece)
            head = await ines.client.head(place, headers=TUS)
            assert (head.status_code, head.headers["cache-control"]) == (200, "no-store")
            assert (head.headers["upload-offset"], head.headers["upload-length"]) == (
                str(start + len(piece)),
                str(len(content)),
            )
        assert (await ines.read(place.removeprefix("/api/v1")))["state"] == "waiting"
        await do_what_waits(house.application)
        done = await ines.read(place.removeprefix("/api/v1"))
        assert (done["state"], done["progress"], done["draft"], done["filename"]) == ("done", 1.0, True, "a.mp3")
        await otto.refused("GET", f"/songs/{done['song_id']}", 404)
        await otto.refused("GET", place.removeprefix("/api/v1"), 404)
        published = (await ines.ask("POST", f"{place}/publish"))["data"]
        assert published["draft"] is False
        assert (await otto.read(f"/songs/{done['song_id']}"))["title"] == title
        listed = await ines.read("/uploads")
        assert done["id"] in [one["id"] for one in listed]
        assert await otto.read("/uploads") == []


async def test_a_picture_is_the_cover_of_the_songs_that_name_it(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines, artist(house, "iris") as iris:
        before = {one["id"] for one in await ines.read("/uploads")}
        room = (await ines.read("/uploads/room"))["under_way"]
        answer = await ines.client.post("/api/v1/uploads/pictures", content=cover_picture("maroon"))
        assert answer.status_code == 201
        picture = answer.json()["data"]["id"]
        assert (await ines.read("/uploads/room"))["under_way"] > room
        await ines.refused("GET", f"/uploads/{picture}", 404)
        await ines.refused("DELETE", f"/uploads/{picture}", 404)
        for title in (name(), name()):
            content = sound(house, tmp_path, title=title, album=f"Shore {picture}", picture=True)
            told = metadata(filename="a.mp3", picture=picture)
            sent = await begin(ines.client, len(content), **{**PIECE, "Upload-Metadata": told}, content=content)
            assert sent.status_code == 201
            assert (await begin(iris.client, 10, **{"Upload-Metadata": told})).status_code == 422
        await do_what_waits(house.application)
        made = [one for one in await ines.read("/uploads") if one["id"] not in before]
        assert [one["state"] for one in made] == ["done", "done"]
        songs = [await ines.read(f"/songs/{one['song_id']}") for one in made]
        shown = [f"/api/v1/songs/{song['id']}/image" for song in songs] + [
            f"/api/v1/albums/{songs[0]['album_id']}/image"
        ]
        for path in shown:
            with Image.open(BytesIO((await ines.client.get(path)).content)) as found:
                assert found.convert("RGB").getpixel((5, 5)) == pytest.approx((128, 0, 0), abs=12)
        assert (
            await begin(ines.client, 10, **{"Upload-Metadata": metadata(picture="picture_none")})
        ).status_code == 422


async def test_what_is_no_picture_is_refused(house: House) -> None:
    async with artist(house, "ines") as ines, house.caller("otto") as otto:
        answer = await ines.client.post("/api/v1/uploads/pictures", content=b"no picture at all")
        assert (answer.status_code, answer.json()["error"]["code"]) == (415, "no_picture")
        assert (await ines.client.post("/api/v1/uploads/pictures", content=b"")).status_code == 422
        assert (await otto.client.post("/api/v1/uploads/pictures", content=cover_picture())).status_code == 403


async def test_words_beside_a_song_come_along(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines, artist(house, "iris") as iris:
        content, room = sound(house, tmp_path, title=name()), (await ines.read("/uploads/room"))["under_way"]
        place = (await begin(ines.client, len(content))).headers["location"]

        async def give(words: bytes, ending: str = ".lrc", who: Caller = ines, to: str = place) -> tuple[int, str]:
            answer = await who.client.put(f"{to}/words?ending={ending}", content=words)
            told = answer.json()
            return answer.status_code, told["error"]["code"] if "error" in told else told["data"]["state"]

        assert await give(b"[00:01.00]Of somebody else", who=iris) == (404, "upload_not_found")
        assert await give(b"x" * 3000, ".txt") == (200, "receiving")
        assert await give("[00:01.00]Säng".encode()) == (200, "receiving")
        assert (await ines.read("/uploads/room"))["under_way"] == room + len(content) + 15
        assert await give(b"<svg/>", ".ttml") == (415, "no_words")
        assert await give(b"[ar:Ines]\n") == (415, "no_words")
        assert await give(b"") == (415, "no_words")
        assert await give(b"One", ".exe") == (422, "invalid")
        assert await give(b"One", "") == (422, "invalid")
        assert await give(b"x" * (128 * 1024 + 1)) == (413, "too_large")
        await ines.client.patch(place, headers={**PIECE, "Upload-Offset": "0"}, content=content)
        assert await give("[00:01.00]Säng\n[00:02.50]Sung".encode()) == (200, "waiting")
        await do_what_waits(house.application)
        assert await give(b"[00:01.00]Late") == (409, "upload_complete")
        assert (await ines.read("/uploads/room"))["under_way"] == room
        song = await ines.read(f"/songs/{(await ines.read(place.removeprefix('/api/v1')))['song_id']}/lyrics")
        assert [(line["start"], line["text"]) for line in song["synced"]] == [(1000, "Säng"), (2500, "Sung")]

        packed = BytesIO()
        with ZipFile(packed, "w") as archive:
            archive.writestr("one.mp3", content)
        size = len(packed.getvalue())
        flood = (await begin(ines.client, size)).headers["location"]
        assert await give(b"[00:01.00]Of no song", to=flood) == (200, "receiving")
        await ines.client.patch(flood, headers={**PIECE, "Upload-Offset": "0"}, content=packed.getvalue())
        assert (await ines.read("/uploads/room"))["under_way"] == room + size
        assert await give(b"[00:01.00]Of no song", to=flood) == (409, "upload_complete")
        await ines.client.delete(flood, headers=TUS)


async def begin(client, length: int, *, content: bytes = b"", **more: str):
    return await client.post("/api/v1/uploads", headers={**TUS, "Upload-Length": str(length), **more}, content=content)


async def test_bytes_that_belong_elsewhere_and_too_many(house: House) -> None:
    async with artist(house, "ines") as ines:
        place = (await begin(ines.client, 10)).headers["location"]

        async def send(offset: str, content: bytes, **headers: str) -> int:
            given = {**PIECE, "Upload-Offset": offset, **headers}
            return (await ines.client.patch(place, headers=given, content=content)).status_code

        assert await send("5", b"x") == 409
        assert await send("0", b"x" * 11) == 413
        assert await send("0", b"abc") in (204, 409)
        offset = (await ines.client.head(place, headers=TUS)).headers["upload-offset"]
        assert await send(offset, b"x", **{"Content-Type": "text/plain"}) == 415
        assert await send(offset, b"x", **{"Tus-Resumable": "0.2.2"}) == 412
        assert await send("minus", b"x") == 400
        assert (await ines.client.delete(place, headers=TUS)).status_code == 204
        assert (await ines.client.head(place, headers=TUS)).status_code == 404
        assert await send("0", b"x") == 404
        assert not [path for path in files_of(house) if path.suffix == ".part"]


async def test_checksums(house: House) -> None:
    async with artist(house, "ines") as ines:
        place = (await begin(ines.client, 10)).headers["location"]

        async def send(content: bytes, checksum: str, offset: int = 0) -> int:
            headers = {**PIECE, "Upload-Offset": str(offset), "Upload-Checksum": checksum}
            return (await ines.client.patch(place, headers=headers, content=content)).status_code

        right = f"sha1 {b64encode(sha1(b'hello').digest()).decode()}"
        assert await send(b"hullo", right) == 460
        assert (await ines.client.head(place, headers=TUS)).headers["upload-offset"] == "0"
        assert await send(b"hello", "crc7 AAAA") == 400
        assert await send(b"hello", "sha1 !!") == 400
        assert await send(b"hello", right) == 204
        assert (await ines.client.head(place, headers=TUS)).headers["upload-offset"] == "5"
        await ines.client.delete(place, headers=TUS)


async def test_bytes_may_come_along_at_once(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines:
        content = sound(house, tmp_path, title=name())
        headers = {**PIECE, "Upload-Length": str(len(content)), "Upload-Metadata": metadata(draft="false")}
        begun = await ines.client.post("/api/v1/uploads", headers=headers, content=content)
        assert (begun.status_code, begun.headers["upload-offset"]) == (201, str(len(content)))
        await do_what_waits(house.application)
        done = await ines.read(begun.headers["location"].removeprefix("/api/v1"))
        assert (done["state"], done["draft"]) == ("done", False)


async def test_beginnings_that_are_refused(house: House) -> None:
    async with artist(house, "ines") as ines, house.caller("otto") as otto, house.door() as nobody:
        assert (await begin(nobody, 10)).status_code == 401
        assert (await begin(otto.client, 10)).status_code == 403
        assert (await ines.client.post("/api/v1/uploads", headers={"Upload-Length": "10"})).status_code == 412
        assert (await ines.client.post("/api/v1/uploads", headers=TUS)).status_code == 422
        assert (await begin(ines.client, 0)).status_code == 415
        assert (await begin(ines.client, 3 << 30)).status_code == 413
        assert (await begin(ines.client, 10, **{"Upload-Metadata": "title not-base64!"})).status_code == 422
        assert (await begin(ines.client, 10, **{"Upload-Metadata": metadata(album_id="x")})).status_code == 422
        assert (await begin(ines.client, 10, **{"Upload-Metadata": metadata(album_id="999999")})).status_code == 404


async def test_what_is_no_music_fails_with_a_sentence(house: House) -> None:
    async with artist(house, "ines") as ines:
        content = b"<html><body>no</body></html>" * 10
        begun = await ines.client.post(
            "/api/v1/uploads", headers={**PIECE, "Upload-Length": str(len(content))}, content=content
        )
        await do_what_waits(house.application)
        failed = await ines.read(begun.headers["location"].removeprefix("/api/v1"))
        assert (failed["state"], failed["error"]["code"], failed["song_id"]) == ("failed", "not_audio", None)
        assert (await ines.client.post(f"{begun.headers['location']}/publish")).status_code == 409


async def test_a_helper_that_ends_loses_no_upload_until_it_is_surely_the_file(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ends(*_: object, **__: object) -> None:
        raise unavailable(HELPER_ENDED, "It ended.")

    async with artist(house, "ines") as ines:
        uploads = house.areas.library.uploads

        async def sent() -> str:
            content = sound(house, tmp_path, title=name())
            headers = {
                **TUS,
                **PIECE,
                "Upload-Length": str(len(content)),
                "Upload-Metadata": metadata(filename="a.mp3"),
            }
            begun = await ines.client.post("/api/v1/uploads", headers=headers, content=content)
            return str(begun.headers["location"].removeprefix("/api/v1"))

        async def attempt(number: int, place: str) -> None:
            context = SimpleNamespace(attempt=number, progress=lambda *_: None)
            await uploads.process(context, place.rpartition("/")[2])

        good, bad = await sent(), await sent()
        with monkeypatch.context() as broken:
            broken.setattr("antiphon.adapters.media.intake.SoundChecks.check", ends)
            for place in (good, bad):
                for number in (1, 2):
                    with pytest.raises(AntiphonError):
                        await attempt(number, place)
            await attempt(3, bad)
        await attempt(3, good)
        assert (await ines.read(good))["state"] == "done"
        refused = await ines.read(bad)
        assert (refused["state"], refused["error"]["code"]) == ("failed", "not_audio")
