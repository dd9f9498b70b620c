"""A helper process as the server sees it: started at first need, limited, replaced when it has died, gone when idle.

Nothing that it answers is more than a value of the type that was asked for. A process that answers anything else is
ended like one that died: a file may have taken it over.
"""

import asyncio
import contextlib
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import msgspec

from antiphon.adapters.media.helping.child import nothing
from antiphon.adapters.media.helping.wire import Answer, Question, answers, encode_value, name_of, values_of
from antiphon.areas.library.data import HELPER_ENDED
from antiphon.kernel.confinement import helper_environment
from antiphon.kernel.errors import unavailable
from antiphon.kernel.frames import Garbage, decoded, framed, receive

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
LONGEST_SECONDS = 20.0
LONGEST_ANSWER = 48 * 1024 * 1024
"""Bytes: tags with the largest picture that is taken out of a sound."""

Made = TypeVar("Made")


class _Died(Exception):
    """The process ended before it had an answer, gave one that is none, or could not be started."""


class HelperFailed(RuntimeError):
    """Work raised something that it should not; what it was stands in the log, written there by the helper."""


class Helper:
    """One process that runs, and the socket by which it is asked."""

    def __init__(
        self, process: subprocess.Popen[bytes], source: asyncio.StreamReader, target: asyncio.StreamWriter
    ) -> None:
        self.process = process
        self._source = source
        self._target = target
        self.is_at_work = False

    @classmethod
    async def start(cls, begin: Callable[[], object]) -> "Helper":
        """Start a process that is limited by `begin`. Raises OSError."""
        ours, theirs = socket.socketpair()
        process = None
        try:
            with theirs:
                command = ["-P", "-m", "antiphon.adapters.media.helping.child"]
                process = subprocess.Popen(  # noqa: S603, ASYNC220 - nothing from outside; told of our end by our thread's
                    [sys.executable, *command, str(theirs.fileno()), str(os.getpid()), name_of(begin)],
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    env=helper_environment(),
                    start_new_session=True,
                )
            ours.setblocking(False)
            return cls(process, *await asyncio.open_unix_connection(sock=ours))
        except BaseException:
            ours.close()
            if process is not None:
                _kill(process)
            raise

    async def ask(self, work: Callable[..., Any], arguments: tuple[object, ...]) -> Answer:
        """Have work done. Raises OSError or IncompleteReadError where the process ends over it, Garbage."""
        question = Question(name_of(work), msgspec.Raw(encode_value(arguments)))
        self.is_at_work = True
        self._target.write(framed(encode_value(question)))
        await self._target.drain()
        answer = await receive(self._source, answers, LONGEST_ANSWER)
        self.is_at_work = False
        return answer

    def end(self) -> None:
        """End the process, whatever it does. Returns at once."""
        self._target.transport.abort()
        _kill(self.process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        process.kill()
    # It has been killed, so this takes no longer than the system needs to clear it away.
    asyncio.get_running_loop().run_in_executor(None, process.wait)


class HelperProcess:
    """One process, one file at a time. `begin` limits it; a file may take `longest_seconds`."""

    def __init__(self, begin: Callable[[], object], longest_seconds: float = LONGEST_SECONDS) -> None:
        self._begin = begin
        self._longest_seconds = longest_seconds
        self._turn = asyncio.Lock()
        self._helper: Helper | None = None
        self._used_at = 0.0
        self._idle: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def process_id(self) -> int | None:
        """Of the process there is, None where there is none."""
        return None if self._helper is None else self._helper.process.pid

    async def run(self, work: Callable[..., Made], *arguments: object) -> Made | None:
        """What `work` gives there, or None where it broke the limits of time and memory. Both its annotations and all
        its arguments are needed: they say what may be asked and answered. An OSError is raised here as it was there.

        A process that died over it says nothing of the work: the system may have ended it, or another file. It is tried
        once more in a new one. Raises UNAVAILABLE: `helper_ended` where that one died too, `no_helper` where none lives
        whatever it is given, `helper_busy` where other files take all its time.
        """
        for _ in range(2):
            try:
                return await self._tried(work, *arguments)
            except _Died:
                log.warning("a helper process died while it did %s", name_of(work))
        try:
            await self._tried(nothing)
        except _Died as error:
            raise unavailable("no_helper", "A part of the server could not be started. Try again later.", 30) from error
        raise unavailable(HELPER_ENDED, "A part of the server ended while it was at this. Try again in a moment.", 10)

    async def _tried(self, work: Callable[..., Made], *arguments: object) -> Made | None:
        """What `work` gives in the process there is. Raises _Died where that one ended, or could not be started."""
        async with self._own_turn():
            try:
                async with asyncio.timeout(self._longest_seconds):
                    answer = await (await self._started()).ask(work, arguments)
                found: Made | None = None if answer.problem else decoded(values_of(work), answer.value)
            except TimeoutError:
                self._end()
                return None
            except Garbage as error:
                log.error("a helper process was ended: its answer to %s was none", name_of(work))
                self._end()
                raise _Died from error
            except (OSError, EOFError) as error:
                self._end()
                raise _Died from error
            except BaseException:
                # Nobody waits for what it would answer.
                self._end()
                raise
        return _told(answer, found, work)

    @contextlib.asynccontextmanager
    async def _own_turn(self) -> AsyncIterator[None]:
        """Nobody else's work is done meanwhile. Waiting is no part of the time that a file may take."""
        try:
            async with asyncio.timeout(self._longest_seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise unavailable("helper_busy", "A part of the server is busy. Try again in a moment.", 10) from None
        try:
            yield
        finally:
            self._used_at = time.monotonic()
            self._turn.release()

    async def _started(self) -> Helper:
        if self._helper is None:
            if self._is_closed:
                raise ConnectionError
            self._helper = await Helper.start(self._begin)
            self._used_at = time.monotonic()
            if self._idle is None or self._idle.done():
                self._idle = asyncio.get_running_loop().create_task(self._end_when_idle())
        return self._helper

    async def _end_when_idle(self) -> None:
        while self._helper is not None:
            left = IDLE_SECONDS if self._turn.locked() else self._used_at + IDLE_SECONDS - time.monotonic()
            if left <= 0:
                self._end()
                return
            await asyncio.sleep(left)

    def _end(self) -> None:
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.end()

    async def close(self) -> None:
        """End the process. Who still waits for it hears UNAVAILABLE."""
        self._is_closed = True
        if self._idle is not None:
            self._idle.cancel()
            await asyncio.gather(self._idle, return_exceptions=True)
        self._end()


def _told(answer: Answer, found: Made | None, work: Callable[..., Made]) -> Made | None:
    """What an answer says. What went wrong is a word of ours or a number of the system's, never a helper's sentence."""
    if answer.problem == "system":
        raise OSError(answer.number, os.strerror(answer.number))
    if answer.problem == "unexpected":
        raise HelperFailed(f"{name_of(work)} failed in its helper process.")
    return found
