"""The inside of a heavy job's process: reads the request, runs the function, tells progress and outcome."""

import asyncio
import importlib
import inspect
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec

from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs.data import JobFailed, RetryLater
from antiphon.kernel.jobs.executor import PASSES_BY_ITSELF
from antiphon.kernel.jobs.heavy import HeavyRequest, HeavyWord
from antiphon.kernel.parent_process import die_with_parent

log = logging.getLogger(__name__)

NICENESS = 10
PROGRESS_SECONDS = 0.1

OpenApplication = Callable[[], AbstractAsyncContextManager[Any]]


class HeavyContext:
    """What the function of a heavy job holds in its hands."""

    def __init__(self, request: HeavyRequest, pipe: int, open_application: OpenApplication) -> None:
        self.job_id = request.job_id
        self.kind = request.kind
        self.attempt = request.attempt
        self.owner_id = request.owner_id
        self.application = open_application
        """`async with context.application() as application:` gives the wired server (database, storage, settings)."""
        self._pipe = pipe
        self._lock = threading.Lock()
        self._told_at = 0.0

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Say how far it is, 0 to 1 (None: nobody can tell), with a few words for people. Cheap, from any thread."""
        now = time.monotonic()
        if now - self._told_at >= PROGRESS_SECONDS or fraction == 1.0:
            self._told_at = now
            self.say(HeavyWord(fraction=fraction, message=message))

    def say(self, word: HeavyWord) -> None:
        """Send one line to the worker."""
        line = msgspec.json.encode(word) + b"\n"
        with self._lock:
            while line:
                line = line[os.write(self._pipe, line) :]


def main(open_application: OpenApplication, pipe: int) -> None:
    """Do the one job that standard input asks for; say so on `pipe`, a file descriptor."""
    request = msgspec.json.decode(_first_line(), type=HeavyRequest)
    die_with_parent(signal.SIGKILL, request.worker)
    threading.Thread(target=_end_with_input, daemon=True).start()
    os.nice(NICENESS)
    context = HeavyContext(request, pipe, open_application)
    context.say(_run(request, context))
    os.close(pipe)


def _first_line() -> bytes:
    """Standard input up to its first line break, read without a buffer: another thread waits for its end later."""
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 65536)
        if not part:
            sys.exit(1)
        line += part
    return line


def _end_with_input() -> None:
    """The worker holds our input open for as long as it lives."""
    while os.read(0, 1):
        pass
    os._exit(1)


def _run(request: HeavyRequest, context: HeavyContext) -> HeavyWord:
    try:
        module, _, name = request.path.partition(":")
        function = getattr(importlib.import_module(module), name)
        result = function(context, request.arguments)
        if inspect.iscoroutine(result):
            result = asyncio.run(result)
        return HeavyWord(outcome="done", result=result)
    except JobFailed as error:
        return HeavyWord(outcome="failed", message=str(error))
    except RetryLater as error:
        return HeavyWord(outcome="later", message=error.message, seconds=error.seconds)
    except AntiphonError as error:
        return HeavyWord(outcome="broke" if error.kind in PASSES_BY_ITSELF else "failed", message=error.message)
    except Exception:
        log.exception("%s %s broke", request.kind, request.job_id)
        return HeavyWord(
            outcome="broke",
            message=f"Something went wrong inside the server; its log tells more under {request.job_id}.",
        )
