"""Uploads and kill -9: no half song is ever there, what can go on goes on, and nothing is left lying about.

Each kind of job is killed in test_every_job.py."""

import random
import socket
import time
import zipfile
from pathlib import Path

import httpx2
import pytest

from tests.audio.maker import AudioMaker
from tests.audio.tagging import cover_picture
from tests.bootstrap.serving import PASSWORD, client_of, unexpected, wait_until
from tests.services.server import Server, ServerFactory

pytestmark = pytest.mark.server

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def artist(client: httpx2.Client, name: str = "ines") -> dict[str, str]:
    body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, "role": "artist"}
    answer = client.post("/api/v1/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['data']['token']}"}


def files_of(server: Server) -> list[Path]:
    return [path for path in (server.data / "uploads").rglob("*") if path.is_file()]


def songs(client: httpx2.Client, signed_in: dict[str, str]) -> list[dict]:
    return client.get("/api/v1/songs?limit=500", headers=signed_in).json()["data"]


def half_sent(
    server: Server, signed_in: dict[str, str], path: str, headers: dict[str, str], body: bytes
) -> socket.socket:
    """A connection over which only this much of a body has been sent."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    fields = {"Host": "localhost", **signed_in, **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    connection.sendall(f"{path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    return connection


def test_kill_9_in_the_middle_of_what_is_sent(servers: ServerFactory, audio: AudioMaker) -> None:
    server = servers.embedded(RATE_LIMITS="off")
    with client_of(server) as client:
        signed_in = artist(client)
        content = audio.tone("wav", 20.0).read_bytes()
        begun = client.post("/api/v1/uploads", headers={**signed_in, **TUS, "Upload-Length": str(len(content))})
        place = begun.headers["location"]
    form = (
        b'--x\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n\r\n' + content[: len(content) // 2]
    )
    length = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(len(content) + 200)}
    offset = {**PIECE, "Upload-Offset": "0", "Content-Length": str(len(content))}
    connections = [
        half_sent(server, signed_in, "POST /api/song", length, form),
        half_sent(server, signed_in, f"PATCH {place}", offset, content[: len(content) // 2]),
    ]
    wait_until(lambda: sum(path.stat().st_size for path in files_of(server)) > len(content) // 2)
    # Long enough that what has come was noted once more.
    time.sleep(2.5)
    for connection in connections:
        connection.sendall(content[len(content) // 2 : len(content) // 2 + 1_100_000])
    time.sleep(0.3)
    server.kill()
    for connection in connections:
        connection.close()
    server.start()
    with client_of(server) as client:
        assert songs(client, signed_in) == []
        assert [path.suffix for path in files_of(server)] == [".part"], "only what can go on is left"
        stands = int(client.head(place, headers={**signed_in, **TUS}).headers["upload-offset"])
        assert 0 <= stands < len(content)
        headers = {**signed_in, **PIECE, "Upload-Offset": str(stands)}
        assert client.patch(place, headers=headers, content=content[stands:]).status_code == 204
        wait_until(lambda: client.get(place, headers=signed_in).json()["data"]["state"] == "done", 60)
        found = songs(client, signed_in)
        heard = client.get(found[0]["audio_url"], headers=signed_in)
        assert heard.content == content
        assert len(files_of(server)) == 1
    assert not unexpected(server)


def test_kill_9_while_an_archive_is_unpacked(servers: ServerFactory, audio: AudioMaker, tmp_path: Path) -> None:
    server = servers.embedded(RATE_LIMITS="off")
    count = 12
    with zipfile.ZipFile(tmp_path / "album.zip", "w") as archive:
        for number in range(count):
            tags = {"title": f"Song {number:02}", "album": "Shore"}
            archive.write(audio.song(tmp_path / "song.mp3", tags, kind="mp3"), f"Shore/{number:02}.mp3")
        archive.writestr("Shore/cover.png", cover_picture())
    content = (tmp_path / "album.zip").read_bytes()
    with client_of(server) as client:
        signed_in = artist(client)
        headers = {**signed_in, **PIECE, "Upload-Length": str(len(content))}
        place = client.post("/api/v1/uploads", headers=headers, content=content).headers["location"]

    def told() -> dict:
        with client_of(server) as client:
            found: dict = client.get(place, headers=signed_in).json()["data"]
        return found

    for stop_after in (0, 5):
        wait_until(lambda: told()["archive"]["done"] >= stop_after, 60)  # noqa: B023 - called right here
        time.sleep(random.uniform(0, 0.3))
        server.kill()
        server.start()
        with client_of(server) as client:
            assert all(song["duration"] > 0 for song in songs(client, signed_in)), "no half song is ever there"
    wait_until(lambda: told()["state"] == "done", 60)
    assert (told()["archive"]["taken"], told()["archive"]["refused"]) == (count, 0)
    with client_of(server) as client:
        wait_until(lambda: len(songs(client, signed_in)) == count, 60)
        assert sorted(song["title"] for song in songs(client, signed_in)) == [f"Song {one:02}" for one in range(count)]
        assert len({song["image_url"].partition("?v=")[2] for song in songs(client, signed_in)}) == 1
        # Covers that were made for what a crash has undone belong to nothing, and go at night.
        kinds = [path.suffix for path in files_of(server)]
        assert (kinds.count(".mp3"), kinds.count(".part")) == (count, 0)
    assert not unexpected(server)


def test_a_broken_connection_keeps_what_came(servers: ServerFactory, audio: AudioMaker) -> None:
    server = servers.embedded(RATE_LIMITS="off")
    content = audio.tone("flac", 3.0).read_bytes()
    with client_of(server) as client:
        signed_in = artist(client)
        begun = client.post("/api/v1/uploads", headers={**signed_in, **TUS, "Upload-Length": str(len(content))})
        place = begun.headers["location"]

        def stands() -> int:
            return int(client.head(place, headers={**signed_in, **TUS}).headers["upload-offset"])

        sent = 0
        while sent < len(content):
            piece = content[sent : sent + len(content) // 4 + 1]
            headers = {**PIECE, "Upload-Offset": str(sent), "Content-Length": str(len(content) - sent)}
            half_sent(server, signed_in, f"PATCH {place}", headers, piece).close()
            wait_until(lambda: stands() > sent or stands() == len(content))  # noqa: B023 - called right here
            sent = stands()
        wait_until(lambda: client.get(place, headers=signed_in).json()["data"]["state"] == "done", 60)
        assert client.get(songs(client, signed_in)[0]["audio_url"], headers=signed_in).content == content
    assert not unexpected(server)
