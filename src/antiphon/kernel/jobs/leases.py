"""Who may run a job: one claim wins, holds a lease, renews it, and writes the outcome only while it holds it."""

import secrets
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, func, select, true, update
from sqlalchemy.sql.selectable import ScalarSelect

from antiphon.kernel.clock import Clock, system_clock
from antiphon.kernel.db import Database, Statement, Transaction
from antiphon.kernel.jobs.data import COMPLETED, DEAD, FAILED, QUEUED, RUNNING, JobChanged, Lane, LeaseLost
from antiphon.kernel.jobs.tables import job

LEASE_SECONDS = 30.0
HINTS_AT_ONCE = 100
"""So many light jobs wait in the broker at most; the others wait in the table."""

GAVE_UP = "The server gave up after several attempts."

_RETURNED = (
    job.c.id.label("job_id"),
    job.c.kind,
    job.c.arguments,
    job.c.attempts.label("attempt"),
    job.c.max_attempts,
    job.c.owner_id,
)
_HAS_EXPIRED = and_(job.c.state == RUNNING, job.c.lease_until < bindparam("now"))
_HINT_IS_LOST = and_(
    job.c.state == QUEUED,
    job.c.lane == "light",
    job.c.sent_at < bindparam("lost"),
    job.c.run_at <= bindparam("now"),
)
_IS_UNSENT = and_(
    job.c.state == QUEUED, job.c.lane == "light", job.c.sent_at.is_(None), job.c.run_at <= bindparam("now")
)
_IS_WAITING_HEAVY = and_(job.c.state == QUEUED, job.c.lane == "heavy", job.c.run_at <= bindparam("now"))

ATTENTION = Statement(
    select(
        *(
            func.coalesce(select(1).where(condition).limit(1).scalar_subquery(), 0)
            for condition in (_HAS_EXPIRED, _HINT_IS_LOST, _IS_UNSENT, _IS_WAITING_HEAVY)
        )
    )
)
"""Four numbers, 1 or 0: are there expired leases, lost hints, unsent jobs, waiting heavy jobs? Read before anything is
written, so that an idle server writes nothing."""

_HINTED = Statement(
    select(func.count()).select_from(
        select(job.c.id)
        .where(job.c.state == QUEUED, job.c.lane == "light", job.c.sent_at.is_not(None))
        .limit(HINTS_AT_ONCE)
        .subquery()
    )
)


async def hinted_within(transaction: Transaction) -> int:
    """How many light jobs wait in the broker, counted up to HINTS_AT_ONCE."""
    row = await transaction.fetch_one(_HINTED)
    assert row is not None
    return int(row[0])


class Lease(msgspec.Struct, frozen=True):
    """One claim on a job. `token` names it: only its holder may write what became of the job."""

    job_id: str
    kind: str
    arguments: str
    attempt: int
    max_attempts: int
    owner_id: int | None
    token: str


