"""Reads of playlists, and the conditions that decide who may see and edit them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from antiphon.areas.accounts.views import person
from antiphon.areas.library.views import ADMIN, SONG_COLUMNS, VIEWER, accessible_songs, song, with_songs
from antiphon.areas.library.views import viewing as viewing
from antiphon.areas.playlists.internal import tables as t
from antiphon.kernel.db import Statement, in_list

_ID = bindparam("id", type_=BigInteger)
_LIMIT = bindparam("limit", type_=Integer)
_OFFSET = bindparam("offset", type_=BigInteger)

_OWNED = t.playlist.c.owner_id == VIEWER
# A flagged playlist is there for its owner, and for admins so that they can judge it.
_SHARED = and_(
    t.playlist.c.flagged == 0,
    exists(
        select(t.playlist_collaborator.c.playlist_id).where(
            t.playlist_collaborator.c.user_id == VIEWER, t.playlist_collaborator.c.playlist_id == t.playlist.c.id
        )
    ),
)
_PUBLIC = and_(t.playlist.c.is_public == 1, or_(t.playlist.c.flagged == 0, ADMIN == 1))
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "owned": _OWNED,
    "mine": or_(_OWNED, _SHARED),
    "visible": or_(_PUBLIC, _OWNED, _SHARED),
}

# A separator that is a parameter would stay a placeholder in a compiled statement.
_ids = func.aggregate_strings(cast(t.playlist_collaborator.c.user_id, Text), literal_column("' '"))  # type: ignore[arg-type]
_collaborators = (
    select(func.coalesce(_ids, "")).where(t.playlist_collaborator.c.playlist_id == t.playlist.c.id).scalar_subquery()
)
_role = case((_OWNED, "owner"), (_SHARED, "collaborator"), else_="listener")


def _playlists(which: str, *besides: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            t.playlist.c.id,
            t.playlist.c.owner_id,
            person.c.username,
            t.playlist.c.title,
            t.playlist.c.description,
            t.playlist.c.is_public,
            t.playlist.c.mood_tags,
            _collaborators,
            _role,
            t.playlist.c.revision,
            t.playlist.c.created_at,
            t.playlist.c.updated_at,
            t.playlist.c.flagged,
        )
        .join_from(t.playlist, person, person.c.id == t.playlist.c.owner_id)
        .where(or_(_CONDITIONS[which], *besides))
    )


_JUDGED = and_(t.playlist.c.flagged == 1, ADMIN == 1)
PLAYLIST = Statement(_playlists("visible", _JUDGED).where(t.playlist.c.id == _ID))
LISTS = {
    which: Statement(_playlists(which).order_by(t.playlist.c.title_key, t.playlist.c.id).limit(_LIMIT).offset(_OFFSET))
    for which in _CONDITIONS
}
TOTALS = {
    which: Statement(select(func.count()).select_from(t.playlist).where(condition))
    for which, condition in _CONDITIONS.items()
}

_ORDER = (t.playlist_item.c.place, t.playlist_item.c.id)
_OF_PLAYLIST = t.playlist_item.c.playlist_id == _ID

SONG_COUNTS = Statement(
    select(t.playlist_item.c.playlist_id, func.count(), func.coalesce(func.sum(song.c.duration), 0.0))
    .join_from(t.playlist_item, song, song.c.id == t.playlist_item.c.song_id)
    .where(in_list(t.playlist_item.c.playlist_id, bindparam("ids", type_=Text)), accessible_songs())
    .group_by(t.playlist_item.c.playlist_id)
)

# What a reader sees of a playlist: songs they may hear, and tracks that no song is known for.
_SHOWN = or_(and_(t.playlist_item.c.song_id.is_(None), t.playlist_item.c.track != ""), accessible_songs())
ITEMS = Statement(
    select(
        t.playlist_item.c.id,
        t.playlist_item.c.track,
        t.playlist_item.c.added_by,
        t.playlist_item.c.added_at,
        *SONG_COLUMNS,
    )
    .select_from(with_songs(t.playlist_item, t.playlist_item.c.song_id))
    .where(_OF_PLAYLIST, _SHOWN)
    .order_by(*_ORDER)
    .limit(_LIMIT)
    .offset(_OFFSET)
)
ITEM_COUNT = Statement(
    select(func.count())
    .select_from(t.playlist_item.outerjoin(song, song.c.id == t.playlist_item.c.song_id))
    .where(_OF_PLAYLIST, _SHOWN)
)
SONGS = Statement(
    select(*SONG_COLUMNS)
    .select_from(with_songs(t.playlist_item, t.playlist_item.c.song_id))
    .where(_OF_PLAYLIST, accessible_songs())
    .order_by(*_ORDER)
)
# The same items as ITEMS and SONGS, by their ids.
SHOWN_ITEMS = Statement(
    select(t.playlist_item.c.id)
    .select_from(t.playlist_item.outerjoin(song, song.c.id == t.playlist_item.c.song_id))
    .where(_OF_PLAYLIST, _SHOWN)
)
SONG_ITEMS = Statement(
    select(t.playlist_item.c.id)
    .join_from(t.playlist_item, song, song.c.id == t.playlist_item.c.song_id)
    .where(_OF_PLAYLIST, accessible_songs())
    .order_by(*_ORDER)
)

OPERATIONS = Statement(
    select(
        t.playlist_operation.c.revision,
        t.playlist_operation.c.action,
        t.playlist_operation.c.data,
        t.playlist_operation.c.user_id,
        t.playlist_operation.c.at,
    )
    .where(
        t.playlist_operation.c.playlist_id == _ID,
        t.playlist_operation.c.revision > bindparam("since", type_=BigInteger),
    )
    .order_by(t.playlist_operation.c.revision)
    .limit(_LIMIT)
)

_IDS = bindparam("ids", type_=Text)
ACCESSIBLE_SONGS = Statement(select(song.c.id).where(in_list(song.c.id, _IDS), accessible_songs()))
PEOPLE = Statement(select(person.c.id).where(in_list(person.c.id, _IDS)))

# Read inside a transaction that edits: the row stays locked until its end (SQLite has one writer anyway).
LOCKED_PLAYLIST = Statement(
    select(
        t.playlist.c.owner_id,
        _SHARED,
        t.playlist.c.revision,
        t.playlist.c.title,
        t.playlist.c.description,
        t.playlist.c.is_public,
        t.playlist.c.mood_tags,
        t.playlist.c.flagged,
    )
    .where(t.playlist.c.id == _ID)
    .with_for_update(of=t.playlist)
)
ENTRIES = Statement(
    select(t.playlist_item.c.id, t.playlist_item.c.song_id, t.playlist_item.c.track, t.playlist_item.c.place)
    .where(_OF_PLAYLIST)
    .order_by(*_ORDER)
)
ITEMS_BETWEEN = Statement(
    select(t.playlist_item.c.id)
    .where(
        _OF_PLAYLIST,
        t.playlist_item.c.place >= bindparam("first", type_=Text),
        t.playlist_item.c.place <= bindparam("last", type_=Text),
    )
    .order_by(*_ORDER)
)
END = Statement(select(func.count(), func.max(t.playlist_item.c.place)).where(_OF_PLAYLIST))
WITH_REMOVED_SONGS = Statement(
    select(t.playlist_item.c.playlist_id)
    .where(
        or_(
            in_list(t.playlist_item.c.song_id, _IDS),
            and_(t.playlist_item.c.song_id.is_(None), t.playlist_item.c.track == ""),
        )
    )
    .distinct()
    .order_by(t.playlist_item.c.playlist_id)
)
COLLABORATORS = Statement(
    select(t.playlist_collaborator.c.user_id)
    .where(t.playlist_collaborator.c.playlist_id == _ID)
    .order_by(t.playlist_collaborator.c.user_id)
)
# Of several of one name, the oldest is meant.
OWNED_NAMED = Statement(
    select(t.playlist.c.id)
    .where(
        t.playlist.c.owner_id == VIEWER,
        t.playlist.c.title_key == bindparam("key", type_=Text),
        t.playlist.c.title == bindparam("title", type_=Text),
    )
    .order_by(t.playlist.c.id)
    .limit(1)
)
OWNED_WITH_SONG = Statement(
    select(t.playlist_item.c.playlist_id)
    .join_from(t.playlist_item, t.playlist, t.playlist.c.id == t.playlist_item.c.playlist_id)
    .where(t.playlist.c.owner_id == VIEWER, t.playlist_item.c.song_id == bindparam("song_id", type_=BigInteger))
    .distinct()
    .order_by(t.playlist_item.c.playlist_id)
)
OWNED_IDS = Statement(
    select(t.playlist.c.id)
    .where(t.playlist.c.owner_id == bindparam("user_id", type_=BigInteger))
    .order_by(t.playlist.c.id)
)
FLAGGED_PLAYLIST = Statement(
    select(t.playlist.c.owner_id, t.playlist.c.title, t.playlist.c.flagged, t.playlist.c.flag_reason)
    .where(t.playlist.c.id == _ID)
    .with_for_update()
)
