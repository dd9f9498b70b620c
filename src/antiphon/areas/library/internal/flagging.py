"""Writing flags: the song's own bit, or the mark of an album or an artist with a bit in each of its songs."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, literal_column, or_, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.editing.songs import settle
from antiphon.areas.library.internal.listing import relist
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import mark_stale, stale_of_songs
from antiphon.areas.library.internal.visibility import FLAGGED, accessible_songs, listed_albums, listed_artists
from antiphon.kernel.db import Statement, Transaction

_ID = bindparam("id", type_=BigInteger)


class Flagged(NamedTuple):
    """A song, an album or an artist while a transaction holds it."""

    id: int
    title: str
    uploader_id: int | None
    flagged: int
    reason: str

    @property
    def is_flagged(self) -> bool:
        """Whether the thing itself is flagged: a song's album and artists are another matter."""
        return bool(self.flagged & FLAGGED)


def _things(table: Any, title: Any, uploader_id: Any, visible: Any) -> Statement:
    columns = (table.c.id, title, uploader_id, table.c.flagged, table.c.flag_reason)
    return Statement(select(*columns).where(table.c.id == _ID, visible).with_for_update(of=table))


FLAGGED_THINGS = {
    "song": _things(t.song, t.song.c.title, t.song.c.uploader_id, accessible_songs()),
    "album": _things(t.album, t.album.c.title, t.album.c.uploader_id, listed_albums()),
    "artist": _things(t.artist, t.artist.c.name, literal_column("NULL"), listed_artists(t.artist)),
}
_OF_ARTIST = Statement(
    select(t.song.c.id).where(
        or_(
            t.song.c.id.in_(select(t.song_credit.c.song_id).where(t.song_credit.c.artist_id == _ID)),
            t.song.c.album_id.in_(select(t.album_credit.c.album_id).where(t.album_credit.c.artist_id == _ID)),
        )
    )
)
_SONGS = {
    "song": Statement(select(t.song.c.id).where(t.song.c.id == _ID)),
    "album": Statement(select(t.song.c.id).where(t.song.c.album_id == _ID)),
    "artist": _OF_ARTIST,
}


async def write(transaction: Transaction, thing: str, now: Flagged, flagged: bool, reason: str, moment: float) -> bool:
    """Flag or unflag, with everything that follows. False where totals are left for the job."""
    table: Any = {"song": t.song, "album": t.album, "artist": t.artist}[thing]
    bits = now.flagged & ~FLAGGED | int(flagged)
    whole = update(table).where(table.c.id == now.id)
    await transaction.execute(whole.values(flagged=bits, flag_reason=reason, updated_at=moment))
    ids = as_list(row[0] for row in await transaction.fetch(_SONGS[thing], id=now.id))
    await relist(transaction, ids)
    stale = await stale_of_songs(transaction, ids)
    if thing != "song":
        stale |= {(thing, now.id)}
        await mark_stale(transaction, stale)
    return await settle(transaction, stale, moment)
