"""Who may see what: the few conditions that every read of the library goes through.

They are SQL, so that a page is filtered where it is read. Parameters: `viewer` (user id, 0 for nobody), `admin` (0 or
1) and `now` (seconds since 1970).
"""

import time
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, bindparam, func, or_, select

from antiphon.areas.library.internal.tables import (
    album,
    album_credit,
    artist,
    artist_presence,
    library,
    library_right,
    song,
)
from antiphon.kernel.db import checked
from antiphon.kernel.principal import Principal

NEVER = 2**62
"""Later than any moment. What is hidden is listed from NEVER plus the moment it would be listed from otherwise, so that
this moment comes back with it."""

MISSING, REMOVED = 1, 2
FLAGGED, ALBUM_FLAGGED, ARTIST_FLAGGED = 1, 2, 4
"""The bits of a song's column `flagged`."""

VIEWER = bindparam("viewer", type_=BigInteger)
ADMIN = bindparam("admin", type_=Integer)
NOW = bindparam("now", type_=BigInteger)


def viewing(principal: Principal) -> dict[str, Any]:
    """The parameters of the conditions below for one caller."""
    return {"viewer": principal.user_id, "admin": int(principal.is_admin), "now": int(time.time())}


def readable_libraries() -> ColumnElement[Any]:
    """The ids of libraries whose music the caller may browse."""
    rights = select(library_right.c.library_id).where(library_right.c.user_id == VIEWER)
    return (
        select(library.c.id)
        .where(library.c.active == 1, or_(library.c.open_to_all == 1, ADMIN == 1, library.c.id.in_(rights)))
        .scalar_subquery()
    )


def listed_songs(table: Any = song) -> ColumnElement[bool]:
    """Songs that may stand in the caller's lists: present, in a readable library, and public, their own, or all for
    admins."""
    return and_(
        table.c.missing == 0,
        or_(table.c.listed_from <= NOW, table.c.uploader_id == VIEWER, ADMIN == 1),
        checked(table.c.library_id).in_(readable_libraries()),
    )


def accessible_songs(table: Any = song) -> ColumnElement[bool]:
    """Songs the caller may open by id: those of lists, unlisted ones, and missing ones (playlists still name them)."""
    return and_(
        table.c.missing < REMOVED,
        or_(
            table.c.listed_from <= NOW,
            and_(table.c.privacy == 1, table.c.flagged == 0, table.c.listed_from <= NOW + NEVER),
            table.c.uploader_id == VIEWER,
            ADMIN == 1,
        ),
        checked(table.c.library_id).in_(readable_libraries()),
    )


def listed_albums(table: Any = album) -> ColumnElement[bool]:
    """Albums of which the caller may see at least one song, and empty ones that somebody made by hand."""
    songs = select(song.c.id).where(song.c.album_id == table.c.id, listed_songs())
    # An album with songs is hidden by them where an artist of it is flagged.
    flagged = (
        select(album_credit.c.album_id)
        .join(artist, artist.c.id == album_credit.c.artist_id)
        .where(album_credit.c.album_id == table.c.id, artist.c.flagged == 1)
    )
    empty = and_(table.c.by_hand == 1, or_(~there_is(flagged), table.c.uploader_id == VIEWER, ADMIN == 1))
    return and_(
        or_(table.c.song_count > 0, empty, and_(table.c.hidden_count > 0, there_is(songs))),
        or_(and_(table.c.flagged == 0, table.c.release_at <= NOW), table.c.uploader_id == VIEWER, ADMIN == 1),
        checked(table.c.library_id).in_(readable_libraries()),
    )


def there_is(rows: Any) -> ColumnElement[bool]:
    """Whether there is a row: looked up for each row that asks, on PostgreSQL too. After EXISTS it would read the whole
    inner table once, to have all answers ready, where it takes many rows for asking; a page asks for few."""
    return rows.limit(1).scalar_subquery().is_not(None)  # type: ignore[no-any-return]


def counts(presence: Any) -> ColumnElement[bool]:
    """Whether what a row of a presence counts is released."""
    return presence.c.since <= NOW  # type: ignore[no-any-return]


