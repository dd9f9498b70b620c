"""`antiphon serve`: from the data folder to the port, and in good order down again."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import uvloop

from antiphon import __version__
from antiphon.adapters.queue.supervisor import WorkerSupervisor
from antiphon.api.v1.demo import KEY as DEMO_KEY
from antiphon.bootstrap.data_folder import DataFolderError, lock_data_folder, remove_leftovers
from antiphon.bootstrap.demo import compose_demo, demo_folder, music_folders
from antiphon.bootstrap.migrations.run import MigrationError, migrate
from antiphon.bootstrap.server import EVERY_ADDRESS, AddressInUse, HttpServer, check_address, home_address
from antiphon.bootstrap.settings import Settings
from antiphon.bootstrap.web import Web, make_web
from antiphon.bootstrap.wiring import Application, database_file, open_application
from antiphon.cli.scan import follow_scan
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.parent_process import die_with_parent
from antiphon.kernel.principal import SYSTEM

log = logging.getLogger(__name__)

# When all requests have their answers, these may so long be on their way; then also the connections of those end who
# ask nothing or read nothing.
LAST_SECONDS = 2.0
WEB_PROCESS = "ANTIPHON_WEB_PROCESS"
# New objects between two looks for garbage.
SELDOM = 10_000


def serve(settings: Settings, *, with_worker: bool) -> int:
    """Run the server until SIGTERM or SIGINT; gives the exit code."""
    if os.environ.get(WEB_PROCESS):
        return uvloop.run(_serve_alone(settings))
    try:
        check_address(settings.host, settings.port)
        with lock_data_folder(settings.data):
            return uvloop.run(_serve(settings, with_worker=with_worker))
    except (AddressInUse, DataFolderError, MigrationError, AntiphonError) as error:
        print(f"Antiphon cannot start: {error}", file=sys.stderr)
        return 1


async def _serve(settings: Settings, *, with_worker: bool) -> int:
    for warning in settings.warnings:
        print(f"  ! {warning}")
    print(f"Antiphon {__version__}", flush=True)
    with _stop_at_signals() as stopping:
        async with open_application(settings, "web") as application:
            preparing = asyncio.create_task(_prepare(application), name="preparations")
            if not await _done_before(preparing, stopping):
                return 0
            followers = Followers(stopping)
            async with _worker(with_worker, stopping) as supervisor, followers.running(settings.workers - 1):
                web = make_web(application, worker_runs=lambda: supervisor is None or supervisor.is_running)
                async with web.running():
                    _spare_what_stays()
                    await _listen(application, web, stopping, preparing.result())
    return 1 if followers.failed else 0


async def _serve_alone(settings: Settings) -> int:
    """One of several web processes: the first has prepared everything, and takes this one with it."""
    die_with_parent(signal.SIGTERM, int(os.environ[WEB_PROCESS]))
    with _stop_at_signals() as stopping:
        async with open_application(settings, "web") as application:
            web = make_web(application, worker_runs=lambda: True)
            async with web.running():
                _spare_what_stays()
                await _run(HttpServer(web.application, settings.host, settings.port), web, stopping)
    return 0


async def _prepare(application: Application) -> str | None:
    """Bring database and folders in order; gives the id of the scan that was queued, None where the music is yet to
    be made."""
    settings = application.settings
    if await migrate(application.database, database_file(settings)):
        print("  The database is up to date.", flush=True)
    remove_leftovers(settings.data)
    await application.storage.check_keys()
    await application.areas.library.uploads.tidying.after_start()
    folders = music_folders(settings)
    await application.areas.library.scans.declare_folders(folders)
    demo = demo_folder(settings.data)
    if demo in folders and not demo.is_dir():
        return None
    for folder in folders:
        if not folder.is_dir():
            what = "a file and no folder" if folder.exists() else "not there"
            print(f"  ! The music folder {folder} is {what}. What is known of it stays; look at ANTIPHON_MUSIC.")
    return (await application.areas.library.scans.request(SYSTEM)).id


async def _done_before(work: asyncio.Task[Any], stopping: asyncio.Event) -> bool:
    """Wait for `work`; False, and it is called off unless it ends soon, where `stopping` comes first. Raises what the
    work raises."""
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if work.done():
        work.result()
        return True
    # What has begun ends soon by itself; a connection that is torn away half-way complains.
    await asyncio.wait({work}, timeout=LAST_SECONDS)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return False


def _spare_what_stays() -> None:
    """What is wired now stays to the end, and what a request leaves behind has seldom a cycle."""
    gc.freeze()
    gc.set_threshold(SELDOM)


@contextlib.contextmanager
def _stop_at_signals() -> Iterator[asyncio.Event]:
    """The event that SIGTERM and SIGINT set. After the block they do nothing: the process is at its end anyway."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        yield stopping
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)


