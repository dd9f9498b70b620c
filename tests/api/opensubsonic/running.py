"""A server that runs as it does for people, with music and an app password, for clients of other makers."""

import http.client
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.audio.maker import AudioMaker
from tests.services.server import Server, ServerFactory
from tests.stage import CATALOGUE, PASSWORD

KINDS = {".mp3": "mp3", ".flac": "flac", ".ogg": "vorbis"}


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
