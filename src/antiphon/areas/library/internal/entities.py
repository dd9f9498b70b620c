"""Single songs, albums and artists, and those named by a list of ids."""

from typing import Any

from sqlalchemy import BigInteger, Text, and_, bindparam, func, or_, select

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.columns import select_albums, select_artists, select_songs
from antiphon.areas.library.internal.visibility import (
    NEVER,
    NOW,
    accessible_songs,
    counts,
    listed_albums,
    listed_artists,
    listed_songs,
    readable_libraries,
    there_is,
)
from antiphon.kernel.db import Statement, checked, in_list

_ID = bindparam("id", type_=BigInteger)
_IDS = bindparam("ids", type_=Text)

SONG = Statement(select_songs().where(t.song.c.id == _ID, accessible_songs()))
SONGS = Statement(select_songs().where(in_list(t.song.c.id, _IDS), accessible_songs()))
LISTED_SONGS = Statement(select_songs().where(in_list(t.song.c.id, _IDS), listed_songs()))
ALBUM = Statement(select_albums().where(t.album.c.id == _ID, listed_albums()))
ALBUMS = Statement(select_albums().where(in_list(t.album.c.id, _IDS), listed_albums()))
ARTIST = Statement(select_artists().where(t.artist.c.id == _ID, listed_artists(t.artist)))
ARTISTS = Statement(select_artists().where(in_list(t.artist.c.id, _IDS), listed_artists(t.artist)))

SONGS_OF_ALBUM = Statement(
    select_songs().where(t.song.c.album_id == _ID, listed_songs()).order_by(t.song.c.disc, t.song.c.track, t.song.c.id)
)

ALBUMS_OF_ARTIST = Statement(
    select_albums()
    .where(
        t.album.c.id.in_(select(t.album_credit.c.album_id).where(t.album_credit.c.artist_id == _ID)),
        listed_albums(),
    )
    .order_by(t.album.c.year.desc(), t.album.c.title_key, t.album.c.id)
)

_appearances = (
    select(t.song.c.album_id)
    .join(t.song_credit, t.song_credit.c.song_id == t.song.c.id)
    .where(t.song_credit.c.artist_id == _ID, listed_songs())
)
APPEARANCES_OF_ARTIST = Statement(
    select_albums()
    .where(
        t.album.c.id.in_(_appearances),
        t.album.c.id.not_in(select(t.album_credit.c.album_id).where(t.album_credit.c.artist_id == _ID)),
        listed_albums(),
    )
    .order_by(t.album.c.year.desc(), t.album.c.title_key, t.album.c.id)
)

_of_artist = select(t.song_credit.c.song_id).where(t.song_credit.c.artist_id == _ID)
LOOSE_SONGS_OF_ARTIST = Statement(
    select_songs()
    .where(t.song.c.id.in_(_of_artist), checked(t.song.c.album_id).is_(None), listed_songs())
    .order_by(t.song.c.title_key, t.song.c.id)
)

_songs_of_genre = func.coalesce(func.sum(t.genre_presence.c.song_count), 0)
_visible_genres = (
    select(
        t.genre.c.id,
        t.genre.c.name,
        _songs_of_genre.label("song_count"),
        func.coalesce(func.sum(t.genre_presence.c.album_count), 0).label("album_count"),
    )
    .select_from(
        t.genre.outerjoin(
            t.genre_presence,
            and_(
                t.genre_presence.c.genre_id == t.genre.c.id,
                t.genre_presence.c.library_id.in_(readable_libraries()),
                counts(t.genre_presence),
            ),
        )
    )
    .group_by(t.genre.c.id, t.genre.c.name, t.genre.c.name_key, t.genre.c.by_hand)
    .having(or_(_songs_of_genre > 0, t.genre.c.by_hand == 1))
)
GENRES = Statement(_visible_genres.order_by(t.genre.c.name_key))
GENRE = Statement(_visible_genres.where(t.genre.c.id == _ID))


def _libraries() -> Any:
    return (
        select(
            t.library.c.id,
            t.library.c.name,
            t.library.c.path,
            t.library.c.open_to_all,
            t.library.c.scanned_at,
        )
        .where(t.library.c.id.in_(readable_libraries()))
        .order_by(t.library.c.id)
    )


LIBRARIES = Statement(_libraries())

LYRICS = Statement(
    select(t.song.c.id, *(t.song_lyrics.c[name] for name in ("plain", "synced", "language", "singing")))
    .select_from(t.song.outerjoin(t.song_lyrics, t.song_lyrics.c.song_id == t.song.c.id))
    .where(t.song.c.id == _ID, accessible_songs())
)

