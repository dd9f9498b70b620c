"""A conventional server over the same database, as tutorials build them: FastAPI, SQLAlchemy's ORM, Pydantic models.

Sessions come by dependency, routes are plain functions in FastAPI's threads, relations are loaded by `selectinload`.
It answers what the product answers, with the credits, genres, albums and stars of each song. Nobody signs in.
"""

import random
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session, selectinload, sessionmaker

from bench.orm_models import FOLDER, USER_ID, Album, AlbumCredit, Artist, Song, SongAnnotation, SongCredit

PAGE = 50
HITS = 20

engine = create_engine(f"sqlite:///{FOLDER / 'antiphon.db'}", connect_args={"check_same_thread": False})
sessions = sessionmaker(engine)


class Shown(BaseModel):
    """Made from the attributes of an entity."""

    model_config = ConfigDict(from_attributes=True)


class AnnotationOut(Shown):
    """Stars, rating and plays of the listener."""

    starred_at: float | None
    rating: int
    play_count: int
    last_played_at: float | None


class ArtistRef(Shown):
    """An artist by name."""

    id: int
    name: str


class CreditOut(Shown):
    """An artist of an album."""

    artist: ArtistRef


class RoleOut(CreditOut):
    """An artist of a song and what they did."""

    role: str


class GenreOut(Shown):
    """A genre."""

    id: int
    name: str


class AlbumRef(Shown):
    """An album by title."""

    id: int
    title: str
    artist_text: str
    artwork_id: int | None


class SongOut(Shown):
    """A song with all that a list shows."""

    id: int
    library_id: int
    title: str
    artist_text: str
    disc: int | None
    track: int | None
    year: int | None
    duration: float
    content_type: str
    suffix: str
    bitrate: int
    sample_rate: int
    channels: int
    size: int
    path: str
    play_count: int
    created_at: float
    album: AlbumRef | None
    credits: list[RoleOut]
    genres: list[GenreOut]
    annotation: AnnotationOut | None


class AlbumOut(Shown):
    """An album."""

    id: int
    library_id: int
    title: str
    artist_text: str
    year: int | None
    release_date: str
    compilation: int
    disc_count: int
    artwork_id: int | None
    song_count: int
    duration: float
    play_count: int
    created_at: float
    credits: list[CreditOut]
    genres: list[GenreOut]
    annotation: AnnotationOut | None


class AlbumWithSongs(AlbumOut):
    """An album with its songs."""

    songs: list[SongOut]


class PresenceOut(Shown):
    """How much of an artist a library holds."""

    library_id: int
    album_count: int
    song_count: int


class ArtistOut(Shown):
    """An artist."""

    id: int
    name: str
    sort_name: str
    musicbrainz_id: str
    artwork_id: int | None
    created_at: float
    presences: list[PresenceOut]
    annotation: AnnotationOut | None


class ArtistWithAlbums(BaseModel):
    """An artist with albums and appearances."""

    artist: ArtistOut
    albums: list[AlbumOut]
    appearances: list[AlbumOut]


class Hits(BaseModel):
    """What a search found."""

    artists: list[ArtistOut]
    albums: list[AlbumOut]
    songs: list[SongOut]


SONG = (
    selectinload(Song.credits).selectinload(SongCredit.artist),
    selectinload(Song.genres),
    selectinload(Song.album),
    selectinload(Song.annotation),
)
ALBUM = (
    selectinload(Album.credits).selectinload(AlbumCredit.artist),
    selectinload(Album.genres),
    selectinload(Album.annotation),
)
ARTIST = (selectinload(Artist.presences), selectinload(Artist.annotation))
SONG_ORDERS: dict[str, Any] = {"title": (Song.title_key, Song.id), "newest": (Song.created_at.desc(), Song.id.desc())}
ALBUM_ORDERS: dict[str, Any] = {
    "title": (Album.title_key, Album.id),
    "newest": (Album.created_at.desc(), Album.id.desc()),
}


def session() -> Iterator[Session]:
    """A session for one request."""
    with sessions() as opened:
        yield opened


Database = Annotated[Session, Depends(session)]
application = FastAPI()


@application.get("/ready")
def ready() -> list[int]:
    """Whether it answers."""
    return []


