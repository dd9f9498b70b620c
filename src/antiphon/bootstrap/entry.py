"""The `antiphon` command.

Nothing is loaded before it is needed: helper processes load the main module of their parent once more, and
`antiphon --version` should not wait for a web server's modules.
"""

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from antiphon import __version__

if TYPE_CHECKING:
    from antiphon.bootstrap.settings import Settings

SEEDS = {"genres": 20, "artists": 10, "songs": 24, "albums": 5}
MOST_SEEDS = 100_000


def parser() -> argparse.ArgumentParser:
    """Every command and its options; the documentation is compared with it."""
    top = argparse.ArgumentParser(prog="antiphon", description="A self-hosted music streaming server.")
    top.add_argument("--version", action="version", version=f"antiphon {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="migrate the database, then serve")
    serve.add_argument("--no-worker", action="store_true", help="without the embedded worker and scheduler")
    worker = commands.add_parser("worker", help="run background jobs, beside Redis or another broker")
    worker.add_argument("--lanes", default="light,heavy", help="which jobs to take: light, heavy or both")
    commands.add_parser("beat", help="make the scheduled jobs, beside Redis or another broker")
    scan = commands.add_parser("scan", help="scan the music folders; beside a running server, by its worker")
    scan.add_argument("--full", action="store_true", help="read every file again, also unchanged ones")
    scan.add_argument(
        "--accept-missing", action="store_true", help="go on where more than a fifth of the files is gone"
    )
    check = commands.add_parser("check", help="compare the stored files of uploads with what is known of them")
    check.add_argument("--quick", action="store_true", help="compare sizes only, without reading every byte")
    task = commands.add_parser("task", help="scheduled tasks").add_subparsers(
        dest="task_command", required=True, metavar="COMMAND"
    )
    run = task.add_parser("run", help="run a scheduled task at once, whatever its time")
    run.add_argument("name", help="the task, for example cleanup; _ counts as -")
    admin = commands.add_parser("admin", help="manage admins").add_subparsers(
        dest="admin_command", required=True, metavar="COMMAND"
    )
    create = admin.add_parser("create", help="make an admin, or promote an account; also while the server runs")
    create.add_argument("--email", required=True, help="the e-mail address to sign in with")
    create.add_argument("--username", default="", help="the user name; made from the address where it is left out")
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    made = commands.add_parser("seed", help="make things to try the server out with; what is there is left alone")
    made.add_argument("kind", choices=tuple(SEEDS), help="songs and albums are playable")
    made.add_argument("--count", type=_count, help="how many there shall be")
    made.add_argument("--seed", type=int, default=1, help="another number gives other names and other music")
    bring = commands.add_parser("import", help="bring along what was kept elsewhere").add_subparsers(
        dest="import_command", required=True, metavar="COMMAND"
    )
    activity = bring.add_parser("activity", help="what people listened to, as JSON lines; the same line counts once")
    activity.add_argument("file", help='lines of {"user", "artist", "title", "at"} and album, action, completion')
    activity.add_argument("--create-users", action="store_true", help="make accounts for people who have none")
    return top


def _count(text: str) -> int:
    count = int(text)
    if not 0 < count <= MOST_SEEDS:
        raise argparse.ArgumentTypeError(f"write a number from 1 to {MOST_SEEDS}")
    return count


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    chosen = parser().parse_args(arguments)
    from antiphon.bootstrap.settings import SettingsError, read_settings
    from antiphon.kernel.errors import AntiphonError

    try:
        settings = read_settings()
    except SettingsError as error:
        print(f"Antiphon cannot start: {error}", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(_run(chosen, settings))
    except AntiphonError as error:
        print(error.message, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _run(chosen: argparse.Namespace, settings: "Settings") -> int:
    if chosen.command == "serve":
        # What is loaded stays: to look again and again for what may go takes a fifth of a start.
        gc.disable()
        from antiphon.bootstrap.logs import set_up_logs
        from antiphon.bootstrap.serve import serve

        gc.freeze()
        gc.enable()
        set_up_logs(debug=settings.debug)
        return serve(settings, with_worker=not chosen.no_worker)
    if chosen.command in ("worker", "beat"):
        from antiphon.bootstrap.worker import main as worker

        return worker(["--beat"] if chosen.command == "beat" else ["--lanes", chosen.lanes])
    import asyncio

    from antiphon.bootstrap.commands import check, create_admin, import_activity, scan, task

    if chosen.command == "seed":
        from antiphon.bootstrap.commands import seed

        return asyncio.run(seed(settings, chosen.kind, chosen.count or SEEDS[chosen.kind], chosen.seed))
    if chosen.command == "check":
        return asyncio.run(check(settings, contents=not chosen.quick))
    if chosen.command == "task":
        return asyncio.run(task(settings, chosen.name))
    if chosen.command == "scan":
        return asyncio.run(scan(settings, full=chosen.full, accept_missing=chosen.accept_missing))
    if chosen.command == "import":
        return asyncio.run(import_activity(settings, Path(chosen.file), create_users=chosen.create_users))
    return asyncio.run(create_admin(settings, chosen.email, chosen.username, password_from_stdin=chosen.password_stdin))
