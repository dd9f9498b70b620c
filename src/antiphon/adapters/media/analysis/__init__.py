"""Measuring how songs sound: each file in a helper process, so that one that breaks the limits concerns no other.

numpy is loaded in those processes and nowhere else.
"""

import asyncio
import os
from pathlib import Path

from antiphon.adapters.media.artwork.process import PictureProcess
from antiphon.adapters.media.intake.sound import begin
from antiphon.areas.library.data import MeasuredSound, UnmeasuredSound

LONGEST_SECONDS = 600.0


def begin_measuring() -> None:
    """Limit the process, and keep numpy to one thread: the processes share the cores among themselves."""
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    begin()


def measure_there(path: str) -> MeasuredSound | UnmeasuredSound:
    """Measure a file, in the process that has been limited for it."""
    from antiphon.adapters.media.analysis.measuring import measure

    return measure(path)


class SoundMeters:
    """Measures up to `processes` files at once."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._free = [PictureProcess(begin_measuring, LONGEST_SECONDS) for _ in range(processes)]
        self._all = tuple(self._free)
        self._turn = asyncio.Semaphore(processes)

    async def measure(self, file: Path) -> MeasuredSound | UnmeasuredSound:
        """Measure one file. Never raises for what is wrong with it."""
        async with self._turn:
            process = self._free.pop()
            try:
                found = await process.run(measure_there, str(file))
            finally:
                self._free.append(process)
        return UnmeasuredSound("It could not be measured within the limits.") if found is None else found

    async def close(self) -> None:
        """End the processes."""
        for process in self._all:
            await process.close()
