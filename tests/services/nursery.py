"""Programs of ours without the price of loading them: a process that has loaded everything forks itself for each.

What runs is the same code under the same settings, with its own process group, folder and output; only Python's start
and the loading of modules, a second of processor time each, are done once for all. Tests of the start itself do
without.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.services.programs import ANTIPHON, Program

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL


class Forked:
    """A process of ours that was not started but forked: what tests need of `subprocess.Popen`."""

    def __init__(self, arguments: Sequence[str], pid: int, ending: int) -> None:
        """`ending` is a pipe that tells the exit code, or just ends."""
        self.args = list(arguments)
        self.pid = pid
        self.returncode: int | None = None
        self._ending = ending

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        if self.returncode is None:
            self._look(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; the exit status. Raises TimeoutExpired."""
        if self.returncode is None:
            self._look(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def _look(self, seconds: float | None) -> None:
        waiting = select.poll()
        waiting.register(self._ending, select.POLLIN | select.POLLHUP)
        if waiting.poll(None if seconds is None else seconds * 1000):
            told = os.read(self._ending, 16)
            self.returncode = int(told) if told else KILLED
            os.close(self._ending)


class ForkedProgram(Program):
    """The same as a program that was started, and dead with the process that asked for it as well."""

    def __init__(self, arguments: Sequence[str], log: Path, environment: Mapping[str, str], folder: Path) -> None:
        self.log = log
        self.stop_signal = signal.SIGTERM
        with log.open("ab") as output:
            self.process = nursery().fork(arguments, environment, folder, output.fileno())


class Nursery:
    """The test's side of the process that forks."""

    def __init__(self) -> None:
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-c", "from tests.services.forking import main; main()", str(other.fileno())]
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, env=environment, pass_fds=[other.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        other.close()

    def fork(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, output: int) -> Forked:
        """Run `antiphon …` in `folder`; what it writes goes to the descriptor `output`."""
        ending, told = os.pipe()
        command = [str(ANTIPHON), *arguments]
        request = {"command": command, "environment": dict(environment), "folder": str(folder)}
        try:
            socket.send_fds(self._socket, [json.dumps(request).encode()], [output, told])
        finally:
            os.close(told)
        pid = int(self._socket.recv(16))
        return Forked(command, pid, ending)


@cache
def nursery() -> Nursery:
    """The one of this process, started at first need; it ends with it."""
    return Nursery()
