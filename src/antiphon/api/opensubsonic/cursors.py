"""Where the next page of a copy of the library begins.

Apps copy everything in pages counted by offset, and a database that counts to the nine hundred thousandth row reads
them all. So the last id of each page is remembered: the next page begins behind it, and a song that is removed
meanwhile does not shift another one out of the copy.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

KEPT = 10_000
BELIEVED_SECONDS = 3600.0


class Copying(NamedTuple):
    """Who copies what."""

    user_id: int
    is_admin: bool
    thing: str
    library_id: int | None


class Cursors:
    """The last ids of pages, for a while."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Copying, int], tuple[float, int]] = OrderedDict()

    def after(self, copying: Copying, offset: int) -> int | None:
        """The id behind which the page at `offset` begins; None where only counting can tell."""
        kept = self._kept.get((copying, offset))
        return kept[1] if kept is not None and time.monotonic() - kept[0] < BELIEVED_SECONDS else None

    def keep(self, copying: Copying, offset: int, ids: Sequence[int]) -> None:
        """The page at `offset` had these ids."""
        if not ids:
            return
        key = (copying, offset + len(ids))
        self._kept[key] = (time.monotonic(), ids[-1])
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
