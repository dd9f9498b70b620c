"""Several web processes on PostgreSQL and Redis: one server to everybody outside, and one life for all of them."""

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.bootstrap.serving import PASSWORD, account, children, client_of, takes_connections, wait_until
from tests.services.processes import is_alive
from tests.services.server import Server, ServerFactory

pytestmark = [pytest.mark.server, pytest.mark.real_start]


def web_processes(server: Server) -> list[int]:
    """The server's own process and the others that serve."""
    first = server.program.process.pid
    others = [child for child in children(first) if b"\0serve\0" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return [first, *others]


def process_of(client: httpx2.Client) -> str:
    """Which process answers: each has a prefix of its own in its request ids."""
    return client.get("/api/v1/health/live").headers["x-request-id"].partition("-")[0]


def wait_for_both(server: Server) -> None:
    """Wait until both processes take connections."""
    seen: set[str] = set()

    def both() -> bool:
        with client_of(server) as client:
            seen.add(process_of(client))
        return len(seen) == 2

    wait_until(both, 40)


@contextlib.contextmanager
def one_client_for_each(server: Server, count: int) -> Iterator[list[httpx2.Client]]:
    """Clients with a kept connection to each of the processes."""
    found: dict[str, httpx2.Client] = {}
    with contextlib.ExitStack() as stack:
        for _ in range(200):
            client = stack.enter_context(client_of(server))
            found[process_of(client)] = client
            if len(found) == count:
                break
        assert len(found) == count, f"only {len(found)} of {count} processes answer"
        yield list(found.values())


@pytest.fixture(scope="module")
def pair(_module_servers: ServerFactory) -> Server:
    """A server of two web processes, ready both."""
    server = _module_servers.distributed(WORKERS="2", RATE_LIMITS="off")
    wait_for_both(server)
    return server


def test_both_processes_serve(pair: Server) -> None:
    assert len(web_processes(pair)) == 2
    with one_client_for_each(pair, 2) as clients:
        for client in clients:
            assert client.get("/api/v1/health/ready").status_code == 200
            assert client.get("/api/v1/songs").status_code == 401


def test_what_one_writes_the_other_reads(pair: Server) -> None:
    with one_client_for_each(pair, 2) as (here, there):
        signed_in = account(here, "ada")
        for number in range(5):
            made = here.post("/api/v1/playlists", headers=signed_in, json={"title": f"list {number}"}).json()["data"]
            assert there.get(f"/api/v1/playlists/{made['id']}", headers=signed_in).json()["data"]["title"] == (
                f"list {number}"
            )
        assert (
            there.post("/register", json={"username": "ADA", "email": "x@y.org", "password": PASSWORD}).status_code
            == 409
        )


def test_who_signs_out_on_one_is_signed_out_on_the_other_within_a_second(pair: Server) -> None:
    with one_client_for_each(pair, 2) as (here, there):
        account(here, "bob")
        for _ in range(3):
            token = here.post("/login", json={"username": "bob", "password": PASSWORD}).json()["token"]
            signed_in = {"Authorization": f"Bearer {token}"}
            assert here.get("/api/v1/auth/me", headers=signed_in).status_code == 200
            assert there.get("/api/v1/auth/me", headers=signed_in).status_code == 200
            assert here.post("/logout", headers=signed_in).status_code == 200
            assert here.get("/api/v1/auth/me", headers=signed_in).status_code == 401
            time.sleep(1.1)
            assert there.get("/api/v1/auth/me", headers=signed_in).status_code == 401


def test_one_set_of_keys_and_one_worker_for_all(pair: Server) -> None:
    helpers = [child for child in children(pair.program.process.pid) if child not in web_processes(pair)]
    assert len(helpers) == 1
    assert len(re.findall("Ready: ", pair.greeting())) == 1


def test_if_one_dies_the_others_do_not_go_on_alone(pair: Server) -> None:
    """Half a server would look like a whole one; whoever watches the server starts it anew."""
    for first_dies, status in ((False, 1), (True, -signal.SIGKILL)):
        first, other = web_processes(pair)
        everyone = [first, other, *children(first)]
        os.kill(first if first_dies else other, signal.SIGKILL)
        assert pair.program.process.wait(40) == status
        wait_until(lambda: not any(map(is_alive, everyone)), 40)  # noqa: B023 - called right here
        assert not takes_connections(pair.port)
        pair.start()
        wait_for_both(pair)


def test_all_end_together(pair: Server) -> None:
    everyone = [*web_processes(pair), *children(pair.program.process.pid)]
    began = time.monotonic()
    assert pair.stop() == 0
    assert time.monotonic() - began < 30
    wait_until(lambda: not any(map(is_alive, everyone)))
    assert not takes_connections(pair.port)
