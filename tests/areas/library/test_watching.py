"""From a change on disk to the scan of just that folder: with watches whose changes the test makes up."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from sqlalchemy import update

from antiphon.areas.library.api import watching
from antiphon.areas.library.api.watching import Watching
from antiphon.areas.library.data import ScanReport
from antiphon.areas.library.data.libraries import Place
from antiphon.areas.library.data.watching import FolderChange, FolderWatch, WatchEnded, WatchMode, WatchTools
from antiphon.areas.library.internal.pending import LONGEST_SECONDS, QUIET_SECONDS, Pending, place_of
from antiphon.kernel.jobs import Job
from antiphon.kernel.jobs.tables import job as job_table
from antiphon.kernel.principal import SYSTEM
from tests.stage import Stage


@pytest.mark.parametrize(
    ("path", "kind", "expected"),
    [
        ("a/1.mp3", "file", ("a", False)),
        ("a/1.MP3", "gone", ("a", False)),
        ("1.flac", "file", ("", False)),
        ("a/cover.jpg", "file", ("a", False)),
        ("a/1.lrc", "gone", ("a", False)),
        ("a/1.ttml", "file", ("a", False)),
        ("a/notes.pdf", "file", None),
        ("a/copy.mp3.part", "file", None),
        ("a/b", "folder", ("a/b", True)),
        ("a/b", "listing", ("a/b", False)),
        ("a/b", "gone", ("a/b", True)),
        ("", "folder", ("", True)),
        ("a/.1.mp3.x", "file", None),
        (".trash/1.mp3", "file", None),
    ],
)
def test_where_a_change_makes_a_scan_look(path: str, kind: Any, expected: tuple[str, bool] | None) -> None:
    place = place_of(7, FolderChange(path, kind))
    assert (place and (place.library_id, place.path, place.deep)) == (expected and (7, *expected))


def test_changes_wait_until_it_is_quiet_but_not_for_ever() -> None:
    pending = Pending()
    a, b = Place(1, "a"), Place(1, "b")
    pending.add([a], 100.0)
    assert pending.due(100.0 + QUIET_SECONDS / 2) == []
    moment = 100.0
    while moment < 100.0 + LONGEST_SECONDS:
        pending.add([b], moment)
        moment += QUIET_SECONDS / 2
    assert pending.due(100.0 + QUIET_SECONDS) == [a]
    assert set(pending.due(100.0 + LONGEST_SECONDS)) == {a, b}
    # What was heard after the scan was asked for is looked at again.
    pending.done([a, b], 100.0)
    assert pending.due(moment + QUIET_SECONDS) == [b]
    pending.done([Place(1)], moment)
    assert pending.due(moment + LONGEST_SECONDS) == []


def test_very_many_places_are_the_whole_library() -> None:
    pending = Pending()
    pending.add([Place(1, str(number)) for number in range(300)] + [Place(2, "x")], 0.0)
    assert sorted(pending.due(5.0)) == [Place(1), Place(2, "x")]


class MadeUpWatch:
    """A watch that tells what the test puts in."""

    how: Literal["events", "polling"] = "events"
    note = ""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[FolderChange | Exception] = asyncio.Queue()
        self.is_closed = False

    async def changes(self) -> frozenset[FolderChange]:
        try:
            async with asyncio.timeout(0.05):
                found = await self.waiting.get()
        except TimeoutError:
            return frozenset()
        if isinstance(found, Exception):
            raise found
        return frozenset((found,))

    async def close(self) -> None:
        self.is_closed = True


class Watched:
    """What the tests look at."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.opened: list[tuple[WatchMode, MadeUpWatch]] = []

    async def open(self, _folder: Path, mode: WatchMode) -> FolderWatch:
        watch = MadeUpWatch()
        self.opened.append((mode, watch))
        return watch

    def tell(self, path: str, kind: Any = "file") -> None:
        self.opened[-1][1].waiting.put_nowait(FolderChange(path, kind))

    async def job(self) -> Job:
        """The newest scan, as soon as it waits."""
        found: list[Job] = []

        async def is_there() -> bool:
            job = await self.stage.areas.library.scans.latest()
            found[:] = [job] if job is not None and job.state == "queued" else []
            return bool(found)

        await until(is_there)
        return found[0]

    async def finish(self, job: Job, **result: int) -> None:
        """Let a scan be over, as the worker does."""
        report = msgspec.json.encode(ScanReport(**result)).decode()
        async with self.stage.application.database.transaction() as transaction:
            await transaction.execute(
                update(job_table).where(job_table.c.id == job.id).values(state="completed", result=report)
            )

    async def shown(self) -> tuple[str, str]:
        (library,) = await self.stage.areas.library.libraries.overview(SYSTEM)
        return library.watch, library.watch_note


