"""What a light handler holds in its hands while it runs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs.data import LeaseLost
from antiphon.kernel.jobs.leases import Lease, Leases

PROGRESS_SECONDS = 0.25
"""Progress is written at most this often; the last word always arrives."""


class JobContext:
    """One run of one job."""

    def __init__(
        self, lease: Lease, leases: Leases, on_lost: Callable[[], None], *, keeps_arguments: bool = True
    ) -> None:
        self.job_id = lease.job_id
        self.kind = lease.kind
        self.attempt = lease.attempt
        self.owner_id = lease.owner_id
        self.is_completed = False
        self._lease = lease
        self._leases = leases
        self._on_lost = on_lost
        self._keeps_arguments = keeps_arguments
        self._loop = asyncio.get_running_loop()
        self._latest: tuple[float | None, str] | None = None
        self._writing: asyncio.Task[None] | None = None

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Say how far it is, 0 to 1 (None: nobody can tell), with a few words for people. Returns at once; may be
        called from any thread and as often as one likes."""
        self._loop.call_soon_threadsafe(self._note, fraction, message)

    async def confirm(self, transaction: Transaction) -> None:
        """Raise LeaseLost where the job was cancelled or taken by another worker meanwhile; if not, what the
        transaction writes is written by the one who may. Call it in each transaction that must not happen twice."""
        await self._leases.confirm(transaction, self._lease)

    async def complete(self, transaction: Transaction, result: Any = None) -> None:
        """Write the result and that the job is done in the handler's own last transaction: its effect and the job's
        end happen both or neither. Without this call the worker notes the end after the handler returns."""
        await self._leases.complete(transaction, self._lease, result, forget=not self._keeps_arguments)
        self.is_completed = True

    async def close(self) -> None:
        """Stop writing progress: the outcome is about to be written."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)

    def _note(self, fraction: float | None, message: str) -> None:
        self._latest = (None if fraction is None else min(max(fraction, 0.0), 1.0), message)
        if self._writing is None or self._writing.done():
            self._writing = self._loop.create_task(self._write_latest())

    async def _write_latest(self) -> None:
        while self._latest is not None:
            (fraction, message), self._latest = self._latest, None
            try:
                await self._leases.note_progress(self._lease, fraction, message)
            except LeaseLost:
                self._on_lost()
                return
            except AntiphonError:
                pass  # the database is busy: the next word will do
            await asyncio.sleep(PROGRESS_SECONDS)


Progress = Callable[[float | None, str], None]
HeavyRun = Callable[[Lease, str, Progress], Awaitable[Any]]
"""Runs the function of a heavy lease (its path is the second argument) and gives its result."""
