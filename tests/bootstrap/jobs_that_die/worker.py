"""A worker that dies, by SIGKILL and without a word, at the point it is told: `python -m …worker`, orders on its input.

Each order runs in a fork of this process, which has loaded the whole product already. A point is where something of a
job becomes lasting: right after it was taken, right before and after a commit, right before a file gets another name or
goes, and when all is done and only the end of the job is still to be written.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antiphon.kernel.db import Database, Transaction
    from antiphon.kernel.jobs.context import Progress
    from antiphon.kernel.jobs.leases import Lease, Leases

LONGEST_SECONDS = 120.0
PAUSE_SECONDS = 2.0
"""Jobs that rest no longer are waited for."""
FILE_EVENTS = ("os.rename", "os.remove", "os.link")


class Points:
    """The points that the first job of each kind passes, and the one at which everything ends."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.seen: dict[str, int] = {}
        self._folder = os.path.join(order["environment"]["ANTIPHON_DATA"], "")
        self._dies: list[Any] = order["dies"]
        self._kind = ""

    def begin(self, kind: str) -> None:
        """A job of a kind begins."""
        self._kind = "" if kind in self.seen else kind
        if self._kind:
            self.seen[kind] = 0

    def end(self) -> None:
        """It has ended."""
        self._kind = ""

    def passed(self) -> None:
        """One more point."""
        if self._kind:
            self.seen[self._kind] += 1
            if self._dies == [self._kind, self.seen[self._kind]]:
                os.kill(os.getpid(), signal.SIGKILL)

    def ends(self) -> None:
        """All is done, but nobody has written down that it is: the last point, whose number is 0."""
        if self._kind and self._dies == [self._kind, 0]:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """What Python tells of calls of the system."""
        if self._kind and event in FILE_EVENTS and os.fsdecode(arguments[0]).startswith(self._folder):
            self.passed()

    def watch(self, database: "Database") -> None:
        """Have the commits of a database be points."""
        begin = database.transaction

        @asynccontextmanager
        async def transaction() -> "AsyncIterator[Transaction]":
            async with begin() as begun:
                yield begun
                self.passed()
            self.passed()

        database.transaction = transaction  # type: ignore[method-assign]


class Unwatched:
    """The same database for what the worker itself writes: leases and progress come when they come."""

    def __init__(self, database: "Database") -> None:
        self.reader = database.reader
        self.transaction = database.transaction


async def work(order: dict[str, Any], points: Points) -> None:
    """Do all jobs that are due, one after the other in the order in which they came."""
    from pathlib import Path
    from typing import cast

    from sqlalchemy import bindparam, select

    from antiphon.bootstrap.settings import read_settings
    from antiphon.bootstrap.wiring import open_application
    from antiphon.kernel.db import Database, Statement
    from antiphon.kernel.jobs.executor import Executor
    from antiphon.kernel.jobs.tables import job

    waiting = Statement(
        select(job.c.id, job.c.kind, job.c.run_at)
        .where(job.c.state == "queued", job.c.run_at <= bindparam("until"))
        .order_by(job.c.created_at, job.c.id)
        .limit(1)
    )
    settings = read_settings(order["environment"], Path(order["folder"]))

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        async with open_application(settings, "heavy") as application:
            points.watch(application.database)
            yield application

    async with open_application(settings, "worker") as application:
        database = cast(Database, Unwatched(application.database))
        points.watch(application.database)
        ahead = float(order["ahead"])
        leases = _watched_leases(points)(database, order["name"], lambda: time.time() + ahead)
        executor = Executor(database, application.background.registry, leases, _runner(opened))
        await leases.take_back_expired(own=order["is_same_worker"])
        while found := await database.reader.fetch_one(waiting, until=time.time() + ahead + PAUSE_SECONDS):
            job_id, kind, run_at = found
            await asyncio.sleep(max(0.0, run_at - time.time() - ahead))
            points.begin(kind)
            await executor.run(job_id)
            points.end()


def _watched_leases(points: Points) -> "type[Leases]":
    from antiphon.kernel.jobs.leases import Leases

    class WatchedLeases(Leases):
        async def claim(self, *arguments: Any, **options: Any) -> "Lease | None":
            lease = await super().claim(*arguments, **options)
            points.passed()
            return lease

        async def complete(self, *arguments: Any, **options: Any) -> None:
            points.ends()
            await super().complete(*arguments, **options)

    return WatchedLeases


def _runner(opened: Callable[[], AbstractAsyncContextManager[Any]]) -> "Callable[[Lease, str, Progress], Any]":
    """Runs heavy jobs in a thread: worker and process die together, as they do when a worker is killed."""
    from antiphon.kernel.jobs import heavy, heavy_process

    async def run(lease: "Lease", path: str, _progress: "Progress") -> Any:
        request = heavy.HeavyRequest(
            job_id=lease.job_id,
            kind=lease.kind,
            path=path,
            attempt=lease.attempt,
            owner_id=lease.owner_id,
            arguments=json.loads(lease.arguments),
            worker=os.getpid(),
        )
        with open(os.devnull, "wb") as unheard:
            context = heavy_process.HeavyContext(request, unheard.fileno(), opened)
            word = await asyncio.to_thread(heavy_process._run, request, context)
        return heavy._outcome(word, 0)

    return run


def _child(order: dict[str, Any], writing: int) -> None:
    points = Points(order)
    sys.addaudithook(points.heard)

    async def within_time() -> None:
        async with asyncio.timeout(LONGEST_SECONDS):
            await work(order, points)

    asyncio.run(within_time())
    os.write(writing, json.dumps(points.seen).encode())


def main() -> None:
    """One line for each order: how the fork ended, and the points that it has seen where it lived."""
    import antiphon.bootstrap.heavy
    import antiphon.bootstrap.wiring  # noqa: F401 - loaded once for all forks

    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _child(json.loads(line), writing)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        ended = {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "code": os.waitstatus_to_exitcode(status),
        }
        print(json.dumps({**ended, "points": json.loads(told) if told else {}}), flush=True)


if __name__ == "__main__":
    main()
