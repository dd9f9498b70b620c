"""kill -9, again and again: what was acknowledged is there, nothing is left running, and the next start works."""

import contextlib
import os
import random
import signal
import sqlite3
import threading
import time
from pathlib import Path

import httpx2
import pytest

from tests.audio.maker import AudioMaker
from tests.bootstrap.serving import (
    PASSWORD,
    account,
    children,
    client_of,
    environment,
    unexpected,
    wait_until,
)
from tests.services.processes import is_alive
from tests.services.programs import ANTIPHON, Program
from tests.services.server import Server, ServerFactory

pytestmark = [pytest.mark.server, pytest.mark.real_start]

ROUNDS = 8


class Writer(threading.Thread):
    """Writes as fast as it is answered, and keeps in mind what was acknowledged."""

    def __init__(self, server: Server, number: int, signed_in: dict[str, str], songs: list[int]) -> None:
        super().__init__()
        self.server = server
        self.number = number
        self.signed_in = signed_in
        self.songs = songs
        self.people: list[str] = []
        self.playlists: list[str] = []
        self.stars: dict[int, bool] = {}
        self.odd: list[str] = []

    def run(self) -> None:
        with contextlib.suppress(httpx2.HTTPError), client_of(self.server) as client:
            while True:
                self._write(client)

    def _write(self, client: httpx2.Client) -> None:
        name = f"{self.number}-{random.getrandbits(40):x}"
        made = client.post("/api/v1/playlists", headers=self.signed_in, json={"title": name, "tracks": self.songs[:2]})
        if self._is_told(made, 201):
            self.playlists.append(name)
        song = random.choice(self.songs)
        wanted = random.random() < 0.6
        # Until it is acknowledged, nobody knows which of the two holds.
        self.stars.pop(song, None)
        done = client.request("PUT" if wanted else "DELETE", f"/api/v1/songs/{song}/star", headers=self.signed_in)
        if self._is_told(done, 200):
            self.stars[song] = wanted
        if len(self.people) < 3:
            body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
            if self._is_told(client.post("/register", json=body), 201):
                self.people.append(name)

    def _is_told(self, answer: httpx2.Response, expected: int) -> bool:
        if answer.status_code != expected:
            self.odd.append(f"{answer.request.url}: {answer.status_code} {answer.text}")
        return answer.status_code == expected

    def check(self, client: httpx2.Client) -> None:
        """See that all of it is there."""
        assert not self.odd
        titles, offset = set(), 0
        while True:
            page = client.get(f"/api/v1/playlists?limit=500&offset={offset}", headers=self.signed_in).json()
            titles |= {playlist["title"] for playlist in page["data"]}
            offset += len(page["data"])
            if offset >= page["page"]["total"]:
                break
        assert set(self.playlists) <= titles
        songs = client.get("/api/v1/songs?limit=500", headers=self.signed_in).json()["data"]
        starred = {song["id"]: bool(song["starred"]) for song in songs}
        assert {song: starred[song] for song in self.stars} == self.stars
        for name in self.people:
            assert client.post("/login", json={"username": name, "password": PASSWORD}).status_code == 200


def kill_only_the_server(server: Server) -> list[int]:
    """As a system does that runs out of memory: the process itself, not its children. Gives the children."""
    helpers = children(server.program.process.pid)
    os.kill(server.program.process.pid, signal.SIGKILL)
    server.program.process.wait()
    return helpers


def test_what_was_acknowledged_survives_kill_9(servers: ServerFactory, audio: AudioMaker, tmp_path: Path) -> None:
    for number in range(5):
        audio.song(tmp_path / f"{number}.mp3", {"title": f"Song {number}", "artist": "Nobody"})
    server = servers.embedded(ANTIPHON_MUSIC=str(tmp_path), RATE_LIMITS="off")
    with client_of(server) as client:
        signed_in = [account(client, f"writer{number}") for number in range(3)]
        wait_until(lambda: len(client.get("/api/v1/songs", headers=signed_in[0]).json()["data"]) == 5, 40)
        songs = [song["id"] for song in client.get("/api/v1/songs", headers=signed_in[0]).json()["data"]]
    acknowledged = 0
    for _ in range(ROUNDS):
        writers = [Writer(server, number, header, songs) for number, header in enumerate(signed_in)]
        for writer in writers:
            writer.start()
        time.sleep(random.uniform(0.2, 0.7))
        helpers = kill_only_the_server(server)
        for writer in writers:
            writer.join(30)
        server.start()
        wait_until(lambda: not any(map(is_alive, helpers)), 20)  # noqa: B023 - called right here
        with client_of(server) as client:
            for writer in writers:
                writer.check(client)
                acknowledged += len(writer.playlists) + len(writer.people)
    assert acknowledged > ROUNDS
    assert server.stop() == 0
    with contextlib.closing(sqlite3.connect(server.data / "antiphon.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert not unexpected(server)


def test_helpers_of_a_killed_server_end_by_themselves(servers: ServerFactory) -> None:
    server = servers.embedded()
    helpers = kill_only_the_server(server)
    assert helpers
    wait_until(lambda: not any(map(is_alive, helpers)), 20)


def test_a_server_that_was_killed_at_its_start_starts_again(servers: ServerFactory) -> None:
    """Also while keys, database and worker are only being made."""
    server = servers.embedded()
    server.stop()
    settings = environment(server.place, PORT=str(server.port), ANTIPHON_DATA=str(server.place / "new data"))
    for pause in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2):
        program = Program([ANTIPHON, "serve"], server.place / "log", environment=settings, working_folder=server.place)
        time.sleep(pause)
        program.kill()
    server.environment = settings
    server.start()
    with client_of(server) as client:
        account(client, "ada")
    assert server.stop() == 0
    assert "Traceback" not in server.program.output
