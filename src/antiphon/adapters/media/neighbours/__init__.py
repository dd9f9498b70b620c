"""Which songs are near one another: vectors in two files that a helper process maps into its memory and goes through.

The files are this process's own and are made anew after a start: the database keeps the vectors. The helper is started
at the first question and gone when nobody asks; numpy is loaded there and nowhere else.
"""

import asyncio
import contextlib
import os
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from antiphon.adapters.media.helping.process import HelperProcess
from antiphon.adapters.media.neighbours.searching import begin_searching, search, walk
from antiphon.areas.discovery.data import Near
from antiphon.kernel.errors import AntiphonError, unavailable

LONGEST_SECONDS = 20.0

Found = TypeVar("Found")


class SoundNeighbours:
    """Nearest songs by the vectors that were added."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._generation = 0
        self._count = 0
        self._process = HelperProcess(begin_searching, LONGEST_SECONDS)
        self._turn = asyncio.Lock()

    async def clear(self) -> None:
        """Forget all vectors."""
        async with self._turn:
            old, self._count = self._base, 0
            # The helper may hold the old files still, and would take new ones of their name for them.
            self._generation += 1
            await asyncio.to_thread(_remove, old)

    async def add(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Take in (song, vector); one of a song that is known counts from now on instead of the older one."""
        await asyncio.to_thread(self._append, rows)
        self._count += len(rows)

    async def nearest(self, seeds: Sequence[int], wanted: int) -> list[Near]:
        """The songs nearest to any of `seeds`, which are not among them; the nearest first. Seeds without a vector are
        passed over. Raises UNAVAILABLE."""
        if not self._count:
            return []
        found = await self._asked(search, list(seeds), wanted)
        return [Near(song_id, nearness) for song_id, nearness in found]

    async def between(self, start: int, end: int, steps: int, choices: int) -> list[list[Near]] | None:
        """For each of `steps` places on the way from one song to another the `choices` songs nearest to it, with how
        near they are to `start`, and at last `end` alone; None where one of the two has no vector. Raises
        UNAVAILABLE."""
        if not self._count:
            return None
        found = await self._asked(walk, start, end, steps, choices)
        if found is None:
            return None
        return [[Near(song_id, nearness) for song_id, nearness in step] for step in found]

    @property
    def _base(self) -> Path:
        return self._folder / f"vectors-{os.getpid()}-{self._generation}"

    async def close(self) -> None:
        """End the helper and remove the files."""
        await self._process.close()
        await self.clear()

    async def _asked(self, work: Callable[..., tuple[Found]], *arguments: object) -> Found:
        async with self._turn:
            if not self._count:
                raise _not_now()
            answer = await self._process.run(work, self._base, self._count, *arguments)
        if answer is None:
            raise _not_now()
        return answer[0]

    def _append(self, rows: Sequence[tuple[int, bytes]]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        mode = "ab" if self._count else "wb"
        with self._base.with_suffix(".ids").open(mode) as ids, self._base.with_suffix(".f16").open(mode) as vectors:
            ids.write(struct.pack(f"<{len(rows)}q", *(song_id for song_id, _ in rows)))
            vectors.write(b"".join(vector for _, vector in rows))


def _remove(base: Path) -> None:
    for suffix in (".ids", ".f16"):
        with contextlib.suppress(OSError):
            base.with_suffix(suffix).unlink(missing_ok=True)


def _not_now() -> AntiphonError:
    return unavailable("no_neighbours", "Similar songs could not be looked for. Try again in a moment.", 5)
