"""Celery's worker as a part of our worker process: it takes hints and calls the executor on the application's loop."""

import asyncio
import logging
import signal
import warnings
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError
from types import FrameType
from typing import Any

from celery import Celery
from celery.apps.worker import Worker
from celery.platforms import SecurityWarning
from celery.worker import state

from antiphon.adapters.queue.application import CONCURRENCY, register_tasks
from antiphon.adapters.queue.names import QUEUES
from antiphon.kernel.jobs.data import Lane
from antiphon.kernel.jobs.executor import Executor

log = logging.getLogger(__name__)


class QuietWorker(Worker):  # type: ignore[misc]
    """Without Celery's own signal handlers, process title and logging: the process is ours."""

    def install_platform_tweaks(self, worker: Any) -> None:
        """Nothing: `run_worker` has set the handlers."""

    def setup_logging(self, colorize: bool | None = None) -> bool:
        """Nothing: logging is set up already."""
        return True

    def set_process_status(self, info: str) -> None:
        """Nothing: the title stays what was started."""


def run_worker(
    application: Celery,
    executor: Executor,
    loop: asyncio.AbstractEventLoop,
    *,
    name: str,
    lanes: Sequence[Lane] = ("light", "heavy"),
    on_stopping: Callable[[], None],
) -> int:
    """Take hints until SIGTERM or SIGINT; gives the exit code. Blocks the main thread.

    At the signal no more hints are taken and `on_stopping` is called (in the signal handler); the worker returns when
    the jobs under way have ended.
    """
    register_tasks(
        application,
        lambda job_id: _wait(executor.run_light(job_id), loop),
        lambda: _wait(executor.fill_heavy(), loop),
    )

    _quieten()
    _stop_at_signals(on_stopping)
    worker = QuietWorker(
        app=application,
        hostname=f"{name}@antiphon",
        pool_cls="threads",
        concurrency=CONCURRENCY,
        queues=[QUEUES[lane] for lane in lanes],
        quiet=True,
        loglevel=logging.WARNING,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        task_events=False,
    )
    worker.start()
    return int(worker.exitcode or 0)


def _stop_at_signals(on_stopping: Callable[[], None]) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        state.should_stop = 0
        on_stopping()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _quieten() -> None:
    """Celery warns of root because of messages that run code when they are read (ours are JSON); it tells each task."""
    warnings.filterwarnings("ignore", category=SecurityWarning)
    for noise in ("celery.app.trace", "celery.worker.strategy", "kombu.connection"):
        logging.getLogger(noise).setLevel(logging.ERROR)


def _wait(work: Coroutine[Any, Any, None], loop: asyncio.AbstractEventLoop) -> None:
    """Run `work` on the application's loop and wait. Its failures are logged here: the sweeper runs the job again."""
    try:
        asyncio.run_coroutine_threadsafe(work, loop).result()
    except CancelledError:
        log.info("a hint was dropped, the worker stops")
    except Exception:
        log.exception("a hint led to nothing; the sweeper comes back to it")
