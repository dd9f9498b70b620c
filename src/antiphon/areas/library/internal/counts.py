"""How long lists are: counted once for each revision of the library, since counting a million rows takes its time."""

import time
from collections import OrderedDict
from typing import Any

from antiphon.areas.library.internal import lists
from antiphon.kernel.db import Reader

KEPT = 2000
BELIEVED_SECONDS = 60.0


class Counts:
    """Totals of lists, for each caller and set of filters."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._newest: dict[str, tuple[int, int]] = {}
        self._kept: OrderedDict[tuple[Any, ...], tuple[float, int]] = OrderedDict()

    async def newest(self, thing: str, revision: int) -> int:
        """The highest id there is, 0 for none: read once for each revision."""
        kept = self._newest.get(thing)
        if kept is None or kept[0] != revision:
            row = await self._reader.fetch_one(lists.NEWEST[thing])
            kept = self._newest[thing] = (revision, int(row[0]) if row is not None and row[0] is not None else 0)
        return kept[1]

    async def total(
        self, thing: str, filters: dict[str, Any], sort: str, revision: int, viewing: dict[str, Any]
    ) -> int:
        """The number of rows of a list. What depends on a person's own annotations is counted anew each time."""
        own = "starred" in filters or sort in lists.OWN_ORDERS
        counted_sort = sort if own or sort in lists.YEAR_ORDERS else ""
        key = (thing, tuple(sorted(filters.items())), counted_sort, revision, viewing["viewer"], viewing["admin"])
        kept = self._kept.get(key)
        # An empty album's release passes without a change of the revision: so it is not believed for ever.
        if kept is not None and not own and time.monotonic() - kept[0] < BELIEVED_SECONDS:
            return kept[1]
        statement = lists.count(thing, frozenset(filters), counted_sort)
        total = int((await self._reader.fetch_slow(statement, **filters, **viewing))[0][0])
        if not own:
            self._kept[key] = (time.monotonic(), total)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return total
