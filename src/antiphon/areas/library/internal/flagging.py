"""Writing flags: the song's own bit, or the album's mark with a bit in each of its songs."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.editing.songs import settle
from antiphon.areas.library.internal.listing import relist
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import mark_stale, stale_of_songs
from antiphon.areas.library.internal.visibility import ALBUM_FLAGGED, FLAGGED, accessible_songs, listed_albums
from antiphon.kernel.db import Statement, Transaction

_ID = bindparam("id", type_=BigInteger)


class Flagged(NamedTuple):
    """A song or an album while a transaction holds it."""

    id: int
    title: str
    uploader_id: int | None
    flagged: int
    reason: str

    @property
    def is_flagged(self) -> bool:
        """Whether the thing itself is flagged: a song's album is another matter."""
        return bool(self.flagged & FLAGGED)


def _things(table: Any, visible: Any) -> Statement:
    columns = (table.c.id, table.c.title, table.c.uploader_id, table.c.flagged, table.c.flag_reason)
    return Statement(select(*columns).where(table.c.id == _ID, visible).with_for_update(of=table))


FLAGGED_THINGS = {"song": _things(t.song, accessible_songs()), "album": _things(t.album, listed_albums())}


async def write(transaction: Transaction, thing: str, now: Flagged, flagged: bool, reason: str, moment: float) -> bool:
    """Flag or unflag, with everything that follows. False where totals are left for the job."""
    if thing == "song":
        bits = (now.flagged & ALBUM_FLAGGED) | int(flagged)
        ids = as_list([now.id])
        whole = update(t.song).where(t.song.c.id == now.id)
        await transaction.execute(whole.values(flagged=bits, flag_reason=reason, updated_at=moment))
    else:
        whole = update(t.album).where(t.album.c.id == now.id)
        await transaction.execute(whole.values(flagged=int(flagged), flag_reason=reason, updated_at=moment))
        songs = await transaction.fetch(select(t.song.c.id).where(t.song.c.album_id == now.id))
        ids = as_list(row[0] for row in songs)
    await relist(transaction, ids)
    stale = await stale_of_songs(transaction, ids)
    if thing == "album":
        stale |= {("album", now.id)}
        await mark_stale(transaction, stale)
    return await settle(transaction, stale, moment)