class Leases:
    """The claims of one worker, whose `name` stays the same when it starts anew."""

    def __init__(self, database: Database, name: str, clock: Clock = system_clock) -> None:
        self._database = database
        self._name = name
        self._clock = clock

    async def claim(self, job_id: str, *, lane: Lane | None = "light") -> Lease | None:
        """Take one job of a lane (None: either) that is due, or None where it is not there for the taking."""
        return await self._take(and_(job.c.id == job_id, true() if lane is None else job.c.lane == lane))

    async def claim_heavy(self) -> Lease | None:
        """Take the most urgent heavy job that is due, or None."""
        return await self._take(job.c.id == _first(and_(_waiting("heavy"), job.c.run_at <= self._clock())))

    async def renew(self, tokens: Iterable[str]) -> set[str]:
        """Prolong leases; gives the tokens that still hold."""
        async with self._database.transaction() as transaction:
            renewed = await transaction.execute(
                update(job)
                .where(job.c.state == RUNNING, job.c.leased_by.in_(list(tokens)))
                .values(lease_until=self._clock() + LEASE_SECONDS)
                .returning(job.c.leased_by)
            )
            return {str(row[0]) for row in renewed.all()}

    async def confirm(self, transaction: Transaction, lease: Lease) -> None:
        """Raise LeaseLost unless the lease holds now and until `transaction` ends."""
        await self._write(transaction, lease, {"lease_until": self._clock() + LEASE_SECONDS})

    async def note_progress(self, lease: Lease, fraction: float | None, message: str) -> None:
        """Write how far it is. Raises LeaseLost."""
        async with self._database.transaction() as transaction:
            await self._write(transaction, lease, {"progress": fraction, "message": message}, RUNNING)

    async def complete(self, transaction: Transaction, lease: Lease, result: Any, *, forget: bool = False) -> None:
        """Write the result and that it is done, together with whatever else the transaction holds; with `forget` the
        arguments are not kept. Raises LeaseLost."""
        encoded = None if result is None else msgspec.json.encode(result).decode()
        ended: dict[str, Any] = {
            "progress": 1.0,
            "result": encoded,
            "error": None,
            "finished_at": self._clock(),
            "leased_by": None,
        }
        if forget:
            ended["arguments"] = "{}"
        await self._write(transaction, lease, {"state": COMPLETED, **ended}, COMPLETED)

    async def fail(self, lease: Lease, error: str) -> None:
        """End it for good: trying again makes no sense. Raises LeaseLost."""
        await self._end(lease, FAILED, error)

    async def try_again(self, lease: Lease, error: str, delay: float, *, counts: bool = True) -> str:
        """Put it back for `delay` seconds; gives the state it has then. Where the attempts are used up it is dead.

        An attempt that does not count (`counts` False) is given back. Raises LeaseLost.
        """
        if counts and lease.attempt >= lease.max_attempts:
            await self._end(lease, DEAD, error)
            return DEAD
        back: dict[str, Any] = {"state": QUEUED, "error": error or None, "sent_at": None, "leased_by": None}
        back |= {"lease_until": None, "run_at": self._clock() + delay}
        if not counts:
            back["attempts"] = job.c.attempts - 1
        async with self._database.transaction() as transaction:
            await self._write(transaction, lease, back, QUEUED)
        return QUEUED

    async def take_back_expired(self, *, own: bool = False) -> int:
        """Queue jobs anew whose holder is gone, or end them where the attempts are used up; gives how many.

        `own` takes back whatever this worker's name holds: right after the start, when its former self is surely dead.
        """
        holder = job.c.leased_by.startswith(f"{self._name}/", autoescape=True)
        gone = (
            and_(job.c.state == RUNNING, holder)
            if own
            else and_(job.c.state == RUNNING, job.c.lease_until < self._clock())
        )
        now = self._clock()
        back = {"leased_by": None, "lease_until": None, "updated_at": now}
        exhausted = job.c.attempts >= job.c.max_attempts
        changed = 0
        async with self._database.transaction() as transaction:
            for condition, values in (
                (and_(gone, exhausted), {"state": DEAD, "error": GAVE_UP, "finished_at": now}),
                (gone, {"state": QUEUED, "sent_at": None, "run_at": now}),
            ):
                taken = await transaction.execute(
                    update(job)
                    .where(condition)
                    .values(**back, **values)
                    .returning(job.c.id, job.c.kind, job.c.owner_id)
                )
                rows: list[Any] = list(taken.all())
                for row in rows:
                    changed += 1
                    await transaction.publish(JobChanged(row[0], row[1], row[2], str(values["state"])))
        return changed

    async def hinted(self) -> int:
        """How many light jobs wait in the broker, counted up to HINTS_AT_ONCE."""
        row = await self._database.reader.fetch_one(_HINTED)
        assert row is not None
        return int(row[0])

    async def forget_hints(self, before: float) -> None:
        """Count hints that went out before a moment as lost."""
        async with self._database.transaction() as transaction:
            await transaction.execute(update(job).where(_waiting("light"), job.c.sent_at < before).values(sent_at=None))

    async def take_unsent(self, rows: int) -> list[tuple[str, int, float]]:
        """Note up to `rows` due jobs as sent and give their id, priority and due time; no two callers get the same."""
        now = self._clock()
        async with self._database.transaction() as transaction:
            chosen = (
                select(job.c.id)
                .where(_waiting("light"), job.c.sent_at.is_(None), job.c.run_at <= now)
                .order_by(job.c.priority.desc(), job.c.run_at)
                .limit(rows)
                .with_for_update(skip_locked=True)
            )
            sent = await transaction.execute(
                update(job)
                .where(job.c.id.in_(chosen), job.c.sent_at.is_(None))
                .values(sent_at=now)
                .returning(job.c.id, job.c.priority, job.c.run_at)
            )
            taken: list[Any] = list(sent.all())
            return [(str(row[0]), int(row[1]), float(row[2])) for row in taken]

    async def unsend(self, job_ids: Iterable[str]) -> None:
        """The broker did not take these hints: the sweeper tries again."""
        async with self._database.transaction() as transaction:
            await transaction.execute(
                update(job).where(job.c.id.in_(list(job_ids)), job.c.state == QUEUED).values(sent_at=None)
            )

    async def _take(self, which: ColumnElement[bool]) -> Lease | None:
        now = self._clock()
        token = f"{self._name}/{secrets.token_hex(8)}"
        taken = {"state": RUNNING, "attempts": job.c.attempts + 1, "leased_by": token, "updated_at": now}
        taken |= {"lease_until": now + LEASE_SECONDS, "started_at": func.coalesce(job.c.started_at, now)}
        async with self._database.transaction() as transaction:
            claimed = await transaction.execute(
                update(job)
                .where(which, job.c.state == QUEUED, job.c.run_at <= now)
                .values(**taken)
                .returning(*_RETURNED)
            )
            row = claimed.mappings().first()
            if row is None:
                return None
            lease = Lease(**row, token=token)
            await transaction.publish(JobChanged(lease.job_id, lease.kind, lease.owner_id, RUNNING))
        return lease

    async def _end(self, lease: Lease, state: str, error: str) -> None:
        ended = {"state": state, "error": error, "finished_at": self._clock(), "leased_by": None}
        async with self._database.transaction() as transaction:
            await self._write(transaction, lease, ended, state)

    async def _write(
        self, transaction: Transaction, lease: Lease, values: dict[str, Any], state: str | None = None
    ) -> None:
        written = await transaction.execute(
            update(job)
            .where(job.c.id == lease.job_id, job.c.state == RUNNING, job.c.leased_by == lease.token)
            .values(updated_at=self._clock(), **values)
        )
        if written.rowcount == 0:
            raise LeaseLost(lease.job_id)
        if state is not None:
            await transaction.publish(JobChanged(lease.job_id, lease.kind, lease.owner_id, state))


def _waiting(lane: Lane) -> ColumnElement[bool]:
    return and_(job.c.state == QUEUED, job.c.lane == lane)


def _first(condition: ColumnElement[bool]) -> ScalarSelect[Any]:
    return (
        select(job.c.id)
        .where(condition)
        .order_by(job.c.priority.desc(), job.c.run_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
