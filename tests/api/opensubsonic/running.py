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


def ask(server: Server, method: str, path: str, body: Mapping[str, Any] | None = None, token: str = "") -> Any:
    """The `data` of a call in the native dialect."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert answer["success"], answer
    return answer["data"]


def enter(server: Server, name: str) -> str:
    """Make the first admin by the link that the server has printed; what they sign in with."""
    setup_token = server.setup_link().partition("?token=")[2]
    person = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    token: str = ask(server, "POST", "/api/v1/setup", {**person, "setup_token": setup_token})["token"]
    return token


def is_at_rest(server: Server, token: str) -> bool:
    """Whether the first scan has found all songs."""
    jobs = ask(server, "GET", "/api/v1/jobs", token=token)
    songs = ask(server, "GET", "/api/v1/songs?limit=500", token=token)
    return len(songs) == len(CATALOGUE) and all(job["state"] == "completed" for job in jobs)


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def app(request: pytest.FixtureRequest, audio: AudioMaker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A server with the music of the stage, on SQLite and then on PostgreSQL and Redis."""
    music = tmp_path_factory.mktemp("clients")
    for name, tags in CATALOGUE:
        audio.song(music / name, tags, kind=KINDS[Path(name).suffix], picture=name.startswith("Aurora/First"))
    factory = ServerFactory(request)
    try:
        server = getattr(factory, request.param)(ANTIPHON_MUSIC=str(music))
        token = enter(server, "anna")
        server.program.wait_until(lambda: is_at_rest(server, token), 60)
        made = ask(server, "POST", "/api/v1/auth/app-passwords", {"name": "clients"}, token)
        yield App(server, made["password"], music)
    finally:
        factory.close()
