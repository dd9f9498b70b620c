"""Random songs and albums without sorting the whole table."""

import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Double, Float, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.sql.expression import Executable

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


LARGEST_ID = {thing: Statement(select(func.coalesce(func.max(table.c.id), 0))) for thing, (table, _) in _TABLES.items()}
THROWS = 3
# Where fewer of the ids than this are of something the caller may see, points lead to it sooner.
LEAST_SHARE = 0.25


async def thrown(
    fetch: Callable[[Sequence[int]], Awaitable[list[Row]]], largest_id: int, wanted: int
) -> dict[int, Row]:
    """Up to `wanted` rows of ids up to `largest_id` that chance throws, by id and in random order.

    Ids are nearly all in use, so that one look finds nearly all. `fetch` gives the rows of ids that the caller may see,
    in their order. Fewer come where much is gone or belongs to others.
    """
    found: dict[int, Row] = {}
    missing = asked = wanted
    tried = 0
    for _ in range(THROWS):
        ids = dict.fromkeys(int(random.random() * largest_id) + 1 for _ in range(asked))
        found.update((row[0], row) for row in await fetch([number for number in ids if number not in found]))
        tried += asked
        missing = wanted - len(found)
        if missing <= 0 or len(found) < LEAST_SHARE * tried:
            break
        asked = missing * tried * 5 // (len(found) * 4) + 2
    return dict(list(found.items())[:wanted])


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
