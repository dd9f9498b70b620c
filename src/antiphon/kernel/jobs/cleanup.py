"""Tidying up, once a night: every part of the server that leaves something behind adds a step."""

from collections.abc import Awaitable, Callable
from typing import Any

from antiphon.kernel.clock import Clock, system_clock
from antiphon.kernel.db import Database
from antiphon.kernel.jobs.context import JobContext
from antiphon.kernel.jobs.queue import JobQueue
from antiphon.kernel.jobs.registry import JobRegistry

NAME = "cleanup"
WHEN = "daily 04:10"
KEPT_SECONDS = 30 * 86_400.0
"""Jobs that have ended are shown for so long, and their keys are known for so long."""

Step = Callable[[], Awaitable[int]]
"""Removes what is no longer needed; gives how much that was."""


class Cleanup:
    """The steps by name. Old jobs are the first."""

    def __init__(self, database: Database, registry: JobRegistry, queue: JobQueue, clock: Clock = system_clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._steps: dict[str, Step] = {"jobs": self._remove_old_jobs}
        registry.light(NAME, self._run)
        registry.schedule(NAME, NAME, WHEN)

    def add(self, name: str, step: Step) -> None:
        """Have `step` run with the others."""
        assert name not in self._steps, f"there are two steps {name}"
        self._steps[name] = step

    async def _run(self, context: JobContext, _arguments: dict[str, Any]) -> dict[str, int]:
        removed = {}
        for number, (name, step) in enumerate(self._steps.items()):
            context.progress(number / len(self._steps), f"Tidying up: {name}.")
            removed[name] = await step()
        return removed

    async def _remove_old_jobs(self) -> int:
        async with self._database.transaction() as transaction:
            return await self._queue.remove_finished(transaction, self._clock() - KEPT_SECONDS)
