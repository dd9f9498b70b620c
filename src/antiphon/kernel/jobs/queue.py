"""Putting jobs in, looking at them, calling them off: what use cases and dialects need."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Select, and_, bindparam, delete, func, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from antiphon.kernel.clock import Clock, system_clock
from antiphon.kernel.db import Database, Statement, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.ids import new_opaque_id
from antiphon.kernel.jobs.data import CANCELLED, FINISHED, INTERNAL_PREFIX, QUEUED, RUNNING, Job, JobChanged, JobQueued
from antiphon.kernel.jobs.leases import HINTS_AT_ONCE, hinted_within
from antiphon.kernel.jobs.registry import JobRegistry
from antiphon.kernel.jobs.tables import job
from antiphon.kernel.paging import DEFAULT_LIMIT, MAXIMUM_LIMIT
from antiphon.kernel.principal import Principal

JOB_COLUMNS = [job.c[name] for name in Job.__struct_fields__]

_ONE = Statement(select(*JOB_COLUMNS).where(job.c.id == bindparam("id")))
_LATEST = Statement(
    select(*JOB_COLUMNS).where(job.c.kind == bindparam("kind")).order_by(job.c.created_at.desc()).limit(1)
)
_UNFINISHED = select(job.c.id).where(job.c.kind == bindparam("kind"), job.c.state.in_((QUEUED, RUNNING))).limit(1)
_UNFINISHED_JOBS = Statement(
    select(*JOB_COLUMNS)
    .where(job.c.kind == bindparam("kind"), or_(job.c.state == QUEUED, job.c.state == RUNNING))
    .order_by(job.c.created_at, job.c.id)
)
_WAITING = select(job.c.id).where(job.c.kind == bindparam("kind"), job.c.state == QUEUED).limit(1)
_RUNNING_OTHERS = Statement(
    select(job.c.id)
    .where(job.c.kind == bindparam("kind"), job.c.state == RUNNING, job.c.id != bindparam("id"))
    .limit(1)
)
_WAITING_HEAVY = Statement(
    select(job.c.id)
    .where(
        job.c.state == QUEUED, job.c.lane == "heavy", job.c.run_at <= bindparam("now"), job.c.kind != bindparam("kind")
    )
    .limit(1)
)
_ID_OF_KEY = select(job.c.id).where(job.c.key == bindparam("key"))
_NEWEST_FIRST = (job.c.created_at.desc(), job.c.id.desc())
_BEFORE = or_(
    job.c.created_at < bindparam("before_created"),
    and_(job.c.created_at == bindparam("before_created"), job.c.id < bindparam("before_id")),
)


_MINE = and_(job.c.owner_id == bindparam("owner"), job.c.kind.not_like(f"{INTERNAL_PREFIX}%"))

_EXPORTED_NAMES = ("id", "kind", "subject", "state", "message", "result", "error", "created_at", "finished_at")
_EXPORTED = Statement(select(*(job.c[name] for name in _EXPORTED_NAMES)).where(_MINE).order_by(job.c.created_at))


def _listing(mine: bool, before: bool) -> Statement:
    chosen: Select[Any] = select(*JOB_COLUMNS).order_by(*_NEWEST_FIRST).limit(bindparam("rows"))
    if mine:
        chosen = chosen.where(_MINE)
    return Statement(chosen.where(_BEFORE) if before else chosen)


_LISTINGS = {(mine, before): _listing(mine, before) for mine in (True, False) for before in (True, False)}
_COUNTS = {
    mine: Statement(select(func.count()).select_from(job).where(_MINE if mine else true())) for mine in (True, False)
}


class JobPage(msgspec.Struct, frozen=True):
    """Newest first. `next_cursor` is the value of `before` for the following page, None on the last one."""

    jobs: list[Job]
    total: int
    next_cursor: str | None


class JobQueue:
    """The jobs as use cases see them. Adding one is part of the caller's transaction: both happen or neither."""

    def __init__(self, database: Database, registry: JobRegistry, clock: Clock = system_clock) -> None:
        self._database = database
        self._registry = registry
        self._clock = clock

    async def add(
        self,
        transaction: Transaction,
        kind: str,
        arguments: Mapping[str, Any] | msgspec.Struct | None = None,
        *,
        key: str | None = None,
        owner_id: int | None = None,
        subject: str = "",
        priority: int = 0,
        run_at: float | None = None,
    ) -> str:
        """Write a job and give its id. With a `key` that a job has already, give that job's id and write nothing.

        `subject` says in words for people what it is about; a higher `priority` goes first; `run_at` is seconds since
        1970. A kind that is not registered is a KeyError.
        """
        registered = self._registry.kind(kind)
        now = self._clock()
        due = run_at is None or run_at <= now
        hint = due and (registered.lane == "heavy" or await hinted_within(transaction) < HINTS_AT_ONCE)
        row = {
            "kind": kind,
            "lane": registered.lane,
            "arguments": msgspec.json.encode(arguments if arguments is not None else {}).decode(),
            "key": key,
            "owner_id": owner_id,
            "subject": subject,
            "priority": priority,
            "run_at": now if run_at is None else run_at,
            "state": QUEUED,
            "attempts": 0,
            "max_attempts": registered.max_attempts,
            "sent_at": now if hint else None,
            "message": "",
            "created_at": now,
            "updated_at": now,
        }
        return await self._write(transaction, row, hint)

    async def _write(self, transaction: Transaction, row: dict[str, Any], hint: bool) -> str:
        job_id = new_opaque_id("job")
        dialect = postgresql if transaction.dialect == "postgresql" else sqlite
        written = await transaction.execute(
            dialect.insert(job).values(id=job_id, **row).on_conflict_do_nothing(index_elements=["key"])
        )
        if written.rowcount == 0:
            known = await transaction.fetch_one(_ID_OF_KEY, key=row["key"])
            assert known is not None
            return str(known[0])
        await transaction.publish(JobQueued(job_id, row["lane"], row["priority"], row["run_at"], hint))
        await transaction.publish(JobChanged(job_id, row["kind"], row["owner_id"], QUEUED))
        return job_id

    async def get(self, principal: Principal, job_id: str) -> Job:
        """One's own job, or any for admins. Raises NOT_FOUND for others' and unknown ones alike."""
        found = await self.find(job_id)
        if found is None or not (principal.is_admin or (_owns(principal, found.owner_id) and not found.is_internal)):
            raise not_found("job")
        return found

    async def unfinished(self, transaction: Transaction, kind: str) -> str | None:
        """The id of a job of `kind` that waits or runs, or None: for work of which one at a time is enough."""
        row = await transaction.fetch_one(_UNFINISHED, kind=kind)
        return None if row is None else str(row[0])

    async def unfinished_jobs(self, kind: str, transaction: Transaction | None = None) -> list[Job]:
        """The jobs of `kind` that wait or run, the oldest first; as the transaction sees them, where one is given."""
        source = transaction or self._database.reader
        return [Job(*row) for row in await source.fetch(_UNFINISHED_JOBS, kind=kind)]

    async def waiting(self, transaction: Transaction, kind: str) -> str | None:
        """The id of a job of `kind` that waits, or None: for work that one more job finishes, however much there is."""
        row = await transaction.fetch_one(_WAITING, kind=kind)
        return None if row is None else str(row[0])

    async def runs_elsewhere(self, kind: str, job_id: str) -> bool:
        """Whether another job of `kind` than `job_id` runs."""
        return await self._database.reader.fetch_one(_RUNNING_OTHERS, kind=kind, id=job_id) is not None

    async def heavy_waits(self, kind: str) -> bool:
        """Whether a heavy job of another kind than `kind` is due and waits for a free place: long work gives way."""
        return await self._database.reader.fetch_one(_WAITING_HEAVY, now=self._clock(), kind=kind) is not None

    async def latest(self, kind: str) -> Job | None:
        """The newest job of `kind`, whoever it belongs to, or None."""
        row = await self._database.reader.fetch_one(_LATEST, kind=kind)
        return None if row is None else Job(*row)

    async def find(self, job_id: str) -> Job | None:
        """The job whoever it belongs to: for the server's own use."""
        row = await self._database.reader.fetch_one(_ONE, id=job_id)
        return None if row is None else Job(*row)

    async def list(self, principal: Principal, *, limit: int = DEFAULT_LIMIT, before: str | None = None) -> JobPage:
        """One's own jobs, all for admins, newest first; stable while jobs are added. Raises NOT_FOUND for a `before`
        that is no job of the caller's."""
        reader = self._database.reader
        limit = min(limit, MAXIMUM_LIMIT)
        mine = not principal.is_admin
        parameters: dict[str, Any] = {"owner": principal.user_id} if mine else {}
        (total,) = (await reader.fetch(_COUNTS[mine], **parameters))[0]
        parameters["rows"] = limit + 1
        if before is not None:
            last = await self.get(principal, before)
            parameters |= {"before_created": last.created_at, "before_id": last.id}
        jobs = [Job(*row) for row in await reader.fetch(_LISTINGS[mine, before is not None], **parameters)]
        shown = jobs[:limit]
        return JobPage(shown, total, shown[-1].id if len(jobs) > limit and shown else None)

    async def cancel(self, transaction: Transaction, principal: Principal, job_id: str) -> None:
        """Call a job off; a running one ends at its next sign of life. Raises NOT_FOUND, and CONFLICT
        `job_finished` where there is nothing left to call off."""
        row = await transaction.fetch_one(
            select(job.c.owner_id, job.c.kind, job.c.state).where(job.c.id == bindparam("id")), id=job_id
        )
        is_mine = row is not None and _owns(principal, row[0]) and not row[1].startswith(INTERNAL_PREFIX)
        if row is None or not (principal.is_admin or is_mine):
            raise not_found("job")
        now = self._clock()
        changed = await transaction.execute(
            update(job)
            .where(job.c.id == job_id, job.c.state.in_((QUEUED, RUNNING)))
            .values(state=CANCELLED, error="It was called off.", leased_by=None, finished_at=now, updated_at=now)
        )
        if changed.rowcount == 0:
            raise AntiphonError(Kind.CONFLICT, "job_finished", "This job has ended already.")
        await transaction.publish(JobChanged(job_id, row[1], row[0], CANCELLED))

    async def remove_finished(self, transaction: Transaction, before: float) -> int:
        """Forget jobs that ended before a moment; how many there were. Their keys may then be used anew."""
        removed = await transaction.execute(delete(job).where(job.c.state.in_(FINISHED), job.c.finished_at < before))
        return removed.rowcount

    async def export_personal(self, user_id: int) -> dict[str, Any]:
        """A person's jobs, for the export of their data."""
        rows = await self._database.reader.fetch_slow(_EXPORTED, owner=user_id)
        return {"jobs": [dict(zip(_EXPORTED_NAMES, row, strict=True)) for row in rows]}

    async def erase_personal(self, transaction: Transaction, user_id: int) -> None:
        """Erase a person: their waiting and ended jobs are removed, one that runs names nobody any more."""
        await transaction.execute(delete(job).where(job.c.owner_id == user_id, job.c.state.in_((QUEUED, *FINISHED))))
        await transaction.execute(update(job).where(job.c.owner_id == user_id).values(owner_id=None, subject=""))


def _owns(principal: Principal, owner_id: int | None) -> bool:
    return not principal.is_anonymous and owner_id == principal.user_id
