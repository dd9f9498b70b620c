"""Covers in the sizes that pages show, made before anybody asks: of what came last, as far as there is room."""

import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy import bindparam, select

from antiphon.areas.library.data import ArtworkMaker
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.paths import real_text
from antiphon.areas.library.internal.uploading.rows import STORED
from antiphon.kernel.db import Reader, Statement
from antiphon.kernel.db.reader import Row
from antiphon.kernel.errors import AntiphonError, Kind

PAGE_SIZES = (64, 160, 300, 600)
"""The largest one is made when somebody looks at a single cover."""
NEWEST = 5000
"""So many covers are made ahead: with some 100 KB each, half a gigabyte."""
ASK_SECONDS = 2.0
SLICE_SECONDS = 600.0

_NEWEST = Statement(
    select(t.artwork.c.hash, t.artwork.c.path, t.artwork.c.embedded)
    .where(t.artwork.c.path != "")
    .order_by(t.artwork.c.id.desc())
    .limit(bindparam("limit"))
)


class CoversAhead:
    """One stretch of making covers."""

    def __init__(
        self,
        reader: Reader,
        maker: ArtworkMaker,
        stored: Callable[[str], Awaitable[Path]],
        is_in_the_way: Callable[[], Awaitable[bool]],
    ) -> None:
        """`stored` gives a file of the storage as one on a disk of this machine; `is_in_the_way` tells whether other
        work needs the place that this one takes."""
        self._reader = reader
        self._maker = maker
        self._stored = stored
        self._is_in_the_way = is_in_the_way

    async def run(self, progress: Callable[[float | None, str], None]) -> bool:
        """Make what is not there yet, the newest first, until all is done or there is no room (True), or other work
        needs the place or time is up (False). A cover that cannot be made stops nothing."""
        rows = await self._reader.fetch_slow(_NEWEST, limit=NEWEST)
        lacking = set(await self._maker.lacking([str(row[0]) for row in rows], PAGE_SIZES))
        wanted = [row for row in rows if row[0] in lacking]
        began = asked_at = time.monotonic()
        for number, row in enumerate(wanted):
            if not self._maker.has_room():
                return True
            now = time.monotonic()
            if now - asked_at > ASK_SECONDS:
                asked_at = now
                if now - began > SLICE_SECONDS or await self._is_in_the_way():
                    return False
            progress(number / len(wanted), f"{number} of {len(wanted)} covers")
            await self._make(row, PAGE_SIZES)
        return True

    async def _make(self, row: Row, sizes: Sequence[int]) -> None:
        picture_hash, path, embedded = row
        is_stored = embedded == STORED
        try:
            source = await self._stored(path) if is_stored else Path(real_text(path))
            await self._maker.make_ahead(source, bool(embedded) and not is_stored, picture_hash, sizes)
        except AntiphonError as error:
            if error.kind not in (Kind.NOT_FOUND, Kind.UNAVAILABLE):
                raise
