"""Genres as people make, rename and drop them: the songs and albums that name them follow."""

from typing import NamedTuple

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, delete, select, update

from antiphon.areas.library.internal import edits, revisions
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.edits import Changed
from antiphon.areas.library.internal.fold import name_key
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.kernel.db import Statement, Transaction, in_list

_ID = bindparam("id", type_=BigInteger)
_IDS = bindparam("ids", type_=Text)
BATCH = 1000


class GenreNow(NamedTuple):
    """A genre while a transaction holds it."""

    id: int
    name: str
    name_key: str


_genres = select(t.genre.c.id, t.genre.c.name, t.genre.c.name_key).with_for_update()
BY_ID = Statement(_genres.where(t.genre.c.id == _ID))
BY_KEY = Statement(_genres.where(t.genre.c.name_key == bindparam("key", type_=Text)))


async def make(transaction: Transaction, name: str, *, user_id: int | None, now: float) -> int:
    """A new genre's id."""
    key = name_key(name)
    await edits.drop_alias(transaction, "genre", key)
    genre_id = await edits.insert_one(transaction, t.genre, {"name": name, "name_key": key, "by_hand": 1})
    await edits.note(transaction, "genre", [Changed(genre_id, "name", None, name)], user_id=user_id, now=now)
    await revisions.library_changed(transaction)
    return genre_id


async def rename(transaction: Transaction, genre: GenreNow, name: str, *, user_id: int | None, now: float) -> None:
    """Call a genre otherwise."""
    key = name_key(name)
    await transaction.execute(update(t.genre).where(t.genre.c.id == genre.id).values(name=name, name_key=key))
    await edits.set_alias(transaction, "genre", genre.name_key, genre.id)
    await edits.set_alias(transaction, "genre", key, genre.id)
    await _things_follow(transaction, genre, name, now)
    await edits.note(transaction, "genre", [Changed(genre.id, "name", genre.name, name)], user_id=user_id, now=now)
    await revisions.library_changed(transaction)


async def drop(transaction: Transaction, genre: GenreNow, *, user_id: int | None, now: float) -> None:
    """Take a genre away from everything. Files that name it do not bring it back."""
    await _things_follow(transaction, genre, None, now)
    alias = t.name_alias
    mine = (alias.c.thing == "genre", alias.c.thing_id == genre.id)
    await transaction.execute(update(alias).where(*mine).values(thing_id=None))
    await edits.set_alias(transaction, "genre", genre.name_key, None)
    await transaction.execute(delete(t.genre).where(t.genre.c.id == genre.id))
    await edits.note(transaction, "genre", [Changed(genre.id, "name", genre.name, None)], user_id=user_id, now=now)
    await revisions.library_changed(transaction)


async def _things_follow(transaction: Transaction, genre: GenreNow, name: str | None, now: float) -> None:
    """Write the genre's new name (None: nothing) into the songs and albums that have it."""
    for thing, table, link in (("song", t.song, t.song_genre), ("album", t.album, t.album_genre)):
        found = await transaction.fetch(select(link.c[f"{thing}_id"]).where(link.c.genre_id == genre.id))
        ids = [row[0] for row in found]
        for start in range(0, len(ids), BATCH):
            rows = await transaction.fetch(
                select(table.c.id, table.c.genres).where(in_list(table.c.id, _IDS)),
                ids=as_list(ids[start : start + BATCH]),
            )
            changed = [
                {"thing": thing_id, "genres": _renamed(genres, genre.name_key, name), "updated_at": now}
                for thing_id, genres in rows
            ]
            await transaction.execute(update(table).where(table.c.id == bindparam("thing")), changed)


def _renamed(genres: str, key: str, name: str | None) -> str:
    names = msgspec.json.decode(genres, type=list[str])
    renamed = [name if name_key(one) == key else one for one in names]
    return as_list(dict.fromkeys(one for one in renamed if one is not None))
