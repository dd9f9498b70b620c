"""Programs that are forked behave as those that are started."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.services.nursery import ForkedProgram, nursery

ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def program(place: Path, *arguments: str, **environment: str) -> ForkedProgram:
    return ForkedProgram(arguments, place / "log", {**ENVIRONMENT, "HOME": str(place), **environment}, place)


def test_output_and_status_are_those_of_the_program(tmp_path: Path) -> None:
    told, refused = program(tmp_path, "--version"), program(tmp_path, "serve", PORT="no number")
    assert (told.process.wait(20), refused.process.wait(20)) == (0, 2)
    assert "antiphon 0." in told.output
    assert "PORT" in told.output


def test_it_has_only_its_own_environment_and_folder(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    server = program(tmp_path, "serve", "--no-worker", ANTIPHON_DATA=str(tmp_path / "data"), ANTIPHON_MUSIC=str(music))
    try:
        assert os.getsid(server.process.pid) == server.process.pid
        server.wait_until(lambda: Path(f"/proc/{server.process.pid}/cwd").resolve() == tmp_path)
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(0.1)
    finally:
        server.kill()
    assert server.process.returncode == -signal.SIGKILL


def test_it_ends_with_the_process_that_forked_it(tmp_path: Path) -> None:
    nursery.cache_clear()
    try:
        server = program(tmp_path, "beat", BROKER_URL="redis://127.0.0.1:1/0", ANTIPHON_DATA=str(tmp_path / "data"))
        own = nursery()
        assert server.process.poll() is None
        own._process.kill()
        own._process.wait()
        server.process.wait(20)
        until = time.monotonic() + 20
        while Path(f"/proc/{server.process.pid}").exists() and time.monotonic() < until:
            time.sleep(0.02)
        assert not Path(f"/proc/{server.process.pid}").exists()
    finally:
        nursery.cache_clear()
