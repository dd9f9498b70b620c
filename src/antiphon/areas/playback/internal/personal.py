"""What playback knows about a person."""

from collections.abc import AsyncIterator
from typing import Any

from antiphon.areas.playback.internal import ceilings, jukebox, queries, saved, scrobbles, shares
from antiphon.kernel.db import Reader

ROWS_AT_ONCE = 2000
_ACTIVITY_COLUMNS = ("id", "song_id", "title", "artist", "action", "at", "client", "seconds", "completion")
_SHARE_COLUMNS = ("id", "description", "things", "expires_at", "visits", "created_at")
_BOOKMARK_COLUMNS = ("song_id", "position", "comment", "created_at", "changed_at")
_PLAYING_COLUMNS = ("song_id", "client", "started_at", "position")


async def export(reader: Reader, user_id: int) -> dict[str, Any]:
    """What a person played, liked, skipped and shared, what they play now and have lined up, and their bookmarks."""
    playing = await reader.fetch(queries.PERSONAL_NOW_PLAYING, user_id=user_id)
    queues = await reader.fetch(saved.QUEUES, user_id=user_id)
    shared = await reader.fetch(shares.PERSONAL_SHARES, user_id=user_id)
    bookmarks = await reader.fetch(saved.PERSONAL_BOOKMARKS, user_id=user_id)
    connections = await reader.fetch(scrobbles.PERSONAL, user_id=user_id)
    lined_up = await reader.fetch(jukebox.PERSONAL, user_id=user_id)
    ceiling = await reader.fetch(ceilings.PERSONAL, user_id=user_id)
    return {
        "activity": _activity(reader, user_id),
        "now_playing": [dict(zip(_PLAYING_COLUMNS, row, strict=True)) for row in playing],
        "play_queues": [
            {
                "client": row[0],
                "song_ids": saved.ids_of(row[1]),
                "place": row[2],
                "position": row[3],
                "changed_at": row[4],
            }
            for row in queues
        ],
        "shares": [dict(zip(_SHARE_COLUMNS, row, strict=True)) for row in shared],
        "bookmarks": [dict(zip(_BOOKMARK_COLUMNS, row, strict=True)) for row in bookmarks],
        "jukebox": [{"song_id": row[0], "place": row[1]} for row in lined_up],
        "stream_ceiling": ceiling[0][0] if ceiling else None,
        "scrobble_connections": scrobbles.personal(connections),
    }


async def _activity(reader: Reader, user_id: int) -> AsyncIterator[list[dict[str, Any]]]:
    action, at, last_id = "", 0.0, 0
    while True:
        rows = await reader.fetch_slow(
            queries.PERSONAL_ACTIVITY, user_id=user_id, action=action, at=at, id=last_id, limit=ROWS_AT_ONCE
        )
        if rows:
            yield [dict(zip(_ACTIVITY_COLUMNS, row, strict=True)) for row in rows]
        if len(rows) < ROWS_AT_ONCE:
            return
        last_id, _, _, _, action, at = rows[-1][:6]
