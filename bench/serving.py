"""Servers to measure: the product as its users start it, and reference applications under the same HTTP server."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.harness import pinned

START_SECONDS = 60.0
STOP_SECONDS = 40.0
ROOT = Path(__file__).parents[1]


class Running:
    """A server process that answers at `base_url`; it took `start_seconds` until its first answer."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, start_seconds: float) -> None:
        self.process_id = process.pid
        self.port = port
        self.base_url = f"http://127.0.0.1:{port}"
        self.start_seconds = start_seconds


@contextmanager
def product(environment: Mapping[str, str], *, worker: bool = False, on_one_core: bool = True) -> Iterator[Running]:
    """`antiphon serve`, without rate limits, on the core for what is measured."""
    port = free_port()
    command = [sys.executable, "-m", "antiphon", "serve", *([] if worker else ["--no-worker"])]
    settings = {"HOST": "127.0.0.1", "PORT": str(port), "RATE_LIMITS": "off", **environment}
    with _running(command, settings, port, "/api/v1/health/ready", on_one_core) as running:
        yield running


@contextmanager
def reference(application: str, environment: Mapping[str, str]) -> Iterator[Running]:
    """An ASGI application, named as `module:name`, on the core for what is measured."""
    port = free_port()
    command = [sys.executable, "-m", "bench.asgi_server", application, str(port)]
    with _running(command, environment, port, "/ready", True) as running:
        yield running


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str], port: int, ready_path: str, on_one_core: bool
) -> Iterator[Running]:
    start = time.monotonic()
    process = subprocess.Popen(
        pinned(command) if on_one_core else list(command),
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))), **environment},
        cwd=environment.get("ANTIPHON_DATA", str(ROOT)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _is_ready(port, ready_path):
            if process.poll() is not None:
                raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
            if time.monotonic() - start > START_SECONDS:
                raise RuntimeError(f"{' '.join(command)} did not get ready")
            time.sleep(0.02)
        yield Running(process, port, time.monotonic() - start)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _is_ready(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
