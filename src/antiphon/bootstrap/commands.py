"""Commands that need the wired application for a moment."""

import getpass
import sys

from antiphon.bootstrap.data_folder import server_runs
from antiphon.bootstrap.demo import demo_folder
from antiphon.bootstrap.migrations.run import MigrationError, migrate
from antiphon.bootstrap.settings import Settings
from antiphon.bootstrap.wiring import Application, database_file, open_application
from antiphon.cli.admin import create_admin as create
from antiphon.cli.scan import scan_by_server, scan_here


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
        await areas.library.scans.declare_folders(settings.music or (demo_folder(settings.data),))
        return await scan_here(areas.library, full=full, accept_missing=accept_missing)


async def create_admin(settings: Settings, email: str, username: str, *, password_from_stdin: bool) -> int:
    """`antiphon admin create`; gives the exit code."""
    password = sys.stdin.readline().rstrip("\r\n") if password_from_stdin else getpass.getpass("Password: ")
    async with open_application(settings) as application:
        await _up_to_date(application)
        print(await create(application.areas.accounts, email, username, password))
    return 0
