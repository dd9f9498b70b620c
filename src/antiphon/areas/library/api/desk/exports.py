"""Tables to take away: made as jobs, kept in the storage, given to who asked for them, and gone after a day."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from antiphon.areas.accounts.api import Access, People
from antiphon.areas.library.api.desk.tables import NAMES, ExportTables
from antiphon.areas.library.api.editing import Tools
from antiphon.areas.library.api.editing.rights import check_admin, check_artist
from antiphon.areas.library.data import ExportKind, ExportRow, Storage
from antiphon.areas.library.internal.exporting import rows
from antiphon.areas.library.internal.exporting.sheets import BOM, lines
from antiphon.areas.library.internal.uploading import rows as uploads
from antiphon.areas.library.internal.uploading.incoming import Incoming, IncomingFile, told
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind, not_found, not_signed_in
from antiphon.kernel.ids import new_object_name
from antiphon.kernel.jobs import JobContext, JobFailed
from antiphon.kernel.jobs.data import INTERNAL_PREFIX, QUEUED, RUNNING
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal

EXPORT = "export"
"""The kind of job that makes a table."""
REMOVE_EXPORT = f"{INTERNAL_PREFIX}export-files"
"""The kind of job that removes tables from the storage once their time is over."""
KEPT_SECONDS = 86_400.0
# So long an unfinished one is waited for.
WAITED_SECONDS = 7 * 86_400.0
MOST_OF_ONE = 20
"""How many tables somebody may have at once."""
MEDIA = "text/csv; charset=utf-8"
SUBJECTS: dict[ExportKind, str] = {
    "songs": "Your songs as a table",
    "albums": "Your albums as a table",
    "ratings": "Your ratings as a table",
    "all_songs": "All songs as a table",
    "users": "All people as a table",
}


class ExportTools(msgspec.Struct, frozen=True):
    """Where tables are written and kept, and who tells what somebody may see. `scratch` is a folder of this machine."""

    storage: Storage
    scratch: Path
    access: Access
    people: People


class Exports:
    """What somebody has asked for, and only they take away."""

    def __init__(self, tools: Tools, given: ExportTools) -> None:
        self._tools = tools
        self._storage = given.storage
        self._scratch = Incoming(given.scratch)
        self._access = given.access
        self._tables = ExportTables(tools.database.reader, given.people)

    async def begin(self, principal: Principal, kind: ExportKind, *, with_bom: bool = True) -> ExportRow:
        """Have a table made, or give the one of this kind that is being made for the caller.

        Songs and albums are for artists and admins, `all_songs` and `users` for admins, ratings for everybody. Raises
        NOT_SIGNED_IN, FORBIDDEN, TOO_MANY_REQUESTS `too_many_exports`.
        """
        _check_right(principal, kind)
        tools, now = self._tools, self._tools.clock()
        async with tools.database.transaction() as transaction:
            await uploads.lock_person(transaction, principal.user_id)
            waiting = await transaction.fetch(rows.UNFINISHED, user_id=principal.user_id, kind=kind)
            for (known,) in waiting:
                job = await tools.jobs.find(known)
                if job is not None and job.state in (QUEUED, RUNNING):
                    return await self._held(transaction, known)
            had = await transaction.fetch_one(rows.COUNT, **self._asked(principal))
            if had is not None and had[0] >= MOST_OF_ONE:
                raise _too_many()
            job_id = await tools.jobs.add(transaction, EXPORT, owner_id=principal.user_id, subject=SUBJECTS[kind])
            day = time.strftime("%Y-%m-%d", time.gmtime(now))
            row = ExportRow(
                id=job_id,
                user_id=principal.user_id,
                kind=kind,
                with_bom=int(with_bom),
                stored_name=new_object_name("csv"),
                file_name=f"{kind.replace('_', '-')}-{day}.csv",
                size=0,
                row_count=0,
                created_at=now,
                expires_at=now + WAITED_SECONDS,
            )
            await rows.add(transaction, row)
        return row

    async def list(self, principal: Principal, page: Page) -> Slice[ExportRow]:
        """The caller's own tables, the newest first. Raises NOT_SIGNED_IN."""
        reader, asked = self._tools.database.reader, self._asked(principal)
        found = await reader.fetch(rows.LISTED, limit=page.limit, offset=page.offset, **asked)
        total = await reader.fetch(rows.COUNT, **asked)
        return Slice([ExportRow(*row) for row in found], int(total[0][0]), page)

    async def get(self, principal: Principal, export_id: str) -> ExportRow:
        """One of the caller's own. Raises NOT_FOUND, also once its time is over."""
        row = await self._tools.database.reader.fetch_one(rows.ONE, id=export_id, **self._asked(principal))
        if row is None:
            raise not_found("export")
        return ExportRow(*row)

    async def finished(self, principal: Principal, export_id: str) -> ExportRow:
        """The same, once it can be taken away. Raises NOT_FOUND, CONFLICT `not_ready`."""
        row = await self.get(principal, export_id)
        if not row.size:
            raise AntiphonError(Kind.CONFLICT, "not_ready", "This table is not ready yet.")
        return row

    def file(self, row: ExportRow) -> Path | None:
        """Where a finished table lies on a disk of this machine; None where it is stored elsewhere."""
        return self._storage.file(row.stored_name)

    def read(self, row: ExportRow, first: int, length: int) -> AsyncGenerator[bytes, None]:
        """`length` bytes of a finished table from `first` on. Raises NOT_FOUND `file_missing`, UNAVAILABLE."""
        return self._storage.read(row.stored_name, first, length)

    async def remove(self, principal: Principal, export_id: str) -> None:
        """Remove a table before its time; where it is being made still, that ends. Raises NOT_FOUND."""
        row = await self.get(principal, export_id)
        tools = self._tools
        async with tools.database.transaction() as transaction:
            await rows.remove(transaction, row.id)
            await tools.jobs.add(transaction, REMOVE_EXPORT, {"names": [row.stored_name]})
            job = await tools.jobs.find(row.id)
            if job is not None and job.state in (QUEUED, RUNNING):
                await tools.jobs.cancel(transaction, principal, row.id)

    async def run(self, context: JobContext) -> dict[str, Any]:
        """Make a table, as a job. What a crash has interrupted is made anew under the same name."""
        tools = self._tools
        found = await tools.database.reader.fetch_one(rows.BY_ID, id=context.job_id)
        if found is None:
            return {}
        row = ExportRow(*found)
        try:
            principal, _ = await self._access.by_signature(row.user_id)
            _check_right(principal, row.kind)
        except AntiphonError as error:
            raise JobFailed(error.message) from error
        scratch = f"export-{context.job_id}"
        try:
            count = await self._write(context, principal, row, scratch)
            path = self._scratch.path(scratch)
            size = path.stat().st_size
            await self._storage.put(row.stored_name, path, MEDIA)
        finally:
            self._scratch.remove(scratch)
        now = tools.clock()
        async with tools.database.transaction() as transaction:
            await context.confirm(transaction)
            await rows.finish(transaction, row.id, size=size, row_count=count, expires_at=now + KEPT_SECONDS)
            await tools.jobs.add(transaction, REMOVE_EXPORT, {"names": [row.stored_name]}, run_at=now + KEPT_SECONDS)
            await context.complete(transaction, {"rows": count})
        return {"rows": count}

    async def remove_files(self, names: Sequence[str]) -> None:
        """Remove tables whose time is over from the storage, as a job."""
        await self._storage.delete(names)

    async def remove_old(self) -> int:
        """Forget tables whose time is over; how many there were."""
        async with self._tools.database.transaction() as transaction:
            found = await transaction.fetch(rows.EXPIRED, moment=self._tools.clock())
            await rows.remove(transaction, *(row[0] for row in found))
        await self._storage.delete([row[1] for row in found])
        return len(found)

    async def export_personal(self, user_id: int) -> Sequence[dict[str, Any]]:
        """Which tables somebody has asked for lately."""
        found = await self._tools.database.reader.fetch(rows.OF_PERSON, user_id=user_id)
        names = ("kind", "file_name", "row_count", "created_at")
        return [dict(zip(names, row[1:], strict=True)) for row in found]

    async def erase_personal(self, transaction: Transaction, user_id: int) -> None:
        """Remove the tables of somebody who goes."""
        found = await transaction.fetch(rows.OF_PERSON, user_id=user_id)
        if found:
            await self._tools.jobs.add(transaction, REMOVE_EXPORT, {"names": [row[0] for row in found]})

    async def _write(self, context: JobContext, principal: Principal, row: ExportRow, scratch: str) -> int:
        """Write the table into a file of this machine, page by page; how many rows it has. Raises NO_SPACE."""
        total, count = max(1, await self._tables.count(principal, row.kind)), 0
        file = self._scratch.open(scratch, 0)
        try:
            self._scratch.check_space(0)
            await asyncio.to_thread(file.write, (BOM if row.with_bom else b"") + lines([NAMES[row.kind]]))
            async for page in self._tables.rows(principal, row.kind):
                await asyncio.to_thread(_append, file, page)
                self._scratch.check_space(0)
                count += len(page)
                context.progress(min(count / total, 0.99), f"{count} of {max(count, total)} rows.")
            await asyncio.to_thread(file.keep)
        except OSError as error:
            raise told(error) from error
        finally:
            file.close()
        return count

    async def _held(self, transaction: Transaction, export_id: str) -> ExportRow:
        row = await transaction.fetch_one(rows.BY_ID, id=export_id)
        assert row is not None
        return ExportRow(*row)

    def _asked(self, principal: Principal) -> dict[str, Any]:
        if principal.is_anonymous:
            raise not_signed_in()
        return {"user_id": principal.user_id, "moment": self._tools.clock()}


def _too_many() -> AntiphonError:
    sentence = f"You have {MOST_OF_ONE} tables already. Remove some, or wait until they are gone after a day."
    return AntiphonError(Kind.TOO_MANY_REQUESTS, "too_many_exports", sentence, retry_after=3600.0)


def _append(file: IncomingFile, page: Sequence[Sequence[Any]]) -> None:
    file.write(lines(page))


def _check_right(principal: Principal, kind: ExportKind) -> None:
    if kind in ("all_songs", "users"):
        check_admin(principal)
    elif kind in ("songs", "albums"):
        check_artist(principal)
    elif principal.is_anonymous:
        raise not_signed_in()
