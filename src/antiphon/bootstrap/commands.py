"""Commands that need the wired application for a moment."""

import getpass
import sys
from pathlib import Path

from antiphon.bootstrap.data_folder import server_runs
from antiphon.bootstrap.demo import music_folders
from antiphon.bootstrap.heavy import DEFAULT_APPLICATION
from antiphon.bootstrap.jobs import run_job_here
from antiphon.bootstrap.migrations.run import MigrationError, migrate
from antiphon.bootstrap.settings import Settings
from antiphon.bootstrap.wiring import Application, database_file, open_application
from antiphon.cli.activity import import_activity as take_over
from antiphon.cli.admin import create_admin as create
from antiphon.cli.check import check_files
from antiphon.cli.scan import scan_by_server, scan_here
from antiphon.cli.task import run_task
from antiphon.kernel.errors import invalid


async def _up_to_date(application: Application) -> None:
    try:
        await migrate(application.database, database_file(application.settings))
    except MigrationError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


async def scan(settings: Settings, *, full: bool, accept_missing: bool) -> int:
    """`antiphon scan`; gives the exit code."""
    async with open_application(settings) as application:
        areas = application.areas
        if server_runs(settings.data):
            return await scan_by_server(areas.library, areas.jobs, full=full, accept_missing=accept_missing)
        await _up_to_date(application)
        await areas.library.scans.declare_folders(music_folders(settings))
        return await scan_here(areas.library, full=full, accept_missing=accept_missing)


async def check(settings: Settings, *, contents: bool) -> int:
    """`antiphon check`; gives the exit code."""
    async with open_application(settings) as application:
        await _up_to_date(application)
        return await check_files(application.areas.library, contents=contents)


async def task(settings: Settings, name: str) -> int:
    """`antiphon task run`; gives the exit code."""
    async with open_application(settings) as application:
        await _up_to_date(application)
        database, background = application.database, application.background

        async def here(job_id: str) -> None:
            await run_job_here(database, background, DEFAULT_APPLICATION, job_id)

        run_here = None if server_runs(settings.data) else here
        return await run_task(database, background.schedules, background.queue, name, run_here)


async def create_admin(settings: Settings, email: str, username: str, *, password_from_stdin: bool) -> int:
    """`antiphon admin create`; gives the exit code."""
    try:
        line = sys.stdin.buffer.readline().decode() if password_from_stdin else getpass.getpass("Password: ")
    except UnicodeDecodeError as error:
        raise invalid(password="A password is a text in UTF-8.") from error
    password = line.rstrip("\r\n")
    async with open_application(settings) as application:
        await _up_to_date(application)
        print(await create(application.areas.accounts, email, username, password))
    return 0


async def import_activity(settings: Settings, file: Path, *, create_users: bool) -> int:
    """`antiphon import activity`; gives the exit code."""
    if not file.is_file():
        print(f"There is no file {file}.", file=sys.stderr)
        return 2
    async with open_application(settings) as application:
        await _up_to_date(application)
        areas = application.areas
        return await take_over(areas.accounts, areas.playback.histories, file, create_users=create_users)


async def seed(settings: Settings, kind: str, count: int, number: int) -> int:
    """`antiphon seed`; gives the exit code."""
    # It brings its instruments along, which no other command needs.
    from antiphon.bootstrap.seed import seed_catalogue

    async with open_application(settings) as application:
        await _up_to_date(application)
        return await seed_catalogue(application, kind, count, number)
