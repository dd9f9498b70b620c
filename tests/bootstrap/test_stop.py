"""SIGTERM: nobody new is let in, what is under way is finished, what has no end is ended, and all is gone in time."""

import contextlib
import json
import os
import signal
import socket
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.bootstrap.serving import PASSWORD, account, children, client_of, takes_connections, wait_until
from tests.services.processes import is_alive
from tests.services.server import Server, ServerFactory

pytestmark = pytest.mark.server

# A quick machine needs far less; what counts is that it is not for ever.
SECONDS = 30


@contextlib.contextmanager
def stopped(server: Server, sign: signal.Signals = signal.SIGTERM) -> Iterator[float]:
    """Send the signal, do what the block does meanwhile, and see that everything ended in good order and in time."""
    helpers = children(server.program.process.pid)
    assert helpers, "the worker is a process of its own"
    began = time.monotonic()
    server.program.process.send_signal(sign)
    yield began
    assert server.program.process.wait(SECONDS + 10) == 0
    assert time.monotonic() - began < SECONDS
    wait_until(lambda: not any(map(is_alive, helpers)))
    assert not takes_connections(server.port)
    assert "Traceback" not in server.program.output
    assert "ERROR" not in server.program.output
    assert '"level": "error"' not in server.program.output


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_ends(servers: ServerFactory, sign: signal.Signals) -> None:
    server = servers.embedded()
    with stopped(server, sign) as began:
        wait_until(lambda: not takes_connections(server.port), 5)
        assert server.program.process.wait(SECONDS) == 0
        assert time.monotonic() - began < 15


def test_connections_that_nobody_uses_hold_nothing_up(servers: ServerFactory) -> None:
    server = servers.embedded()
    connections = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    for connection in connections[:5]:
        connection.sendall(b"GET /api/v1/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
    for connection in connections[5:10]:
        connection.sendall(b"GET /api/v1/health/live HTTP/1.1\r\nHos")
    with stopped(server) as began:
        assert server.program.process.wait(SECONDS) == 0
        assert time.monotonic() - began < 20
    for connection in connections:
        connection.close()


def test_a_second_signal_changes_nothing(servers: ServerFactory) -> None:
    server = servers.embedded()
    with stopped(server):
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(ProcessLookupError):
                server.program.process.send_signal(sign)
            time.sleep(0.1)


def raw_request(server: Server, head: str, body: bytes = b"") -> socket.socket:
    """A connection over which a request's beginning has been sent."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.settimeout(SECONDS + 10)
    connection.sendall(head.replace("\n", "\r\n").encode() + body)
    return connection


def rest_of(connection: socket.socket) -> bytes:
    """What arrives until the other side closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    return received


REGISTER = b'{"username": "late", "email": "late@example.org", "password": "a long enough password"}'
HEAD = f"POST /register HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: {len(REGISTER)}\n\n"


def test_a_request_that_has_begun_is_answered(servers: ServerFactory) -> None:
    server = servers.embedded()
    connection = raw_request(server, HEAD, REGISTER[:10])
    time.sleep(0.3)
    with stopped(server):
        wait_until(lambda: not takes_connections(server.port), 5)
        time.sleep(1)
        connection.sendall(REGISTER[10:])
        status, _, rest = rest_of(connection).partition(b"\r\n")
        assert status == b"HTTP/1.1 201 Created"
        assert json.loads(rest.partition(b"\r\n\r\n")[2])["username"] == "late"
    server.start()
    with client_of(server) as client:
        assert client.post("/login", json={"username": "late", "password": PASSWORD}).status_code == 200


def test_many_requests_under_way_are_all_answered(servers: ServerFactory) -> None:
    server = servers.embedded(RATE_LIMITS="off")
    with client_of(server) as client:
        account(client, "ada")
    told: list[int] = []

    def sign_in() -> None:
        with client_of(server) as client, contextlib.suppress(httpx2.ConnectError):
            told.append(client.post("/login", json={"username": "ada", "password": PASSWORD}).status_code)

    threads = [threading.Thread(target=sign_in) for _ in range(16)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    with stopped(server):
        for thread in threads:
            thread.join(SECONDS)
    # Who came before the signal has an answer; who came after it was not let in.
    assert told
    assert set(told) == {200}


@pytest.fixture
def long_song(tmp_path: Path) -> Path:
    """A folder with a song of 24 MB."""
    folder = tmp_path / "long"
    folder.mkdir()
    with wave.open(str(folder / "long.wav"), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(44_100)
        sound.writeframes(bytes(24_000_000))
    return folder


def test_streams_to_readers_that_are_slow_or_asleep_end_soon(servers: ServerFactory, long_song: Path) -> None:
    server = servers.embedded(ANTIPHON_MUSIC=str(long_song), RATE_LIMITS="off")
    with client_of(server) as client:
        signed_in = account(client, "ada")
        wait_until(lambda: client.get("/api/v1/songs", headers=signed_in).json()["data"], 40)
        song = client.get("/api/v1/songs", headers=signed_in).json()["data"][0]["id"]
    head = f"GET /api/v1/songs/{song}/stream HTTP/1.1\nHost: x\nAuthorization: {signed_in['Authorization']}\n\n"
    readers = [raw_request(server, head) for _ in range(12)]
    for reader in readers:
        assert reader.recv(12) == b"HTTP/1.1 200"
    ended: list[tuple[float, int]] = []

    def read_slowly(reader: socket.socket) -> None:
        size = 0
        with contextlib.suppress(ConnectionResetError):
            while part := reader.recv(16_384):
                size += len(part)
                if is_alive(server.program.process.pid):
                    time.sleep(0.05)
        ended.append((time.monotonic(), size))

    # The other half does not read at all.
    threads = [threading.Thread(target=read_slowly, args=(reader,)) for reader in readers[:6]]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    with stopped(server) as began:
        assert server.program.process.wait(SECONDS) == 0
        assert time.monotonic() - began < 20
        for thread in threads:
            thread.join(SECONDS)
    assert len(ended) == 6
    assert all(size < 24_000_000 for _, size in ended), "a stream that was cut is not taken for whole"
    for reader in readers:
        reader.close()


def test_a_request_that_never_ends_is_given_up(servers: ServerFactory) -> None:
    server = servers.embedded()
    connection = raw_request(server, HEAD, REGISTER[:10])
    time.sleep(0.3)
    with stopped(server):
        assert server.program.process.wait(SECONDS) == 0
    assert b"201" not in rest_of(connection)


def test_a_worker_that_was_killed_is_replaced(servers: ServerFactory) -> None:
    server = servers.embedded()
    before = children(server.program.process.pid)
    assert len(before) == 1

    os.kill(before[0], signal.SIGKILL)
    wait_until(lambda: children(server.program.process.pid) not in ([], before))
    with client_of(server) as client:
        wait_until(lambda: client.get("/api/v1/health").json()["data"]["worker"] == "embedded")
    assert server.stop() == 0
    assert "Traceback" not in server.program.output
