"""The media helper as the web process sees it: started at first need, given orders, gone when idle."""

import asyncio
import contextlib
import itertools
import logging
import os
import socket
import subprocess
import sys
import time

import msgspec

from antiphon.adapters.media.transcoding.wire import LONGEST_LINE, NEWLINE, Order, Outcome, outcomes
from antiphon.areas.playback.data.transcodes import Recipe
from antiphon.kernel.confinement import helper_environment
from antiphon.kernel.errors import unavailable
from antiphon.kernel.frames import Garbage, decoded

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
MEMORY = 2 * 1024**3
CHUNK = 32 * 1024
_CRASHED = "The part of the server that makes sound has ended unexpectedly. Try again."


class Job:
    """One order under way: its bytes are read straight from the pipe that the helper writes to."""

    def __init__(self, pipe: int, outcome: "asyncio.Future[Outcome]") -> None:
        self._pipe = pipe
        self.outcome = outcome

    async def read(self) -> bytes:
        """The next bytes, none at the end."""
        loop = asyncio.get_running_loop()
        while self._pipe >= 0:
            try:
                return os.read(self._pipe, CHUNK)
            except BlockingIOError:
                ready = loop.create_future()
                loop.add_reader(self._pipe, _wake, ready)
                try:
                    await ready
                finally:
                    loop.remove_reader(self._pipe)
        return b""

    def close(self) -> None:
        """Stop listening: the helper ends the work at its next write."""
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1


def _wake(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)


class _Running:
    """A helper that runs, and what it has been asked for."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self.process = process
        self.control = control
        self.waiting: dict[int, asyncio.Future[Outcome]] = {}
        self._received = bytearray()
        asyncio.get_running_loop().add_reader(control.fileno(), self._hear)
        self.has_ended = False

    def order(self, order: Order, files: list[int]) -> "asyncio.Future[Outcome]":
        """Hand over an order with its open files."""
        line = msgspec.json.encode(order) + NEWLINE
        if socket.send_fds(self.control, [line], files) != len(line):
            self.end()
            raise BrokenPipeError
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting[order.number] = outcome
        return outcome

    def _hear(self) -> None:
        try:
            data = self.control.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.end()
            return
        self._received += data
        try:
            self._take_outcomes()
        except Garbage:
            log.error("the media helper was ended: it said what is no outcome")
            self.end()

    def _take_outcomes(self) -> None:
        while (end := self._received.find(NEWLINE)) >= 0:
            outcome = decoded(outcomes, bytes(self._received[:end]))
            del self._received[: end + 1]
            waiting = self.waiting.pop(outcome.number, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(outcome)
        if len(self._received) > LONGEST_LINE:
            raise Garbage("A line is longer than any that may come.")

    def end(self) -> None:
        """End the process, if it has not ended by itself; whoever waits for it hears so."""
        if self.has_ended:
            return
        self.has_ended = True
        asyncio.get_running_loop().remove_reader(self.control.fileno())
        self.control.close()
        with contextlib.suppress(OSError):
            self.process.kill()
        for number, waiting in self.waiting.items():
            if not waiting.done():
                waiting.set_result(Outcome(number, _CRASHED))
        self.waiting.clear()
        # It has been killed, so this takes no longer than the system needs to clear it away.
        asyncio.get_running_loop().run_in_executor(None, self.process.wait)


class MediaHelper:
    """At most one helper at a time; a new one is started where the last has ended."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS, memory: int = MEMORY) -> None:
        self._idle_seconds = idle_seconds
        self._memory = memory
        self._running: _Running | None = None
        self._numbers = itertools.count(1)
        self._used_at = 0.0
        self._idle: asyncio.Task[None] | None = None

    @property
    def process_id(self) -> int | None:
        """The helper's, None where none runs."""
        running = self._running
        return None if running is None or running.has_ended else running.process.pid

    def order(self, recipe: Recipe, kept: int | None) -> Job:
        """Have a recipe made, into the open file `kept` as well. Raises UNAVAILABLE where no helper can be started."""
        self._used_at = time.monotonic()
        reading, writing = os.pipe2(os.O_CLOEXEC)
        try:
            os.set_blocking(reading, False)
            files = [writing] if kept is None else [writing, kept]
            outcome = self._order(Order(next(self._numbers), recipe, kept is not None), files)
        except OSError as error:
            os.close(reading)
            log.warning("the media helper could not be asked: %s", error)
            raise unavailable("no_media_helper", "Sound cannot be made just now. Try again in a moment.") from error
        finally:
            os.close(writing)
        return Job(reading, outcome)

    async def close(self) -> None:
        """End the helper."""
        if self._idle is not None:
            self._idle.cancel()
            await asyncio.gather(self._idle, return_exceptions=True)
            self._idle = None
        if self._running is not None:
            self._running.end()
            await asyncio.to_thread(self._running.process.wait)
            self._running = None

    def _order(self, order: Order, files: list[int]) -> "asyncio.Future[Outcome]":
        try:
            return self._started().order(order, files)
        except (BrokenPipeError, ConnectionResetError):
            # It has ended since it was last used, and nobody has heard of it yet.
            if self._running is not None:
                self._running.end()
            return self._started().order(order, files)

    def _started(self) -> _Running:
        running = self._running
        if running is not None and not running.has_ended:
            return running
        ours, theirs = socket.socketpair()
        try:
            process = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
                [
                    sys.executable,
                    "-m",
                    "antiphon.adapters.media.transcoding.helper",
                    str(theirs.fileno()),
                    str(self._memory),
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env=helper_environment(),
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.setblocking(False)
        self._running = _Running(process, ours)
        if self._idle is None or self._idle.done():
            self._idle = asyncio.get_running_loop().create_task(self._end_when_idle())
        return self._running

    async def _end_when_idle(self) -> None:
        while self._running is not None and not self._running.has_ended:
            if self._running.waiting:
                self._used_at = time.monotonic()
            left = self._used_at + self._idle_seconds - time.monotonic()
            if left <= 0:
                self._running.end()
                return
            await asyncio.sleep(left)
