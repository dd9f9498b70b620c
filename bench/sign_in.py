"""Registering, signing in and checking tokens: what a password hash costs people, and what it costs everybody else."""

import asyncio
import http.client
import itertools
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from antiphon.areas.accounts.data import Registration
from antiphon.bootstrap.migrations.run import migrate
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import Application, database_file, open_application
from bench import machine
from bench.harness import time_calls
from bench.load import percentile
from bench.report import Table, write
from bench.serving import Running, product

PASSWORD = "correct horse battery"
CALLS = 200
PINGS_A_SECOND = 100
SIGN_INS_A_SECOND = 10
PING_SECONDS = 15.0
TOKEN_CHECKS = 50_000
GOAL_SIGN_IN_MS = 100.0
GOAL_CREATION_MS = 200.0
GOAL_GROWTH_MS = 10.0
GOAL_CHECK_MS = 0.030
NOTES = """
One server process on SQLite, on one core; whoever calls is on the other. Passwords are hashed with argon2id (19 MiB,
two rounds). Pings are asked at a steady pace, {pings} a second, alone and then while {sign_ins} people a second sign
in: what grows is what a hash in its thread takes from the others on the same core. A token is checked inside the
process; once a second it is looked up again.

Other programs ran on this machine meanwhile: its load was {load:.1f} at the beginning, {after:.1f} at the end.
"""

_numbers = itertools.count(1)


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as temporary:
        data = Path(temporary)
        check, reads, proof = asyncio.run(_inside(data, quick=quick))
        with product({"ANTIPHON_DATA": str(data), "ANTIPHON_MUSIC": str(data)}) as running:
            people, slowest = _people(running, 10 if quick else CALLS)
            pings, growth = _pings(running, proof, 2.0 if quick else PING_SECONDS)
    tokens = Table("A known token", ("what", "calls", "median µs", "99th µs", "goal µs", "needless reads"))
    tokens.add("checked", check.calls, check.p50 * 1000, check.p99 * 1000, GOAL_CHECK_MS * 1000, reads)
    notes = NOTES.format(pings=PINGS_A_SECOND, sign_ins=SIGN_INS_A_SECOND, load=load, after=os.getloadavg()[0])
    write("sign_in", "Signing in", [people, pings, tokens], notes, quick=quick)
    return quick or (slowest <= 1.0 and growth <= GOAL_GROWTH_MS and check.p99 <= GOAL_CHECK_MS and reads == 0)


async def _inside(data: Path, *, quick: bool) -> tuple[Any, int, str]:
    """How long a check of a known token takes, the reads it makes, and the proof by which an app signs in later."""
    settings = read_settings({"ANTIPHON_DATA": str(data), "ANTIPHON_MUSIC": str(data), "RATE_LIMITS": "off"}, data)
    async with open_application(settings) as application:
        await migrate(application.database, database_file(settings))
        accounts = application.areas.accounts
        session = await accounts.registration.register(
            Registration(username="listener", email="listener@example.org", password=PASSWORD)
        )
        principal = await accounts.access.authenticate(session.token)
        made = await accounts.keys.create_app_password(principal, "bench")
        reads = _count_reads(application)

        async def check(_: int) -> object:
            return await accounts.access.authenticate(session.token)

        begun = time.monotonic()
        timing = await time_calls(check, calls=1000 if quick else TOKEN_CHECKS)
        # One look-up a second is what being known means.
        return (
            timing,
            max(0, len(reads) - int(time.monotonic() - begun) - 1),
            f"u=listener&p={made.password}&v=1.16.1&c=bench&f=json",
        )


def _count_reads(application: Application) -> list[object]:
    """A list that grows with every read of the database."""
    reader: Any = application.database.reader
    fetch, seen = reader.fetch_one, []

    async def counting(statement: Any, /, **parameters: Any) -> Any:
        seen.append(statement)
        return await fetch(statement, **parameters)

    reader.fetch_one = counting
    return seen


class Caller:
    """One connection that is kept."""

    def __init__(self, running: Running) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> float:
        """Milliseconds until the whole answer was there; it must be a success."""
        text = json.dumps(body) if body is not None else None
        begun = time.perf_counter()
        self._connection.request(method, path, text, {"content-type": "application/json"} if text else {})
        answer = self._connection.getresponse()
        answer.read()
        took = (time.perf_counter() - begun) * 1000
        assert answer.status < 300, f"{method} {path}: {answer.status}"
        return took


def _new_person() -> dict[str, str]:
    number = next(_numbers)
    return {"username": f"p{number}", "email": f"p{number}@example.org", "password": PASSWORD}


def _people(running: Running, calls: int) -> tuple[Table, float]:
    """Calls that hash a password, one after the other; and the worst of them as a share of its goal."""
    table = Table("Calls with a password", ("call", "calls", "median ms", "99th ms", "goal ms"))
    caller, slowest = Caller(running), 0.0
    known = {"username": "listener", "password": PASSWORD}
    for name, path, body, goal in (
        ("register", "/api/v1/auth/register", None, GOAL_SIGN_IN_MS),
        ("make a user", "/api/users/", None, GOAL_CREATION_MS),
        ("sign in", "/api/v1/auth/login", known, GOAL_SIGN_IN_MS),
    ):
        for _ in range(3):
            caller.ask("POST", path, body or _new_person())
        took = sorted(caller.ask("POST", path, body or _new_person()) for _ in range(calls))
        table.add(name, calls, percentile(took, 0.5), percentile(took, 0.99), goal)
        slowest = max(slowest, percentile(took, 0.99) / goal)
    return table, slowest


def _pings(running: Running, proof: str, seconds: float) -> tuple[Table, float]:
    """Pings of an app alone, and while others sign in; and by how much the 99th percentile grows."""
    os.sched_setaffinity(0, {machine.load_core()})
    table = Table("Pings of an app", ("meanwhile", "pings", "median ms", "99th ms", "growth of the 99th ms", "goal ms"))
    _paced(running, proof, 1.0)
    alone = _paced(running, proof, seconds)
    with SigningIn(running):
        together = _paced(running, proof, seconds)
    before = percentile(alone, 0.99)
    growth = percentile(together, 0.99) - before
    table.add("nothing", len(alone), percentile(alone, 0.5), before, 0.0, GOAL_GROWTH_MS)
    name = f"{SIGN_INS_A_SECOND} sign-ins a second"
    table.add(name, len(together), percentile(together, 0.5), percentile(together, 0.99), growth, GOAL_GROWTH_MS)
    return table, growth


def _paced(running: Running, proof: str, seconds: float) -> list[float]:
    caller = Caller(running)
    return sorted(caller.ask("GET", f"/rest/ping?{proof}") for _ in _ticks(PINGS_A_SECOND, seconds))


def _ticks(per_second: int, seconds: float) -> Iterator[None]:
    """Comes back at a steady pace; moments that are missed are left out."""
    begun = time.perf_counter()
    for number in range(int(seconds * per_second)):
        rest = begun + number / per_second - time.perf_counter()
        if rest > 0:
            time.sleep(rest)
            yield


class SigningIn:
    """People sign in at a steady pace, for as long as the block runs."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        caller = Caller(self._running)
        while not self._stopped.is_set():
            begun = time.perf_counter()
            caller.ask("POST", "/api/v1/auth/login", {"username": "listener", "password": PASSWORD})
            self._stopped.wait(max(0.0, 1 / SIGN_INS_A_SECOND - (time.perf_counter() - begun)))
