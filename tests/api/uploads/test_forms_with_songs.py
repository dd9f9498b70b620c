"""A song as one form, in every dialect that has it."""

import asyncio
import io
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.api.house import House
from tests.api.uploads.people import artist, files_of, sound
from tests.audio.tagging import cover_picture

# Path, what is refused in it, and where the sentence stands.
DIALECTS = {"a": "/api/song", "b": "/api/songs/", "d": "/songs", "v1": "/api/v1/songs"}


def name() -> str:
    """A title that nothing else has: the house is shared, and the same bytes twice are a duplicate."""
    return f"Song {uuid.uuid4().hex[:8]}"


def told(dialect: str, body: Any) -> str:
    """The sentence of a refusal."""
    if dialect == "a":
        return str(body["message"])
    if dialect == "d":
        return str(body["error"])
    return str(body["detail"] if dialect == "b" else body["error"]["message"])


def form(content: bytes, label: str = "song.mp3", **fields: str) -> dict[str, Any]:
    return {"data": fields, "files": {"audio": (label, content, "application/octet-stream")}}


async def test_a_song_of_an_artist_is_public_at_once(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines, house.caller("otto") as otto:
        content, title = sound(house, tmp_path, title=name(), artist="From tags", genre="Folk"), name()
        body = await ines.ask("POST", "/api/song", 201, **form(content, title=title, genre="Waltz"))
        assert set(body) == {"message", "data"}
        song = body["data"]
        assert (song["title"], song["artist"], song["genres"]) == (title, "From tags", ["Waltz"])
        assert song["uploader_id"] == ines.user["id"]
        seen = await otto.read(f"/songs/{song['id']}")
        assert seen["title"] == title
        played = await otto.client.get(f"/api/v1/songs/{song['id']}/stream", headers={"Range": "bytes=3-12"})
        assert (played.status_code, played.content) == (206, content[3:13])
        found = (await otto.read(f"/search?q={title.split()[1]}"))["songs"]
        assert [one["id"] for one in found] == [song["id"]]


async def test_the_title_album_cover_and_genre_that_are_given(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines, house.caller("root", admin=True) as root:
        album = (await ines.ask("POST", "/api/album", 201, json={"title": name()}))["data"]
        genre = (await root.ask("POST", "/api/genre", 201, json={"name": name()}))["data"]
        given = form(
            sound(house, tmp_path, title=name(), album="Another"),
            album_id=str(album["id"]),
            genre_id=str(genre["id"]),
            lyrics="La la",
        )
        given["files"]["image"] = ("cover.png", cover_picture(), "image/png")
        song = (await ines.ask("POST", "/api/song", 201, **given))["data"]
        assert (song["album_id"], song["genres"]) == (album["id"], [genre["name"]])
        assert (await ines.read(f"/songs/{song['id']}"))["lyrics"] == "La la"
        assert (await ines.read(f"/albums/{album['id']}"))["song_count"] == 1
        picture = await ines.client.get(f"/api/v1/songs/{song['id']}/image?size=160")
        assert picture.headers["content-type"] == "image/jpeg"
        assert not picture.headers["etag"].startswith('"p-')


async def test_an_embedded_cover_is_shown_and_carries_nothing_else(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines:
        content = sound(house, tmp_path, "flac", picture=True, title=name(), album=name())
        song = (await ines.ask("POST", "/api/song", 201, **form(content)))["data"]
        answer = await ines.client.get(f"/api/v1/songs/{song['id']}/image?size=1200")
        assert Image.open(io.BytesIO(answer.content)).format == "JPEG"
        assert not answer.headers["etag"].startswith('"p-')
        album = await ines.client.get(f"/api/v1/albums/{song['album_id']}/image?size=1200")
        assert album.content == answer.content


async def test_a_song_of_the_platform_and_its_album(house: House, tmp_path: Path) -> None:
    async with house.caller("root", admin=True) as root:
        title = name()
        files = {"image": ("c.png", cover_picture(), "image/png")}
        album = await root.ask(
            "POST", "/api/albums/", 201, data={"title": title, "artist": "Ines", "release_year": "2020"}, files=files
        )
        assert (album["title"], album["artist"], album["release_year"], album["songs"]) == (title, "Ines", 2020, [])
        assert album["image_url"]
        plain = await root.ask("POST", "/api/albums/", 201, json={"title": name()})
        assert plain["image_url"] is None
        song = await root.ask(
            "POST",
            "/api/songs/",
            201,
            data={"title": title, "artist": "Ines", "album_id": str(album["id"])},
            files={"audio_file": ("x.mp3", sound(house, tmp_path, title=name()), "audio/mpeg")},
        )
        assert (song["title"], song["artist"], song["album_id"]) == (title, "Ines", album["id"])
        async with house.door() as nobody:
            heard = await nobody.get(song["audio_url"])
            assert heard.status_code == 200


async def test_the_native_dialect_makes_drafts(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines, house.caller("otto") as otto:
        made = (await ines.ask("POST", "/api/v1/songs", 201, **form(sound(house, tmp_path, title=name()))))["data"]
        song_id = made["song"]["id"]
        assert (made["draft"], made["same_audio_as"] is None or made["same_audio_as"] > 0) == (True, True)
        await otto.refused("GET", f"/songs/{song_id}", 404)
        await otto.refused("PUT", f"/songs/{song_id}/draft", 404, json={"draft": False})
        await ines.ask("PUT", f"/api/v1/songs/{song_id}/draft", json={"draft": False})
        assert (await otto.read(f"/songs/{song_id}"))["id"] == song_id
        await otto.refused("PUT", f"/songs/{song_id}/draft", 403, json={"draft": True})
        public = form(sound(house, tmp_path, title=name()), draft="false")
        made = (await ines.ask("POST", "/api/v1/songs", 201, **public))["data"]
        assert (await otto.read(f"/songs/{made['song']['id']}"))["id"]


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_what_is_no_music_is_refused(house: House, tmp_path: Path, dialect: str) -> None:
    async with house.caller("root", admin=True) as root:
        before = files_of(house)
        bad = {
            "archive.mp3": b"PK\x03\x04" + bytes(3000),
            "page.mp3": b"<!DOCTYPE html><html><body>Sing</body></html>" * 20,
            "list.mp3": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n",
            "concat.mp3": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
            "picture.mp3": cover_picture(),
            "noise.mp3": bytes(range(256)) * 40,
            "cut.m4a": sound(house, tmp_path, "aac", title="x")[:40],
        }
        for label, content in bad.items():
            body = await root.ask("POST", DIALECTS[dialect], 415, **form(content, label))
            assert told(dialect, body)
            assert ("/api/v1/uploads" in told(dialect, body)) == (label == "archive.mp3")
            if dialect == "v1":
                assert body["error"]["code"] == "not_audio"
        assert files_of(house) == before
        assert {one["state"] for one in await root.read("/uploads")} <= {"done"}


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_form_without_sound_is_a_bad_value(house: House, dialect: str) -> None:
    async with house.caller("root", admin=True) as root:
        status = 422 if dialect == "v1" else 400
        for given in ({"files": {"image": ("x.png", b"x")}}, form(b""), {"files": {"audio": ("", b"")}}):
            body = await root.ask("POST", DIALECTS[dialect], status, **given)
            assert "audio" in str(body)
        await root.ask("POST", DIALECTS[dialect], 415, json={"title": "x"})
        for broken in (b"", b"--x\r\nnothing", b"--y--\r\n"):
            headers = {"Content-Type": "multipart/form-data; boundary=x"}
            await root.ask("POST", DIALECTS[dialect], 400, content=broken, headers=headers)
        await root.ask("POST", DIALECTS[dialect], 400, content=b"x", headers={"Content-Type": "multipart/form-data"})


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_bad_fields_leave_nothing(house: House, tmp_path: Path, dialect: str) -> None:
    async with house.caller("root", admin=True) as root:
        before = files_of(house)
        bad = status = 422 if dialect == "v1" else 400
        content = sound(house, tmp_path, title=name())
        for field, value, status in (
            ("album_id", "seven", bad),
            ("genre", "x" * 201, bad),
            ("title", "x" * 1001, bad),
            ("title", "zero\0", bad),
            ("album_id", "999999", 404),
            ("genre_id", "999999", 404),
        ):
            await root.ask("POST", DIALECTS[dialect], status, **form(content, **{field: value}))
        assert files_of(house) == before
        picture = form(content)
        picture["files"]["image"] = ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
        await root.ask("POST", DIALECTS[dialect], 415, **picture)
        assert files_of(house) == before


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_the_same_bytes_again_are_a_duplicate(house: House, tmp_path: Path, dialect: str) -> None:
    async with house.caller("root", admin=True) as root:
        content = sound(house, tmp_path, title=name())
        first = await root.ask("POST", DIALECTS[dialect], 201, **form(content))
        song_id = {"a": lambda: first["data"]["id"], "v1": lambda: first["data"]["song"]["id"]}.get(
            dialect, lambda: first["id"]
        )()
        again = await root.ask("POST", DIALECTS[dialect], 409, **form(content, "other.mp3"))
        assert str(song_id) in told(dialect, again)
        if dialect == "a":
            assert again["data"] == {"id": song_id}
        if dialect in {"b", "d"}:
            assert again["id"] == song_id
        if dialect == "v1":
            assert again["error"]["details"] == {"song_id": [str(song_id)]}


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_the_sign_in_the_right_and_the_size_come_before_the_body(house: House, dialect: str) -> None:
    class Unread:
        """A body that must not be asked for."""

        def __init__(self) -> None:
            self.asked = False

        async def __aiter__(self):
            self.asked = True
            yield b"x"

    async with house.caller("otto") as otto, house.caller("root", admin=True) as root, house.door() as nobody:
        form_type = {"Content-Type": "multipart/form-data; boundary=x"}
        huge = {**form_type, "Content-Length": str(3 << 30)}
        for client, headers, status in (
            (nobody, form_type, 401),
            (otto.client, form_type, 403),
            (root.client, huge, 413),
        ):
            body = Unread()
            answer = await client.post(DIALECTS[dialect], content=body, headers=headers)
            assert (answer.status_code, body.asked) == (status, False)


async def test_a_quota_is_told(house: House, tmp_path: Path) -> None:
    async with artist(house, "nina") as nina, house.caller("root", admin=True) as root:
        content = sound(house, tmp_path, title=name())
        path = f"/api/v1/users/{nina.user['id']}/account"
        await root.ask("PUT", path, json={"upload_quota": len(content) // 2})
        body = await nina.ask("POST", "/api/song", 413, **form(content))
        assert "left" in body["message"]
        error = (await nina.ask("POST", "/api/v1/songs", 413, **form(content)))["error"]
        assert error["code"] == "quota_exceeded"
        await root.ask("PUT", path, json={"rights": ["stream"]})
        await nina.ask("POST", "/api/song", 403, **form(content))


async def test_names_of_files_are_labels(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines:
        before = set(files_of(house))
        for label in (
            "../../../etc/passwd.mp3",
            "..\\..\\boot.mp3",
            "a\u202egnp.mp3",
            "x" * 600 + ".mp3",
            "..",
            "ü.mp3",
        ):
            content = sound(house, tmp_path, title=name())
            song = (await ines.ask("POST", "/api/song", 201, **form(content, label)))["data"]
            kept = (await ines.client.get("/rest/ping")).status_code
            assert kept == 200
            assert song["id"]
        new = set(files_of(house)) - before
        assert len(new) == 6
        root = house.application.settings.data / "uploads" / "stored"
        assert all(path.is_relative_to(root) and path.stem.isalnum() for path in new)


async def test_an_idempotency_key_gives_the_same_song(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines:
        content, headers = sound(house, tmp_path, title=name()), {"Idempotency-Key": uuid.uuid4().hex}
        first = await ines.ask("POST", "/api/song", 201, headers=headers, **form(content))
        again = await ines.ask("POST", "/api/song", 201, headers=headers, **form(content))
        assert first["data"]["id"] == again["data"]["id"]


async def test_a_retry_leaves_the_upload_under_way_alone(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines:
        content, key = sound(house, tmp_path, title=name()), uuid.uuid4().hex
        began, goes_on = asyncio.Event(), asyncio.Event()
        whole = httpx2.Request("POST", "http://door/", **form(content))
        body = whole.read()

        async def slowly() -> AsyncIterator[bytes]:
            yield body[: len(body) // 2]
            began.set()
            await goes_on.wait()
            yield body[len(body) // 2 :]

        headers = {"Idempotency-Key": key, "Content-Type": whole.headers["content-type"]}
        first = asyncio.create_task(ines.client.post("/api/song", content=slowly(), headers=headers))
        await began.wait()
        for _ in range(2):
            retry = await ines.client.post("/api/song", content=body, headers=headers)
            assert retry.status_code == 409, retry.text
        goes_on.set()
        assert (await first).status_code == 201


async def test_covers_are_given_and_taken_away(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines, artist(house, "olga") as olga:
        content = sound(house, tmp_path, title=name(), album=name())
        song = (await ines.ask("POST", "/api/song", 201, **form(content)))["data"]
        for path in (f"/songs/{song['id']}/image", f"/albums/{song['album_id']}/image"):
            await olga.refused("PUT", path, 403, content=cover_picture())
            await ines.refused("PUT", path, 415, content=b"%!PS-Adobe-3.0 EPSF-3.0\n")
            await ines.refused("PUT", path, 422, content=b"")
            shown = (await ines.ask("PUT", f"/api/v1{path}", content=cover_picture()))["data"]
            assert shown["image_url"].startswith(f"/api/v1{path}?v=")
            assert not (await ines.client.get(shown["image_url"])).headers["etag"].startswith('"p-')
            await olga.refused("DELETE", path, 403)
            assert (await ines.ask("DELETE", f"/api/v1{path}"))["data"]["image_url"] is None


async def test_characters_that_nobody_sees_are_kept_nowhere(house: House, tmp_path: Path) -> None:
    unique = uuid.uuid4().hex[:8]
    typed, kept = f"ev\u202eil\u0007\u001b[31m {unique}", f"evil[31m {unique}"
    async with artist(house, "ines") as ines:
        given = form(
            sound(house, tmp_path, title=name()), title=typed, artist=typed, genre=typed, lyrics=f"a\n\t{typed}"
        )
        song = (await ines.ask("POST", "/api/song", 201, **given))["data"]
        assert (song["title"], song["artist"], song["genres"]) == (kept, kept, [kept])
        assert (await ines.read(f"/songs/{song['id']}"))["lyrics"] == f"a\n\t{kept}"
        path = f"/songs/{song['id']}"
        changed = (await ines.ask("PUT", f"/api/v1{path}", json={"title": f"2 {typed}", "comment": typed}))["data"]
        assert (changed["title"], changed["comment"]) == (f"2 {kept}", kept)
        for invisible in ("\u200b\u2066", "\u200d", "\u202e \u0007"):
            error = await ines.refused("PUT", path, 422, json={"title": invisible})
            assert error["details"] == {"title": ["This is needed."]}
            body = await ines.ask(
                "POST", "/api/song", 400, **form(sound(house, tmp_path, title=name()), title=invisible)
            )
            assert "title" in body["message"]
            await ines.refused("POST", "/playlists", 422, json={"title": invisible})
        playlist = (await ines.ask("POST", "/api/v1/playlists", 201, json={"title": typed, "tracks": []}))["data"]
        assert playlist["title"] == kept
        tagged = (
            await ines.ask("POST", "/api/song", 201, **form(sound(house, tmp_path, title="\u2066\u200b"), "Waltz.mp3"))
        )["data"]
        assert tagged["title"] == "Waltz"


@pytest.mark.parametrize("dialect", ["a", "b"])
async def test_changes_take_pictures(house: House, tmp_path: Path, dialect: str) -> None:
    """A form changes fields and cover, both or nothing; JSON goes on as ever, and no sound is taken."""
    async with house.caller("root", admin=True) as root, house.caller("otto") as otto:
        upload = form(sound(house, tmp_path, title=name(), album=name()))
        song = (await root.ask("POST", "/api/song", 201, **upload))["data"]
        files = {"image": ("c.png", cover_picture("maroon"), "image/png")}
        bad = {"image": ("c.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")}
        paths = {
            "songs": {"a": f"/api/update/song/{song['id']}", "b": f"/api/songs/{song['id']}/"}[dialect],
            "albums": {"a": f"/api/update/album/{song['album_id']}", "b": f"/api/albums/{song['album_id']}/"}[dialect],
        }
        for things, path in paths.items():
            title, image = name(), f"/{things}/{song['id'] if things == 'songs' else song['album_id']}"
            await otto.ask("PUT", path, 403, data={"title": title}, files=files)
            assert (await root.read(image))["title"] != title
            await root.ask("PUT", path, 415, data={"title": title}, files=bad)
            refused = await root.ask("PUT", path, 400, data={"title": title}, files={"audio": ("a.mp3", b"x")})
            assert "No sound is taken here" in str(refused)
            assert (await root.read(image))["title"] != title
            await root.ask("PUT", path, data={"title": title}, files=files)
            assert (await root.read(image))["title"] == title
            shown = await root.client.get(f"/api/v1{image}/image?size=1200")
            assert not shown.headers["etag"].startswith('"p-')
            await root.ask("PUT", path, json={"title": f"{title} again"})
            assert (await root.read(image))["title"] == f"{title} again"
            assert (await root.client.get(f"/api/v1{image}/image?size=1200")).content == shown.content
        made = await root.ask(
            "POST", {"a": "/api/album", "b": "/api/albums/"}[dialect], 201, data={"title": name()}, files=files
        )
        assert (made["data"] if dialect == "a" else made)["image_url"]
