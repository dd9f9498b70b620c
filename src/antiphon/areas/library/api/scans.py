"""Scanning the music folders: asked for, run, and looked at."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from antiphon.areas.library.data import BrokenFileRow, ScanFinished, ScanReport, ScanTools
from antiphon.areas.library.data.libraries import FolderRules, Place
from antiphon.areas.library.internal import entities, libraries, revisions, roots
from antiphon.areas.library.internal.paths import real_text
from antiphon.areas.library.internal.scan.narrowing import outermost
from antiphon.areas.library.internal.scan.run import Scan
from antiphon.areas.library.internal.scan.totals import refresh_totals
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, forbidden, not_found, not_signed_in
from antiphon.kernel.jobs import Job, JobQueue
from antiphon.kernel.jobs.data import QUEUED, RUNNING
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal

log = logging.getLogger(__name__)

SCAN = "scan"
"""The kind of job that a scan is."""

TURN_SECONDS = 0.5


class ScanArguments(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan was asked for. Without `places` it is about everything."""

    full: bool = False
    accept_missing: bool = False
    places: list[Place] = []


def _check_admin(principal: Principal) -> None:
    if principal.is_admin:
        return
    if principal.is_anonymous:
        raise not_signed_in()
    raise forbidden("Only admins scan the library.")


class Scans:
    """The library as it is on disk."""

    def __init__(self, *, database: Database, jobs: JobQueue, tools: ScanTools, rules: FolderRules) -> None:
        self._database = database
        self._jobs = jobs
        self._tools = tools
        self._rules = rules

    async def declare_folders(self, folders: Sequence[Path]) -> bool:
        """Make a library of each music folder the owner has set; True where one is new, so that a scan is due. Those
        that admins have added stay where the owner still allows them."""
        refused = await self._refused([row[0] for row in await self._database.reader.fetch(libraries.ADDED)])
        async with self._database.transaction() as transaction:
            added = [row[0] for row in await transaction.fetch(libraries.ADDED) if row[0] not in refused]
            changed = await libraries.declare(transaction, folders, added)
            await revisions.library_changed(transaction)
        return changed

    async def _refused(self, paths: Sequence[str]) -> set[str]:
        """The folders that the owner does not allow. One that does not answer stays: that happens at many a start."""
        refused = set()
        for path in paths:
            real = Path(real_text(path))
            try:
                if not await roots.asked_of_disks(partial(roots.is_allowed, real, self._rules)):
                    refused.add(path)
            except AntiphonError as error:
                log.warning("%s stays a library as it is: %s", real, error.message)
        return refused

    async def request(
        self, principal: Principal, *, full: bool = False, accept_missing: bool = False, place: Place | None = None
    ) -> Job:
        """Queue a scan of everything, or of one place. While one of everything waits or runs, that one is given instead
        of a second. Admins only. Raises NOT_FOUND for a place in no library."""
        _check_admin(principal)
        places = [] if place is None else [place]
        wanted = ScanArguments(full=full, accept_missing=accept_missing, places=places)
        async with self._database.transaction() as transaction:
            if place is not None:
                folders = {row[0]: row[1] for row in await transaction.fetch(libraries.NAMED_FOLDERS)}
                if place.library_id not in folders:
                    raise not_found("library")
            jobs = await self._jobs.unfinished_jobs(SCAN, transaction)
            job_id = next((job.id for job in jobs if _serves(job, wanted)), None)
            if job_id is None:
                subject = "Scan of the music folders" if place is None else f"Scan of {folders[place.library_id]}"
                job_id = await self._jobs.add(
                    transaction, SCAN, wanted, owner_id=principal.user_id or None, subject=subject
                )
        job = await self._jobs.find(job_id)
        assert job is not None
        return job

    async def look_at(self, places: Sequence[Place]) -> Job | None:
        """Queue a scan of places that have changed, unless a scan waits or runs: it may have passed them already, so
        the caller comes again. None then."""
        async with self._database.transaction() as transaction:
            if await self._jobs.unfinished(transaction, SCAN) is not None:
                return None
            wanted = ScanArguments(places=outermost(places))
            job_id = await self._jobs.add(transaction, SCAN, wanted, subject="Changes in the music folders")
        return await self._jobs.find(job_id)

    async def take_turn(self, job_id: str) -> None:
        """Wait while a scan that began before this one runs: two at once would write the same songs."""
        while True:
            jobs = await self._jobs.unfinished_jobs(SCAN)
            running = [(job.started_at or 0.0, job.id) for job in jobs if job.state == RUNNING]
            if not running or min(running)[1] == job_id:
                return
            await asyncio.sleep(TURN_SECONDS)

    async def run(
        self,
        progress: Callable[[float | None, str], None],
        *,
        full: bool = False,
        accept_missing: bool = False,
        places: Sequence[Place] = (),
    ) -> ScanReport:
        """Scan here and now, everything or some places, telling how far it is. This computes for a while: never in a
        web process."""
        scan = Scan(self._database, self._tools, progress)
        report = await scan.run(full=full, accept_missing=accept_missing, places=places)
        folders = await self._database.reader.fetch(libraries.FOLDERS)
        async with self._database.transaction() as transaction:
            await transaction.publish(
                ScanFinished(
                    library_ids=tuple(row[0] for row in folders),
                    added=report.added,
                    changed=report.changed,
                    moved=report.moved,
                    missing=report.missing,
                )
            )
        return report

    async def add_up(self) -> None:
        """Add up what albums, artists and genres hold where an edit has left that for later."""
        if await refresh_totals(self._database, time.time()):
            async with self._database.transaction() as transaction:
                await revisions.library_changed(transaction)

    async def song_count(self) -> int:
        """How many songs there are, whoever may see them."""
        return int((await self._database.reader.fetch_slow(libraries.SONG_COUNT))[0][0])

    async def latest(self) -> Job | None:
        """The scan that waits or runs, else the last one that ended."""
        return await self._jobs.latest(SCAN)

    async def broken_files(self, principal: Principal, page: Page) -> Slice[BrokenFileRow]:
        """Files that could not be read as music, by path. Admins only."""
        _check_admin(principal)
        rows = await self._database.reader.fetch(entities.BROKEN_FILES, limit=page.limit, offset=page.offset)
        total = (await self._database.reader.fetch(entities.BROKEN_FILE_COUNT))[0][0]
        return Slice([BrokenFileRow(*row) for row in rows], int(total), page)


def _serves(job: Job, wanted: ScanArguments) -> bool:
    """Whether a scan that waits or runs does what is wanted. One that runs may have passed a place already."""
    asked = msgspec.json.decode(job.arguments, type=ScanArguments)
    if not wanted.places:
        return not asked.places
    if job.state != QUEUED or asked.full < wanted.full or asked.accept_missing < wanted.accept_missing:
        return False
    return not asked.places or all(any(place.holds(other) for place in asked.places) for other in wanted.places)
