"""Celery's beat over our own schedule rows: it only keeps the time, the rows say what is due."""

import logging
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService, Scheduler, Service

log = logging.getLogger(__name__)

AFTER_FAILURE_SECONDS = 5.0


def _scheduler_class(tick: Callable[[], float]) -> type[Scheduler]:
    class RowScheduler(Scheduler):  # type: ignore[misc]
        """Asks the schedule rows instead of a file of its own."""

        def setup_schedule(self) -> None:
            """Nothing: the rows are the schedule."""

        def tick(self, *_arguments: Any, **_options: Any) -> float:
            """Make the jobs that are due; gives the seconds until the next look."""
            try:
                return min(tick(), float(self.max_interval))
            except Exception:  # beat ends at an error, and the database may come back
                log.exception("the schedules could not be looked at")
                return AFTER_FAILURE_SECONDS

        @property
        def info(self) -> str:
            """A line for Celery's banner."""
            return "    . the schedule table"

    return RowScheduler


def beat_in_thread(application: Celery, tick: Callable[[], float]) -> Any:
    """A thread that ticks, with `start()` and `stop()`."""
    return EmbeddedService(application, thread=True, scheduler_cls=_scheduler_class(tick))


def beat_service(application: Celery, tick: Callable[[], float]) -> Any:
    """A beat that fills a process of its own, with `start()` (blocks) and `stop()`."""
    return Service(application, max_interval=1, scheduler_cls=_scheduler_class(tick), remote_control=False)
