"""Random songs, albums and artists without sorting the whole table."""

import random
from typing import Any

import msgspec
from sqlalchemy import Double, Float, Integer, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.sql.expression import Executable

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.visibility import listed_albums, listed_songs
from antiphon.kernel.db import Reader, Statement

_TABLES = {"song": (t.song, listed_songs), "album": (t.album, listed_albums)}
_POINTS = bindparam("points", type_=Text)
ROUNDS = 4


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
_FIRST = {
    thing: Statement(
        select(table.c.id).where(listed()).order_by(table.c.shuffle).limit(bindparam("limit", type_=Integer))
    )
    for thing, (table, listed) in _TABLES.items()
}


async def random_ids(reader: Reader, thing: str, wanted: int, **visibility: Any) -> list[int]:
    """Up to `wanted` ids in random order, each once."""
    # What lies near points in random order is in random order.
    found: dict[int, None] = {}
    for _ in range(ROUNDS):
        missing = wanted - len(found)
        if missing <= 0:
            break
        points = msgspec.json.encode([random.random() for _ in range(missing + missing // 4 + 1)]).decode()
        rows = await reader.fetch(_NEAR[thing], points=points, **visibility)
        for (thing_id,) in rows:
            if thing_id is not None:
                found[thing_id] = None
    if len(found) < wanted:
        # So many are wanted that points fall on the same ones again and again: there are hardly more, so take the rest.
        rest = await reader.fetch(_FIRST[thing], limit=wanted, **visibility)
        found.update((thing_id, None) for (thing_id,) in rest)
        chosen = list(found)[:wanted]
        random.shuffle(chosen)
        return chosen
    return list(found)[:wanted]
