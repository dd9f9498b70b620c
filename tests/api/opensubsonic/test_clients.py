"""Clients of other makers against a running server: what they ask for, and how, is not ours to choose."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import libsonic
import pytest
from libsonic import errors

from tests.audio.maker import AudioMaker
from tests.services.node import node
from tests.services.programs import unavailable
from tests.services.server import Server, ServerFactory
from tests.stage import CATALOGUE, PASSWORD

CLIENTS = Path(__file__).parents[2] / "e2e" / "clients"
KINDS = {".mp3": "mp3", ".flac": "flac", ".ogg": "vorbis"}
TITLES = ["Alone", "Dawn", "Dusk", 'Noon <&> "Sun"', "Überfluß", "Утро"]

pytestmark = pytest.mark.server


class App(NamedTuple):
    """A running server and what an app needs to sign in."""

    server: Server
    password: str
    music: Path


def ask(server: Server, path: str, body: Mapping[str, Any], token: str = "") -> dict[str, Any]:
    """The `data` of a call in the native dialect."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    connection.request("POST", path, json.dumps(body), headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert answer["success"], answer
    data: dict[str, Any] = answer["data"]
    return data


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def app(request: pytest.FixtureRequest, audio: AudioMaker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A server with the music of the stage, on SQLite and then on PostgreSQL and Redis."""
    music = tmp_path_factory.mktemp("clients")
    for name, tags in CATALOGUE:
        audio.song(music / name, tags, kind=KINDS[Path(name).suffix], picture=name.startswith("Aurora/First"))
    factory = ServerFactory(lambda: request.getfixturevalue("postgresql_server"))
    try:
        server = getattr(factory, request.param)(ANTIPHON_MUSIC=str(music))
        server.run(
            "admin", "create", "--email", "anna@example.org", "--username", "anna", "--password-stdin", stdin=PASSWORD
        )
        server.run("scan")
        token = ask(server, "/api/v1/auth/login", {"username": "anna", "password": PASSWORD})["token"]
        yield App(server, ask(server, "/api/v1/auth/app-passwords", {"name": "clients"}, token)["password"], music)
    finally:
        factory.close()


@pytest.mark.parametrize("ways", [{}, {"legacyAuth": True}], ids=["token", "password"])
def test_py_sonic(app: App, ways: dict[str, bool]) -> None:
    client = libsonic.Connection("http://127.0.0.1", "anna", app.password, port=app.server.port, **ways)
    assert client.ping()
    assert client.getLicense()["license"]["valid"]
    found = client.search3("", songCount=500)["searchResult3"]
    assert sorted(song["title"] for song in found["song"]) == TITLES
    song = next(song for song in found["song"] if song["title"] == "Dawn")
    assert [one["title"] for one in client.getAlbum(song["albumId"])["album"]["song"]] == [
        "Dawn",
        'Noon <&> "Sun"',
        "Dusk",
    ]
    assert {index["name"] for index in client.getArtists()["artists"]["index"]} >= {"A", "Б"}
    client.star(sids=[song["id"]])
    assert [one["id"] for one in client.getStarred2()["starred2"]["song"]] == [song["id"]]
    client.unstar(sids=[song["id"]])
    playlist = client.createPlaylist(name="Évening", songIds=[song["id"], song["id"]])["playlist"]
    client.updatePlaylist(playlist["id"], songIndexesToRemove=[1])
    assert client.getPlaylist(playlist["id"])["playlist"]["songCount"] == 1
    client.deletePlaylist(playlist["id"])
    assert len(client.stream(song["id"]).read()) == song["size"]
    assert client.getCoverArt(song["coverArt"], size=300).read()[:2] == b"\xff\xd8"
    client.scrobble(song["id"], listenTime=1_700_000_000)
    assert client.getSong(song["id"])["song"]["playCount"] == 1
    assert client.getUser("anna")["user"]["adminRole"]
    client.createUser("carol", "tuba on a slow train", "carol@example.org", downloadRole=True)
    assert {one["username"] for one in client.getUsers()["users"]["user"]} == {"anna", "carol"}
    client.updateUser("carol", password="another slow train", email="c@example.org", shareRole=True)
    carol = libsonic.Connection("http://127.0.0.1", "carol", "another slow train", port=app.server.port)
    shown = carol.getUser("carol")["user"]
    assert (shown["email"], shown["shareRole"], shown["adminRole"]) == ("c@example.org", True, False)
    carol.changePassword("carol", "a third slow train")
    client.deleteUser("carol")
    assert [one["username"] for one in client.getUsers()["users"]["user"]] == ["anna"]
    assert client.getScanStatus()["scanStatus"]["count"] == len(TITLES)
    with pytest.raises(errors.DataNotFoundError):
        client.getSong("so-999999")


def test_py_sonic_with_the_accounts_own_password_is_refused(app: App) -> None:
    client = libsonic.Connection("http://127.0.0.1", "anna", PASSWORD, port=app.server.port)
    with pytest.raises(errors.CredentialError):
        client.getGenres()


def test_subsonic_api(app: App) -> None:
    if not (CLIENTS / "node_modules" / "subsonic-api").is_dir():
        unavailable("the package subsonic-api is not installed: make test does it")
    command = [node(), "listen.mjs", app.server.base_url, "anna", app.password]
    finished = subprocess.run(
        command, cwd=CLIENTS, capture_output=True, text=True, timeout=60, check=False, env={"PATH": os.environ["PATH"]}
    )
    assert finished.returncode == 0, finished.stderr
    seen = json.loads(finished.stdout)
    assert seen["stranger"] == 40
    for way in ("get", "post"):
        told = seen[way]
        assert (told["status"], told["user"], told["left"]) == ("ok", "anna", 0)
        assert "formPost" in told["extensions"]
        assert told["titles"] == TITLES
        assert told["album"] == ["Dawn", 'Noon <&> "Sun"', "Dusk"]
        assert told["starred"] == ["Dawn"]
        assert told["playlist"] == [f"by {way}", "changed", 1]
        assert (told["bytes"], told["cover"]) == (told["size"], "image/jpeg")
        assert (told["users"], told["usersLeft"]) == ([True, True, False], 1)
        assert told["genres"] == ["Electronic", "Pop", "Rock"]


def get(app: App, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> http.client.HTTPResponse:
    """An answer whose body is still to be read."""
    connection = http.client.HTTPConnection("127.0.0.1", app.server.port, timeout=10)
    connection.request(method, f"/rest/{path}&u=anna&p={app.password}&c=tests&v=1.16.1", headers=dict(headers or {}))
    return connection.getresponse()


def test_a_part_of_a_song_over_the_wire(app: App) -> None:
    with get(app, "search3?query=dawn&f=json") as answer:
        song = json.load(answer)["subsonic-response"]["searchResult3"]["song"][0]
    with get(app, f"stream?id={song['id']}", {"range": "bytes=100-299"}) as answer:
        assert (answer.status, len(answer.read())) == (206, 200)
        assert answer.getheader("content-range") == f"bytes 100-299/{song['size']}"
        assert answer.getheader("access-control-allow-origin") == "*"
    with get(app, f"stream?id={song['id']}", {"range": "bytes=99999999-"}) as answer:
        assert (answer.status, answer.read()) == (416, b"")
    with get(app, f"stream?id={song['id']}", method="HEAD") as answer:
        assert (answer.status, answer.getheader("content-length"), answer.read()) == (200, str(song["size"]), b"")
    with get(app, "ping?f=json", method="HEAD") as answer:
        assert (answer.status, answer.read()) == (200, b"")
        assert int(answer.getheader("content-length") or 0) > 100


def test_who_reads_slowly_gets_everything(app: App) -> None:
    with get(app, "search3?query=dusk&f=json") as answer:
        song = json.load(answer)["subsonic-response"]["searchResult3"]["song"][0]
    whole = (app.music / song["path"]).read_bytes()
    with socket.socket() as slow:
        # As little as the system lets be under way, so that the server has to wait.
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        slow.settimeout(10)
        slow.connect(("127.0.0.1", app.server.port))
        path = f"/rest/stream?id={song['id']}&u=anna&p={app.password}&c=tests"
        slow.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        received = b""
        for _ in range(3):
            received += slow.recv(1)
            begun = time.monotonic()
            with get(app, "ping?f=json") as answer:
                assert answer.status == 200
            assert time.monotonic() - begun < 2
            time.sleep(1)
        while data := slow.recv(4096):
            received += data
    assert received.partition(b"\r\n\r\n")[2] == whole


def test_a_song_that_shrinks_while_it_is_sent_ends_the_answer(app: App) -> None:
    with get(app, "search3?query=dusk&f=json") as answer:
        song = json.load(answer)["subsonic-response"]["searchResult3"]["song"][0]
    file = app.music / song["path"]
    whole = file.read_bytes()
    try:
        with file.open("ab") as end:
            end.truncate(60_000_000)
        with get(app, f"stream?id={song['id']}") as answer:
            assert answer.getheader("content-length") == "60000000"
            assert len(answer.read(1_000_000)) == 1_000_000
            os.truncate(file, 2_000_000)
            with pytest.raises((http.client.IncompleteRead, ConnectionError)):
                answer.read()
    finally:
        file.write_bytes(whole)
    with get(app, "ping?f=json") as answer:
        assert json.load(answer)["subsonic-response"]["status"] == "ok"
