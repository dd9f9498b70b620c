"""A worker's parts without a broker: hints are kept in a list, heavy jobs are asked of a function."""

from collections.abc import Sequence
from typing import Any

import pytest

from antiphon.kernel.db import Database
from antiphon.kernel.jobs import JobQueue, JobRegistry
from antiphon.kernel.jobs.context import Progress
from antiphon.kernel.jobs.executor import Executor
from antiphon.kernel.jobs.leases import Lease, Leases
from antiphon.kernel.jobs.sweeper import Hint, Sweeper


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += seconds


class KeptHints:
    """Takes hints and shows them."""

    lost_after = 60.0

    def __init__(self) -> None:
        self.sent: list[Hint] = []
        self.refusal: Exception | None = None

    async def send(self, hints: Sequence[Hint]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.sent += hints

    async def forget(self) -> bool:
        self.sent.clear()
        return True

    def taken(self) -> list[str]:
        """The ids that were sent since the last call."""
        ids = [job_id for job_id, _, _ in self.sent]
        self.sent.clear()
        return ids


class Workshop:
    """One worker on a database."""

    def __init__(self, database: Database, name: str = "worker", clock: FixedClock | None = None) -> None:
        self.database = database
        self.clock = clock or FixedClock()
        self.registry = JobRegistry()
        self.queue = JobQueue(database, self.registry, self.clock)
        self.leases = Leases(database, name, self.clock)
        self.hints = KeptHints()
        self.executor = Executor(database, self.registry, self.leases, self._run_heavy, slots=1, clock=self.clock)
        self.sweeper = Sweeper(database, self.leases, self.executor, self.hints, self.clock)
        self.heavy_result: Any = None

    async def _run_heavy(self, lease: Lease, path: str, progress: Progress) -> Any:
        return await self.heavy_result(lease, path, progress)

    async def add(self, kind: str, arguments: dict[str, Any] | None = None, **options: Any) -> str:
        async with self.database.transaction() as transaction:
            return await self.queue.add(transaction, kind, arguments, **options)


@pytest.fixture
def workshop(database: Database) -> Workshop:
    return Workshop(database)
