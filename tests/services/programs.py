"""Starting, watching and stopping the programs that tests talk to."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

import pytest

ANTIPHON = Path(sys.executable).with_name("antiphon")
PR_SET_PDEATHSIG = 1
UNPRIVILEGED = "nobody"


def unavailable(reason: str) -> NoReturn:
    """A service that a test needs cannot be had: a failure in CI, a skipped test elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def folder(prefix: str, user: str | None = None) -> Iterator[Path]:
    """A temporary folder that `user` owns; gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix=f"antiphon-{prefix}-"))
    try:
        if user is not None:
            shutil.chown(path, user)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class Process(Protocol):
    """What is asked of a process: it is `subprocess.Popen` where it was started."""

    @property
    def args(self) -> Any: ...

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


class Program:
    """A running program. Its output is kept in `log`; it dies with the process that started it."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        working_folder: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.log = log
        self.stop_signal = stop_signal
        self.process: Process
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment) if environment is not None else None,
                cwd=working_folder,
                user=user,
                group=_group_of(user),
                extra_groups=None if user is None else [],
                start_new_session=True,
                preexec_fn=lambda: _die_with_parent(stop_signal),
            )

    @property
    def output(self) -> str:
        """All that the program has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, is_ready: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until `is_ready` says so. Raises RuntimeError with the program's output when it ends or takes longer."""
        deadline = time.monotonic() + seconds
        pause = 0.005
        while not is_ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.process.args!r} ended with {self.process.returncode}:\n{self.output}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.process.args!r} was not ready after {seconds} s:\n{self.output}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.1)

    def stop(self, seconds: float = 15) -> int:
        """Ask it to stop, insist after `seconds`; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.wait()

    def kill(self) -> None:
        """Take it away without any warning, as a power cut would, with the processes it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def answers(port: int) -> bool:
    """True when something on 127.0.0.1 takes connections at `port`."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _group_of(user: str | None) -> int | None:
    if user is None:
        return None
    import pwd

    return pwd.getpwnam(user).pw_gid


def _die_with_parent(how: signal.Signals) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
