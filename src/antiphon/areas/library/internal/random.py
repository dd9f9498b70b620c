"""Random songs, albums and artists without sorting the whole table."""

import random
from typing import Any

import msgspec
from sqlalchemy import Double, Float, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.sql.expression import Executable

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.visibility import listed_albums, listed_songs
from antiphon.kernel.db import Reader, Statement

_TABLES = {"song": (t.song, listed_songs), "album": (t.album, listed_albums)}
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
