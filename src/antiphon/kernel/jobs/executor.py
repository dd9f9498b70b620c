"""Runs jobs in a worker: claims them, keeps their leases alive and writes what became of them."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec

from antiphon.kernel.clock import Clock, system_clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.jobs.context import HeavyRun, JobContext
from antiphon.kernel.jobs.data import JobFailed, Lane, LeaseLost, RetryLater
from antiphon.kernel.jobs.leases import LEASE_SECONDS, Lease, Leases
from antiphon.kernel.jobs.registry import JobKind, JobRegistry
from antiphon.kernel.processors import processors_but_one

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
FIRST_DELAY = 5.0
LONGEST_DELAY = 3600.0
PASSES_BY_ITSELF = (Kind.UNAVAILABLE, Kind.NO_SPACE, Kind.TOO_MANY_REQUESTS)


def delay_before(attempt: int) -> float:
    """Seconds to wait after the `attempt`-th failed attempt: doubling from 5 s up to an hour, a quarter chance."""
    return float(min(FIRST_DELAY * 2 ** (attempt - 1), LONGEST_DELAY) * random.uniform(0.75, 1.25))


class _Run:
    """A job under way and why it was stopped, if it was."""

    def __init__(self, lease: Lease, task: "asyncio.Task[Any]", held_until: float) -> None:
        self.lease = lease
        self.task = task
        self.held_until = held_until
        self.stopped: Literal["", "lost", "released"] = ""
        self.is_ending = False

    def stop(self, why: Literal["lost", "released"]) -> None:
        """Interrupt the handler; where its outcome is being written already there is nothing to interrupt."""
        if not self.stopped and not self.is_ending:
            self.stopped = why
            self.task.cancel()


class Executor:
    """The running jobs of one worker process. Belongs to one event loop."""

    def __init__(
        self,
        database: Database,
        registry: JobRegistry,
        leases: Leases,
        run_heavy: HeavyRun,
        *,
        slots: int | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self._database = database
        self._registry = registry
        self._leases = leases
        self._run_heavy = run_heavy
        self._slots = processors_but_one() if slots is None else slots
        self._clock = clock
        self._runs: dict[str, _Run] = {}
        self._heavy: set[asyncio.Task[None]] = set()
        self._filling = asyncio.Lock()
        self._is_stopping = False
        self.after_light: Callable[[], Awaitable[None]] | None = None

    async def run_light(self, job_id: str) -> None:
        """Run one light job to its end, if it is there for the taking."""
        if self._is_stopping:
            return
        lease = await self._leases.claim(job_id)
        if lease is None:
            return
        await self._run(lease)
        if self.after_light is not None and not self._is_stopping:
            await self.after_light()

    async def run(self, job_id: str) -> None:
        """Run one job, light or heavy, to its end in this process, if it is there for the taking."""
        lease = await self._leases.claim(job_id, lane=None)
        if lease is not None:
            await self._run(lease)

    async def fill_heavy(self) -> None:
        """Start heavy jobs while there are free slots and jobs that wait. Returns once they are started."""
        async with self._filling:
            while len(self._heavy) < self._slots and not self._is_stopping:
                lease = await self._leases.claim_heavy()
                if lease is None:
                    return
                task = asyncio.create_task(self._run_in_slot(lease), name=lease.job_id)
                self._heavy.add(task)

    @property
    def has_free_slot(self) -> bool:
        """Whether a heavy job could start now."""
        return len(self._heavy) < self._slots and not self._is_stopping

    async def keep_alive(self) -> None:
        """Renew the leases of all running jobs every ten seconds, for ever."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self.renew()

    async def renew(self) -> None:
        """Renew all leases once; jobs that have lost theirs are stopped."""
        runs = dict(self._runs)
        if not runs:
            return
        asked_at = self._clock()
        try:
            held = await self._leases.renew(runs)
        except AntiphonError as error:
            log.warning("leases could not be renewed: %s", error)
            held = {token for token, run in runs.items() if run.held_until > asked_at}
        else:
            for token in held:
                runs[token].held_until = asked_at + LEASE_SECONDS
        for token, run in runs.items():
            if token not in held:
                run.stop("lost")

    def cancel(self, job_id: str) -> None:
        """Stop a job that was called off (the row says so already)."""
        for run in self._runs.values():
            if run.lease.job_id == job_id:
                run.stop("lost")

    async def release(self, lane: Lane | None = None) -> None:
        """Take no more jobs, put the running ones (of one lane, if one is named) back for the next worker and wait
        until that is written."""
        self._is_stopping = True
        heavy = [run for run in self._runs.values() if run.task in self._heavy]
        runs = heavy if lane == "heavy" else list(self._runs.values())
        for run in runs:
            run.stop("released")
        await asyncio.gather(*(run.task for run in runs), return_exceptions=True)

    async def _run_in_slot(self, lease: Lease) -> None:
        try:
            await self._run(lease)
        finally:
            task = asyncio.current_task()
            assert task is not None
            self._heavy.discard(task)
        if not self._is_stopping:
            try:
                await self.fill_heavy()
            except AntiphonError as error:
                # The sweeper looks again.
                log.warning("no further job was taken: %s", error)

    async def _run(self, lease: Lease) -> None:
        task = asyncio.current_task()
        assert task is not None
        run = self._runs[lease.token] = _Run(lease, task, self._clock() + LEASE_SECONDS)
        kind = self._registry.find(lease.kind)
        keeps = kind is None or kind.keeps_arguments
        context = JobContext(lease, self._leases, lambda: run.stop("lost"), keeps_arguments=keeps)
        try:
            if self._is_stopping:
                run.stop("released")
            result = await self._attempt(lease, context)
        except asyncio.CancelledError:
            if not run.stopped:
                raise
            task.uncancel()
            failure: BaseException | None = LeaseLost()
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its job's outcome
            failure = error
        else:
            failure = None
        run.is_ending = True
        await context.close()
        try:
            await self._write_outcome(run, context, failure, result if failure is None else None)
        except LeaseLost:
            log.info("%s %s was taken away while it ran", lease.kind, lease.job_id)
        except AntiphonError as error:
            # A full disk, a database that is away: told in words.
            log.warning(
                "the outcome of %s %s was not written, it runs again: %s", lease.kind, lease.job_id, error.message
            )
        except Exception:
            log.exception("the outcome of %s %s was not written; it runs again", lease.kind, lease.job_id)
        finally:
            self._runs.pop(lease.token, None)

    async def _attempt(self, lease: Lease, context: JobContext) -> Any:
        kind = self._registry.find(lease.kind)
        if kind is None:
            raise JobFailed(f"This version of the server does not know the job {lease.kind}.")
        try:
            async with asyncio.timeout(kind.deadline):
                return await self._call(kind, lease, context)
        except TimeoutError as error:
            raise AntiphonError(Kind.UNAVAILABLE, "too_slow", "It took too long.") from error

    async def _call(self, kind: JobKind, lease: Lease, context: JobContext) -> Any:
        if kind.handler is None:
            return await self._run_heavy(lease, kind.path, context.progress)
        try:
            arguments = msgspec.json.decode(lease.arguments, type=kind.arguments)
        except msgspec.ValidationError as error:
            raise JobFailed("This version of the server does not understand the job's arguments.") from error
        return await kind.handler(context, arguments)

    async def _write_outcome(self, run: _Run, context: JobContext, failure: BaseException | None, result: Any) -> None:
        lease = run.lease
        if failure is None:
            if not context.is_completed:
                async with self._database.transaction() as transaction:
                    kind = self._registry.kind(lease.kind)
                    await self._leases.complete(transaction, lease, result, forget=not kind.keeps_arguments)
        elif run.stopped == "released":
            await self._leases.try_again(lease, "", 0, counts=False)
        elif isinstance(failure, LeaseLost):
            raise failure
        elif isinstance(failure, RetryLater):
            await self._leases.try_again(lease, failure.message, failure.seconds, counts=False)
        elif isinstance(failure, JobFailed) or (
            isinstance(failure, AntiphonError) and failure.kind not in PASSES_BY_ITSELF
        ):
            log.info("%s %s failed: %s", lease.kind, lease.job_id, failure)
            await self._leases.fail(lease, str(failure))
        else:
            await self._try_again(lease, failure)

    async def _try_again(self, lease: Lease, failure: BaseException) -> None:
        delay = delay_before(lease.attempt)
        if isinstance(failure, AntiphonError):
            message = failure.message
            delay = max(delay, failure.retry_after or 0.0)
        else:
            message = f"Something went wrong inside the server; its log tells more under {lease.job_id}."
        state = await self._leases.try_again(lease, message, delay)
        # What was foreseen has a sentence; of anything else all is told that can be.
        log.error(
            "attempt %d of %d of %s %s failed, it is %s now: %s", lease.attempt, lease.max_attempts, lease.kind,
            lease.job_id, state, message, exc_info=None if isinstance(failure, AntiphonError) else failure,
        )  # fmt: skip


async def stop_task(task: "asyncio.Task[Any]") -> None:
    """Cancel a background task and wait until it has ended."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
