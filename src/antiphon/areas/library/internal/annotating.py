"""Writes of what people think of songs, albums and artists, and how often they heard them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Table, Text, bindparam, case, func, select, update

from antiphon.areas.library.internal import revisions
from antiphon.areas.library.internal import tables as t
from antiphon.kernel.db import Transaction, in_list, insert_unless_there

_TABLES: dict[str, tuple[Table, Table]] = {
    "song": (t.song, t.song_annotation),
    "album": (t.album, t.album_annotation),
    "artist": (t.artist, t.artist_annotation),
}
_IDS = bindparam("ids", type_=Text)


async def _upsert(
    transaction: Transaction,
    thing: str,
    user_id: int,
    thing_ids: Sequence[int],
    values: dict[str, Any],
    again: dict[str, Any],
) -> None:
    """Write `values` where a person has no annotation of one of the things yet, and `again` where they have."""
    if not thing_ids:
        return
    statement = insert_unless_there(transaction, _TABLES[thing][1])
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=["user_id", f"{thing}_id"], set_=again),
        [{"user_id": user_id, f"{thing}_id": thing_id, **values} for thing_id in thing_ids],
    )


async def set_star(transaction: Transaction, thing: str, user_id: int, thing_ids: list[int], at: float | None) -> None:
    """Star things at the moment `at`, or take their stars away where it is None. An old star keeps its moment."""
    annotation = _TABLES[thing][1]
    if at is None:
        where = (annotation.c.user_id == user_id, in_list(annotation.c[f"{thing}_id"], _IDS))
        listed = {"ids": msgspec.json.encode(thing_ids).decode()}
        await transaction.execute(update(annotation).where(*where).values(starred_at=None), listed)
    else:
        kept = {"starred_at": func.coalesce(annotation.c.starred_at, at)}
        await _upsert(transaction, thing, user_id, thing_ids, {"starred_at": at}, kept)
    await revisions.raise_revision(transaction, revisions.of_user(user_id))


async def set_rating(transaction: Transaction, thing: str, user_id: int, thing_id: int, rating: int) -> None:
    """Rate a thing 1 to 5, or 0 for no rating; the thing's mean follows in the same transaction."""
    whole, annotation = _TABLES[thing]
    await _upsert(transaction, thing, user_id, [thing_id], {"rating": rating}, {"rating": rating})
    if thing != "artist":
        rated = select(func.coalesce(func.sum(annotation.c.rating), 0), func.count()).where(
            annotation.c[f"{thing}_id"] == thing_id, annotation.c.rating > 0
        )
        total, raters = await transaction.fetch_one(rated) or (0, 0)
        await transaction.execute(
            update(whole).where(whole.c.id == thing_id).values(rating_sum=int(total), rating_count=raters)
        )
    await revisions.raise_revision(transaction, revisions.of_user(user_id))


async def count_play(transaction: Transaction, user_id: int, song_id: int, album_id: int | None, at: float) -> None:
    """One more play of a song, of its album and of the artists it names first, for the person and for all."""
    artists = await transaction.fetch(
        select(t.song_credit.c.artist_id)
        .where(t.song_credit.c.song_id == song_id, t.song_credit.c.role == "artist")
        .distinct()
    )
    things: dict[str, list[int]] = {"song": [song_id], "artist": [artist_id for (artist_id,) in artists]}
    if album_id is not None:
        things["album"] = [album_id]
    for thing, thing_ids in things.items():
        whole, annotation = _TABLES[thing]
        # A play that arrives late (an app was offline) does not make the last one older.
        latest = case((annotation.c.last_played_at > at, annotation.c.last_played_at), else_=at)
        first = {"play_count": 1, "last_played_at": at}
        again = {"play_count": annotation.c.play_count + 1, "last_played_at": latest}
        await _upsert(transaction, thing, user_id, thing_ids, first, again)
        if thing != "artist":
            await transaction.execute(
                update(whole).where(whole.c.id == thing_ids[0]).values(play_count=whole.c.play_count + 1)
            )
    await revisions.raise_revision(transaction, revisions.of_user(user_id))
