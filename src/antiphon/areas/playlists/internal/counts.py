"""How many songs of a playlist somebody sees, and how long they last: counted once for each state of playlist and
library."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from antiphon.areas.playlists.internal import queries
from antiphon.kernel.db import Reader

KEPT = 20_000
# Release dates pass without a change of any revision, so not even an unchanged playlist is believed for ever.
BELIEVED_SECONDS = 60.0


class SongCounts:
    """(songs, seconds) of playlists, for each caller."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kept: OrderedDict[tuple[int, ...], tuple[float, tuple[int, float]]] = OrderedDict()

    async def of(
        self, playlists: Sequence[tuple[int, int]], library_revision: int, viewing: dict[str, Any]
    ) -> dict[int, tuple[int, float]]:
        """By id of the playlist; `playlists` are (id, revision)."""
        now = time.monotonic()
        found: dict[int, tuple[int, float]] = {}
        asked: list[tuple[int, tuple[int, ...]]] = []
        for playlist_id, revision in playlists:
            key: tuple[int, ...] = (playlist_id, revision, library_revision, viewing["viewer"], viewing["admin"])
            kept = self._kept.get(key)
            if kept is not None and now - kept[0] < BELIEVED_SECONDS:
                found[playlist_id] = kept[1]
            else:
                asked.append((playlist_id, key))
        if asked:
            listed = msgspec.json.encode([playlist_id for playlist_id, _ in asked]).decode()
            rows = await self._reader.fetch_slow(queries.SONG_COUNTS, ids=listed, **viewing)
            counted = {row[0]: (int(row[1]), float(row[2])) for row in rows}
            for playlist_id, key in asked:
                found[playlist_id] = counted.get(playlist_id, (0, 0.0))
                self._kept[key] = (now, found[playlist_id])
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found
