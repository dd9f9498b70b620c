"""The reader processes of one scan. One that dies on a file, or takes too long for it, is replaced, and the file is
listed as broken.

They are programs of their own, not forks or copies of the scanning process: so they load what reading needs and
nothing else, and start within a twentieth of a second.
"""

import asyncio
import contextlib
import logging
import os
import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Any

import msgspec

from antiphon.areas.library.data import ScanTools
from antiphon.areas.library.internal.scan.compare import ToRead
from antiphon.areas.library.internal.scan.prepare import Unreadable
from antiphon.areas.library.internal.scan.worker import CHUNK_FILES, READY, Chunk, Outcome
from antiphon.kernel.confinement import helper_environment
from antiphon.kernel.frames import Garbage, framed, receive

log = logging.getLogger(__name__)

# Chunks on their way to one reader: as many songs as a large batch has, so that it never waits while the scan writes.
AHEAD = 32
# Bytes that a chunk may come to, its lyrics included.
LONGEST_OUTCOME = 256 << 20

# A chunk may take so long, and longer by what slow disks need for its files and for their bytes: some formats must be
# read from end to end.
PATIENCE_SECONDS = 30.0
SECONDS_A_FILE = 1.0
BYTES_A_SECOND = 8 << 20


class _ReaderDied(Exception):
    """The process ended over this chunk. The message is a sentence for people."""


class _NotReached(Exception):
    """The process ended over a chunk before this one."""


class _Reader:
    """One process. It answers in the order it was asked."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._asked: deque[tuple[asyncio.Future[Outcome], float]] = deque()
        self._patience: asyncio.TimerHandle | None = None
        self._is_ready = self._is_too_slow = False
        self._listening = asyncio.create_task(self._listen())
        self.alive = True

    @classmethod
    async def start(cls, tools: ScanTools) -> "_Reader":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "antiphon.areas.library.internal.scan.worker",
            _name(tools.tags),
            _name(tools.lyrics),
            tools.code_page,
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=helper_environment(),
            limit=1 << 20,
        )
        return cls(process)

    @property
    def load(self) -> int:
        """How many chunks it has not answered yet."""
        return len(self._asked)

    def ask(self, chunk: Chunk) -> asyncio.Future[Outcome]:
        """Have a chunk read. The answer raises _ReaderDied or _NotReached where the process ends before it."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._asked.append((answer, _seconds(chunk)))
        if len(self._asked) == 1:
            self._be_patient()
        assert self._process.stdin is not None
        self._process.stdin.write(framed(msgspec.msgpack.encode(chunk)))
        return answer

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        source, outcomes = self._process.stdout, msgspec.msgpack.Decoder(Outcome)
        try:
            await source.readexactly(len(READY))
            self._is_ready = True
            self._be_patient()
            while True:
                outcome = await receive(source, outcomes, LONGEST_OUTCOME)
                if not self._asked:
                    raise Garbage("An answer came that nobody had asked for.")
                answer, _ = self._asked.popleft()
                self._be_patient()
                if not answer.done():
                    answer.set_result(outcome)
        except (asyncio.IncompleteReadError, ConnectionError, Garbage) as error:
            if isinstance(error, Garbage):
                log.error("a reader process was ended: its answer was none")
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
            self.alive = False
            for place, (answer, _) in enumerate(self._asked):
                if not answer.done():
                    answer.set_exception(_reason(place, self._is_ready, self._is_too_slow))

    def _be_patient(self) -> None:
        """Wait for the chunk that the process is at, from now on, but not for ever."""
        if self._patience is not None:
            self._patience.cancel()
        self._patience = None
        if self._asked and self._is_ready:
            self._patience = asyncio.get_running_loop().call_later(self._asked[0][1], self._give_up)

    def _give_up(self) -> None:
        """Kill the process; its end is heard like any other."""
        self._is_too_slow = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        """End the process, whatever it does."""
        self._listening.cancel()
        if self._patience is not None:
            self._patience.cancel()
        assert self._process.stdin is not None
        self._process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        for answer, _ in self._asked:
            answer.cancel()


def _seconds(chunk: Chunk) -> float:
    """How long a chunk may take."""
    size = sum(file[1] for file in chunk.files)
    return PATIENCE_SECONDS + SECONDS_A_FILE * len(chunk.files) + size / BYTES_A_SECOND


def _reason(place: int, ready: bool, is_too_slow: bool) -> Exception:
    """Why the chunk at this place of the waiting ones was not read: the process was at the first."""
    if not ready:
        return RuntimeError("A reader process does not start.")
    if place:
        return _NotReached()
    return _ReaderDied(
        "Reading this file took too long." if is_too_slow else "Reading this file made its reader crash."
    )


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"


class Readers:
    """As many processes as the tools say, started when the first file is to be read, or before by `start`."""

    def __init__(self, tools: ScanTools) -> None:
        self._tools = tools
        self._readers: list[_Reader] = []
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> "Readers":
        return self

    async def __aexit__(self, *_error: object) -> None:
        await asyncio.gather(*(reader.stop() for reader in self._readers))

    async def start(self) -> None:
        """Start them all now."""
        async with self._starting:
            while len(self._readers) < self._tools.processes:
                self._readers.append(await _Reader.start(self._tools))

    async def outcomes(self, root: str, files: list[ToRead]) -> AsyncGenerator[Outcome]:
        """What becomes of the files, in their order, some chunks ahead of who asks."""
        rows = [(entry.file.path, entry.file.size, entry.file.modified_ns, entry.has_lyrics) for entry in files]
        starts = iter(range(0, len(rows), CHUNK_FILES))
        running: deque[asyncio.Task[Outcome]] = deque()
        try:
            while True:
                while len(running) < self._tools.processes * AHEAD and (start := next(starts, None)) is not None:
                    chunk = Chunk(root, rows[start : start + CHUNK_FILES])
                    running.append(asyncio.create_task(self._outcome(chunk)))
                if not running:
                    return
                yield await running.popleft()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _outcome(self, chunk: Chunk) -> Outcome:
        try:
            return await self._read(chunk)
        except _ReaderDied as death:
            reason = str(death)
        if len(chunk.files) == 1:
            path, size, modified_ns, _ = chunk.files[0]
            return Outcome([], [Unreadable(path, size, modified_ns, reason)])
        log.warning("a reader died; its %d files are read one by one", len(chunk.files))
        whole = Outcome([], [])
        for file in chunk.files:
            one = await self._outcome(Chunk(chunk.root, [file]))
            whole.songs.extend(one.songs)
            whole.unreadable.extend(one.unreadable)
            whole.warnings.extend(one.warnings)
        return whole

    async def _read(self, chunk: Chunk) -> Outcome:
        while True:
            with contextlib.suppress(_NotReached):
                return await (await self._free()).ask(chunk)

    async def _free(self) -> _Reader:
        """The reader that has the least to do, a new one where there may be one more."""
        async with self._starting:
            for reader in [reader for reader in self._readers if not reader.alive]:
                self._readers.remove(reader)
                await reader.stop()
            if len(self._readers) < self._tools.processes:
                self._readers.append(await _Reader.start(self._tools))
                return self._readers[-1]
        return min(self._readers, key=lambda reader: reader.load)
