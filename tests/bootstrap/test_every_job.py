"""Every kind of job, killed where it hurts: it is taken up again and ends right, nothing half is ever seen, and nothing
is there twice."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, update

from antiphon.bootstrap import metadata as every_area  # noqa: F401 - brings all tables
from antiphon.kernel.db import Statement, metadata
from antiphon.kernel.jobs.tables import job
from tests.audio.maker import AudioMaker
from tests.bootstrap.jobs_that_die.waiting import Furnishing, Outside, opened
from tests.bootstrap.serving import wait_until
from tests.feeds import PodcastServer
from tests.services.lastfm_stand_in import LastFmStandIn
from tests.services.listenbrainz_stand_in import ListenBrainzStandIn
from tests.services.mail import MailServer
from tests.services.processes import is_alive
from tests.stage import Stage

pytestmark = pytest.mark.server

activity, episode, export, scrobble_connection, song = (
    metadata.tables[name] for name in ("activity", "podcast_episode", "export", "scrobble_connection", "song")
)
COUNTS = {
    table.name: Statement(select(func.count()).select_from(table))
    for table in metadata.sorted_tables
    if table.name != "job"
}
LEASES_END_SECONDS = 60.0
"""So far ahead of the last is the clock of a worker that is another one: the leases of that one are over."""
JOBS = Statement(select(job.c.kind, job.c.state, job.c.error, job.c.run_at))
TABLES = Statement(select(export.c.stored_name, export.c.size).where(export.c.size > 0))
EPISODES = Statement(select(episode.c.file_name, episode.c.size).where(episode.c.file_name != ""))
PLAYS = Statement(select(func.count()).select_from(activity).where(activity.c.action == "play"))
SILENT = Statement(select(song.c.title).where(song.c.duration <= 0))


class Workers:
    """The process from which workers are forked; one order, one worker."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bootstrap.jobs_that_die.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.others = 0

    def work(
        self, house: "House", dies: tuple[str, int] | None = None, *, is_same_worker: bool = True
    ) -> dict[str, Any]:
        """Have a worker do what waits in a house, until it `dies` at a point of a kind."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.others += not is_same_worker
        order = {
            "environment": house.environment,
            "folder": str(house.folder),
            "name": f"worker-{self.others}",
            "is_same_worker": is_same_worker,
            "ahead": self.others * LEASES_END_SECONDS,
            "dies": dies,
        }
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        # What it has started goes with it.
        wait_until(lambda: not self._others(), 20)
        return told

    def close(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)

    def _others(self) -> list[int]:
        found = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                group = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[2])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if group == self.process.pid and int(process) != group and is_alive(int(process)):
                found.append(int(process))
        return found


class House(msgspec.Struct):
    """A data folder with its settings."""

    folder: Path
    environment: dict[str, str]

    @property
    def data(self) -> Path:
        return Path(self.environment["ANTIPHON_DATA"])

    def copied_to(self, name: str) -> "House":
        """The same house once more, with the music of the first."""
        data = self.folder / name
        shutil.copytree(self.data, data)
        return House(self.folder, {**self.environment, "ANTIPHON_DATA": str(data)})


class State(msgspec.Struct):
    """What there is, without what is different every time."""

    rows: dict[str, int]
    jobs: set[tuple[str, str]]
    files: dict[tuple[str, int], int]
    letters: int


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    started = Workers()
    yield started
    started.close()


@pytest.fixture
def outside(mail_server: MailServer, listenbrainz: ListenBrainzStandIn, lastfm: LastFmStandIn) -> Iterator[Outside]:
    feeds = PodcastServer()
    yield Outside(mail_server, feeds, listenbrainz, lastfm)
    feeds.close()


async def nothing_half_is_there(stage: Stage, data: Path) -> None:
    report = await stage.areas.library.uploads.integrity.run(lambda *_: None, contents=True)
    assert report.damaged == 0, report
    reader = stage.application.database.reader
    for name, size in await reader.fetch(TABLES):
        assert await stage.application.storage.size(name) == size
    for name, size in await reader.fetch(EPISODES):
        assert (data / "podcasts" / name).stat().st_size == size
    assert await reader.fetch(SILENT) == []


async def state_of(stage: Stage, data: Path, letters: int) -> State:
    reader = stage.application.database.reader
    rows = {name: (await reader.fetch(count))[0][0] for name, count in COUNTS.items()}
    found = await reader.fetch(JOBS)
    due = [row for row in found if row[3] <= time.time()]
    assert {row[1] for row in due} == {"completed"}, [row for row in due if row[1] != "completed"]
    # Covers and episodes that came for what a crash has undone belong to nothing, and go one of the next nights.
    kept = [file for file in (data / "uploads").rglob("*") if file.is_file() and file.suffix != ".jpg"]
    files = Counter((file.suffix, file.stat().st_size) for file in kept)
    return State(rows, {(row[0], row[1]) for row in found}, dict(files), letters)


async def let_time_pass(stage: Stage) -> None:
    """What a service was in the middle of may be begun anew."""
    async with stage.application.database.transaction() as transaction:
        await transaction.execute(update(scrobble_connection).values(busy_until=0.0))
        scrobbles = (job.c.kind == "outbox.scrobbles", job.c.state == "queued")
        await transaction.execute(update(job).where(*scrobbles).values(run_at=0.0))


def different(one: State, other: State) -> dict[str, Any]:
    """What is not the same: of the first, of the other."""
    pairs: list[tuple[str, Any, Any]] = [("jobs", one.jobs, other.jobs), ("letters", one.letters, other.letters)]
    for mine, others in ((one.rows, other.rows), (one.files, other.files)):
        pairs += [(str(key), mine.get(key), others.get(key)) for key in mine | others]
    return {name: (first, second) for name, first, second in pairs if first != second}


async def furnished(
    folder: Path, database_url: str, audio: AudioMaker, outside: Outside, monkeypatch: pytest.MonkeyPatch, **more: str
) -> tuple[House, set[str]]:
    """A house in which a job of every kind waits, and which kinds there are."""
    (folder / "music").mkdir()
    environment = {"ANTIPHON_DATA": str(folder / "data"), "ANTIPHON_MUSIC": str(folder / "music"), **outside.settings()}
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    environment |= more
    async with opened(environment, folder, audio) as stage:
        await Furnishing(stage, outside, folder).furnish(monkeypatch)
        return House(folder, environment), set(stage.application.background.registry._kinds)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_kind_survives_kill_9(
    database_url: str,
    tmp_path: Path,
    audio: AudioMaker,
    outside: Outside,
    workers: Workers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each is killed in its middle, and once more when all is done and nobody has written that down. Afterwards all is
    as it is in a house whose worker nobody has killed."""
    house, kinds = await furnished(tmp_path, database_url, audio, outside, monkeypatch)
    outside.letters()
    whole = house.copied_to("whole")
    told = workers.work(whole)
    assert told["code"] == 0
    points: dict[str, int] = told["points"]
    assert set(points) == kinds, "every kind is tried: let one of each new kind wait in jobs_that_die/waiting.py"
    async with opened(whole.environment, tmp_path, audio) as stage:
        expected = await state_of(stage, whole.data, outside.letters())
    async with opened(house.environment, tmp_path, audio) as stage:
        for kind, count in points.items():
            for point in (count // 2 + 1, 0):
                told = workers.work(house, (kind, point))
                assert told["signal"] == SIGKILL, f"{kind} did not pass its point {point} of {count}"
                await nothing_half_is_there(stage, house.data)
        await let_time_pass(stage)
        assert workers.work(house)["code"] == 0
        await nothing_half_is_there(stage, house.data)
        assert different(await state_of(stage, house.data, outside.letters()), expected) == {}


SOME = ("export", "upload", "unpack", "history", "podcasts.download", "scan")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_other_workers_take_over_from_the_killed(
    database_url: str,
    redis_url: str,
    tmp_path: Path,
    audio: AudioMaker,
    outside: Outside,
    workers: Workers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On PostgreSQL and Redis, once the leases of the dead are over."""
    house, _ = await furnished(tmp_path, database_url, audio, outside, monkeypatch, REDIS_URL=redis_url)
    async with opened(house.environment, tmp_path, audio) as stage:
        for kind in SOME:
            assert workers.work(house, (kind, 2), is_same_worker=False)["signal"] == SIGKILL
            await nothing_half_is_there(stage, house.data)
        await let_time_pass(stage)
        assert workers.work(house, is_same_worker=False)["code"] == 0
        await nothing_half_is_there(stage, house.data)
        rows = (await state_of(stage, house.data, outside.letters())).rows
        wanted = {"song": 12, "export": 1, "upload": 6, "podcast_episode": 2, "stored_file": 4}
        assert {name: rows[name] for name in wanted} == wanted
        assert await stage.application.database.reader.fetch(PLAYS) == [(3,)]
