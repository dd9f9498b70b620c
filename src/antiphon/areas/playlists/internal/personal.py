"""What playlists know about a person."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, select, update

from antiphon.areas.library.views import song
from antiphon.areas.playlists.data import PlaylistDeleted
from antiphon.areas.playlists.internal import queries
from antiphon.areas.playlists.internal import tables as t
from antiphon.kernel.db import Reader, Statement, Transaction

_USER = bindparam("user_id", type_=BigInteger)
_PLAYLIST_COLUMNS = ("id", "title", "description", "is_public", "mood_tags", "created_at", "updated_at")
_ITEM_COLUMNS = ("playlist_id", "song_id", "title", "artist", "track", "added_at")

_PLAYLISTS = Statement(
    select(*(t.playlist.c[name] for name in _PLAYLIST_COLUMNS))
    .where(t.playlist.c.owner_id == _USER)
    .order_by(t.playlist.c.id)
)
_ITEMS = Statement(
    select(
        t.playlist_item.c.playlist_id,
        t.playlist_item.c.song_id,
        song.c.title,
        song.c.artist_text,
        t.playlist_item.c.track,
        t.playlist_item.c.added_at,
    )
    .join_from(t.playlist_item, t.playlist, t.playlist.c.id == t.playlist_item.c.playlist_id)
    .outerjoin(song, song.c.id == t.playlist_item.c.song_id)
    .where(t.playlist.c.owner_id == _USER)
    .order_by(t.playlist_item.c.playlist_id, t.playlist_item.c.place, t.playlist_item.c.id)
)
_COLLABORATIONS = Statement(
    select(t.playlist_collaborator.c.playlist_id)
    .where(t.playlist_collaborator.c.user_id == _USER)
    .order_by(t.playlist_collaborator.c.playlist_id)
)
_OPERATION_COLUMNS = ("playlist_id", "revision", "action", "data", "at")
_OPERATIONS = Statement(
    select(*(t.playlist_operation.c[name] for name in _OPERATION_COLUMNS))
    .where(t.playlist_operation.c.user_id == _USER)
    .order_by(t.playlist_operation.c.playlist_id, t.playlist_operation.c.revision)
)


async def export(reader: Reader, user_id: int) -> dict[str, Any]:
    """A person's playlists, what is in them, in which of others they take part, and each of their edits."""
    items = await reader.fetch_slow(_ITEMS, user_id=user_id)
    operations = await reader.fetch_slow(_OPERATIONS, user_id=user_id)
    return {
        "playlist": [
            dict(zip(_PLAYLIST_COLUMNS, row, strict=True)) for row in await reader.fetch(_PLAYLISTS, user_id=user_id)
        ],
        "playlist_item": [dict(zip(_ITEM_COLUMNS, row, strict=True)) for row in items],
        "playlist_collaborator": [row[0] for row in await reader.fetch(_COLLABORATIONS, user_id=user_id)],
        "playlist_operation": [dict(zip(_OPERATION_COLUMNS, row, strict=True)) for row in operations],
    }


async def erase(transaction: Transaction, user_id: int) -> None:
    """Delete a person's playlists, and take their name off what they did in those of others."""
    owned = await transaction.fetch(queries.OWNED_IDS, user_id=user_id)
    await transaction.execute(delete(t.playlist).where(t.playlist.c.owner_id == user_id))
    for (playlist_id,) in owned:
        await transaction.publish(PlaylistDeleted(playlist_id))
    await transaction.execute(delete(t.playlist_collaborator).where(t.playlist_collaborator.c.user_id == user_id))
    await transaction.execute(
        update(t.playlist_item).where(t.playlist_item.c.added_by == user_id).values(added_by=None)
    )
    await transaction.execute(
        update(t.playlist_operation).where(t.playlist_operation.c.user_id == user_id).values(user_id=None)
    )
