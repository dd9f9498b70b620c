"""What writing many rows at once needs: lists as parameters, ids in advance, the words of the search."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Table, Text, bindparam, func, insert, select, text, update

from antiphon.kernel.db import Transaction, in_list

_IDS: BindParameter[str] = bindparam("ids")
_ROWS = bindparam("rows", type_=Text)

Words = Sequence[tuple[int, str]]
"""Things and the folded words they are found by."""


def as_list(values: Iterable[Any]) -> str:
    """A JSON list, as statements with `in_list` take it."""
    return msgspec.json.encode(list(values)).decode()


async def allocate_ids(transaction: Transaction, table: Table, wanted: int) -> list[int]:
    """New ids for `wanted` rows of `table`, never used before; the caller inserts them in this transaction."""
    if transaction.dialect == "sqlite":
        last = await transaction.fetch_one(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), name=table.name)
        start = last[0] if last else 0
        return list(range(start + 1, start + 1 + wanted))
    sequence = func.pg_get_serial_sequence(table.name, next(iter(table.primary_key.columns)).name)
    numbers = func.generate_series(1, wanted).table_valued("number")
    rows = await transaction.fetch(select(func.nextval(sequence)).select_from(numbers))
    return [row[0] for row in rows]


async def add_words(transaction: Transaction, table: Table, words: Words) -> None:
    """Make new things known to the search."""
    if not words:
        return
    if transaction.dialect != "sqlite":
        await transaction.insert_rows(table, ("id", "words"), words)
        return
    # One statement for all: FTS5 writes out what it holds at each statement that fires its triggers, which would make
    # every row five times as dear.
    await transaction.execute(insert(table).from_select(["id", "words"], _listed()), {"rows": as_list(words)})


def _listed() -> Any:
    rows = func.json_each(_ROWS).table_valued("value", name="listed")
    return select(func.json_extract(rows.c.value, "$[0]"), func.json_extract(rows.c.value, "$[1]"))


async def change_words(transaction: Transaction, table: Table, words: Words) -> None:
    """Give known things their words; those that have them already are left alone."""
    if not words:
        return
    known = select(table.c.id, table.c.words).where(in_list(table.c.id, _IDS))
    before = {row[0]: row[1] for row in await transaction.fetch(known, ids=as_list(row[0] for row in words))}
    changed = [{"thing": thing, "words": found} for thing, found in words if before.get(thing) != found]
    if changed:
        await transaction.execute(update(table).where(table.c.id == bindparam("thing")), changed)
