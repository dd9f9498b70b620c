"""Writes of what people think of songs, albums and artists, and how often they heard them."""

from typing import Any

from sqlalchemy import Table, case, func, select, update

from antiphon.areas.library.internal import revisions
from antiphon.areas.library.internal import tables as t
from antiphon.kernel.db import Transaction, insert_unless_there

_TABLES: dict[str, tuple[Table, Table]] = {
    "song": (t.song, t.song_annotation),
    "album": (t.album, t.album_annotation),
    "artist": (t.artist, t.artist_annotation),
}


async def _upsert(
    transaction: Transaction, thing: str, user_id: int, thing_id: int, values: dict[str, Any], again: dict[str, Any]
) -> None:
    """Write `values` where a person has no annotation of a thing yet, and `again` where they have."""
    annotation = _TABLES[thing][1]
    statement = insert_unless_there(transaction, annotation).values(
        **{"user_id": user_id, f"{thing}_id": thing_id, **values}
    )
    await transaction.execute(statement.on_conflict_do_update(index_elements=["user_id", f"{thing}_id"], set_=again))


async def set_star(transaction: Transaction, thing: str, user_id: int, thing_ids: list[int], at: float | None) -> None:
    """Star things at the moment `at`, or take their stars away where it is None. An old star keeps its moment."""
    annotation = _TABLES[thing][1]
    for thing_id in thing_ids:
        if at is None:
            where = (annotation.c.user_id == user_id, annotation.c[f"{thing}_id"] == thing_id)
            await transaction.execute(update(annotation).where(*where).values(starred_at=None))
        else:
            kept = {"starred_at": func.coalesce(annotation.c.starred_at, at)}
            await _upsert(transaction, thing, user_id, thing_id, {"starred_at": at}, kept)
    await revisions.raise_revision(transaction, revisions.of_user(user_id))


async def set_rating(transaction: Transaction, thing: str, user_id: int, thing_id: int, rating: int) -> None:
    """Rate a thing 1 to 5, or 0 for no rating; the thing's mean follows in the same transaction."""
    whole, annotation = _TABLES[thing]
    await _upsert(transaction, thing, user_id, thing_id, {"rating": rating}, {"rating": rating})
    if thing != "artist":
        rated = select(func.coalesce(func.sum(annotation.c.rating), 0), func.count()).where(
            annotation.c[f"{thing}_id"] == thing_id, annotation.c.rating > 0
        )
        total, raters = await transaction.fetch_one(rated) or (0, 0)
        await transaction.execute(
            update(whole).where(whole.c.id == thing_id).values(rating_sum=int(total), rating_count=raters)
        )
    await revisions.raise_revision(transaction, revisions.of_user(user_id))


async def count_play(transaction: Transaction, user_id: int, song_id: int, at: float) -> None:
    """One more play of a song, of its album and of the artists it names first, for the person and for all."""
    row = await transaction.fetch_one(select(t.song.c.album_id).where(t.song.c.id == song_id))
    if row is None:
        return
    (album_id,) = row
    artists = await transaction.fetch(
        select(t.song_credit.c.artist_id)
        .where(t.song_credit.c.song_id == song_id, t.song_credit.c.role == "artist")
        .distinct()
    )
    things = [("song", song_id), *(("artist", artist_id) for (artist_id,) in artists)]
    if album_id is not None:
        things.append(("album", album_id))
    for thing, thing_id in things:
        whole, annotation = _TABLES[thing]
        # A play that arrives late (an app was offline) does not make the last one older.
        latest = case((annotation.c.last_played_at > at, annotation.c.last_played_at), else_=at)
        first = {"play_count": 1, "last_played_at": at}
        again = {"play_count": annotation.c.play_count + 1, "last_played_at": latest}
        await _upsert(transaction, thing, user_id, thing_id, first, again)
        if thing != "artist":
            await transaction.execute(
                update(whole).where(whole.c.id == thing_id).values(play_count=whole.c.play_count + 1)
            )
    await revisions.raise_revision(transaction, revisions.of_user(user_id))
