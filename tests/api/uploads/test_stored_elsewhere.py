"""Uploads in an object storage: the same songs, covers, ranges and transcodes, through the server or straight."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import update

from antiphon.kernel.jobs.tables import job
from tests.api.house import House, furnished
from tests.api.uploads.people import PIECE, artist, files_of, sound
from tests.audio.maker import AudioMaker
from tests.services.broken_line import broken_line
from tests.services.mail import do_what_waits
from tests.services.object_storage import ObjectStorage


@pytest_asyncio.fixture(scope="module", params=["through", "straight"])
async def far_house(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    audio: AudioMaker,
    object_storage: ObjectStorage,
    sqlite_template: Path,
) -> AsyncIterator[House]:
    """A house whose uploads lie in an object storage; `straight`: which clients reach themselves."""
    folder = tmp_path_factory.mktemp("far")
    (folder / "data").mkdir()
    (folder / "data" / "antiphon.db").write_bytes(sqlite_template.read_bytes())
    more = {"S3_PUBLIC_ENDPOINT": object_storage.url} if request.param == "straight" else {}
    async with furnished(folder, audio, "sqlite:", files=[], **object_storage.settings(**more)) as made:
        yield made


def is_straight(house: House) -> bool:
    storage = house.application.settings.object_storage
    return storage is not None and bool(storage.public_endpoint)


async def test_a_song_is_heard_from_where_it_lies(far_house: House, tmp_path: Path) -> None:
    async with artist(far_house, "ines") as ines:
        content = sound(far_house, tmp_path, "flac", title=f"Song {uuid.uuid4()}", picture=True)
        song = (await ines.ask("POST", "/api/song", 201, files={"audio": ("a.flac", content)}))["data"]
        assert files_of(far_house) == []
        path = f"/api/v1/songs/{song['id']}/stream"
        head = await ines.client.head(path)
        assert (head.status_code, head.headers["content-length"]) == (200, str(len(content)))
        assert head.headers["accept-ranges"] == "bytes"
        answer = await ines.client.get(path, headers={"Range": "bytes=10-19"})
        if is_straight(far_house):
            assert (answer.status_code, answer.headers["cache-control"]) == (302, "no-store")
            async with httpx2.AsyncClient() as client:
                answer = await client.get(answer.headers["location"], headers={"Range": "bytes=10-19"})
        assert (answer.status_code, answer.content) == (206, content[10:20])
        assert answer.headers["content-range"] == f"bytes 10-19/{len(content)}"
        assert answer.headers["content-type"] == "audio/flac"


async def test_browsers_hear_it_through_the_server(far_house: House, tmp_path: Path) -> None:
    async with artist(far_house, "ines") as ines:
        content = sound(far_house, tmp_path, title=f"Song {uuid.uuid4()}")
        song = (await ines.ask("POST", "/api/song", 201, files={"audio": ("a.mp3", content)}))["data"]
        path, browser = f"/api/v1/songs/{song['id']}/stream", {"Sec-Fetch-Mode": "no-cors"}
        whole = await ines.client.get(path, headers=browser)
        assert (whole.status_code, whole.content) == (200, content)
        etag = whole.headers["etag"]
        assert (await ines.client.get(path, headers={**browser, "If-None-Match": etag})).status_code == 304
        beyond = await ines.client.get(path, headers={**browser, "Range": f"bytes={len(content)}-"})
        assert beyond.status_code == 416
        last = await ines.client.get(path, headers={**browser, "Range": "bytes=-7", "If-Range": etag})
        assert (last.status_code, last.content) == (206, content[-7:])


async def test_covers_downloads_and_transcodes(far_house: House, tmp_path: Path) -> None:
    async with artist(far_house, "ines") as ines:
        content = sound(far_house, tmp_path, "flac", title=f"Song {uuid.uuid4()}", album="Far", picture=True)
        song = (await ines.ask("POST", "/api/song", 201, files={"audio": ("a.flac", content)}))["data"]
        picture = await ines.client.get(f"/api/v1/songs/{song['id']}/image?size=160")
        assert (picture.status_code, picture.headers["etag"].startswith('"p-')) == (200, False)
        archive = await ines.client.get(f"/api/v1/albums/{song['album_id']}/download")
        assert content in archive.content
        browser = {"Sec-Fetch-Mode": "no-cors"}
        kept = await ines.client.get(f"/api/v1/songs/{song['id']}/download", headers=browser)
        assert (kept.status_code, kept.content) == (200, content)
        if is_straight(far_house):
            # Who is sent there saves it under the same name.
            sent = await ines.client.get(f"/api/v1/songs/{song['id']}/download")
            async with httpx2.AsyncClient() as client:
                there = await client.get(sent.headers["location"])
            assert there.headers["content-disposition"] == kept.headers["content-disposition"]
            assert "filename*=" in there.headers["content-disposition"]
        made = await ines.client.get(f"/api/v1/songs/{song['id']}/stream?format=mp3&bitrate=96", headers=browser)
        assert (made.status_code, made.headers["content-type"]) == (200, "audio/mpeg")


async def test_what_is_removed_is_removed_there(far_house: House, tmp_path: Path) -> None:
    storage = far_house.application.storage
    async with artist(far_house, "olga") as olga:
        before = {name async for name in storage.names()}
        content = sound(far_house, tmp_path, title=f"Song {uuid.uuid4()}")
        song = (await olga.ask("POST", "/api/song", 201, files={"audio": ("a.mp3", content)}))["data"]
        assert len({name async for name in storage.names()} - before) == 1
        await olga.ask("DELETE", f"/api/delete/song/{song['id']}")
        await do_what_waits(far_house.application)
        assert {name async for name in storage.names()} == before
        refused = await olga.client.post("/api/song", files={"audio": ("a.mp3", b"PK\x03\x04" + bytes(99))})
        assert refused.status_code == 415
        assert {name async for name in storage.names()} == before


async def test_health_tells_of_the_storage(far_house: House) -> None:
    async with far_house.door() as nobody:
        assert (await nobody.get("/api/v1/health")).json()["data"]["storage"] == "ok"


async def test_a_storage_that_is_away_for_a_while_costs_nobody_a_song(
    tmp_path: Path, audio: AudioMaker, object_storage: ObjectStorage, sqlite_template: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "antiphon.db").write_bytes(sqlite_template.read_bytes())
    with broken_line(object_storage.url) as line:
        settings = object_storage.settings(S3_ENDPOINT=line.url)
        async with furnished(tmp_path, audio, "sqlite:", files=[], **settings) as house, artist(house, "ines") as ines:
            content = sound(house, tmp_path, "flac", title="Tide")
            line.breaks_after = 0
            refused = await ines.client.post("/api/song", files={"audio": ("a.flac", content)})
            assert (refused.status_code, files_of(house)) == (503, [])
            headers = {**PIECE, "Upload-Length": str(len(content))}
            begun = await ines.client.post("/api/v1/uploads", headers=headers, content=content)
            await do_what_waits(house.application)
            told = (await ines.ask("GET", begun.headers["location"]))["data"]
            assert (told["state"], told["song_id"]) == ("checking", None)
            line.breaks_after = None
            async with house.application.database.transaction() as transaction:
                await transaction.execute(update(job).values(run_at=0))
            await do_what_waits(house.application)
            told = (await ines.ask("GET", begun.headers["location"]))["data"]
            assert told["state"] == "done"
            songs = (await ines.ask("GET", "/api/v1/songs"))["data"]
            assert [song["id"] for song in songs] == [told["song_id"]]
            assert len([name async for name in house.application.storage.names()]) == 1
            assert files_of(house) == []
