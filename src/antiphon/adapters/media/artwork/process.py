"""The helper process that opens strangers' pictures: started at first need, limited, gone when idle."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from antiphon.adapters.media.artwork.helper import begin

IDLE_SECONDS = 60.0
LONGEST_SECONDS = 20.0

Made = TypeVar("Made")


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
        """What `work` gives there, or None where it broke the limits of time and memory: the process is ended then."""
        executor = self._started()
        self._running += 1
        try:
            async with asyncio.timeout(self._longest_seconds):
                return await asyncio.get_running_loop().run_in_executor(executor, work, *arguments)
        except (BrokenProcessPool, TimeoutError):
            if self._executor is executor:
                self._stop(kill=True)
            return None
        finally:
            self._running -= 1

    async def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
            await asyncio.gather(self._idle, return_exceptions=True)
        self._stop()

    def _started(self) -> ProcessPoolExecutor:
        self._used_at = time.monotonic()
        if self._executor is None:
            self._executor = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=self._begin)
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
