"""`python -m antiphon.adapters.media.transcoding.helper SOCKET MEMORY`: the process that opens strangers' sound files.

It takes orders from the socket it was given, one thread each, and writes what it makes into the pipes that come with
them. It is limited in memory, processor time and the size of files, has no network where the system lets it give that
up, and ends with the process that started it.
"""

import contextlib
import ctypes
import logging
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
from collections import deque

import msgspec

from antiphon.adapters.media.transcoding.engine import transcode
from antiphon.adapters.media.transcoding.source import Unplayable
from antiphon.adapters.media.transcoding.turns import Turn, Turns
from antiphon.adapters.media.transcoding.wire import LONGEST_LINE, NEWLINE, Order, Outcome, decode_order
from antiphon.areas.playback.data.transcodes import Recipe
from antiphon.kernel.confinement import leave_network, limit_bytes
from antiphon.kernel.processors import processors_but_one

log = logging.getLogger(__name__)

NICENESS = 5
LARGEST_FILE = 4 * 1024**3
THREAD_STACK = 4 * 1024 * 1024
# An order may take so much processor time, and as long again as the sound lasts.
BUDGET_SECONDS = 60.0
# The first bytes go out at once, later ones gathered: a call for each packet would cost more than the encoder.
GATHERED, GATHERED_BEFORE = 32 * 1024, 16 * 1024
_PR_SET_PDEATHSIG = 1


class _Left(Exception):
    """Who listened has gone."""


class _TooLong(Exception):
    """An order has used up its processor time."""


class Listener:
    """Where the bytes of one order go: into the pipe, and beside it into a file to keep."""

    def __init__(self, pipe: int, kept: int | None, budget: float, turn: Turn) -> None:
        self._pipe = pipe
        self._kept = kept
        self._turn = turn
        os.set_blocking(pipe, False)
        self._gathered = bytearray()
        self._written = 0
        self._poll = select.poll()
        self._poll.register(pipe, 0)
        self._room = select.poll()
        self._room.register(pipe, select.POLLOUT)
        self._until = time.thread_time() + budget

    @property
    def keeps(self) -> bool:
        """True where the file to keep has everything so far."""
        return self._kept is not None

    def write(self, data: bytes) -> None:
        """Pass on what was encoded. Waits while the listener is slow."""
        self._gathered += data
        if len(self._gathered) >= (GATHERED if self._written > GATHERED_BEFORE else 1):
            self.flush()

    def flush(self) -> None:
        """Pass on what was gathered."""
        data, self._gathered = self._gathered, bytearray()
        if self._kept is not None:
            try:
                _write_all(self._kept, data)
            except OSError:
                # A full disk is no reason to fall silent.
                self._kept = None
        try:
            self._write_to_listener(data)
        except BrokenPipeError as error:
            raise _Left from error
        self._written += len(data)
        self._turn.is_first = False

    def _write_to_listener(self, data: bytearray) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._pipe, view) :]
            except BlockingIOError:
                self._turn.rest()
                self._room.poll()
                self._turn.take()

    def check(self) -> None:
        """End the work for nobody, and the work that never ends; let others have their turns."""
        if self._poll.poll(0):
            raise _Left
        if time.thread_time() > self._until:
            raise _TooLong
        self._turn.pass_on()


def _write_all(file: int, data: bytes | bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


class Helper:
    """Takes orders and tells how they have ended."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._budgets: dict[int, float] = {}
        self._turns = Turns(processors_but_one())

    def run(self) -> None:
        """Take orders until the server closes the socket."""
        waiting, files = bytearray(), deque[int]()
        while True:
            data, given, _, _ = socket.recv_fds(self._control, LONGEST_LINE, 16)
            if not data:
                # Whatever is still being made has no listener any more.
                os._exit(0)
            files.extend(given)
            waiting += data
            while (end := waiting.find(NEWLINE)) >= 0:
                order = decode_order(bytes(waiting[:end]))
                del waiting[: end + 1]
                pipe = files.popleft()
                kept = files.popleft() if order.keeps else None
                self._limit(order.number, _budget(order.recipe))
                threading.Thread(target=self._serve, args=(order, pipe, kept), daemon=True).start()

    def _limit(self, number: int, budget: float) -> None:
        """Let the whole process have the time of what it does, and no more: a decoder that hangs ends it."""
        with self._lock:
            self._budgets[number] = budget
            used = resource.getrusage(resource.RUSAGE_SELF)
            most = int(used.ru_utime + used.ru_stime + sum(self._budgets.values())) + 5
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (most if hard < 0 else min(most, hard), hard))

    def _serve(self, order: Order, pipe: int, kept: int | None) -> None:
        turn = Turn(self._turns)
        listener = Listener(pipe, kept, _budget(order.recipe), turn)
        outcome = Outcome(order.number, "The sound could not be made.")
        try:
            turn.take()
            transcode(order.recipe, listener.write, listener.check)
            listener.flush()
            outcome = Outcome(order.number, kept=listener.keeps)
        except _Left:
            outcome = Outcome(order.number, left=True)
        except _TooLong:
            outcome = Outcome(order.number, "Making this sound took too long.")
        except Unplayable as error:
            outcome = Outcome(order.number, str(error), is_broken=True)
        except Exception:
            # Decoders raise all sorts of things on broken files.
            log.exception("song %s could not be transcoded", order.recipe.song_id)
        finally:
            turn.rest()
            self._tell(outcome)
            for file in (pipe, kept):
                if file is not None:
                    os.close(file)

    def _tell(self, outcome: Outcome) -> None:
        """Before the pipe is closed: its end alone would not tell an end from a crash."""
        line = msgspec.json.encode(outcome) + NEWLINE
        with self._lock, contextlib.suppress(OSError):
            self._budgets.pop(outcome.number, None)
            self._control.sendall(line)


def _budget(recipe: Recipe) -> float:
    return BUDGET_SECONDS + max(0.0, recipe.duration)


def confine(memory: int) -> None:
    """Limit this process before it opens anything: `memory` in bytes of address space."""
    os.nice(NICENESS)
    limit_bytes(memory, LARGEST_FILE)
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    leave_network()


def main() -> None:
    """Serve the process that holds the other end of the socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.setblocking(True)
    confine(int(sys.argv[2]))
    threading.stack_size(THREAD_STACK)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Helper(control).run()


if __name__ == "__main__":
    main()
