"""Background jobs: how soon they start, how many a second, what the worker costs while it has nothing to do."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from antiphon.adapters.queue.supervisor import WorkerSupervisor
from antiphon.bootstrap.heavy import DEFAULT_APPLICATION
from antiphon.bootstrap.settings import read_settings
from antiphon.kernel.jobs import Job
from bench import jobs_application, machine
from bench.jobs_application import Application
from bench.report import Table, write
from tests.services.redis import running_redis

GOALS_MS = {"embedded": 100.0, "Redis": 50.0}
GOAL_MEMORY_MB = 70.0
NOTES = """
The queue and the database are those of a server at rest: SQLite with `synchronous=FULL`. "queued → running" is from
before the transaction that adds the job to the first line of its handler; jobs come one at a time, at moments that do
not fit the worker's polling. Memory and processor time are those of the worker's child process, with its beat.
"The whole server" is the worker of the real application, all areas wired; it has the goal of 70 MB.
"""


class Site:
    """This process as the web process of one installation."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def add(self, kind: str, arguments: dict[str, Any], **options: Any) -> str:
        """Queue a job; gives its id."""
        async with self.application.database.transaction() as transaction:
            return await self.application.background.queue.add(transaction, kind, arguments, **options)

    async def finished(self, job_id: str) -> Job:
        """Wait for a job's end."""
        while True:
            job = await self.application.background.queue.find(job_id)
            assert job is not None
            if job.finished_at is not None:
                return job
            await asyncio.sleep(0.005)

    async def latencies(self, count: int) -> list[float]:
        """Milliseconds from queueing to running, sorted."""
        found = []
        for number in range(count):
            await asyncio.sleep(0.037 * (number % 7))
            job = await self.finished(await self.add("note", {"queued_at": time.time()}))
            found.append(float(job.decoded_result()) * 1000)
        return sorted(found)

    async def rate(self, count: int) -> float:
        """Jobs a second when so many are queued at once."""
        begun = time.perf_counter()
        async with self.application.database.transaction() as transaction:
            queue = self.application.background.queue
            ids = [await queue.add(transaction, "note", {"queued_at": time.time()}) for _ in range(count)]
        for job_id in ids:
            await self.finished(job_id)
        return count / (time.perf_counter() - begun)


@asynccontextmanager
async def _worker(environment: Mapping[str, str], application: str) -> AsyncIterator[int]:
    """A running embedded worker; gives its process id."""
    command = [sys.executable, "-m", "antiphon.bootstrap.worker", "--embedded", "--application", application]
    supervisor = WorkerSupervisor(command, environment)
    supervisor.start()
    while supervisor.process_id is None:
        await asyncio.sleep(0.01)
    try:
        yield supervisor.process_id
    finally:
        await supervisor.stop()


def _environment(data: str, redis_url: str) -> dict[str, str]:
    root = str(Path(__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return kept | {"ANTIPHON_DATA": data, "REDIS_URL": redis_url, "PYTHONPATH": f"{root}/src:{root}"}


async def _idle_share(process_id: int, seconds: float) -> float:
    """Per cent of one core that a process uses."""
    before = machine.cpu_seconds(process_id)
    await asyncio.sleep(seconds)
    return (machine.cpu_seconds(process_id) - before) / seconds * 100


async def _measure(name: str, redis_url: str, times: Table, costs: Table, quick: bool) -> bool:
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as data:
        environment = _environment(data, redis_url)
        async with (
            jobs_application.open_application(read_settings(environment), "web") as application,
            _worker(environment, jobs_application.PATH) as process_id,
        ):
            site = Site(application)
            await site.latencies(5)
            alone = await site.latencies(20 if quick else 200)
            burning = await site.add("burn", {"seconds": 600})
            await asyncio.sleep(2)
            beside = await site.latencies(10 if quick else 100)
            await _cancel(application, burning)
            rate = await site.rate(100 if quick else 1000)
            await asyncio.sleep(1)
            costs.add(
                f"jobs alone, {name}", machine.memory_mb(process_id), await _idle_share(process_id, 2 if quick else 20)
            )
    for label, values in (("at rest", alone), ("beside a heavy job", beside)):
        points = quantiles(values, n=20)
        times.add(name, label, points[9], points[18], values[-1], GOALS_MS[name], rate if label == "at rest" else "")
    return quantiles(alone, n=20)[18] <= GOALS_MS[name]


async def _cancel(application: Application, job_id: str) -> None:
    from antiphon.kernel.principal import SYSTEM

    async with application.database.transaction() as transaction:
        await application.background.queue.cancel(transaction, SYSTEM, job_id)
    await asyncio.sleep(1)


async def _measure_whole_server(costs: Table, quick: bool) -> bool:
    """The worker of the real application, beside a process that shares its libraries as the web process does."""
    from antiphon.bootstrap.migrations.run import migrate
    from antiphon.bootstrap.wiring import database_file, open_application

    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as data:
        environment = _environment(data, "")
        settings = read_settings(environment)
        async with open_application(settings, "web") as application:
            await migrate(application.database, database_file(settings))
            async with _worker(environment, DEFAULT_APPLICATION) as process_id:
                await asyncio.sleep(4)
                memory = machine.memory_mb(process_id)
                costs.add("the whole server, embedded", memory, await _idle_share(process_id, 2 if quick else 20))
    return memory <= GOAL_MEMORY_MB


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed."""
    columns = (
        "broker",
        "",
        "queued → running p50, ms",
        "p95, ms",
        "most, ms",
        "goal p95, ms",
        "jobs/s, queued at once",
    )
    times = Table("How soon and how many", columns)
    costs = Table("The worker with nothing to do", ("", "memory (PSS), MB", "% of one core"))
    reached = asyncio.run(_measure("embedded", "", times, costs, quick))
    with running_redis() as redis_url:
        reached &= asyncio.run(_measure("Redis", redis_url, times, costs, quick))
    reached &= asyncio.run(_measure_whole_server(costs, quick))
    write("jobs", "Background jobs", [times, costs], NOTES, quick=quick)
    return reached or quick
