"""`antiphon serve`: from the data folder to the port, and in good order down again."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop

from antiphon import __version__
from antiphon.adapters.queue.supervisor import WorkerSupervisor
from antiphon.bootstrap.data_folder import DataFolderError, lock_data_folder, remove_leftovers
from antiphon.bootstrap.demo import demo_folder
from antiphon.bootstrap.migrations.run import MigrationError, migrate
from antiphon.bootstrap.server import AddressInUse, HttpServer, check_address
from antiphon.bootstrap.settings import Settings
from antiphon.bootstrap.web import Web, make_web
from antiphon.bootstrap.wiring import Application, database_file, open_application
from antiphon.cli.scan import follow_scan
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.principal import SYSTEM

log = logging.getLogger(__name__)

# After so many seconds of waiting for answers under way, the process ends all the same.
LAST_SECONDS = 28.0
WEB_PROCESS = "ANTIPHON_WEB_PROCESS"


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
    async with open_application(settings, "web") as application:
        first_scan = await _prepare(application)
        stopping = _stop_at_signals()
        async with _worker(settings, with_worker) as supervisor, _followers(settings, stopping):
            web = make_web(application, worker_runs=lambda: supervisor is None or supervisor.is_running)
            async with web.running():
                await _listen(application, web, stopping, first_scan)
    return 0


async def _serve_alone(settings: Settings) -> int:
    """One of several web processes: the first has prepared everything."""
    async with open_application(settings, "web") as application:
        web = make_web(application, worker_runs=lambda: True)
        async with web.running():
            await _run(HttpServer(web.application, settings.host, settings.port), web, _stop_at_signals())
    return 0


async def _prepare(application: Application) -> str | None:
    """Bring database and folders in order; gives the id of the scan that was queued."""
    settings = application.settings
    if await migrate(application.database, database_file(settings)):
        print("  The database is up to date.", flush=True)
    remove_leftovers(settings.data)
    folders = settings.music or (await asyncio.to_thread(demo_folder, settings.data),)
    await application.areas.library.scans.declare_folders(folders)
    for folder in folders:
        if not folder.is_dir():
            print(f"  ! The music folder {folder} is not there. Its songs stay as they are.")
    return (await application.areas.library.scans.request(SYSTEM)).id


def _stop_at_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


@asynccontextmanager
async def _worker(settings: Settings, with_worker: bool) -> AsyncIterator[WorkerSupervisor | None]:
    """The embedded worker, kept alive. Beside a broker of its own, workers are started as processes of their own."""
    if not with_worker:
        yield None
        return
    command = [sys.executable, "-m", "antiphon.bootstrap.worker"]
    supervisor = WorkerSupervisor([*command, "--embedded"])
    supervisor.start()
    try:
        yield supervisor
    finally:
        await supervisor.stop()


@asynccontextmanager
async def _followers(settings: Settings, stopping: asyncio.Event) -> AsyncIterator[None]:
    """The other web processes: they share the port."""
    environment = {**os.environ, WEB_PROCESS: "1"}
    children = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", "antiphon", "serve", env=environment)
        for _ in range(settings.workers - 1)
    ]
    watchers = [asyncio.create_task(_end_together(child, stopping)) for child in children]
    try:
        yield
    finally:
        for watcher in watchers:
            watcher.cancel()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        for child in children:
            await child.wait()


async def _end_together(child: asyncio.subprocess.Process, stopping: asyncio.Event) -> None:
    """A web process that ends ends the server: whoever watches the server starts it anew, whole."""
    code = await child.wait()
    if not stopping.is_set():
        log.error("a web process ended with %s; the server stops", code)
        stopping.set()


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
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not running.done():
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
    print(f"  Subsonic apps: {settings.address} with an app password from Settings in the player.")
    if settings.host in ("127.0.0.1", "::1", "localhost"):
        print("  Only this machine can reach it. For the home network: HOST=0.0.0.0 make run")
    print("  Stop with Ctrl+C.\n", flush=True)
    if scan_id is not None:
        await follow_scan(application.areas.jobs, scan_id)
