"""The columns of songs, albums and artists as every read gives them, and the joins that they need.

Their order is that of the fields in `data/rows.py` (a test compares them).
"""

from typing import Any

from sqlalchemy import FromClause, Select, Subquery, and_, case, func, select

from antiphon.areas.library.internal.tables import (
    album,
    album_annotation,
    artist,
    artist_annotation,
    artist_presence,
    song,
    song_annotation,
)
from antiphon.areas.library.internal.visibility import (
    VIEWER,
    album_duration,
    album_song_count,
    counts,
    readable_libraries,
)
from antiphon.kernel.db import same

SONG_COLUMNS = (
    song.c.id,
    song.c.library_id,
    song.c.album_id,
    album.c.title.label("album"),
    album.c.artist_text.label("album_artist"),
    album.c.credits.label("album_credits"),
    song.c.title,
    song.c.sort_title,
    song.c.artist_text.label("artist"),
    song.c.credits,
    song.c.genres,
    song.c.disc,
    song.c.track,
    song.c.year,
    song.c.date,
    song.c.duration,
    song.c.language,
    song.c.comment,
    song.c.recording_id,
    song.c.isrcs,
    song.c.moods,
    func.coalesce(song.c.own_bpm, song.c.bpm).label("bpm"),
    song.c.explicit,
    song.c.track_gain,
    song.c.track_peak,
    song.c.album_gain,
    song.c.album_peak,
    song.c.loudness,
    song.c.format,
    song.c.suffix,
    song.c.content_type,
    song.c.bitrate,
    song.c.sample_rate,
    song.c.bit_depth,
    song.c.channels,
    song.c.size,
    song.c.path,
    song.c.has_lyrics,
    func.coalesce(song.c.artwork_id, album.c.artwork_id).label("artwork_id"),
    song.c.uploader_id,
    song.c.flagged,
    song.c.privacy,
    # Of two releases the later one; where there is no album, the song's own.
    case((album.c.release_at > song.c.release_at, album.c.release_at), else_=song.c.release_at).label("release_at"),
    song.c.licence,
    song.c.missing,
    song.c.play_count,
    song.c.rating_sum,
    song.c.rating_count,
    song.c.created_at,
    song.c.updated_at,
    song_annotation.c.starred_at,
    song_annotation.c.rating.label("user_rating"),
    song_annotation.c.play_count.label("user_play_count"),
    song_annotation.c.last_played_at,
)

ALBUM_COLUMNS = (
    album.c.id,
    album.c.library_id,
    album.c.title,
    album.c.sort_title,
    album.c.artist_text.label("artist"),
    album.c.credits,
    album.c.genres,
    album.c.year,
    album.c.release_date,
    album.c.original_date,
    album.c.compilation,
    album.c.release_types,
    album.c.labels,
    album.c.disc_count,
    album.c.disc_titles,
    album.c.release_id,
    album.c.artwork_id,
    album.c.uploader_id,
    album.c.flagged,
    album.c.release_at,
    album_song_count().label("song_count"),
    album_duration().label("duration"),
    album.c.play_count,
    album.c.rating_sum,
    album.c.rating_count,
    album.c.created_at,
    album.c.updated_at,
    album_annotation.c.starred_at,
    album_annotation.c.rating.label("user_rating"),
    album_annotation.c.play_count.label("user_play_count"),
    album_annotation.c.last_played_at,
)


def _presence(column: Any) -> Any:
    return (
        select(func.coalesce(func.sum(column), 0))
        .where(
            artist_presence.c.artist_id == artist.c.id,
            artist_presence.c.library_id.in_(readable_libraries()),
            counts(artist_presence),
        )
        .scalar_subquery()
    )


ARTIST_COLUMNS = (
    artist.c.id,
    artist.c.name,
    artist.c.sort_name,
    artist.c.sort_key,
    artist.c.musicbrainz_id,
    artist.c.artwork_id,
    artist.c.flagged,
    _presence(artist_presence.c.album_count).label("album_count"),
    _presence(artist_presence.c.song_count).label("song_count"),
    artist.c.created_at,
    artist.c.updated_at,
    artist_annotation.c.starred_at,
    artist_annotation.c.rating.label("user_rating"),
    artist_annotation.c.play_count.label("user_play_count"),
    artist_annotation.c.last_played_at,
)


def songs_from(page: Subquery | None = None) -> FromClause:
    """Songs with their albums and the caller's annotations; only those of `page` where one is given."""
    songs: FromClause = song if page is None else page.join(song, song.c.id == page.c.id)
    return songs.outerjoin(album, album.c.id == song.c.album_id).outerjoin(
        song_annotation, and_(same(song_annotation.c.user_id, VIEWER), song_annotation.c.song_id == song.c.id)
    )


def albums_from(page: Subquery | None = None) -> FromClause:
    """Albums with the caller's annotations; only those of `page` where one is given."""
    albums: FromClause = album if page is None else page.join(album, album.c.id == page.c.id)
    return albums.outerjoin(
        album_annotation, and_(same(album_annotation.c.user_id, VIEWER), album_annotation.c.album_id == album.c.id)
    )


def artists_from(page: Subquery | None = None) -> FromClause:
    """Artists with the caller's annotations; only those of `page` where one is given."""
    artists: FromClause = artist if page is None else page.join(artist, artist.c.id == page.c.id)
    return artists.outerjoin(
        artist_annotation, and_(same(artist_annotation.c.user_id, VIEWER), artist_annotation.c.artist_id == artist.c.id)
    )


def select_songs(page: Subquery | None = None) -> Select[Any]:
    """`SELECT` of whole songs."""
    return select(*SONG_COLUMNS).select_from(songs_from(page))


def select_albums(page: Subquery | None = None) -> Select[Any]:
    """`SELECT` of whole albums."""
    return select(*ALBUM_COLUMNS).select_from(albums_from(page))


def select_artists(page: Subquery | None = None) -> Select[Any]:
    """`SELECT` of whole artists."""
    return select(*ARTIST_COLUMNS).select_from(artists_from(page))
