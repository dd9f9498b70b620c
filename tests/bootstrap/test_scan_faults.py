"""A scan of some hundred files that is torn away or finds no room in its middle: it goes on by itself, and in the end
every file is there once."""

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.audio.maker import AudioMaker
from tests.bootstrap.disks import SmallDisk, small_disk
from tests.bootstrap.serving import PASSWORD, children, client_of, unexpected, wait_until
from tests.services.server import Server, ServerFactory

pytestmark = pytest.mark.server

FILES = 1000
# A worker that is gone holds its jobs for half a minute.
SECONDS = 90
TRIES = 4


class Scanning:
    """A server whose data lie on a small disk, and its music."""

    def __init__(self, server: Server, disk: SmallDisk, music: Path, audio: AudioMaker) -> None:
        self.server = server
        self.disk = disk
        self.database = disk / "data" / "antiphon.db"
        self.audio = audio
        self.music = music
        self.files = 0
        self.rounds = 0

    def bring_files(self, client: httpx2.Client) -> None:
        """Some hundred songs more, in one folder, after the scans that run already: the first is that of the start."""
        wait_until(lambda: self.states(client) == {"completed"}, SECONDS)
        self.rounds += 1
        made = self.audio.song(self.music / f"{self.rounds}/0.mp3", {"title": "Song", "artist": "Nobody"})
        for number in range(1, FILES):
            os.link(made, made.with_name(f"{number}.mp3"))
        self.files += FILES

    def begin(self, client: httpx2.Client) -> str:
        """Ask for a scan; gives its job."""
        job = client.post("/api/v1/scan", json={})
        assert job.status_code == 202, job.text
        return str(job.json()["data"]["id"])

    def states(self, client: httpx2.Client) -> set[str]:
        """How far the scans are that anybody has asked for."""
        jobs = client.get("/api/v1/jobs?limit=500").json()["data"]
        return {job["state"] for job in jobs if job["kind"] == "scan"}

    @staticmethod
    def songs_behind_the_lock(held: sqlite3.Connection) -> int | None:
        """Take the database's lock for writing and say how many songs there are; None where somebody else has it."""
        try:
            held.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return None
        ((songs,),) = held.execute("SELECT count(*) FROM song").fetchall()
        return int(songs)

    @contextlib.contextmanager
    def halted(self, client: httpx2.Client) -> Iterator[str]:
        """Bring files and ask for a scan; once it has written some of their songs and not all, it writes nothing for as
        long as the block runs. Gives its job."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=0, isolation_level=None)) as held:
            for _ in range(TRIES):
                self.bring_files(client)
                job_id = self.begin(client)
                if self.halt(held):
                    break
                # The machine was busy elsewhere, and the scan was over before anybody could halt it.
                held.execute("ROLLBACK")
            else:
                pytest.fail("no scan could be halted in its middle")
            try:
                yield job_id
            finally:
                held.execute("ROLLBACK")

    def halt(self, held: sqlite3.Connection) -> bool:
        """Take the lock once some songs of the latest round are written; False where all are already."""
        before, begun = self.files - FILES, time.monotonic()
        rested = begun
        # Who waits for the lock sleeps meanwhile; who asks again at once comes in between two batches.
        while (songs := self.songs_behind_the_lock(held)) in (None, before):
            assert time.monotonic() < begun + SECONDS, "no scan has begun"
            if songs is None:
                continue
            if time.monotonic() > rested + 0.2:
                # What reads files gets far ahead, so that later it takes no time from who waits for the lock.
                time.sleep(0.3)
                rested = time.monotonic()
            held.execute("ROLLBACK")
            time.sleep(0.002)
        return songs is not None and songs < self.files

    def job(self, client: httpx2.Client, job_id: str) -> dict[str, object]:
        """How far a job is."""
        found: dict[str, object] = client.get(f"/api/v1/jobs/{job_id}").json()["data"]
        return found

    def songs(self) -> int:
        """How many songs are there."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as database:
            ((songs,),) = database.execute("SELECT count(*) FROM song WHERE missing = 0").fetchall()
        return int(songs)

    def check(self, known: set[int]) -> set[int]:
        """See that each file is one song, that songs which were `known` still are, and that the totals fit; gives the
        ids of all."""

        def rows(text: str) -> list[tuple[int, ...]]:
            with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as database:
                return database.execute(text).fetchall()

        wait_until(lambda: self.songs() == self.files, SECONDS)
        assert rows("SELECT count(*), count(DISTINCT path), count(DISTINCT song_id) FROM media_file") == [
            (self.files, self.files, self.files)
        ]
        ids = {song_id for (song_id,) in rows("SELECT id FROM song")}
        assert len(ids) == self.files and known <= ids
        wait_until(lambda: rows("SELECT count(*) FROM stale_total") == [(0,)], SECONDS)
        assert rows("SELECT count(*) FROM artist WHERE name = 'Nobody'") == [(1,)]
        assert rows("SELECT sum(song_count) FROM artist_presence") == [(self.files,)]
        return ids


@pytest.fixture(scope="module")
def scanning(
    _module_servers: ServerFactory, tmp_path_factory: pytest.TempPathFactory, audio: AudioMaker
) -> Iterator[Scanning]:
    """One server for all faults, without music yet."""
    folder = tmp_path_factory.mktemp("scanning")
    (folder / "music").mkdir()
    with small_disk(folder / "disk", megabytes=64) as disk:
        settings = {"ANTIPHON_DATA": str(disk / "data"), "ANTIPHON_MUSIC": str(folder / "music")}
        server = _module_servers.embedded(**settings, RATE_LIMITS="off")
        server.run(
            "admin", "create", "--email", "root@example.org", "--username", "root", "--password-stdin", stdin=PASSWORD
        )
        yield Scanning(server, disk, folder / "music", audio)
        server.stop()


@contextlib.contextmanager
def admin_of(server: Server) -> Iterator[httpx2.Client]:
    """The admin's client."""
    with client_of(server) as client:
        token = client.post("/login", json={"username": "root", "password": PASSWORD}).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def refused(client: httpx2.Client) -> bool:
    """Make a playlist; says whether there was no room for it, which the answer tells."""
    answer = client.post("/api/v1/playlists", json={"title": "No room"})
    assert answer.status_code in (201, 507), answer.text
    return answer.status_code == 507 and "Free some space" in answer.text


def test_faults_in_the_middle_of_scans_lose_and_double_nothing(scanning: Scanning) -> None:
    server = scanning.server
    with admin_of(server) as client:
        with scanning.halted(client) as job_id:
            (worker,) = children(server.program.process.pid)
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: scanning.job(client, job_id)["state"] == "completed", SECONDS)
        known = scanning.check(set())

        with scanning.halted(client) as job_id:
            scanning.disk.fill()
        # Not even that can be written down: it stands in the log, and who writes is told. The room that the write-ahead
        # log has of its own may last until the scan is over.
        wait_until(lambda: refused(client), SECONDS)
        wait_until(lambda: "Free some space" in server.program.output or scanning.songs() == scanning.files, SECONDS)
        assert client.get("/api/v1/songs?limit=1").status_code == 200
        scanning.disk.empty()
        wait_until(lambda: scanning.job(client, job_id)["state"] == "completed", SECONDS)
        known = scanning.check(known)

        with scanning.halted(client):
            server.kill()
    server.start()
    scanning.check(known)
    assert not unexpected(server)
