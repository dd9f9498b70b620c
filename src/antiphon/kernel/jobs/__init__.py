"""Background work: a row in the table is the job, everything else only makes it run soon."""

from antiphon.kernel.jobs.context import JobContext
from antiphon.kernel.jobs.data import Job, JobChanged, JobFailed, JobQueued, LeaseLost, RetryLater
from antiphon.kernel.jobs.queue import JobPage, JobQueue
from antiphon.kernel.jobs.registry import JobRegistry
from antiphon.kernel.jobs.schedules import Schedule, Schedules

__all__ = [
    "Job",
    "JobChanged",
    "JobContext",
    "JobFailed",
    "JobPage",
    "JobQueue",
    "JobQueued",
    "JobRegistry",
    "LeaseLost",
    "RetryLater",
    "Schedule",
    "Schedules",
]
