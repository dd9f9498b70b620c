"""Taking songs out of the catalogue: what lies in a music folder is marked, what was uploaded is deleted."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Text, bindparam, case, delete, select, update

from antiphon.areas.library.data import SongsRemoved
from antiphon.areas.library.internal import edits
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.editing.songs import settle
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.areas.library.internal.visibility import MISSING, REMOVED
from antiphon.kernel.db import Transaction, in_list

_IDS = bindparam("ids", type_=Text)
_BATCH = 1000


async def remove(transaction: Transaction, scanned: list[int], uploaded: list[int], now: float) -> bool:
    """Mark scanned songs as removed and delete uploaded ones. False where totals are left for the job."""
    ids = as_list([*scanned, *uploaded])
    stale = await stale_of_songs(transaction, ids)
    if scanned:
        statement = update(t.song).where(in_list(t.song.c.id, _IDS)).values(missing=REMOVED, updated_at=now)
        await transaction.execute(statement, {"ids": as_list(scanned)})
    for start in range(0, len(uploaded), _BATCH):
        batch = uploaded[start : start + _BATCH]
        await transaction.publish(SongsRemoved(tuple(batch)))
        await transaction.execute(delete(t.song).where(in_list(t.song.c.id, _IDS)), {"ids": as_list(batch)})
        await edits.forget(transaction, "song", batch)
    return await settle(transaction, stale, now)


async def restore(transaction: Transaction, song_ids: Iterable[int], now: float) -> bool:
    """Bring removed songs back; those whose files have vanished meanwhile are missing."""
    ids = as_list(song_ids)
    vanished = select(t.media_file.c.missing_since).where(t.media_file.c.song_id == t.song.c.id).scalar_subquery()
    there: Any = case((vanished.is_(None), 0), else_=MISSING)
    statement = update(t.song).where(in_list(t.song.c.id, _IDS), t.song.c.missing == REMOVED)
    await transaction.execute(statement.values(missing=there, updated_at=now), {"ids": ids})
    return await settle(transaction, await stale_of_songs(transaction, ids), now)
