"""A database that others hold, or that is away: reads go on where they can, writes say when to come back."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.audio.maker import AudioMaker
from tests.bootstrap.serving import account, client_of, unexpected, wait_until
from tests.services.postgresql import PostgresqlServer, running_postgresql
from tests.services.redis import running_redis
from tests.services.server import Server, ServerFactory

pytestmark = pytest.mark.server

# More than twice as long as a writer waits before it is put off.
HELD_SECONDS = 12.0


@contextlib.contextmanager
def held(server: Server) -> Iterator[None]:
    """Another program writes into the server's database for as long as the block runs."""
    with contextlib.closing(sqlite3.connect(server.data / "antiphon.db", isolation_level=None, timeout=20)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


class Traffic:
    """Somebody who reads and several who write, until they are told that the database is free again."""

    def __init__(self, server: Server, signed_in: dict[str, str], subsonic: dict[str, str]) -> None:
        self.released = threading.Event()
        self.waits: list[float] = []
        self.refused: list[httpx2.Response] = []
        self.acknowledged: list[str] = []
        self._server = server
        self._signed_in = signed_in
        self._reads = (("/api/v1/songs", None), ("/api/v1/auth/me", None), ("/rest/ping", subsonic))
        writers = (threading.Thread(target=self._write, args=(number,)) for number in range(3))
        self._threads = [threading.Thread(target=self._read), *writers]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self.released.set()
        for thread in self._threads:
            thread.join(40)

    def _read(self) -> None:
        with client_of(self._server) as client:
            while not self.released.is_set():
                for path, parameters in self._reads:
                    began = time.monotonic()
                    answer = client.get(path, headers=None if parameters else self._signed_in, params=parameters)
                    self.waits.append(time.monotonic() - began)
                    assert answer.status_code == 200, answer.text
                time.sleep(0.05)

    def _write(self, number: int) -> None:
        with client_of(self._server) as client:
            for title in (f"{number}-{attempt}" for attempt in range(100)):
                answer = client.post("/api/v1/playlists", headers=self._signed_in, json={"title": title})
                if answer.status_code == 201:
                    self.acknowledged.append(title)
                else:
                    self.refused.append(answer)
                if self.released.is_set():
                    return


def check_refusals(server: Server, song: int, signed_in: dict[str, str], subsonic: dict[str, str]) -> None:
    """Each dialect tells it in its own words."""
    with client_of(server) as client, ThreadPoolExecutor() as pool:
        new = {"username": "x", "email": "x@example.org", "password": "long enough!"}
        v1, d, rest = (
            pool.submit(client.put, f"/api/v1/songs/{song}/star", headers=signed_in),
            pool.submit(client.post, "/register", json=new),
            pool.submit(client.get, "/rest/star", params={**subsonic, "id": f"so-{song}"}),
        )
        check_put_off(v1.result(), d.result())
        assert v1.result().json()["error"]["code"] == "database_busy"
        assert isinstance(d.result().json()["error"], str)
        assert rest.result().status_code == 200
        assert rest.result().json()["subsonic-response"]["status"] == "failed"


def check_put_off(*answers: httpx2.Response) -> None:
    """They say that it can be tried again, and when."""
    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_reads_go_on_and_writes_are_put_off_while_the_database_is_held(
    servers: ServerFactory, audio: AudioMaker, tmp_path: Path
) -> None:
    audio.song(tmp_path / "song.mp3", {"title": "Song"})
    server = servers.embedded(ANTIPHON_MUSIC=str(tmp_path), RATE_LIMITS="off")
    with client_of(server) as client:
        signed_in = account(client, "ada")
        wait_until(lambda: client.get("/api/v1/songs", headers=signed_in).json()["data"], 40)
        song = client.get("/api/v1/songs", headers=signed_in).json()["data"][0]["id"]
        app = client.post("/api/v1/auth/app-passwords", headers=signed_in, json={"name": "phone"}).json()["data"]
    subsonic = {"u": "ada", "p": app["password"], "v": "1.16.1", "c": "test", "f": "json"}
    traffic = Traffic(server, signed_in, subsonic)
    with held(server):
        until = time.monotonic() + HELD_SECONDS
        traffic.start()
        check_refusals(server, song, signed_in, subsonic)
        time.sleep(max(until - time.monotonic(), 0))
    traffic.end()
    assert sorted(traffic.waits)[int(len(traffic.waits) * 0.95)] < 1
    assert traffic.refused
    check_put_off(*traffic.refused)
    with client_of(server) as client:
        wait_until(lambda: client.put(f"/api/v1/songs/{song}/star", headers=signed_in).status_code == 200, 10)
        found = client.get("/api/v1/playlists?limit=500", headers=signed_in).json()["data"]
        assert sorted(playlist["title"] for playlist in found) == sorted(traffic.acknowledged)
    assert server.stop() == 0
    assert not unexpected(server)


@pytest.fixture
def cluster() -> Iterator[PostgresqlServer]:
    """A PostgreSQL that the test may stop."""
    with running_postgresql() as server:
        yield server


def test_a_database_server_may_go_and_come_back(servers: ServerFactory, cluster: PostgresqlServer) -> None:
    cluster.run("CREATE DATABASE music")
    server = servers.embedded(DATABASE_URL=cluster.address("music"), RATE_LIMITS="off")
    with client_of(server) as client:
        signed_in = account(client, "ada")
        assert client.get("/api/v1/health").json()["data"]["database"] == "ok"
        cluster.program.stop()
        told = [
            client.get("/api/v1/songs", headers=signed_in),
            client.post("/api/v1/playlists", headers=signed_in, json={"title": "lost"}),
            client.post("/login", json={"username": "ada", "password": "wrong wrong"}),
        ]
        check_put_off(*told)
        assert client.get("/api/v1/health/live").status_code == 200
        assert client.get("/api/v1/health/ready").status_code == 503
        health = client.get("/api/v1/health")
        assert health.status_code == 503
        assert health.json()["success"] is False
        assert health.json()["data"]["database"] == "down"
        cluster.start()
        began = time.monotonic()
        wait_until(lambda: client.get("/api/v1/songs", headers=signed_in).status_code == 200, 15)
        make = {"title": "found"}
        wait_until(lambda: client.post("/api/v1/playlists", headers=signed_in, json=make).status_code == 201, 15)
        wait_until(lambda: client.get("/api/v1/health").status_code == 200, 15)
        assert time.monotonic() - began < 15
        titles = [row["title"] for row in client.get("/api/v1/playlists", headers=signed_in).json()["data"]]
        assert titles == ["found"]
    assert server.stop() == 0
    assert not unexpected(server)


def test_a_server_whose_redis_is_away_goes_on(servers: ServerFactory) -> None:
    """Redis is cache and wire, never the only copy."""
    with running_redis() as address:
        server = servers.embedded(REDIS_URL=address, RATE_LIMITS="off")
        with client_of(server) as client:
            signed_in = account(client, "ada")
            assert client.get("/api/v1/health").json()["data"]["cache"] == "ok"
    with client_of(server) as client:
        for attempt in (
            lambda: client.get("/api/v1/songs", headers=signed_in),
            lambda: client.post("/api/v1/playlists", headers=signed_in, json={"title": "kept"}),
            lambda: client.get("/api/v1/playlists", headers=signed_in),
            lambda: client.post("/login", json={"username": "ada", "password": "a long enough password"}),
        ):
            began = time.monotonic()
            assert attempt().status_code in (200, 201)
            assert time.monotonic() - began < 3
        health = client.get("/api/v1/health")
        assert (health.status_code, health.json()["data"]["cache"]) == (503, "down")
        assert client.get("/api/v1/health/ready").status_code == 200
    assert server.stop() == 0
    assert not unexpected(server)
