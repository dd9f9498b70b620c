"""The order in which a search takes its matches: what is played more comes before what is played less."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Table,
    bindparam,
    column,
    distinct,
    func,
    insert,
    select,
    table,
    text,
    tuple_,
    update,
)

from antiphon.areas.library.internal import tables as t
from antiphon.kernel.db import Statement, Transaction
from antiphon.kernel.db.reader import Row

ROWS = 5000
MOVED_AT_ONCE = 100
# After these come the things that have been played at all.
NEVER_PLAYED = (0, 2**62)
# Pages of 4 KiB that are merged in one transaction: about a tenth of a second.
PAGES = 400
# Every search looks into every segment of the index.
MOST_SEGMENTS = 4
_STEP = 1 << 40
_THINGS: dict[str, tuple[Any, Table]] = {"song": (t.song, t.song_search), "album": (t.album, t.album_search)}
_INDEXES = ("song_search_index", "album_search_index", "artist_search_index")


def position_of(thing_id: int, play_count: int) -> int:
    """Where a thing that has been played stands. What has been played about twice as often stands before it; what has
    never been played keeps the place above zero that it got when it came."""
    return thing_id - play_count.bit_length() * _STEP


def _played(thing: str) -> Statement:
    """(id, plays, position) of the first things after some, those that were played least first."""
    whole, words = _THINGS[thing]
    after = tuple_(bindparam("count", type_=Integer), bindparam("after", type_=BigInteger))
    return Statement(
        select(whole.c.id, whole.c.play_count, words.c.position)
        .select_from(whole.join(words, words.c.id == whole.c.id))
        .where(tuple_(whole.c.play_count, whole.c.id) > after)
        .order_by(whole.c.play_count, whole.c.id)
        .limit(ROWS)
    )


PLAYED = {thing: _played(thing) for thing in _THINGS}


def misplaced(rows: list[Row]) -> list[dict[str, int]]:
    """Which of the rows of `PLAYED` stand elsewhere than they should, and where that is."""
    wanted = [(row[0], position_of(row[0], row[1]), row[2]) for row in rows]
    return [{"thing": thing, "place": place} for thing, place, now in wanted if place != now]


async def move(transaction: Transaction, thing: str, places: list[dict[str, int]]) -> None:
    """Put things where `misplaced` says."""
    words = _THINGS[thing][1]
    moved = update(words).where(words.c.id == bindparam("thing")).values(position=bindparam("place"))
    await transaction.execute(moved, places)


async def merge(transaction: Transaction, index: str, *, begins: bool) -> bool:
    """Bring the segments of one of SQLite's indexes together, some pages of it; whether there is more to do. The first
    step `begins`: it takes all segments in (https://www.sqlite.org/fts5.html#the_merge_command)."""
    if begins and await _segments(transaction, index) <= MOST_SEGMENTS:
        return False
    before = await _changes(transaction)
    pages = -PAGES if begins else PAGES
    command = insert(table(index, column(index), column("rank"))).values({index: "merge", "rank": pages})
    await transaction.execute(command)
    # What has nothing left to merge counts as one change: the command itself.
    return await _changes(transaction) - before >= 2


def indexes(dialect: str) -> tuple[str, ...]:
    """The indexes that are made of segments: those of SQLite. PostgreSQL looks after its own."""
    return _INDEXES if dialect == "sqlite" else ()


async def _segments(transaction: Transaction, index: str) -> int:
    counted = select(func.count(distinct(column("segid")))).select_from(table(f"{index}_idx"))
    return int((await transaction.fetch(counted))[0][0])


async def _changes(transaction: Transaction) -> int:
    return int((await transaction.fetch(text("SELECT total_changes()")))[0][0])
