"""Candidates for what is shown to people: what is played, what is new, and what resembles what they like."""

from typing import Any

from sqlalchemy import BigInteger, Integer, Text, bindparam, func, select, union

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.visibility import VIEWER, listed_songs
from antiphon.kernel.db import Statement, in_list

POOL = 60
LIKED, CANDIDATES = 50, 300
SHORTEST_SECONDS = 30.0
_IDS = bindparam("ids", type_=Text)


def _pool(order: Any) -> Any:
    is_good = (
        listed_songs(),
        t.song.c.duration >= SHORTEST_SECONDS,
        t.song.c.rating_sum >= 3 * t.song.c.rating_count,
    )
    # The order is that of an index: only its first rows are looked at.
    return select(t.song.c.id).where(*is_good).order_by(order.desc(), t.song.c.id.desc()).limit(POOL)


MOST_PLAYED = Statement(_pool(t.song.c.play_count))
NEWEST = Statement(_pool(t.song.c.created_at))


def _liked(order: Any, condition: Any) -> Any:
    own = t.song_annotation
    chosen = select(own.c.song_id).where(own.c.user_id == VIEWER, condition).order_by(order.desc()).limit(LIKED)
    return select(chosen.subquery().c.song_id)


_own = t.song_annotation
LIKED_SONGS = Statement(
    union(
        _liked(_own.c.starred_at, _own.c.starred_at.is_not(None)),
        _liked(_own.c.rating, _own.c.rating >= 4),
        _liked(_own.c.play_count, _own.c.play_count > 0),
    )
)


def _frequent(link: Any, owner: str, wanted: int) -> Statement:
    """What most of the songs in `ids` have in common, the most frequent first."""
    column = link.c[owner]
    rows = select(column, func.count()).where(in_list(link.c.song_id, _IDS)).group_by(column)
    return Statement(rows.order_by(func.count().desc(), column).limit(wanted))


def _songs_of(link: Any, owner: str) -> Statement:
    """Songs of the artists or genres in `ids`, from the song `after` on."""
    after = link.c.song_id > bindparam("after", type_=BigInteger)
    rows = select(link.c.song_id).where(in_list(link.c[owner], _IDS), after)
    return Statement(rows.limit(bindparam("limit", type_=Integer)))


FREQUENT = {
    "artist": _frequent(t.song_credit, "artist_id", 12),
    "genre": _frequent(t.song_genre, "genre_id", 8),
}
SONGS_OF = {"artist": _songs_of(t.song_credit, "artist_id"), "genre": _songs_of(t.song_genre, "genre_id")}
LAST_SONG = Statement(select(func.max(t.song.c.id)))
