"""The parent's side of the embedded worker: one child process, started again when it ends, gone with its parent."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Mapping, Sequence

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
STEADY_SECONDS = 30.0
STOP_SECONDS = 10.0
PARENT_VARIABLE = "ANTIPHON_PARENT"


class WorkerSupervisor:
    """Keeps `command` running. The child learns its parent's id from ANTIPHON_PARENT and ends itself with it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._command = list(command)
        self._environment = dict(os.environ if environment is None else environment)
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = asyncio.Event()

    @property
    def is_running(self) -> bool:
        """Whether the child is there now (health tells `embedded`, otherwise `down`)."""
        return self._process is not None and self._process.returncode is None

    @property
    def process_id(self) -> int | None:
        """The child's process id while it is there."""
        return self._process.pid if self._process is not None and self.is_running else None

    def start(self) -> None:
        """Start the child and watch it. Call it on the main thread's event loop: the child ends with that thread."""
        self._task = asyncio.create_task(self._keep_running(), name="worker supervisor")

    async def stop(self) -> None:
        """Ask the child to end; force it after ten seconds. Returns when it is gone."""
        if self._task is None:
            return
        self._is_stopping.set()
        self._signal(signal.SIGTERM)
        _, unfinished = await asyncio.wait([self._task], timeout=STOP_SECONDS)
        if unfinished:
            log.warning("the worker did not end within %d seconds and is killed", STOP_SECONDS)
            self._signal(signal.SIGKILL)
            await self._task
        self._task = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while not self._is_stopping.is_set():
            started_at = loop.time()
            ended = await self._run_once()
            if self._is_stopping.is_set():
                return
            if loop.time() - started_at > STEADY_SECONDS:
                pause = FIRST_PAUSE
            log.warning("the worker ended (%s) and starts again in %.1f s", ended, pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._is_stopping.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _run_once(self) -> str:
        environment = {"MALLOC_ARENA_MAX": "2"} | self._environment | {PARENT_VARIABLE: str(os.getpid())}
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.DEVNULL, env=environment, start_new_session=True
            )
        except OSError as error:
            return f"it could not be started: {error.strerror}"
        if self._is_stopping.is_set():
            self._signal(signal.SIGTERM)
        return f"code {await self._process.wait()}"
