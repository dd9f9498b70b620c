"""Runs the function of a heavy job in a process of its own: nice, gone when done, dead with its worker.

The two talk in lines of JSON. Worker to process, on its standard input: one request, then nothing; the end of the input
means that the worker is gone. Process to worker, on a pipe of its own: progress and at last the outcome.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from typing import Any

import msgspec

from antiphon.kernel.errors import unavailable
from antiphon.kernel.jobs.context import Progress
from antiphon.kernel.jobs.data import JobFailed, RetryLater
from antiphon.kernel.jobs.leases import Lease

STOP_SECONDS = 3.0
LONGEST_LINE = 8 * 1024 * 1024


class HeavyRequest(msgspec.Struct, frozen=True):
    """What the process is asked to do."""

    job_id: str
    kind: str
    path: str
    attempt: int
    owner_id: int | None
    arguments: dict[str, Any]
    worker: int


class HeavyWord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line from the process: progress while `outcome` is empty, else how it ended."""

    outcome: str = ""
    fraction: float | None = None
    message: str = ""
    result: Any = None
    seconds: float = 0.0


class HeavyRunner:
    """Starts `command` (a program that calls heavy_process.main) for each job."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)

    async def __call__(self, lease: Lease, path: str, progress: Progress) -> Any:
        """Run the function at `path` and give its result. When cancelled, the process is ended first.

        Raises JobFailed and RetryLater where the function did, UNAVAILABLE `heavy_failed` where it broke.
        """
        reading, writing = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                str(writing),
                stdin=asyncio.subprocess.PIPE,
                pass_fds=(writing,),
                start_new_session=True,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        try:
            await _ask(process, lease, path)
            last = await _listen(reading, progress)
            await process.wait()
        finally:
            await _end(process)
        return _outcome(last, process.returncode)


async def _ask(process: asyncio.subprocess.Process, lease: Lease, path: str) -> None:
    request = HeavyRequest(
        job_id=lease.job_id,
        kind=lease.kind,
        path=path,
        attempt=lease.attempt,
        owner_id=lease.owner_id,
        arguments=msgspec.json.decode(lease.arguments),
        worker=os.getpid(),
    )
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError):
        process.stdin.write(msgspec.json.encode(request) + b"\n")
        await process.stdin.drain()


async def _listen(descriptor: int, progress: Progress) -> HeavyWord | None:
    """Pass progress on until the process closes its pipe; gives its last word, None where it said nothing."""
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    last: HeavyWord | None = None
    try:
        async for line in reader:
            word = msgspec.json.decode(line, type=HeavyWord)
            if word.outcome:
                last = word
            else:
                progress(word.fraction, word.message)
    finally:
        transport.close()
    return last


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the process with all it has started: asked first, forced three seconds later."""
    if process.returncode is not None:
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            continue
        return


def _outcome(word: HeavyWord | None, returncode: int | None) -> Any:
    if word is None:
        how = f"was ended by signal {-returncode}" if returncode and returncode < 0 else f"ended with code {returncode}"
        raise unavailable("heavy_failed", f"The process that did the work {how}.")
    if word.outcome == "done":
        return word.result
    if word.outcome == "failed":
        raise JobFailed(word.message)
    if word.outcome == "later":
        raise RetryLater(word.seconds, word.message)
    raise unavailable("heavy_failed", word.message)
