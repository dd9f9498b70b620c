"""Scanning the music folders: asked for, run, and looked at."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from antiphon.areas.library.data import BrokenFileRow, ScanFinished, ScanReport, ScanTools
from antiphon.areas.library.internal import entities, libraries, revisions
from antiphon.areas.library.internal.scan.run import Scan
from antiphon.areas.library.internal.scan.totals import refresh_totals
from antiphon.kernel.db import Database
from antiphon.kernel.errors import forbidden, not_signed_in
from antiphon.kernel.jobs import Job, JobQueue
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal

SCAN = "scan"
"""The kind of job that a scan is."""


def _check_admin(principal: Principal) -> None:
    if principal.is_admin:
        return
    if principal.is_anonymous:
        raise not_signed_in()
    raise forbidden("Only admins scan the library.")


class Scans:
    """The library as it is on disk."""

    def __init__(self, *, database: Database, jobs: JobQueue, tools: ScanTools) -> None:
        self._database = database
        self._jobs = jobs
        self._tools = tools

    async def declare_folders(self, folders: Sequence[Path]) -> bool:
        """Make a library of each music folder the owner has set; True where one is new, so that a scan is due."""
        async with self._database.transaction() as transaction:
            changed = await libraries.declare(transaction, folders)
            await revisions.library_changed(transaction)
        return changed

    async def request(self, principal: Principal, *, full: bool = False, accept_missing: bool = False) -> Job:
        """Queue a scan. While one waits or runs, that one is given instead of a second. Admins only."""
        _check_admin(principal)
        async with self._database.transaction() as transaction:
            job_id = await self._jobs.unfinished(transaction, SCAN)
            if job_id is None:
                job_id = await self._jobs.add(
                    transaction,
                    SCAN,
                    {"full": full, "accept_missing": accept_missing},
                    owner_id=principal.user_id or None,
                    subject="Scan of the music folders",
                )
        job = await self._jobs.find(job_id)
        assert job is not None
        return job

    async def run(
        self, progress: Callable[[float | None, str], None], *, full: bool = False, accept_missing: bool = False
    ) -> ScanReport:
        """Scan here and now, telling how far it is. This computes for a while: never in a web process."""
        report = await Scan(self._database, self._tools, progress).run(full=full, accept_missing=accept_missing)
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
