"""The statements of the artists' desk: a person's own songs and albums, found by who brought them."""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, Text, and_, bindparam, case, func, select

from antiphon.areas.library.data import DRAFT
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.columns import ALBUM_COLUMNS, SONG_COLUMNS, albums_from, songs_from
from antiphon.areas.library.internal.visibility import (
    NEVER,
    NOW,
    VIEWER,
    accessible_songs,
    listed_albums,
)
from antiphon.kernel.db import Statement, checked

LIMIT = bindparam("limit", type_=Integer)
OFFSET = bindparam("offset", type_=BigInteger)
_PATTERN = bindparam("pattern", type_=Text)


def likes(thing: str, table: Any) -> Any:
    """How many people have starred a thing."""
    annotation = {"song": t.song_annotation, "album": t.album_annotation}[thing]
    return (
        select(func.count())
        .where(annotation.c[f"{thing}_id"] == table.c.id, annotation.c.starred_at.is_not(None))
        .correlate(table)
        .scalar_subquery()
    )


def _mean(table: Any) -> Any:
    return case((table.c.rating_count > 0, 1.0 * table.c.rating_sum / table.c.rating_count), else_=0.0)


_unflagged = t.song.c.flagged == 0
# The moment of the release, also of songs that no list shows.
_to_come = t.song.c.listed_from % NEVER > NOW
# As `state_of` tells it of a row.
_STATES: dict[str, ColumnElement[bool]] = {
    "published": and_(_unflagged, t.song.c.privacy == 0, ~_to_come),
    "unlisted": and_(_unflagged, t.song.c.privacy == 1, ~_to_come),
    "scheduled": and_(_unflagged, t.song.c.privacy < DRAFT, _to_come),
    "draft": and_(_unflagged, t.song.c.privacy == DRAFT),
    "private": and_(_unflagged, t.song.c.privacy > DRAFT),
    "flagged": t.song.c.flagged > 0,
}
_own_songs = and_(t.song.c.uploader_id == VIEWER, accessible_songs())
_own_albums = and_(t.album.c.uploader_id == VIEWER, listed_albums())

# What somebody owns is found by its owner and sorted then: along the index of an order all songs would be looked at.
_SONG_ORDERS: dict[str, tuple[Any, ...]] = {
    "title": (checked(t.song.c.title_key), t.song.c.id),
    "newest": (checked(t.song.c.created_at).desc(), t.song.c.id.desc()),
    "oldest": (checked(t.song.c.created_at), t.song.c.id),
    "plays": (checked(t.song.c.play_count).desc(), t.song.c.id),
    "likes": (likes("song", t.song).desc(), t.song.c.id),
    "rating": (_mean(t.song).desc(), t.song.c.rating_count.desc(), t.song.c.id),
    "release": (func.coalesce(func.nullif(t.song.c.release_at, 0), t.song.c.created_at).desc(), t.song.c.id),
}
_ALBUM_ORDERS: dict[str, tuple[Any, ...]] = {
    "title": (checked(t.album.c.title_key), t.album.c.id),
    "newest": (checked(t.album.c.created_at).desc(), t.album.c.id.desc()),
    "oldest": (checked(t.album.c.created_at), t.album.c.id),
    "plays": (checked(t.album.c.play_count).desc(), t.album.c.id),
    "likes": (likes("album", t.album).desc(), t.album.c.id),
    "rating": (_mean(t.album).desc(), t.album.c.rating_count.desc(), t.album.c.id),
    "year": (func.coalesce(t.album.c.year, 0).desc(), t.album.c.title_key, t.album.c.id),
}


def _songs_where(state: str, searched: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_own_songs]
    if state != "all":
        conditions.append(_STATES[state])
    if searched:
        conditions.append(t.song.c.title_key.like(_PATTERN, escape="\\"))
    return conditions


def _albums_where(searched: bool) -> list[ColumnElement[bool]]:
    return [_own_albums, t.album.c.title_key.like(_PATTERN, escape="\\")] if searched else [_own_albums]


def _paged(statement: Select[Any]) -> Statement:
    return Statement(statement.limit(LIMIT).offset(OFFSET))


@lru_cache(maxsize=128)
def song_page(sort: str, state: str, searched: bool) -> Statement:
    """One page of the caller's own songs: the columns of a song, stars, and the song's own release."""
    columns = (*SONG_COLUMNS, likes("song", t.song).label("likes"), t.song.c.release_at.label("own_release_at"))
    rows = select(*columns).select_from(songs_from()).where(*_songs_where(state, searched))
    return _paged(rows.order_by(*_SONG_ORDERS[sort]))


SONG = Statement(
    select(*SONG_COLUMNS, likes("song", t.song).label("likes"), t.song.c.release_at.label("own_release_at"))
    .select_from(songs_from())
    .where(t.song.c.id == bindparam("id", type_=BigInteger), accessible_songs())
)


@lru_cache(maxsize=128)
def song_count(state: str, searched: bool) -> Statement:
    """How many there are."""
    return Statement(select(func.count()).select_from(t.song).where(*_songs_where(state, searched)))


_drafts = (
    select(func.count())
    .where(t.song.c.album_id == t.album.c.id, t.song.c.missing == 0, t.song.c.privacy == DRAFT)
    .correlate(t.album)
    .scalar_subquery()
)


@lru_cache(maxsize=128)
def album_page(sort: str, searched: bool) -> Statement:
    """One page of the caller's own albums: the columns of an album, stars and drafts."""
    columns = (*ALBUM_COLUMNS, likes("album", t.album).label("likes"), _drafts.label("drafts"))
    rows = select(*columns).select_from(albums_from()).where(*_albums_where(searched))
    return _paged(rows.order_by(*_ALBUM_ORDERS[sort]))


@lru_cache(maxsize=128)
def album_count(searched: bool) -> Statement:
    """How many there are."""
    return Statement(select(func.count()).select_from(t.album).where(*_albums_where(searched)))


def _number(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)


_stars = (
    select(func.count())
    .select_from(t.song_annotation.join(t.song, t.song.c.id == t.song_annotation.c.song_id))
    .where(_own_songs, t.song_annotation.c.starred_at.is_not(None))
    .scalar_subquery()
)
_albums = select(func.count()).select_from(t.album).where(_own_albums).scalar_subquery()
# In the order of the fields of `DeskTotals`.
TOTALS = Statement(
    select(
        func.count(),
        *(_number(condition) for condition in _STATES.values()),
        _albums,
        _sum(t.song.c.play_count),
        _stars,
        _sum(t.song.c.rating_sum),
        _sum(t.song.c.rating_count),
        _sum(t.song.c.duration),
        _sum(t.song.c.size),
    )
    .select_from(t.song)
    .where(_own_songs)
)
