"""Makes jobs at the times that the schedule rows tell. Any number of beats may call it: a due time makes one job."""

import logging
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from antiphon.kernel.clock import Clock, system_clock
from antiphon.kernel.db import Database, Statement, Transaction
from antiphon.kernel.errors import not_found
from antiphon.kernel.jobs.queue import JobQueue
from antiphon.kernel.jobs.recurrence import parse_recurrence
from antiphon.kernel.jobs.registry import JobRegistry, ScheduledKind
from antiphon.kernel.jobs.tables import schedule

log = logging.getLogger(__name__)

LONGEST_NAP = 30.0

_NEXT = Statement(select(schedule.c.next_at).order_by(schedule.c.next_at).limit(1))
_DUE = select(schedule).where(schedule.c.next_at <= bindparam("now"))
_ONE = select(schedule).where(schedule.c.name == bindparam("name"))
_ALL = Statement(
    select(schedule.c.name, schedule.c.kind, schedule.c.recurrence, schedule.c.next_at, schedule.c.last_at).order_by(
        schedule.c.name
    )
)


class Schedule(msgspec.Struct, frozen=True):
    """A schedule as people read it."""

    name: str
    kind: str
    recurrence: str
    next_at: float
    last_at: float | None


class Schedules:
    """The schedule rows and what comes of them. Wall times are those of `zone`."""

    def __init__(
        self, database: Database, registry: JobRegistry, queue: JobQueue, zone: ZoneInfo, clock: Clock = system_clock
    ) -> None:
        self._database = database
        self._registry = registry
        self._queue = queue
        self._zone = zone
        self._clock = clock

    async def declare(self) -> None:
        """Bring the rows in line with the schedules that are registered; a time that was counted stays."""
        async with self._database.transaction() as transaction:
            names = [declared.name for declared in self._registry.schedules]
            await transaction.execute(delete(schedule).where(schedule.c.name.not_in(names)))
            for declared in self._registry.schedules:
                await self._declare(transaction, declared)

    async def all(self) -> list[Schedule]:
        """Every schedule by name."""
        return [Schedule(*row) for row in await self._database.reader.fetch(_ALL)]

    async def tick(self) -> float:
        """Make the jobs that are due; gives the seconds until the next look.

        Of several missed times the latest makes a job. The job's arguments hold its time as `due_at`.
        """
        now = self._clock()
        row = await self._database.reader.fetch_one(_NEXT)
        if row is None:
            return LONGEST_NAP
        if row[0] > now:
            return float(min(row[0] - now, LONGEST_NAP))
        async with self._database.transaction() as transaction:
            for due in await transaction.fetch(_DUE, now=now):
                await self._make_job(transaction, schedule_row(due), now)
        return 0.0

    async def run_now(self, transaction: Transaction, name: str, owner_id: int | None = None) -> str:
        """Make the schedule's job at once, whatever the time; gives its id. Raises NOT_FOUND."""
        row = await transaction.fetch_one(_ONE, name=name)
        if row is None:
            raise not_found("schedule")
        known = schedule_row(row)
        arguments = msgspec.json.decode(known["arguments"], type=dict[str, object])
        arguments |= {"due_at": self._clock(), "by_hand": True}
        return await self._queue.add(transaction, known["kind"], arguments, owner_id=owner_id, priority=1)

    async def _make_job(self, transaction: Transaction, row: dict[str, Any], now: float) -> None:
        recurrence = parse_recurrence(row["recurrence"])
        due = recurrence.latest_until(now, row["next_at"], self._zone)
        arguments = msgspec.json.decode(row["arguments"], type=dict[str, object]) | {"due_at": due}
        await self._queue.add(transaction, row["kind"], arguments, key=f"schedule:{row['name']}:{due:.0f}")
        await transaction.execute(
            update(schedule)
            .where(schedule.c.name == row["name"], schedule.c.next_at == row["next_at"])
            .values(last_at=due, next_at=recurrence.next_after(now, self._zone))
        )

    async def _declare(self, transaction: Transaction, declared: ScheduledKind) -> None:
        row = await transaction.fetch_one(_ONE, name=declared.name)
        values = {
            "kind": declared.kind,
            "recurrence": declared.recurrence,
            "arguments": msgspec.json.encode(declared.arguments).decode(),
        }
        if row is None:
            values |= self._counted(declared.recurrence)
            insert = postgresql.insert if transaction.dialect == "postgresql" else sqlite.insert
            row_of_other_beat_stays = insert(schedule).values(name=declared.name, **values)
            await transaction.execute(row_of_other_beat_stays.on_conflict_do_nothing())
            return
        known = schedule_row(row)
        counted = self._counted(declared.recurrence)
        if counted["basis"] != known["basis"]:
            values |= counted
        await transaction.execute(update(schedule).where(schedule.c.name == declared.name).values(values))

    def _counted(self, recurrence: str) -> dict[str, Any]:
        next_at = parse_recurrence(recurrence).next_after(self._clock(), self._zone)
        return {"next_at": next_at, "basis": f"{recurrence} {self._zone.key}"}


def schedule_row(row: tuple[Any, ...]) -> dict[str, Any]:
    """A row of the schedule table by the names of its columns."""
    return dict(zip(schedule.c.keys(), row, strict=True))
