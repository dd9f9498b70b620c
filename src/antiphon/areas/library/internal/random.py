"""Random songs, albums and artists without sorting the whole table."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from math import isqrt
from typing import Any

import msgspec
from sqlalchemy import Double, Float, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.sql.expression import Executable

from antiphon.areas.library.internal import lists
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.visibility import listed_albums, listed_songs
from antiphon.kernel.db import Reader, Statement

_TABLES = {"song": (t.song, listed_songs), "album": (t.album, listed_albums)}
Row = tuple[Any, ...]
_POINTS = bindparam("points", type_=Text)


def _near(thing: str, points: Any, value: Any) -> Executable:
    table, listed = _TABLES[thing]
    nearest = (
        select(table.c.id)
        .where(table.c.shuffle >= value, listed())
        .order_by(table.c.shuffle)
        .limit(1)
        .scalar_subquery()
    )
    return select(nearest).select_from(points)


def _statement(thing: str) -> Statement:
    """A thing near each of the points in `points` (a JSON list of numbers in [0, 1)).

    The table is walked along its `shuffle` index from each point to the first row the caller may see: the cost grows
    with how many are wanted, not with how many there are.
    """
    listed = func.json_each(_POINTS).table_valued(column("value", Double), name="points")
    rows = func.json_array_elements_text(cast(_POINTS, JSON)).table_valued(column("value", Text), name="points")
    return Statement(
        sqlite=_near(thing, listed, listed.c.value), postgresql=_near(thing, rows, cast(rows.c.value, Float(53)))
    )


_NEAR = {thing: _statement(thing) for thing in _TABLES}


LARGEST_ID = {
    thing: Statement(select(func.coalesce(func.max(table.c.id), 0)))
    for thing, table in (("song", t.song), ("album", t.album), ("artist", t.artist))
}
THROWS = 3
# Where fewer of the ids than this are of something the caller may see, points lead to it sooner.
LEAST_SHARE = 0.25
# A first throw is for so many that it tells how large a share of all is wanted.
TRIAL = 100


async def largest_id(reader: Reader, thing: str) -> int:
    """The highest id there is, 0 for none."""
    row = await reader.fetch_one(LARGEST_ID[thing])
    return row[0] if row else 0


async def thrown(
    fetch: Callable[[Sequence[int]], Awaitable[list[Row]]],
    largest: int,
    wanted: int,
    *,
    first: int = 0,
    most: int = 0,
) -> dict[int, Row]:
    """Up to `wanted` rows of ids up to `largest` that chance throws, by id and in random order.

    Ids are nearly all in use, so that one look finds nearly all. `fetch` gives the rows of ids that the caller may see,
    in their order. Fewer come where much is gone, belongs to others or is not asked for: where `most` ids would not
    do. The first throw is of `first` ids. How it goes on depends on how many are found, never on which.
    """
    found: dict[int, Row] = {}
    asked, tried, most = first or wanted, 0, most or round(wanted / LEAST_SHARE)
    for _ in range(THROWS):
        ids = dict.fromkeys(int(random.random() * largest) + 1 for _ in range(asked))
        found.update((row[0], row) for row in await fetch([number for number in ids if number not in found]))
        tried += asked
        missing, hits = wanted - len(found), max(len(found), 1)
        if missing <= 0 or wanted * tried > most * hits:
            break
        # What the share that was hit promises, and a quarter more.
        asked = missing * tried * 5 // (hits * 4) + 2
    return dict(list(found.items())[:wanted])


async def chosen_ids(
    reader: Reader, thing: str, largest: int, wanted: int, filters: Mapping[str, Any], visibility: Mapping[str, Any]
) -> list[int]:
    """Up to `wanted` ids of what `filters` leave, each as likely as any other, in random order and each once. `largest`
    is the highest id there is.

    Of many, ids that chance throws hit enough. Few are read, all of them. To find so many by throws costs their number
    by the share that is wanted, to read all costs that share of the whole: both the same at the root of the product.
    """
    narrowed = frozenset(filters)

    async def matching(ids: Sequence[int]) -> list[Row]:
        listed = msgspec.json.encode(ids).decode()
        rows = await reader.fetch_slow(lists.among(thing, narrowed), ids=listed, **filters, **visibility)
        there = {row[0] for row in rows}
        return [(number,) for number in ids if number in there]

    first, most = 2 * wanted + TRIAL, isqrt(wanted * largest)
    if first < most:
        found = await thrown(matching, largest, wanted, first=first, most=most)
        if len(found) == wanted:
            return list(found)
    rows = await reader.fetch_slow(lists.at_random(thing, narrowed), limit=wanted, **filters, **visibility)
    return [row[0] for row in rows]


async def random_ids(reader: Reader, thing: str, wanted: int, **visibility: Any) -> list[int]:
    """Up to `wanted` ids in random order, each once. Fewer where there are hardly more than that: then points fall on
    the same ones again and again."""
    # What lies near points in random order is in random order.
    found: dict[int, None] = {}
    missing, before = wanted, 2 * wanted + 1
    while 0 < missing <= before // 2:
        points = msgspec.json.encode([random.random() for _ in range(missing + missing // 4 + 1)]).decode()
        rows = await reader.fetch(_NEAR[thing], points=points, **visibility)
        found.update((thing_id, None) for (thing_id,) in rows if thing_id is not None)
        missing, before = wanted - len(found), missing
    return list(found)[:wanted]
