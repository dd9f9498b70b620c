"""Finds again what got lost: hints that never reached the broker, jobs whose worker died."""

import asyncio
import logging
import math
from collections.abc import Sequence
from typing import Protocol

from antiphon.kernel.clock import Clock, system_clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs.executor import Executor
from antiphon.kernel.jobs.leases import ATTENTION, HINTS_AT_ONCE, Leases

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0

Hint = tuple[str, int, float]
"""Job id, priority, due time."""


class HintSender(Protocol):
    """Tells the workers by way of the broker that light jobs are due."""

    lost_after: float
    """Seconds after which a hint that nobody acted on is sent again."""

    async def send(self, hints: Sequence[Hint]) -> None:
        """Pass the hints on. Raises UNAVAILABLE `broker_down` where the broker does not answer."""
        ...

    async def forget(self) -> bool:
        """Drop what waits in the broker, where this worker is the only one that reads from it; tells whether."""
        ...


class Sweeper:
    """Looks every five seconds, and at once on the start."""

    def __init__(
        self, database: Database, leases: Leases, executor: Executor, sender: HintSender, clock: Clock = system_clock
    ) -> None:
        self._database = database
        self._leases = leases
        self._executor = executor
        self._sender = sender
        self._clock = clock

    async def start(self) -> None:
        """Take over what this worker's former self left behind."""
        if await self._sender.forget():
            await self._leases.forget_hints(math.inf)
        await self._leases.take_back_expired(own=True)
        await self.sweep()

    async def run(self) -> None:
        """Sweep for ever. A database that does not answer ends nothing."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.sweep()
            except AntiphonError as error:
                log.warning("the sweep was skipped: %s", error)
            except Exception:
                log.exception("the sweep failed")

    async def sweep(self) -> None:
        """Take back expired leases, repeat lost hints, send what is due, start heavy jobs."""
        now = self._clock()
        lost = now - self._sender.lost_after
        row = await self._database.reader.fetch_one(ATTENTION, now=now, lost=lost)
        assert row is not None
        expired, hint_lost, unsent, heavy = row
        if expired:
            taken = await self._leases.take_back_expired()
            log.warning("taken back from workers that are gone: %d jobs", taken)
        if hint_lost:
            await self._leases.forget_hints(lost)
        if expired or hint_lost or unsent:
            await self.send_unsent()
        if (expired or heavy) and self._executor.has_free_slot:
            await self._executor.fill_heavy()

    async def top_up(self) -> None:
        """Send more hints where jobs wait in the table and few in the broker."""
        row = await self._database.reader.fetch_one(ATTENTION, now=self._clock(), lost=0.0)
        assert row is not None
        if row[2]:
            await self.send_unsent()

    async def send_unsent(self) -> None:
        """Send hints of due jobs, as many as there is room for in the broker."""
        room = HINTS_AT_ONCE - await self._leases.hinted()
        if room < HINTS_AT_ONCE // 4:
            return
        hints = await self._leases.take_unsent(room)
        if not hints:
            return
        try:
            await self._sender.send(hints)
        except AntiphonError as error:
            log.warning("the broker did not take %d hints: %s", len(hints), error)
            await self._leases.unsend(job_id for job_id, _, _ in hints)
