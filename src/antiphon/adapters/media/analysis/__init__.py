"""Measuring how songs sound: each file in a helper process, so that one that breaks the limits concerns no other.

numpy is loaded in those processes and nowhere else.
"""

import asyncio
import os
from pathlib import Path

from antiphon.adapters.media.helping.process import HelperProcess
from antiphon.adapters.media.intake.sound import begin
from antiphon.areas.library.data import HELPER_ENDED, MeasuredSound, UnmeasuredSound
from antiphon.kernel.errors import AntiphonError

LONGEST_SECONDS = 600.0


def begin_measuring() -> None:
    """Limit the process, and keep numpy to one thread: the processes share the cores among themselves."""
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    begin()


def measure_there(path: Path) -> MeasuredSound | UnmeasuredSound:
    """Measure a file, in the process that has been limited for it."""
    from antiphon.adapters.media.analysis.measuring import measure

    return measure(str(path))


class SoundMeters:
    """Measures up to `processes` files at once."""

    def __init__(self, processes: int, pauses: tuple[float, ...] = (2.0, 15.0, 0.0)) -> None:
        """`pauses` are the seconds after each attempt at a file over which the process died."""
        self.processes = processes
        self._pauses = pauses
        self._free = [HelperProcess(begin_measuring, LONGEST_SECONDS) for _ in range(processes)]
        self._all = tuple(self._free)
        self._turn = asyncio.Semaphore(processes)

    async def measure(self, file: Path) -> MeasuredSound | UnmeasuredSound:
        """Measure one file. Never raises for what is wrong with it, but UNAVAILABLE where no process lives."""
        async with self._turn:
            process = self._free.pop()
            try:
                found = await self._patiently(process, file)
            finally:
                self._free.append(process)
        return UnmeasuredSound("It could not be measured within the limits.") if found is None else found

    async def _patiently(self, process: HelperProcess, file: Path) -> MeasuredSound | UnmeasuredSound | None:
        """Processes that die over a file may have been ended by the system: only one that dies again and again, with
        pauses in between, was ended by the file."""
        for pause in self._pauses:
            try:
                return await process.run(measure_there, file)
            except AntiphonError as error:
                if error.code != HELPER_ENDED:
                    raise
            await asyncio.sleep(pause)
        return UnmeasuredSound("It ended the process that measured it, again and again.")

    async def close(self) -> None:
        """End the processes."""
        for process in self._all:
            await process.close()