def album_song_count(table: Any = album) -> ColumnElement[int]:
    """How many songs of an album the caller may see: kept ready, and counted only where some are hidden."""
    return _of_album(table, table.c.song_count, func.count())


def album_duration(table: Any = album) -> ColumnElement[float]:
    """How long the songs of an album last that the caller may see, in seconds."""
    return _of_album(table, table.c.duration, func.coalesce(func.sum(song.c.duration), 0.0))


def _of_album(table: Any, kept: ColumnElement[Any], counted: ColumnElement[Any]) -> ColumnElement[Any]:
    from sqlalchemy import case

    own = select(counted).where(song.c.album_id == table.c.id, listed_songs()).scalar_subquery()
    return case((table.c.hidden_count == 0, kept), else_=own)


def listed_artists(table: Any) -> ColumnElement[bool]:
    """Artists with a credit on something the caller may see, and those that somebody made by hand. A flagged one is
    there for admins and for who owns a song that names them."""
    from antiphon.areas.library.internal.tables import song_credit

    counted = artist_presence.c.song_count + artist_presence.c.album_count > 0
    public = select(artist_presence.c.artist_id).where(
        artist_presence.c.artist_id == table.c.id,
        artist_presence.c.library_id.in_(readable_libraries()),
        or_(and_(counted, counts(artist_presence)), ADMIN == 1),
    )
    hidden = select(artist_presence.c.artist_id).where(
        artist_presence.c.artist_id == table.c.id, artist_presence.c.hidden_count > 0
    )
    own = (
        select(song_credit.c.song_id)
        .join(song, song.c.id == song_credit.c.song_id)
        .where(song_credit.c.artist_id == table.c.id, listed_songs())
    )
    shown = and_(or_(table.c.flagged == 0, ADMIN == 1), or_(table.c.by_hand == 1, there_is(public)))
    return or_(shown, and_(there_is(hidden), there_is(own)))


def artists_of_library(table: Any, library_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Artists with a credit on something that the caller may see in one library."""
    from antiphon.areas.library.internal.tables import song_credit

    presence = select(artist_presence.c.artist_id).where(
        artist_presence.c.artist_id == table.c.id,
        artist_presence.c.library_id == library_id,
        artist_presence.c.library_id.in_(readable_libraries()),
    )
    public = and_(artist_presence.c.song_count + artist_presence.c.album_count > 0, counts(artist_presence))
    own = (
        select(song_credit.c.song_id)
        .join(song, song.c.id == song_credit.c.song_id)
        .where(song_credit.c.artist_id == table.c.id, song.c.library_id == library_id, listed_songs())
    )
    hidden = presence.where(artist_presence.c.hidden_count > 0)
    return or_(there_is(presence.where(public)), and_(there_is(hidden), there_is(own)))


def artists_with_albums(table: Any, library_id: ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """Artists whose name stands on an album that the caller may see, in one library or in any, and the artists of songs
    without an album."""
    from antiphon.areas.library.internal.tables import song_credit

    presence = select(artist_presence.c.artist_id).where(
        artist_presence.c.artist_id == table.c.id,
        artist_presence.c.album_count > 0,
        artist_presence.c.library_id.in_(readable_libraries()),
        counts(artist_presence),
    )
    named = (
        select(album_credit.c.album_id)
        .join(album, album.c.id == album_credit.c.album_id)
        .where(album_credit.c.artist_id == table.c.id, listed_albums())
    )
    # Read once: such songs are few, while somebody without an album may have a credit on a thousand.
    loose = (
        select(song_credit.c.artist_id)
        .join(song, song.c.id == song_credit.c.song_id)
        .where(song.c.album_id.is_(None), song_credit.c.role == "artist", listed_songs())
    )
    if library_id is not None:
        presence = presence.where(artist_presence.c.library_id == library_id)
        named = named.where(album.c.library_id == library_id)
        loose = loose.where(song.c.library_id == library_id)
    return or_(there_is(presence), there_is(named), table.c.id.in_(loose))
