"""The product as its users run it: `antiphon serve` in a process of its own, on a free port, with its own data."""

import http.client
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.services.nursery import ForkedProgram
from tests.services.postgresql import PostgresqlServer
from tests.services.programs import ANTIPHON, Program, folder, free_port
from tests.services.redis import running_redis

START_SECONDS = 30


class Server:
    """A server that is ready for requests at `base_url`. It starts without music; `.env` would be read from `place`.

    One that `forks` comes from a process that has loaded the program before (tests/services/nursery.py).
    """

    def __init__(
        self, place: Path, settings: Mapping[str, str], *, with_worker: bool = True, forks: bool = False
    ) -> None:
        self._arguments = ["serve", *(() if with_worker else ("--no-worker",))]
        self._forks = forks
        self.place = place
        self.data = place / "data"
        self.music = place / "music"
        self.music.mkdir()
        self.port = int(settings.get("PORT", 0)) or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "LANG": "C.UTF-8",
            "ANTIPHON_DATA": str(self.data),
            "ANTIPHON_MUSIC": str(self.music),
            "HOST": "127.0.0.1",
            # A test says itself when music is scanned.
            "WATCH_MUSIC": "off",
            **settings,
            "PORT": str(self.port),
        }
        self.start()

    def start(self) -> None:
        """Start the program (again) and wait until it is ready."""
        self.program = self._program(self.place / "log")
        self.program.wait_until(self.is_ready, START_SECONDS)

    def _program(self, log: Path) -> Program:
        if self._forks:
            return ForkedProgram(self._arguments, log, self.environment, self.place)
        command = [ANTIPHON, *self._arguments]
        return Program(command, log, environment=self.environment, working_folder=self.place)

    def is_ready(self) -> bool:
        """True when the server says so itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/v1/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def greeting(self) -> str:
        """What it says to whom started it: it is ready a moment before it has said all."""
        self.program.wait_until(lambda: "Stop with Ctrl+C" in self.program.output)
        return self.program.output

    def setup_link(self) -> str:
        """The link for the first admin. Raises AssertionError where it tells none."""
        found = re.search(r"http://\S+/app/setup\?token=\S+", self.greeting())
        assert found, self.program.output
        return found.group()

    def stop(self) -> int:
        """Ask it to end, as a system does at shutdown; the exit status."""
        return self.program.stop(40)

    def kill(self) -> None:
        """Take it away, with its helpers, as a power cut would."""
        self.program.kill()

    def restart(self) -> None:
        """Stop it and start it again on the same data."""
        self.stop()
        self.start()

    def run(self, *arguments: str | Path, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `antiphon …` beside the server, with the server's settings.

        Raises AssertionError with what the command wrote when it fails, unless `check` is off.
        """
        finished = subprocess.run(
            [ANTIPHON, *arguments],
            input=stdin,
            env=self.environment,
            cwd=self.place,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not check or finished.returncode == 0, f"{finished.stdout}\n{finished.stderr}"
        return finished


class ServerFactory:
    """Starts servers and stops them, with all they stand on, at the end."""

    def __init__(self, request: pytest.FixtureRequest, *, forks: bool = True) -> None:
        """`forks`: servers come from a process that has loaded the program before, and find the tables made."""
        self._request = request
        self._forks = forks
        # Now: within a test of asyncio nothing can be made that needs its loop.
        self._tables: Path | None = request.getfixturevalue("sqlite_template") if forks else None
        self._stack = ExitStack()

    def embedded(self, *, with_worker: bool = True, **settings: str) -> Server:
        """On SQLite alone: the way a server runs when nothing is set, but songs are not measured beside the test.

        A start without the worker, for tests that need no job done, not even the first scan, costs a third.
        """
        settings = {"MEASURE_SOUND": "False", **settings}
        place = self._stack.enter_context(folder("server"))
        if self._tables is not None and not settings.keys() & {"ANTIPHON_DATA", "DATABASE_URL"}:
            put_tables(self._tables, place / "data")
        server = Server(place, settings, with_worker=with_worker, forks=self._forks)
        self._stack.callback(server.stop)
        return server

    def distributed(self, **settings: str) -> Server:
        """On PostgreSQL and Redis."""
        postgresql: PostgresqlServer = self._request.getfixturevalue("postgresql_server")
        name = postgresql.create_database()
        self._stack.callback(postgresql.drop_database, name)
        redis = self._stack.enter_context(running_redis())
        return self.embedded(**{"DATABASE_URL": postgresql.address(name), "REDIS_URL": redis, **settings})

    def close(self) -> None:
        """Stop everything."""
        self._stack.close()


def put_tables(template: Path, data: Path) -> None:
    """Put a database that has all tables and no rows where a server looks for its own."""
    data.mkdir(mode=0o700)
    database = data / "antiphon.db"
    shutil.copyfile(template, database)
    database.chmod(0o600)


def _factory(request: pytest.FixtureRequest) -> Iterator[ServerFactory]:
    forks = request.node.get_closest_marker("real_start") is None
    factory = ServerFactory(request, forks=forks)
    try:
        yield factory
    finally:
        factory.close()


@pytest.fixture
def servers(request: pytest.FixtureRequest) -> Iterator[ServerFactory]:
    """Starts servers with settings of the test's own; all end with the test."""
    yield from _factory(request)


@pytest.fixture(scope="module")
def _module_servers(request: pytest.FixtureRequest) -> Iterator[ServerFactory]:
    yield from _factory(request)


@pytest.fixture(scope="module")
def server(_module_servers: ServerFactory) -> Server:
    """One embedded server for all tests of a module."""
    return _module_servers.embedded()


@pytest.fixture(scope="module")
def distributed_server(_module_servers: ServerFactory) -> Server:
    """One server on PostgreSQL and Redis for all tests of a module."""
    return _module_servers.distributed()


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def every_server(request: pytest.FixtureRequest, _module_servers: ServerFactory) -> Server:
    """A server for all tests of a module: first embedded, then on PostgreSQL and Redis."""
    return _module_servers.distributed() if request.param == "distributed" else _module_servers.embedded()
