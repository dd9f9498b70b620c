"""Keeping up the order in which searches take their matches."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from antiphon.areas.library.internal import search_order
from antiphon.kernel.db import Database, Transaction

ORDER_SEARCH = "order-search"


class SearchOrder:
    """What is played comes first among the candidates of a search; the index is kept in few pieces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def renew(self) -> int:
        """Move what is played more or less than before to its place, in small steps; gives how many were moved."""
        moved = 0
        for thing, played in search_order.PLAYED.items():
            count, after = search_order.NEVER_PLAYED
            while rows := await self._database.reader.fetch_slow(played, count=count, after=after):
                after, count = rows[-1][:2]
                places = search_order.misplaced(rows)
                for step in range(0, len(places), search_order.MOVED_AT_ONCE):
                    async with self._gently() as transaction:
                        await search_order.move(transaction, thing, places[step : step + search_order.MOVED_AT_ONCE])
                moved += len(places)
        await self._merge()
        return moved

    async def _merge(self) -> None:
        for index in search_order.indexes(self._database.reader.dialect):
            begins, goes_on = True, True
            while goes_on:
                async with self._gently() as transaction:
                    goes_on = await search_order.merge(transaction, index, begins=begins)
                begins = False

    @asynccontextmanager
    async def _gently(self) -> AsyncIterator[Transaction]:
        """A transaction, and as long a rest after it: others want to write as well."""
        start = time.monotonic()
        async with self._database.transaction() as transaction:
            yield transaction
        await asyncio.sleep(time.monotonic() - start)
