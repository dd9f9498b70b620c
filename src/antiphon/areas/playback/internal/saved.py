"""Play queues and bookmarks in the database."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, select

from antiphon.areas.library.views import SONG_COLUMNS, VIEWER, accessible_songs, with_songs
from antiphon.areas.playback.internal.tables import bookmark, play_queue
from antiphon.kernel.db import Statement, Transaction, insert_unless_there

_USER = bindparam("user_id", type_=BigInteger)

QUEUES = Statement(
    select(
        play_queue.c.client,
        play_queue.c.song_ids,
        play_queue.c.place,
        play_queue.c.position,
        play_queue.c.changed_at,
    )
    .where(play_queue.c.user_id == _USER)
    .order_by(play_queue.c.changed_at.desc(), play_queue.c.client)
    .limit(100)
)
BOOKMARKS = Statement(
    select(bookmark.c.position, bookmark.c.comment, bookmark.c.created_at, bookmark.c.changed_at, *SONG_COLUMNS)
    .select_from(with_songs(bookmark, bookmark.c.song_id))
    .where(bookmark.c.user_id == VIEWER, accessible_songs())
    .order_by(bookmark.c.changed_at.desc(), bookmark.c.song_id)
)
PERSONAL_BOOKMARKS = Statement(
    select(
        bookmark.c.song_id, bookmark.c.position, bookmark.c.comment, bookmark.c.created_at, bookmark.c.changed_at
    ).where(bookmark.c.user_id == _USER)
)


async def write_queue(transaction: Transaction, user_id: int, client: str, **values: Any) -> None:
    """Replace what an app has lined up."""
    statement = insert_unless_there(transaction, play_queue).values(user_id=user_id, client=client, **values)
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=[play_queue.c.user_id, play_queue.c.client], set_=values)
    )


async def delete_queue(transaction: Transaction, user_id: int, client: str) -> None:
    """An app has nothing lined up any more."""
    await transaction.execute(delete(play_queue).where(play_queue.c.user_id == user_id, play_queue.c.client == client))


async def write_bookmark(
    transaction: Transaction, user_id: int, song_id: int, *, position: float, comment: str, now: float
) -> None:
    """Set a bookmark, in the place of an earlier one in this song."""
    values = {"position": position, "comment": comment, "changed_at": now}
    statement = insert_unless_there(transaction, bookmark).values(
        user_id=user_id, song_id=song_id, created_at=now, **values
    )
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=[bookmark.c.user_id, bookmark.c.song_id], set_=values)
    )


async def delete_bookmark(transaction: Transaction, user_id: int, song_id: int) -> None:
    """Take a bookmark away, if there is one."""
    await transaction.execute(delete(bookmark).where(bookmark.c.user_id == user_id, bookmark.c.song_id == song_id))


def ids_of(text: str) -> list[int]:
    """The song ids of a stored queue."""
    return msgspec.json.decode(text, type=list[int])