async def until(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not await is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@asynccontextmanager
async def watched(stage: Stage, mode: WatchMode = "auto") -> AsyncIterator[Watched]:
    """The folder of the stage is watched while the block runs."""
    made = Watched(stage)
    running = Watching(
        database=stage.application.database,
        scans=stage.areas.library.scans,
        jobs=stage.areas.jobs,
        tools=WatchTools(made.open, mode),
    )
    await running.start()
    try:
        yield made
    finally:
        await running.stop()
    assert all(watch.is_closed for _, watch in made.opened)


@pytest.fixture(autouse=True)
def hurried(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the waits that only matter to people and disks."""
    if "empty_stage" not in request.fixturenames:
        return
    for name in ("TICK_SECONDS", "LIBRARIES_SECONDS", "MISSING_SECONDS", "GROWING_SECONDS"):
        monkeypatch.setattr(watching, name, 0.02)
    monkeypatch.setattr("antiphon.areas.library.internal.pending.QUIET_SECONDS", 0.05)


def places(job: Job) -> list[tuple[str, bool]]:
    return [(place["path"], place["deep"]) for place in job.decoded_arguments()["places"]]


async def test_a_change_leads_to_a_scan_of_its_folder(empty_stage: Stage) -> None:
    await empty_stage.scan()
    async with watched(empty_stage) as seen:
        # What changed while nobody watched.
        first = await seen.job()
        assert places(first) == [("", True)]
        assert await seen.shown() == ("events", "")
        # While a scan waits or runs, changes gather.
        seen.tell("a/1.mp3")
        seen.tell("a/2.mp3")
        seen.tell("b", "folder")
        await asyncio.sleep(0.3)
        latest = await empty_stage.areas.library.scans.latest()
        assert latest is not None and latest.id == first.id
        await seen.finish(first)
        second = await seen.job()
        assert places(second) == [("a", False), ("b", True)]
        # A file that was still written to is come back to.
        await seen.finish(second, growing=1)
        third = await seen.job()
        assert places(third) == [("a", False), ("b", True)]
        await seen.finish(third)


async def test_a_scan_that_waits_at_the_start_is_enough(empty_stage: Stage) -> None:
    await empty_stage.scan()
    job = await empty_stage.areas.library.scans.request(SYSTEM)
    async with watched(empty_stage) as seen:
        await seen.finish(job)
        await asyncio.sleep(0.2)
        latest = await empty_stage.areas.library.scans.latest()
        assert latest is not None and latest.id == job.id


async def test_a_folder_that_vanishes_is_waited_for(empty_stage: Stage) -> None:
    await empty_stage.scan()
    async with watched(empty_stage) as seen:
        await seen.finish(await seen.job())
        away = empty_stage.music.with_name("away")
        empty_stage.music.rename(away)
        await until(lambda: is_shown(seen, "missing"))
        away.rename(empty_stage.music)
        await until(lambda: is_shown(seen, "events"))
        job = await seen.job()
        assert places(job) == [("", True)]


async def is_shown(seen: Watched, how: str) -> bool:
    return (await seen.shown())[0] == how


async def test_where_events_fail_is_looked_through(empty_stage: Stage) -> None:
    await empty_stage.scan()
    async with watched(empty_stage) as seen:
        await seen.finish(await seen.job())
        seen.opened[-1][1].waiting.put_nowait(WatchEnded("The system watches no more folders."))
        await until(lambda: is_opened(seen, ["auto", "poll"]))
        await until(lambda: is_noted(seen, "The system watches no more folders."))
        # What changed in between was told by nobody.
        assert places(await seen.job()) == [("", True)]


async def is_opened(seen: Watched, modes: list[str]) -> bool:
    return [mode for mode, _ in seen.opened] == modes


async def is_noted(seen: Watched, note: str) -> bool:
    return (await seen.shown())[1] == note


async def test_nothing_is_watched_where_the_owner_wants_none(empty_stage: Stage) -> None:
    await empty_stage.scan()
    async with watched(empty_stage, "off") as seen:
        await until(lambda: is_shown(seen, "off"))
        assert seen.opened == []


async def test_libraries_that_come_and_go_are_followed(empty_stage: Stage) -> None:
    await empty_stage.scan()
    other = empty_stage.music.with_name("other")
    other.mkdir()
    async with watched(empty_stage) as seen:
        await empty_stage.areas.library.scans.declare_folders([empty_stage.music, other])
        await until(lambda: is_opened(seen, ["auto", "auto"]))
        await empty_stage.areas.library.scans.declare_folders([other])
        await until(lambda: is_closed(seen, 0))
        assert not seen.opened[1][1].is_closed


async def test_a_folder_that_does_not_answer_keeps_no_other_waiting(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = empty_stage.music.with_name("other")
    other.mkdir()
    await empty_stage.areas.library.scans.declare_folders([empty_stage.music, other])
    answers, identity = threading.Event(), watching._identity

    def silent(root: Path) -> tuple[int, int] | None:
        if root == empty_stage.music:
            answers.wait(30)
        return identity(root)

    monkeypatch.setattr(watching, "_identity", silent)
    monkeypatch.setattr(watching, "READY_SECONDS", 0.3)
    try:
        async with watched(empty_stage) as seen:
            first = await seen.job()
            assert [place["library_id"] for place in first.decoded_arguments()["places"]] == [2]
            await seen.finish(first)
            answers.set()
            # What changed there meanwhile is looked at as soon as it answers.
            second = await seen.job()
            assert [place["library_id"] for place in second.decoded_arguments()["places"]] == [1]
    finally:
        answers.set()


async def is_closed(seen: Watched, number: int) -> bool:
    return seen.opened[number][1].is_closed
