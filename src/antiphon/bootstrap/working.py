"""What a worker process is made of: Celery on the main thread, the wired application on an event loop beside it."""

import asyncio
import contextlib
import hashlib
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from antiphon.adapters.queue.application import make_celery
from antiphon.adapters.queue.beat import beat_in_thread, beat_service
from antiphon.adapters.queue.supervisor import PARENT_VARIABLE
from antiphon.adapters.queue.worker import run_worker
from antiphon.bootstrap.data_folder import locked_within
from antiphon.bootstrap.heavy import OpenApplication, find_application
from antiphon.bootstrap.jobs import JOB_TOPIC, Background, Role, broker_of, make_executor, show_worker
from antiphon.bootstrap.settings import Settings
from antiphon.kernel.cache import Cache
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs.data import CANCELLED, Lane
from antiphon.kernel.jobs.executor import Executor, stop_task
from antiphon.kernel.jobs.leases import Leases
from antiphon.kernel.jobs.sweeper import Sweeper
from antiphon.kernel.parent_process import die_with_parent
from antiphon.kernel.pubsub import Message, PubSub

log = logging.getLogger(__name__)

# Light jobs under way at SIGTERM have so long to end; then they are put back for the next worker.
GRACE_SECONDS = 7.0
# How long schedules rest where the database does not answer.
TROUBLE_SECONDS = 5.0
LOCK_SECONDS = 15.0
LOCKED_EXIT = 75


class WorkerApplication(Protocol):
    """What the worker needs of the wired server."""

    @property
    def database(self) -> Database: ...

    @property
    def background(self) -> Background: ...

    @property
    def pubsub(self) -> PubSub: ...

    @property
    def cache(self) -> Cache: ...


class LoopThread:
    """The application and the jobs' executor on an event loop in a thread of its own."""

    def __init__(self, settings: Settings, application_path: str, role: Role, name: str) -> None:
        self._settings = settings
        self._application_path = application_path
        self._role = role
        self._name = name
        self._stop = asyncio.Event()
        self._is_ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="application", daemon=True)
        self.loop: asyncio.AbstractEventLoop
        self.executor: Executor
        self.background: Background

    def start(self) -> None:
        """Wire the application; returns when it is ready, raises what went wrong."""
        self._thread.start()
        self._is_ready.wait()
        if self._failure is not None:
            raise self._failure

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run `work` on the loop from another thread and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def tick(self) -> float:
        """Make the scheduled jobs that are due, from another thread; gives the seconds until it should be called
        again."""
        try:
            return float(self.call(self.background.schedules.tick()))
        except AntiphonError as error:
            log.warning("schedules have to wait: %s", error)
            return TROUBLE_SECONDS

    def release_soon(self) -> None:
        """At the stop: heavy jobs are put back at once, light ones when their grace is over. For signal handlers."""
        self.loop.call_soon_threadsafe(lambda: self.loop.create_task(self._release()))

    def stop(self) -> None:
        """Put back what runs, close the application and wait for the thread."""
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _release(self) -> None:
        await self.executor.release("heavy")
        await asyncio.sleep(GRACE_SECONDS)
        await self.executor.release()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
            if self._is_ready.is_set():
                log.exception("the application did not close well")
            self._is_ready.set()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        open_application: OpenApplication = find_application(self._application_path)
        async with open_application(self._settings, self._role) as application:
            await self._work(application)

    async def _work(self, application: WorkerApplication) -> None:
        self.background = application.background
        await self.background.schedules.declare()
        tasks: list[asyncio.Task[None]] = []
        if self._role == "worker":
            for companion in self.background.companions:
                await companion.start()
            tasks = await self._start_executor(application)
        self._is_ready.set()
        await self._stop.wait()
        for task in tasks:
            await stop_task(task)
        if self._role == "worker":
            for companion in self.background.companions:
                await companion.stop()
        if self._role == "worker":
            await self.executor.release()

    async def _start_executor(self, application: WorkerApplication) -> list[asyncio.Task[None]]:
        database, background = application.database, self.background
        leases = Leases(database, self._name)
        self.executor = executor = make_executor(database, background.registry, leases, self._application_path)
        sweeper = Sweeper(database, leases, executor, background.sender)
        executor.after_light = sweeper.top_up

        async def hear_of_job(message: Message) -> None:
            if message["state"] == CANCELLED:
                executor.cancel(str(message["job_id"]))

        application.pubsub.subscribe(JOB_TOPIC, hear_of_job)
        await sweeper.start()
        return [
            asyncio.create_task(sweeper.run(), name="sweeper"),
            asyncio.create_task(executor.keep_alive(), name="leases"),
            asyncio.create_task(show_worker(application.cache), name="sign of life"),
        ]


def run_embedded(settings: Settings, application_path: str) -> int:
    """The child of `antiphon serve`: worker and beat in one. Gives the exit code."""
    die_with_parent(signal.SIGTERM, int(os.environ[PARENT_VARIABLE]))
    with only_worker(settings.data / "run" / "worker.lock") as is_alone:
        if not is_alone:
            log.error("another server works on the jobs in %s", settings.data)
            return LOCKED_EXIT
        digest = hashlib.sha256(os.fsencode(settings.data)).hexdigest()[:12]
        return _work(settings, application_path, f"embedded-{socket.gethostname()}-{digest}", with_beat=True)


def run_standalone(settings: Settings, application_path: str, lanes: Sequence[Lane]) -> int:
    """`antiphon worker`. Gives the exit code."""
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    return _work(settings, application_path, name, lanes=lanes)


def run_beat(settings: Settings, application_path: str) -> int:
    """`antiphon beat`: makes the scheduled jobs, runs none. Gives the exit code."""
    thread = LoopThread(settings, application_path, "beat", "beat")
    thread.start()
    service = beat_service(make_celery(broker_of(settings)), thread.tick)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    service.start()
    thread.stop()
    return 0


def _work(
    settings: Settings,
    application_path: str,
    name: str,
    *,
    with_beat: bool = False,
    lanes: Sequence[Lane] = ("light", "heavy"),
) -> int:
    thread = LoopThread(settings, application_path, "worker", name)
    thread.start()
    celery = make_celery(broker_of(settings))
    beat = beat_in_thread(celery, thread.tick) if with_beat else None
    if beat is not None:
        beat.start()

    def stop() -> None:
        thread.release_soon()
        if beat is not None:
            beat.service.stop()

    try:
        return run_worker(celery, thread.executor, thread.loop, name=name, lanes=lanes, on_stopping=stop)
    finally:
        if beat is not None:
            beat.stop()
        thread.stop()


@contextlib.contextmanager
def only_worker(file: Path) -> Iterator[bool]:
    """Hold the lock that makes this the one embedded worker of its data folder; gives False where another holds it
    for fifteen seconds on."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("a") as lock:
        yield locked_within(LOCK_SECONDS, lock)
