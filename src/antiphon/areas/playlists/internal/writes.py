"""Writes of whole playlists; what is in them is written by `editing`."""

from typing import Any

import msgspec
from sqlalchemy import delete, insert, update

from antiphon.areas.playlists.internal.tables import playlist
from antiphon.kernel.db import Transaction


async def insert_playlist(transaction: Transaction, owner_id: int, data: dict[str, Any], now: float) -> int:
    """A new, empty playlist's id. `data` has its title, description, is_public and mood_tags."""
    result = await transaction.execute(
        insert(playlist).values(
            owner_id=owner_id,
            title=data["title"],
            title_key=data["title"].casefold(),
            description=data["description"],
            is_public=int(data["is_public"]),
            mood_tags=msgspec.json.encode(data["mood_tags"]).decode(),
            created_at=now,
            updated_at=now,
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def flag_playlist(transaction: Transaction, playlist_id: int, flagged: bool, reason: str) -> None:
    """Write down whether a playlist is hidden, and why."""
    await transaction.execute(
        update(playlist).where(playlist.c.id == playlist_id).values(flagged=int(flagged), flag_reason=reason)
    )


async def delete_playlist(transaction: Transaction, playlist_id: int) -> None:
    """Delete a playlist with its items, its log and its sharing."""
    await transaction.execute(delete(playlist).where(playlist.c.id == playlist_id))
