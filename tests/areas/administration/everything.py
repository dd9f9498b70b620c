"""Rows of one person in every table there is: so no table that comes later is forgotten when a person goes."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Float, Integer, LargeBinary, Table, Text, func, insert, select

from antiphon.bootstrap.metadata import metadata
from antiphon.kernel.db import Database

# Columns that name a person without a foreign key. One that is called otherwise belongs here as well.
NAMES_OF_PEOPLE = {"user_id", "owner_id", "uploader_id", "created_by", "added_by", "sender_id", "receiver_id"}
# What outlives a person by intention, with names as they were.
RECORD = {"audit_entry"}
# What is about no person at all, or made by the database for itself.
OWN = {"user_account"}
# Texts that are JSON lists, which the column's default does not tell.
NUMBERS = {"play_queue.song_ids"}
LISTS = {"share.things", "catalogue_change.old", "catalogue_change.new"}

_texts = itertools.count(1)


def personal_columns() -> Iterator[Column[Any]]:
    """Every column that says who it is about."""
    for table in metadata.sorted_tables:
        if table.name in RECORD:
            continue
        for column in table.columns:
            targets = {key.column.table.name for key in column.foreign_keys}
            if "user_account" in targets or column.name in NAMES_OF_PEOPLE:
                yield column


def _value(column: Column[Any], user_id: int, made: dict[str, dict[str, Any]], planted: str) -> Any:
    for key in column.foreign_keys:
        target = key.column.table.name
        return user_id if target == "user_account" else made[target][key.column.name]
    if column.name in NAMES_OF_PEOPLE:
        return user_id
    if column.name == "state":
        return "queued"
    if str(column) in NUMBERS:
        return "[1]"
    if isinstance(column.type, Text):
        text = f"{planted}-{next(_texts)}"
        default = "[]" if str(column) in LISTS else str(getattr(column.server_default, "arg", ""))
        return {"[]": f'["{text}"]', "{}": f'{{"{text}": 1}}'}.get(default, text)
    if isinstance(column.type, LargeBinary):
        return f"{planted}-{next(_texts)}".encode()
    if isinstance(column.type, Integer):
        return 1 if not column.primary_key else 900_000 + next(_texts)
    assert isinstance(column.type, Float), f"{column} is of a type that this knows no value for"
    return 1_800_000_000.0


def _is_of_person(table: Table) -> bool:
    return any(column.table is table for column in personal_columns())


async def plant(database: Database, user_id: int, planted: str) -> dict[str, set[str]]:
    """One row of a person in every table that names people, and what these rows hang on.

    Every text of theirs contains `planted` and stands nowhere else; gives them by table.
    """
    made: dict[str, dict[str, Any]] = {}
    async with database.transaction() as transaction:
        for table in metadata.sorted_tables:
            if table.name in OWN:
                continue
            row = {
                column.name: _value(column, user_id, made, planted if _is_of_person(table) else "other")
                for column in table.columns
                if not (column.primary_key and column.autoincrement is True)
            }
            for column in table.columns:
                if column.computed is not None:
                    row.pop(column.name)
            made[table.name] = row
            await transaction.execute(insert(table).values(**row))
    return {
        table.name: {word for value in made[table.name].values() for word in re.findall(rf"{planted}-\d+", str(value))}
        for table in metadata.sorted_tables
        if _is_of_person(table) and table.name not in OWN
    }


async def left_of(database: Database, user_id: int) -> list[str]:
    """The columns that still name a person."""
    found = []
    async with database.transaction() as transaction:
        for column in personal_columns():
            count = await transaction.fetch_one(select(func.count()).select_from(column.table).where(column == user_id))
            if count != (0,):
                found.append(str(column))
    return found


async def texts_with(database: Database, planted: str) -> list[str]:
    """The columns of text in which a planted word still stands."""
    found = []
    async with database.transaction() as transaction:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Text):
                    rows = await transaction.fetch(select(column).where(column.contains(planted)))
                    found += [str(column)] * bool(rows)
    return found