@asynccontextmanager
async def _worker(with_worker: bool, stopping: asyncio.Event) -> AsyncIterator[WorkerSupervisor | None]:
    """The embedded worker, kept alive until `stopping`: it ends while the last requests are still answered."""
    if not with_worker:
        yield None
        return
    supervisor = WorkerSupervisor([sys.executable, "-m", "antiphon.bootstrap.worker", "--embedded"])
    supervisor.start()

    async def stop() -> None:
        await stopping.wait()
        await supervisor.stop()

    ending = asyncio.create_task(stop(), name="end of the worker")
    try:
        yield supervisor
    finally:
        stopping.set()
        await ending


class Followers:
    """The other web processes: they share the port, and all end together."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self.failed = False
        self._stopping = stopping

    @asynccontextmanager
    async def running(self, count: int) -> AsyncIterator[None]:
        """Start `count` of them; returns when they have ended."""
        environment = {**os.environ, WEB_PROCESS: str(os.getpid())}
        children = [
            await asyncio.create_subprocess_exec(sys.executable, "-m", "antiphon", "serve", env=environment)
            for _ in range(count)
        ]
        watchers = [asyncio.create_task(self._watch(child), name="web process") for child in children]
        try:
            yield
        finally:
            self._stopping.set()
            await asyncio.gather(*watchers)

    async def _watch(self, child: asyncio.subprocess.Process) -> None:
        """One that ends ends the server: whoever watches the server starts it anew, whole."""
        ended = asyncio.create_task(child.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            stopping.cancel()
            if not self._stopping.is_set():
                log.error("a web process ended with %s; the server stops", ended.result())
                self.failed = True
                self._stopping.set()
            return
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await ended


async def _listen(application: Application, web: Web, stopping: asyncio.Event, scan_id: str | None) -> None:
    settings = application.settings
    server = HttpServer(web.application, settings.host, settings.port)
    greeting = asyncio.create_task(_greet(application, scan_id))
    try:
        await _run(server, web, stopping)
    finally:
        greeting.cancel()
        await asyncio.gather(greeting, return_exceptions=True)


async def _run(server: HttpServer, web: Web, stopping: asyncio.Event) -> None:
    """Serve until `stopping`; then: no more connections, streams end soon, other answers are finished."""
    running = asyncio.create_task(server.serve(), name="http server")
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if running.done():
        running.result()
        return
    server.stop()
    await web.drain()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LAST_SECONDS):
            await running


async def _greet(application: Application, scan_id: str | None) -> None:
    """Say where to go, and show the first scan."""
    settings = application.settings
    print(f"\n  Ready: {settings.address}/app/", flush=True)
    token = await application.areas.accounts.registration.new_setup_token()
    if token is not None:
        print("  Make the first admin here (this link works once):")
        print(f"    {settings.address}/app/setup?token={token}", flush=True)
    apps = settings.address
    if not settings.public_url and settings.host in EVERY_ADDRESS:
        apps = f"http://{home_address()}:{settings.port}"
    print(f"  Subsonic apps: {apps} with an app password from Settings in the player.")
    if settings.host in ("127.0.0.1", "::1", "localhost"):
        print("  Only this machine can reach it. For the home network: HOST=0.0.0.0 make run")
    print("  Stop with Ctrl+C.\n", flush=True)
    cache = application.areas.cache
    if scan_id is None and await compose_demo(demo_folder(settings.data), cache):
        scan_id = (await application.areas.library.scans.request(SYSTEM)).id
    if scan_id is not None:
        await follow_scan(application.areas.jobs, scan_id)
        await cache.delete(DEMO_KEY)
