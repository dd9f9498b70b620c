"""`antiphon task run NAME`: a scheduled task at once, whatever its time."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from antiphon.cli.progress import ProgressLine
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs import JobQueue, Schedules

LOOK_SECONDS = 0.2

RunHere = Callable[[str], Awaitable[None]]
"""Runs the job with this id in this process, where no worker will."""


async def run_task(
    database: Database, schedules: Schedules, queue: JobQueue, name: str, run_here: RunHere | None
) -> int:
    """Queue the task's job and follow it to its end; gives the exit code. `_` counts as `-` in the name."""
    await schedules.declare()
    name = name.replace("_", "-")
    try:
        async with database.transaction() as transaction:
            job_id = await schedules.run_now(transaction, name)
    except AntiphonError:
        known = ", ".join(schedule.name for schedule in await schedules.all())
        print(f"There is no task {name}. There are: {known}.", file=sys.stderr)
        return 2
    running = asyncio.ensure_future(run_here(job_id)) if run_here is not None else None
    code = await _follow(queue, job_id, name)
    if running is not None:
        await running
    return code


async def _follow(queue: JobQueue, job_id: str, name: str) -> int:
    line = ProgressLine(name)
    while True:
        job = await queue.find(job_id)
        if job is None or job.finished_at is not None or (job.error and job.state == "queued"):
            break
        line.show(job.progress, job.message or "Waiting for the worker.")
        await asyncio.sleep(LOOK_SECONDS)
    if job is not None and job.shown_state == "completed":
        line.done("Done.")
        return 0
    line.done(f"It failed: {(job and job.error) or 'the log tells more'}")
    return 1