FILE_OF_SONG = Statement(
    select(
        t.song.c.id,
        t.library.c.path,
        t.media_file.c.path,
        t.song.c.content_type,
        t.song.c.suffix,
        t.media_file.c.size,
        t.media_file.c.modified_ns,
        t.song.c.duration,
        t.song.c.missing,
    )
    .join_from(t.song, t.media_file, t.media_file.c.song_id == t.song.c.id)
    .join(t.library, t.library.c.id == t.song.c.library_id)
    .where(t.song.c.id == _ID, accessible_songs())
)

_PICTURE = (t.artwork.c.id, t.artwork.c.hash, t.artwork.c.mime, t.artwork.c.path, t.artwork.c.embedded)
_WANTED = bindparam("artwork", type_=BigInteger)
_of_song = func.coalesce(t.song.c.artwork_id, t.album.c.artwork_id)
# A cover is shown to whom the thing is shown; an artist without a picture lends one from an album.
_song_artwork = (
    select(*_PICTURE)
    .select_from(
        t.song.outerjoin(t.album, t.album.c.id == t.song.c.album_id).outerjoin(t.artwork, t.artwork.c.id == _of_song)
    )
    .where(t.song.c.id == _ID, accessible_songs())
)
_lent = (
    select(t.album.c.artwork_id)
    .join(t.album_credit, t.album_credit.c.album_id == t.album.c.id)
    .where(t.album_credit.c.artist_id == t.artist.c.id, t.album.c.artwork_id.is_not(None), listed_albums())
    .order_by(t.album.c.id)
    .limit(1)
    .scalar_subquery()
)
_artist_artwork = (
    select(*_PICTURE)
    .select_from(t.artist.outerjoin(t.artwork, t.artwork.c.id == func.coalesce(t.artist.c.artwork_id, _lent)))
    .where(t.artist.c.id == _ID, listed_artists(t.artist))
)
SONG_ARTWORK = Statement(_song_artwork)
ALBUM_ARTWORK = Statement(
    select(*_PICTURE)
    .select_from(t.album.outerjoin(t.artwork, t.artwork.c.id == t.album.c.artwork_id))
    .where(t.album.c.id == _ID, listed_albums())
)
ARTIST_ARTWORK = Statement(_artist_artwork)

# One picture of a thing. Of an album they are its own and those of the songs on it.
NAMED_SONG_ARTWORK = Statement(_song_artwork.where(t.artwork.c.id == _WANTED))
NAMED_ARTIST_ARTWORK = Statement(_artist_artwork.where(t.artwork.c.id == _WANTED))
_shows_it = select(t.song.c.id).where(t.song.c.album_id == t.album.c.id, _of_song == _WANTED, accessible_songs())
NAMED_ALBUM_ARTWORK = Statement(
    select(*_PICTURE)
    .join_from(t.album, t.artwork, t.artwork.c.id == _WANTED)
    .where(t.album.c.id == _ID, or_(and_(t.album.c.artwork_id == _WANTED, listed_albums()), there_is(_shows_it)))
)


def _revision(name: str) -> Any:
    counter = select(t.revision.c.value).where(t.revision.c.name == bindparam(name, type_=Text))
    return func.coalesce(counter.scalar_subquery(), 0)


# Every read of the catalogue asks for both, so they come together.
REVISIONS = Statement(select(_revision("library"), _revision("own")))

_listed_from = t.song.c.listed_from
_passed = select(func.max(_listed_from)).where(_listed_from > 0, _listed_from <= NOW).scalar_subquery()
_to_come = select(func.min(_listed_from)).where(_listed_from > 0, _listed_from > NOW).scalar_subquery()
# The last release that has passed and the next one: then lists change although nobody has written anything.
RELEASES = Statement(select(func.coalesce(_passed, 0), func.coalesce(_to_come, NEVER)))

BROKEN_FILES = Statement(
    select(t.broken_file.c.library_id, t.broken_file.c.path, t.broken_file.c.reason, t.broken_file.c.found_at)
    .order_by(t.broken_file.c.library_id, t.broken_file.c.path)
    .limit(bindparam("limit", type_=BigInteger))
    .offset(bindparam("offset", type_=BigInteger))
)
BROKEN_FILE_COUNT = Statement(select(func.count()).select_from(t.broken_file))
