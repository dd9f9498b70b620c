"""Keeping what people changed: the history of each field, what the file said before, and names that files go on using.

A *fact* is the value of a field as JSON. Facts of a song: `title`, `sort_title`, `artists` (`{"text", "credits":
[[name, role]]}`), `album` (`{"id", "key"}`), `disc`, `track`, `year`, `genres` (names), `language`, `comment`, `lyrics`
(`{"plain", "synced"}`), `release_at` (seconds since 1970 or null), `licence` (`{"code", "text", "url"}` or null),
`bpm` and `key` as people tell them (null and an empty text where they do not).
Facts of an album: `title`, `sort_title`, `artists`, `year`, `release_date`, `release_at`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Double, Integer, Text, bindparam, delete, func, insert, select

from antiphon.areas.library.internal import tables as t
from antiphon.kernel.db import Statement, Transaction, in_list, insert_unless_there

_IDS = bindparam("ids", type_=Text)
_THING = bindparam("thing", type_=Text)
_EDITED = Statement(
    select(t.edited_field.c.thing_id, t.edited_field.c.field, t.edited_field.c.told, t.edited_field.c.value).where(
        t.edited_field.c.thing == _THING, in_list(t.edited_field.c.thing_id, _IDS)
    )
)
_CHANGE_COLUMNS = (
    t.catalogue_change.c.id,
    t.catalogue_change.c.at,
    t.catalogue_change.c.user_id,
    t.catalogue_change.c.thing,
    t.catalogue_change.c.thing_id,
    t.catalogue_change.c.field,
    t.catalogue_change.c.old,
    t.catalogue_change.c.new,
)
_ID = bindparam("id", type_=BigInteger)
_OF_THING = (t.catalogue_change.c.thing == _THING, t.catalogue_change.c.thing_id == _ID)
CHANGE = Statement(select(*_CHANGE_COLUMNS).where(t.catalogue_change.c.id == _ID))
CHANGES = Statement(
    select(*_CHANGE_COLUMNS)
    .where(*_OF_THING)
    .order_by(t.catalogue_change.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=BigInteger))
)
# What one person changed in one step, of songs.
STEP = Statement(
    select(*_CHANGE_COLUMNS)
    .where(
        t.catalogue_change.c.user_id == bindparam("user", type_=BigInteger),
        t.catalogue_change.c.at == bindparam("at", type_=Double),
        t.catalogue_change.c.thing == "song",
    )
    .order_by(t.catalogue_change.c.id)
)
_LATEST = Statement(select(func.max(t.catalogue_change.c.id)).where(*_OF_THING))

# What no file tells, so that no scan can change it.
UNTOLD = frozenset(("release_at", "licence", "bpm", "key"))


class Edit(NamedTuple):
    """A field that a person has set: what the file told then, and what it is now. Both are facts."""

    told: Any
    value: Any


class Changed(NamedTuple):
    """One field of one thing that changes. `told` says what the file says, where that is known to differ from `old`."""

    thing_id: int
    field: str
    old: Any
    new: Any


def fact(text: str) -> Any:
    """The value that a stored fact spells."""
    return msgspec.json.decode(text)


def stored(value: Any) -> str:
    """A fact as it is stored: equal facts are equal texts."""
    return msgspec.json.encode(value, order="deterministic").decode()


async def edits_of(transaction: Transaction, thing: str, ids: Iterable[int]) -> dict[int, dict[str, Edit]]:
    """The fields that people have set of these things, by id and name."""
    found: dict[int, dict[str, Edit]] = {}
    listed = msgspec.json.encode(list(ids)).decode()
    for thing_id, field, told, value in await transaction.fetch(_EDITED, thing=thing, ids=listed):
        found.setdefault(thing_id, {})[field] = Edit(fact(told), fact(value))
    return found


async def latest_of(transaction: Transaction, thing: str, thing_id: int) -> int:
    """The latest change of a thing that has one."""
    row = await transaction.fetch_one(_LATEST, thing=thing, id=thing_id)
    assert row is not None
    return int(row[0])


async def note(
    transaction: Transaction, thing: str, changes: Sequence[Changed], *, user_id: int | None, now: float
) -> None:
    """Write changes into the history."""
    rows = [
        (now, user_id, thing, change.thing_id, change.field, stored(change.old), stored(change.new))
        for change in changes
    ]
    columns = ("at", "user_id", "thing", "thing_id", "field", "old", "new")
    await transaction.insert_rows(t.catalogue_change, columns, rows)


async def keep(transaction: Transaction, thing: str, changes: Sequence[Changed]) -> None:
    """Have scans leave alone what a person has set. A field that is back at what the file tells is the file's again."""
    changes = [change for change in changes if change.field not in UNTOLD]
    before = await edits_of(transaction, thing, {change.thing_id for change in changes})
    kept: list[dict[str, Any]] = []
    given_back: list[tuple[int, str]] = []
    for change in changes:
        known = before.get(change.thing_id, {}).get(change.field)
        told = known.told if known is not None else change.old
        if stored(told) == stored(change.new):
            given_back.append((change.thing_id, change.field))
        else:
            kept.append(
                {
                    "thing": thing,
                    "thing_id": change.thing_id,
                    "field": change.field,
                    "told": stored(told),
                    "value": stored(change.new),
                }
            )
    if kept:
        statement = insert_unless_there(transaction, t.edited_field)
        renewed = {"told": statement.excluded.told, "value": statement.excluded.value}
        await transaction.execute(
            statement.on_conflict_do_update(index_elements=["thing", "thing_id", "field"], set_=renewed), kept
        )
    await give_back(transaction, thing, given_back)


