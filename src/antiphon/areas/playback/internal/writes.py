"""Writes of playback. Each runs inside the transaction it is given."""

from collections.abc import Callable

from sqlalchemy import Table, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from antiphon.areas.playback.internal.tables import (
    activity,
    bookmark,
    jukebox_item,
    now_playing,
    play_queue,
    scrobble_beginning,
    scrobble_connection,
    share,
    stream_ceiling,
)
from antiphon.kernel.db import Transaction

# What goes with its person.
_PERSONAL = (
    *(now_playing, play_queue, bookmark, scrobble_beginning, scrobble_connection, jukebox_item, stream_ceiling),
)
_INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


async def insert_activity(
    transaction: Transaction,
    *,
    user_id: int,
    song_id: int,
    action: str,
    at: float,
    client: str,
    seconds: float | None = None,
    completion: float | None = None,
) -> bool:
    """Log an activity; False where this very play is in the log already."""
    values = {
        "user_id": user_id,
        "song_id": song_id,
        "action": action,
        "at": at,
        "client": client,
        "seconds": seconds,
        "completion": completion,
    }
    statement = _INSERT[transaction.dialect](activity).values(**values).on_conflict_do_nothing()
    return (await transaction.execute(statement)).rowcount == 1


async def set_now_playing(
    transaction: Transaction,
    *,
    user_id: int,
    client: str,
    song_id: int,
    started_at: float,
    position: float,
    begun_at: float = 0.0,
    counted: int = 0,
) -> None:
    """Say what an app of a person plays, since when they listen to it, and whether this counts as a play already."""
    values = {
        "song_id": song_id,
        "started_at": started_at,
        "position": position,
        "begun_at": begun_at,
        "counted": counted,
    }
    statement = _INSERT[transaction.dialect](now_playing).values(user_id=user_id, client=client, **values)
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=[now_playing.c.user_id, now_playing.c.client], set_=values)
    )


async def clear_now_playing(transaction: Transaction, user_id: int, client: str) -> None:
    """An app of a person plays nothing any more."""
    await transaction.execute(
        delete(now_playing).where(now_playing.c.user_id == user_id, now_playing.c.client == client)
    )


async def forget_person(transaction: Transaction, user_id: int) -> None:
    """Take a person's name off their activity, and what they play now, have lined up and bookmarked away; no service
    hears of them any more."""
    await transaction.execute(update(activity).where(activity.c.user_id == user_id).values(user_id=None, client=""))
    for table in _PERSONAL:
        await transaction.execute(delete(table).where(table.c.user_id == user_id))
    await transaction.execute(delete(share).where(share.c.owner_id == user_id))
