"""Songs whose release has passed, which everybody sees already."""

from sqlalchemy import BigInteger, bindparam, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.kernel.db import Statement, Transaction, in_list

BATCH = 500

_PASSED = Statement(
    select(t.song.c.id)
    .where(t.song.c.listed_from > 0, t.song.c.listed_from <= bindparam("moment", type_=BigInteger))
    .order_by(t.song.c.listed_from)
    .limit(BATCH)
)


async def settle(transaction: Transaction, moment: int) -> int:
    """Have some of them count as all others do, and note whose totals are stale; how many there were."""
    passed = as_list(row[0] for row in await transaction.fetch(_PASSED, moment=moment))
    await stale_of_songs(transaction, passed)
    listed = update(t.song).where(in_list(t.song.c.id, bindparam("ids"))).values(listed_from=0)
    return (await transaction.execute(listed, {"ids": passed})).rowcount
