"""What is played most these weeks, counted no more often than the counting is cheap."""

import time

from antiphon.areas.playback.internal import queries
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Reader

WINDOW_SECONDS = 21 * 86_400.0
# What took long to count is believed for a hundred times as long.
CHEAP_SECONDS = 0.02
SHARE = 100.0


class Trending:
    """The ids of songs, the most played first."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        self._kept: list[int] = []
        self._believed_until = 0.0

    async def ids(self) -> list[int]:
        """At most 200 songs."""
        start = time.monotonic()
        if start < self._believed_until:
            return self._kept
        rows = await self._reader.fetch_slow(queries.TRENDING, since=self._clock() - WINDOW_SECONDS)
        took = time.monotonic() - start
        self._kept = [row[0] for row in rows]
        self._believed_until = start + took * SHARE if took > CHEAP_SECONDS else 0.0
        return self._kept