async def give_back(transaction: Transaction, thing: str, fields: Sequence[tuple[int, str]]) -> None:
    """Let the files decide about these (id, field) again."""
    if fields:
        edited = t.edited_field
        statement = delete(edited).where(
            edited.c.thing == thing, edited.c.thing_id == bindparam("which"), edited.c.field == bindparam("named")
        )
        await transaction.execute(statement, [{"which": thing_id, "named": field} for thing_id, field in fields])


async def forget(transaction: Transaction, thing: str, ids: Iterable[int]) -> None:
    """Drop what was kept of things that are gone for good."""
    parameters = {"ids": msgspec.json.encode(list(ids)).decode()}
    for table in (t.edited_field, t.catalogue_change):
        await transaction.execute(
            delete(table).where(table.c.thing == thing, in_list(table.c.thing_id, _IDS)), parameters
        )


async def set_alias(transaction: Transaction, thing: str, name_key: str, thing_id: int | None) -> None:
    """Have files that go on naming `name_key` mean `thing_id`, or nothing at all where that is None."""
    statement = insert_unless_there(transaction, t.name_alias).values(thing=thing, name_key=name_key, thing_id=thing_id)
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=["thing", "name_key"], set_={"thing_id": thing_id})
    )


async def drop_alias(transaction: Transaction, thing: str, name_key: str) -> None:
    """Have a name mean what it says."""
    alias = t.name_alias
    await transaction.execute(delete(alias).where(alias.c.thing == thing, alias.c.name_key == name_key))


class Aliases:
    """How things are called now that files call otherwise. Without any, every name means what it says."""

    def __init__(self, artists: Mapping[str, str], genres: Mapping[str, str | None]) -> None:
        self.artists = artists
        self.genres = genres

    @classmethod
    async def load(cls, transaction: Transaction) -> "Aliases":
        """The names of today, by the keys of those that files use."""
        alias = t.name_alias
        artists = await transaction.fetch(
            select(alias.c.name_key, t.artist.c.name)
            .join(t.artist, t.artist.c.id == alias.c.thing_id)
            .where(alias.c.thing == "artist")
        )
        genres = await transaction.fetch(
            select(alias.c.name_key, t.genre.c.name)
            .select_from(alias.outerjoin(t.genre, t.genre.c.id == alias.c.thing_id))
            .where(alias.c.thing == "genre")
        )
        return cls(dict(artists), dict(genres))

    def __bool__(self) -> bool:
        return bool(self.artists or self.genres)


async def insert_one(transaction: Transaction, table: Any, values: dict[str, Any]) -> int:
    """A new row's id."""
    key = (await transaction.execute(insert(table).values(**values))).inserted_primary_key
    assert key is not None
    return int(key[0])
