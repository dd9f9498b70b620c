"""The process that has loaded the program and forks itself: the other side of tests/services/nursery.py."""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from typing import Any, NoReturn

LONGEST_REQUEST = 128 * 1024
# The output of the new process, and where its end is told.
DESCRIPTORS = 2


class Forking:
    """The process itself: one thread, which takes requests and tells ends."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._endings: dict[int, int] = {}
        self._wakes, self._waking = os.pipe()
        os.set_blocking(self._wakes, False)
        os.set_blocking(self._waking, False)
        signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def run(self) -> list[str] | None:
        """Fork until nobody asks any more; in a new process the arguments of what it is to run."""
        while True:
            ready, _, _ = select.select([self._requests.fileno(), self._wakes], [], [])
            if self._wakes in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wakes, 4096)
                self._tell_ends()
            if self._requests.fileno() in ready:
                data, descriptors, _, _ = socket.recv_fds(self._requests, LONGEST_REQUEST, DESCRIPTORS)
                if not data:
                    return None
                asked = json.loads(data)
                pid = os.fork()
                if not pid:
                    return self._become(asked, *descriptors)
                output, told = descriptors
                os.close(output)
                self._endings[pid] = told

    def _tell_ends(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                told = self._endings.pop(pid)
                with contextlib.suppress(OSError):
                    os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
                os.close(told)

    def _become(self, asked: Mapping[str, Any], output: int, told: int) -> list[str]:
        """Make this new process look like one that was started."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        # Whoever learns of it can end its whole group.
        self._requests.send(str(os.getpid()).encode())
        self._requests.close()
        for descriptor in (told, self._wakes, self._waking, *self._endings.values()):
            os.close(descriptor)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        time.tzset()
        command: list[str] = asked["command"]
        sys.argv = command
        # What multiprocessing tells its processes to load again.
        sys.modules["__main__"].__file__ = command[0]
        return command[1:]


def main() -> NoReturn:
    """Load everything, then fork for whoever asks on the socket that the command line names."""
    from antiphon.kernel.parent_process import die_with_parent

    die_with_parent(signal.SIGKILL, os.getppid())
    gc.disable()
    import antiphon.bootstrap.commands
    import antiphon.bootstrap.logs
    import antiphon.bootstrap.serve  # noqa: F401
    from antiphon.bootstrap.entry import main as run

    gc.freeze()
    gc.enable()
    forking = Forking(socket.socket(fileno=int(sys.argv[1])))
    here = os.getpid()
    arguments = forking.run()
    if arguments is None:
        sys.exit(0)
    die_with_parent(signal.SIGTERM, here)
    run(arguments)
    sys.exit(0)
