"""Releases that have passed."""

from sqlalchemy import BigInteger, bindparam, select, update

from antiphon.areas.library.api.editing import Tools
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.kernel.db import Statement, in_list

BATCH = 500

_PASSED = Statement(
    select(t.song.c.id)
    .where(t.song.c.listed_from > 0, t.song.c.listed_from <= bindparam("moment", type_=BigInteger))
    .order_by(t.song.c.listed_from)
    .limit(BATCH)
)


class Releases:
    """Everybody sees a song from its release on without anything being done. What is done at night makes it cheap: it
    is counted with the others again, instead of apart and at every look."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def settle(self) -> int:
        """Have songs whose release has passed count as all others do; how many there were."""
        settled, moment = 0, int(self._tools.clock())
        while True:
            async with self._tools.transaction() as transaction:
                passed = as_list(row[0] for row in await transaction.fetch(_PASSED, moment=moment))
                if passed == "[]":
                    return settled
                await stale_of_songs(transaction, passed)
                listed = update(t.song).where(in_list(t.song.c.id, bindparam("ids"))).values(listed_from=0)
                settled += (await transaction.execute(listed, {"ids": passed})).rowcount
                await self._tools.add_up_later(transaction, False)