@application.get("/song", response_model=SongOut)
def song(id: int, database: Database) -> Any:
    """One song."""
    found = database.scalars(select(Song).where(Song.id == id).options(*SONG)).first()
    if found is None:
        raise HTTPException(404)
    return found


@application.get("/album", response_model=AlbumWithSongs)
def album(id: int, database: Database) -> Any:
    """One album with its songs."""
    songs = selectinload(Album.songs)
    options = (
        *ALBUM,
        songs.selectinload(Song.credits).selectinload(SongCredit.artist),
        songs.selectinload(Song.genres),
        songs.selectinload(Song.annotation),
    )
    found = database.scalars(select(Album).where(Album.id == id).options(*options)).first()
    if found is None:
        raise HTTPException(404)
    return found


@application.get("/artist", response_model=ArtistWithAlbums)
def artist(id: int, database: Database) -> Any:
    """One artist with albums of their own and of others."""
    found = database.scalars(select(Artist).where(Artist.id == id).options(*ARTIST)).first()
    if found is None:
        raise HTTPException(404)
    own = select(AlbumCredit.album_id).where(AlbumCredit.artist_id == id)
    others = select(Song.album_id).join(SongCredit).where(SongCredit.artist_id == id)
    albums = select(Album).options(*ALBUM).order_by(Album.year.desc(), Album.title_key)
    return {
        "artist": found,
        "albums": database.scalars(albums.where(Album.id.in_(own))).all(),
        "appearances": database.scalars(albums.where(Album.id.in_(others), Album.id.not_in(own))).all(),
    }


@application.get("/songs", response_model=list[SongOut])
def songs(database: Database, sort: str, offset: int = 0) -> Any:
    """One page of songs."""
    listed = select(Song).where(Song.missing == 0).order_by(*SONG_ORDERS[sort]).limit(PAGE).offset(offset)
    return database.scalars(listed.options(*SONG)).all()


@application.get("/albums", response_model=list[AlbumOut])
def albums(database: Database, sort: str, offset: int = 0) -> Any:
    """One page of albums."""
    listed = select(Album).where(Album.song_count > 0).order_by(*ALBUM_ORDERS[sort]).limit(PAGE).offset(offset)
    return database.scalars(listed.options(*ALBUM)).all()


@application.get("/artists", response_model=list[ArtistOut])
def artists(database: Database, sort: str, offset: int = 0) -> Any:
    """One page of artists."""
    listed = select(Artist).order_by(Artist.sort_key, Artist.id).limit(PAGE).offset(offset)
    return database.scalars(listed.options(*ARTIST)).all()


@application.get("/starred", response_model=list[SongOut])
def starred(database: Database, sort: str) -> Any:
    """One page of the songs that the listener has starred, the latest first."""
    listed = (
        select(Song)
        .join(SongAnnotation, SongAnnotation.song_id == Song.id)
        .where(SongAnnotation.user_id == USER_ID, SongAnnotation.starred_at.is_not(None))
        .order_by(SongAnnotation.starred_at.desc())
    )
    return database.scalars(listed.limit(PAGE).options(*SONG)).all()


@application.get("/search", response_model=Hits)
def search(database: Database, q: str) -> Any:
    """What has these words, by full-text search."""
    words = " ".join(f'"{word}"*' for word in q.split())
    return {
        "artists": _hits(database, "artist", Artist, ARTIST, words),
        "albums": _hits(database, "album", Album, ALBUM, words),
        "songs": _hits(database, "song", Song, SONG, words),
    }


def _hits(database: Session, thing: str, entity: Any, options: Any, words: str) -> Any:
    index = f"{thing}_search_index"
    matching = text(
        f"SELECT found.id FROM {index} JOIN {thing}_search AS found ON found.position = {index}.rowid "
        f"WHERE {index} MATCH :words ORDER BY {index}.rank LIMIT {HITS}"
    )
    ids = database.scalars(matching, {"words": words}).all()
    return database.scalars(select(entity).where(entity.id.in_(ids)).options(*options)).all()


@application.get("/random", response_model=list[SongOut])
def some(database: Database) -> Any:
    """Songs in no order, from a random place on."""
    listed = select(Song).where(Song.shuffle >= random.random() * 0.9, Song.missing == 0).order_by(Song.shuffle)
    return database.scalars(listed.limit(PAGE).options(*SONG)).all()
