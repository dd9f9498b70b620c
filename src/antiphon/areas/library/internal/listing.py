"""Who is listed: a song's own flag, its album's and its privacy put into the one number that pages are filtered by."""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, case, exists, or_, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.visibility import ALBUM_FLAGGED, FLAGGED, NEVER
from antiphon.kernel.db import Transaction, in_list

_IDS: BindParameter[str] = bindparam("ids")

_own_flag = t.song.c.flagged % ALBUM_FLAGGED
_of_flagged_album = exists(select(t.album.c.id).where(t.album.c.id == t.song.c.album_id, t.album.c.flagged == 1))
_moment = case((t.song.c.listed_from >= NEVER, t.song.c.listed_from - NEVER), else_=t.song.c.listed_from)
_is_hidden = or_(_own_flag == FLAGGED, t.song.c.privacy > 0, _of_flagged_album)
_listed: dict[str, Any] = {
    "flagged": _own_flag + case((_of_flagged_album, ALBUM_FLAGGED), else_=0),
    "listed_from": case((_is_hidden, _moment + NEVER), else_=_moment),
}
_RELIST = update(t.song).where(in_list(t.song.c.id, _IDS)).values(**_listed)
_RELIST_FLAGGED = (
    update(t.song)
    .where(and_(in_list(t.song.c.id, _IDS), or_(t.song.c.flagged > 0, _of_flagged_album)))
    .values(**_listed)
)


async def relist(transaction: Transaction, song_ids: str) -> None:
    """Have songs (a JSON list of ids) be listed as their flags, their albums' and their privacy say. Totals become
    stale: the caller notes that."""
    await transaction.execute(_RELIST, {"ids": song_ids})


async def relist_flagged(transaction: Transaction, song_ids: str) -> None:
    """The same for those among them that a flag concerns, which are few: what a scan has written."""
    await transaction.execute(_RELIST_FLAGGED, {"ids": song_ids})
