"""Who is listed: a song's own flag, its album's, its artists', its privacy and both releases put into the one number
that pages are filtered by."""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, case, exists, func, or_, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.visibility import ALBUM_FLAGGED, ARTIST_FLAGGED, FLAGGED, NEVER
from antiphon.kernel.db import Transaction, in_list

_IDS: BindParameter[str] = bindparam("ids")

_own_flag = t.song.c.flagged % ALBUM_FLAGGED
_of_album = t.album.c.id == t.song.c.album_id
_of_flagged_album = exists(select(t.album.c.id).where(_of_album, t.album.c.flagged == 1))
_flagged_artists = select(t.artist.c.id).where(t.artist.c.flagged == 1)
_of_flagged_artist = or_(
    exists(
        select(t.song_credit.c.song_id).where(
            t.song_credit.c.song_id == t.song.c.id, t.song_credit.c.artist_id.in_(_flagged_artists)
        )
    ),
    exists(
        select(t.album_credit.c.album_id).where(
            t.album_credit.c.album_id == t.song.c.album_id, t.album_credit.c.artist_id.in_(_flagged_artists)
        )
    ),
)
_of_hidden_album = exists(select(t.album.c.id).where(_of_album, or_(t.album.c.flagged == 1, t.album.c.release_at > 0)))
_release_of_album = func.coalesce(select(t.album.c.release_at).where(_of_album).scalar_subquery(), 0)
_release = case((_release_of_album > t.song.c.release_at, _release_of_album), else_=t.song.c.release_at)
_is_hidden = or_(_own_flag == FLAGGED, t.song.c.privacy > 0, _of_flagged_album, _of_flagged_artist)
_listed: dict[str, Any] = {
    "flagged": _own_flag
    + case((_of_flagged_album, ALBUM_FLAGGED), else_=0)
    + case((_of_flagged_artist, ARTIST_FLAGGED), else_=0),
    "listed_from": case((_is_hidden, _release + NEVER), else_=_release),
}
_RELIST = update(t.song).where(in_list(t.song.c.id, _IDS)).values(**_listed)
_RELIST_HIDDEN = (
    update(t.song)
    .where(
        and_(
            in_list(t.song.c.id, _IDS),
            or_(t.song.c.listed_from > 0, t.song.c.release_at > 0, _of_hidden_album, _of_flagged_artist),
        )
    )
    .values(**_listed)
)


async def relist(transaction: Transaction, song_ids: str) -> None:
    """Have songs (a JSON list of ids) be listed as their flags, their albums', their privacy and releases say. Totals
    become stale: the caller notes that."""
    await transaction.execute(_RELIST, {"ids": song_ids})


async def relist_hidden(transaction: Transaction, song_ids: str) -> None:
    """The same for those among them that a flag or a release concerns, which are few: what a scan has written."""
    await transaction.execute(_RELIST_HIDDEN, {"ids": song_ids})
