"""Short ways to start the program, to have an account on it, and to look at what it leaves behind."""

import contextlib
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx2

from tests.services.processes import is_alive
from tests.services.programs import ANTIPHON, free_port
from tests.services.server import Server

PASSWORD = "a long enough password"
Json = dict[str, object]


def environment(place: Path, **settings: str) -> dict[str, str]:
    """What a server that keeps everything in `place` is started with."""
    (place / "music").mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "LANG": "C.UTF-8",
        "ANTIPHON_DATA": str(place / "data"),
        "ANTIPHON_MUSIC": str(place / "music"),
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        **settings,
    }


def run(settings: Mapping[str, str], place: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `antiphon …` to its end."""
    return subprocess.run(
        [ANTIPHON, *arguments],
        input=stdin,
        env=dict(settings),
        cwd=place,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused_start(settings: Mapping[str, str], place: Path) -> str:
    """What `antiphon serve` says when it cannot start: one sentence or two, never an inner detail."""
    ended = run(settings, place, "serve")
    assert ended.returncode in (1, 2), ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    told = [line for line in ended.stderr.splitlines() if line.startswith("Antiphon cannot start: ")]
    assert len(told) == 1, ended.stderr
    return told[0]


@contextlib.contextmanager
def client_of(server: Server) -> Iterator[httpx2.Client]:
    """A client that waits long: the machine may be busy. It speaks plain http and so needs no certificates."""
    with httpx2.Client(base_url=server.base_url, timeout=30, verify=False) as client:
        yield client


def account(client: httpx2.Client, name: str) -> dict[str, str]:
    """Somebody new; gives the header that signs them in."""
    body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    answer = client.post("/api/v1/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['data']['token']}"}


def wait_until(is_so: Callable[[], object], seconds: float = 20) -> None:
    """Look again and again until `is_so` says something true."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.05)


def children(process_id: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return [int(child) for child in found if is_alive(int(child))]


def unexpected(server: Server) -> list[str]:
    """What the server has logged of requests that failed in a way nobody expected."""
    return re.findall(r"request [\w-]+ failed.*", server.program.output)


def takes_connections(port: int) -> bool:
    """Whether somebody new gets an answer at the port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.settimeout(2)
            connection.sendall(b"GET /api/v1/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return bool(connection.recv(1))
    except OSError:
        return False
