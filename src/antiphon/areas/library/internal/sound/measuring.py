"""Measuring the songs that have not been measured yet: what is written of them survives whatever happens later."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from antiphon.areas.library.data import MeasuredSound, SoundMeter, UnmeasuredSound
from antiphon.areas.library.internal import revisions
from antiphon.areas.library.internal.paths import real_path, real_text
from antiphon.areas.library.internal.sound import queries
from antiphon.areas.library.internal.sound.identity import recognise
from antiphon.areas.library.internal.sound.writing import Outcome, Stamp, ids_of, write
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Reader, Transaction
from antiphon.kernel.errors import AntiphonError, Kind

SLICE_SECONDS = 600.0
ASK_SECONDS = 2.0
WRITE_SECONDS = 3.0
WRITTEN_AT_ONCE = 32
TOLD_SECONDS = 30.0
PAGE = 200
LAST = 2**62

Progress = Callable[[float | None, str], None]


class _File(msgspec.Struct, frozen=True):
    stamp: Stamp
    root: str
    path: str


class _Files:
    """The files that have to be measured, the newest song first, each once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._page: list[_File] = []
        self._before = LAST
        self._turn = asyncio.Lock()

    async def take(self) -> _File | None:
        """The next one, None at the end."""
        async with self._turn:
            if not self._page:
                rows = await self._reader.fetch_slow(queries.TO_MEASURE, before=self._before, limit=PAGE)
                self._page = [_File(Stamp(row[0], row[3], row[4]), row[1], row[2]) for row in reversed(rows)]
            if not self._page:
                return None
            file = self._page.pop()
            self._before = file.stamp.song_id
            return file


class Measuring:
    """One stretch of measuring. What is written survives whatever happens to the process afterwards."""

    def __init__(
        self,
        database: Database,
        meter: SoundMeter,
        stored: Callable[[str], Awaitable[Path]],
        clock: Clock,
        progress: Progress,
        is_in_the_way: Callable[[], Awaitable[bool]],
        on_recognised: Callable[[Transaction, list[int]], Awaitable[None]],
    ) -> None:
        """`stored` gives a file of the storage as one on a disk of this machine; `is_in_the_way` tells whether other
        work needs the place that this one takes; `on_recognised` is told of songs that have got or lost a file."""
        self._database = database
        self._meter = meter
        self._stored = stored
        self._clock = clock
        self._progress = progress
        self._is_in_the_way = is_in_the_way
        self._on_recognised = on_recognised
        self._files = _Files(database.reader)
        self._outcomes: list[Outcome] = []
        self._writing = asyncio.Lock()
        self._total = self._done = 0
        self._ends_at = time.monotonic() + SLICE_SECONDS
        self._asked_at = self._wrote_at = self._told_at = time.monotonic()
        self._gives_way = self._is_untold = False
        self.measured = self.unreadable = 0

    async def run(self) -> bool:
        """Measure until all is done (True), time is up or another job needs the place.

        Raises what the database or the storage raises; what was measured until then is written all the same, where
        that can be done.
        """
        self._total = int((await self._database.reader.fetch_slow(queries.TO_MEASURE_COUNT))[0][0])
        failures: list[BaseException] = []
        try:
            async with asyncio.TaskGroup() as group:
                workers = [group.create_task(self._work()) for _ in range(self._meter.processes)]
        except* AntiphonError as errors:
            failures += errors.exceptions
        await self._write(is_last=True)
        if failures:
            raise failures[0]
        return all(worker.result() for worker in workers)

    async def _work(self) -> bool:
        """Take one file after the other; False where it stopped before the last."""
        while not await self._must_stop():
            file = await self._files.take()
            if file is None:
                return True
            outcome = await self._measure(file)
            self._done += 1
            if outcome is not None:
                self._outcomes.append((file.stamp, outcome))
            self._progress(min(self._done / max(self._total, 1), 1.0), f"{self._done} of {self._total} songs")
            if len(self._outcomes) >= WRITTEN_AT_ONCE or time.monotonic() - self._wrote_at > WRITE_SECONDS:
                await self._write()
        return False

    async def _measure(self, file: _File) -> MeasuredSound | UnmeasuredSound | None:
        """None where the file is not there just now: nothing is said of it then."""
        try:
            path = await self._stored(file.path) if not file.root else _on_disk(file)
        except AntiphonError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            raise
        if not await asyncio.to_thread(path.is_file):
            return None
        found = await self._meter.measure(path)
        if isinstance(found, UnmeasuredSound):
            self.unreadable += 1
        else:
            self.measured += 1
        return found

    async def _must_stop(self) -> bool:
        now = time.monotonic()
        if now - self._asked_at > ASK_SECONDS:
            self._asked_at = now
            self._gives_way = await self._is_in_the_way()
        return self._gives_way or now > self._ends_at

    async def _write(self, *, is_last: bool = False) -> None:
        """Write what has come together. People's lists are told of it now and then, not with every batch."""
        async with self._writing:
            outcomes, self._outcomes = self._outcomes, []
            self._wrote_at = time.monotonic()
            self._is_untold = self._is_untold or bool(outcomes)
            tells = self._is_untold and (is_last or self._wrote_at - self._told_at > TOLD_SECONDS)
            if not outcomes and not tells:
                return
            try:
                await self._keep(outcomes, tells=tells)
            except BaseException:
                # Measuring takes long: it is written with the next ones.
                self._outcomes = outcomes + self._outcomes
                raise
            if tells:
                self._told_at, self._is_untold = self._wrote_at, False

    async def _keep(self, outcomes: list[Outcome], *, tells: bool) -> None:
        async with self._database.transaction() as transaction:
            await write(transaction, outcomes, self._clock())
            changed = await recognise(transaction, ids_of(outcomes))
            if changed:
                await self._on_recognised(transaction, changed)
            if tells:
                await revisions.library_changed(transaction)


def _on_disk(file: _File) -> Path:
    return real_path(Path(real_text(file.root)), file.path)
