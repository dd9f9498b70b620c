"""The helper process that opens strangers' pictures: started at first need, limited, gone when idle."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from antiphon.adapters.media.artwork.helper import begin
from antiphon.areas.library.data import HELPER_ENDED
from antiphon.kernel.errors import unavailable
from antiphon.kernel.parent_process import die_with_parent

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
LONGEST_SECONDS = 20.0

Made = TypeVar("Made")


class _Died(Exception):
    """The process ended before it had an answer, or could not be started."""


def _nothing() -> None:
    """Done only to see whether a process lives."""


def _begin(begin: Callable[[], None], parent: int) -> None:
    """A process of a pool holds both ends of what it is asked by: where its parent is killed it would wait for ever."""
    die_with_parent(signal.SIGKILL, parent)
    begin()


class PictureProcess:
    """One process, one file at a time. `begin` limits it; a file may take `longest_seconds`."""

    def __init__(self, begin: Callable[[], None] = begin, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._begin = begin
        self._longest_seconds = longest_seconds
        self._executor: ProcessPoolExecutor | None = None
        self._running = 0
        self._used_at = 0.0
        self._idle: asyncio.Task[None] | None = None

    async def run(self, work: Callable[..., Made], *arguments: object) -> Made | None:
        """What `work` gives there, or None where it broke the limits of time and memory.

        A process that died over it says nothing of the work: the system may have ended it, or another file. It is tried
        once more in a new one. Raises UNAVAILABLE: `helper_ended` where that one died too, `no_helper` where none lives
        whatever it is given.
        """
        for _ in range(2):
            try:
                return await self._tried(work, *arguments)
            except _Died:
                log.warning("a helper process died while it did %s", getattr(work, "__name__", "something"))
        try:
            await self._tried(_nothing)
        except _Died as error:
            raise unavailable("no_helper", "A part of the server could not be started. Try again later.", 30) from error
        raise unavailable(HELPER_ENDED, "A part of the server ended while it was at this. Try again in a moment.", 10)

    async def _tried(self, work: Callable[..., Made], *arguments: object) -> Made | None:
        """What `work` gives in the process there is. Raises _Died where that one ended, or could not be started."""
        executor, running = self._handed_over(work, *arguments)
        self._running += 1
        try:
            async with asyncio.timeout(self._longest_seconds):
                return await running
        except MemoryError:
            return None
        except TimeoutError:
            self._end(executor)
            return None
        except BrokenProcessPool as error:
            self._end(executor)
            raise _Died from error
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Nobody wants this task to end: what waited behind other work went with its process.
            raise _Died from error
        finally:
            self._running -= 1

    def _handed_over(
        self, work: Callable[..., Made], *arguments: object
    ) -> tuple[ProcessPoolExecutor, asyncio.Future[Made]]:
        executor = self._started()
        try:
            return executor, asyncio.get_running_loop().run_in_executor(executor, work, *arguments)
        except (BrokenProcessPool, OSError) as error:
            self._end(executor)
            raise _Died from error

    def _end(self, executor: ProcessPoolExecutor) -> None:
        if self._executor is executor:
            self._stop(kill=True)

    async def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
            await asyncio.gather(self._idle, return_exceptions=True)
        self._stop()

    def _started(self) -> ProcessPoolExecutor:
        self._used_at = time.monotonic()
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                1, mp_context=get_context("spawn"), initializer=_begin, initargs=(self._begin, os.getpid())
            )
            self._idle = asyncio.get_running_loop().create_task(self._stop_when_idle())
        return self._executor

    async def _stop_when_idle(self) -> None:
        while time.monotonic() - self._used_at < IDLE_SECONDS or self._running:  # noqa: ASYNC110 - time itself is awaited
            await asyncio.sleep(IDLE_SECONDS / 4)
        self._stop()

    def _stop(self, *, kill: bool = False) -> None:
        executor, self._executor = self._executor, None
        if executor is None:
            return
        if kill:
            for process in list(executor._processes.values()):
                with contextlib.suppress(OSError):
                    process.kill()
        executor.shutdown(wait=False, cancel_futures=True)
