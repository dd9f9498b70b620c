"""The tables as classes of SQLAlchemy's ORM, for the conventional server in orm_app.py."""

import os
from pathlib import Path

import msgspec
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from bench.catalogue_data import Catalogue

FOLDER = Path(os.environ["ANTIPHON_DATA"])
USER_ID = msgspec.json.decode((FOLDER / "catalogue.json").read_bytes(), type=Catalogue).user_id


class Base(DeclarativeBase):
    """The tables, as far as they are shown."""


class Artist(Base):
    """A person or group."""

    __tablename__ = "artist"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    sort_name: Mapped[str]
    sort_key: Mapped[str]
    musicbrainz_id: Mapped[str]
    artwork_id: Mapped[int | None]
    created_at: Mapped[float]
    presences: Mapped[list["Presence"]] = relationship()
    annotation: Mapped["ArtistAnnotation | None"] = relationship(
        primaryjoin=lambda: (Artist.id == ArtistAnnotation.artist_id) & (ArtistAnnotation.user_id == USER_ID),
        foreign_keys=lambda: [ArtistAnnotation.artist_id],
        uselist=False,
        viewonly=True,
    )


class Presence(Base):
    """How much of an artist a library holds."""

    __tablename__ = "artist_presence"
    artist_id: Mapped[int] = mapped_column(ForeignKey("artist.id"), primary_key=True)
    library_id: Mapped[int] = mapped_column(primary_key=True)
    album_count: Mapped[int]
    song_count: Mapped[int]


class Genre(Base):
    """A genre."""

    __tablename__ = "genre"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class AlbumCredit(Base):
    """An artist of an album."""

    __tablename__ = "album_credit"
    album_id: Mapped[int] = mapped_column(ForeignKey("album.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artist.id"))
    artist: Mapped[Artist] = relationship()


class AlbumGenre(Base):
    """A genre of an album."""

    __tablename__ = "album_genre"
    genre_id: Mapped[int] = mapped_column(ForeignKey("genre.id"), primary_key=True)
    album_id: Mapped[int] = mapped_column(ForeignKey("album.id"), primary_key=True)


class Album(Base):
    """An album."""

    __tablename__ = "album"
    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int]
    title: Mapped[str]
    title_key: Mapped[str]
    artist_text: Mapped[str]
    year: Mapped[int | None]
    release_date: Mapped[str]
    compilation: Mapped[int]
    disc_count: Mapped[int]
    artwork_id: Mapped[int | None]
    song_count: Mapped[int]
    duration: Mapped[float]
    play_count: Mapped[int]
    created_at: Mapped[float]
    credits: Mapped[list[AlbumCredit]] = relationship(order_by=AlbumCredit.position)
    genres: Mapped[list[Genre]] = relationship(secondary="album_genre")
    songs: Mapped[list["Song"]] = relationship(back_populates="album", order_by=lambda: (Song.disc, Song.track))
    annotation: Mapped["AlbumAnnotation | None"] = relationship(
        primaryjoin=lambda: (Album.id == AlbumAnnotation.album_id) & (AlbumAnnotation.user_id == USER_ID),
        foreign_keys=lambda: [AlbumAnnotation.album_id],
        uselist=False,
        viewonly=True,
    )


class SongCredit(Base):
    """An artist of a song."""

    __tablename__ = "song_credit"
    song_id: Mapped[int] = mapped_column(ForeignKey("song.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artist.id"))
    role: Mapped[str]
    artist: Mapped[Artist] = relationship()


class SongGenre(Base):
    """A genre of a song."""

    __tablename__ = "song_genre"
    genre_id: Mapped[int] = mapped_column(ForeignKey("genre.id"), primary_key=True)
    song_id: Mapped[int] = mapped_column(ForeignKey("song.id"), primary_key=True)


class Song(Base):
    """A song."""

    __tablename__ = "song"
    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("album.id"))
    title: Mapped[str]
    title_key: Mapped[str]
    artist_text: Mapped[str]
    disc: Mapped[int | None]
    track: Mapped[int | None]
    year: Mapped[int | None]
    duration: Mapped[float]
    content_type: Mapped[str]
    suffix: Mapped[str]
    bitrate: Mapped[int]
    sample_rate: Mapped[int]
    channels: Mapped[int]
    size: Mapped[int]
    path: Mapped[str] = mapped_column(Text)
    missing: Mapped[int]
    play_count: Mapped[int]
    created_at: Mapped[float]
    shuffle: Mapped[float]
    album: Mapped[Album | None] = relationship(back_populates="songs")
    credits: Mapped[list[SongCredit]] = relationship(order_by=SongCredit.position)
    genres: Mapped[list[Genre]] = relationship(secondary="song_genre")
    annotation: Mapped["SongAnnotation | None"] = relationship(
        primaryjoin=lambda: (Song.id == SongAnnotation.song_id) & (SongAnnotation.user_id == USER_ID),
        foreign_keys=lambda: [SongAnnotation.song_id],
        uselist=False,
        viewonly=True,
    )


class _Annotation:
    user_id: Mapped[int] = mapped_column(primary_key=True)
    starred_at: Mapped[float | None]
    rating: Mapped[int]
    play_count: Mapped[int]
    last_played_at: Mapped[float | None]


class SongAnnotation(_Annotation, Base):
    """What a person thinks of a song."""

    __tablename__ = "song_annotation"
    song_id: Mapped[int] = mapped_column(primary_key=True)


class AlbumAnnotation(_Annotation, Base):
    """What a person thinks of an album."""

    __tablename__ = "album_annotation"
    album_id: Mapped[int] = mapped_column(primary_key=True)


class ArtistAnnotation(_Annotation, Base):
    """What a person thinks of an artist."""

    __tablename__ = "artist_annotation"
    artist_id: Mapped[int] = mapped_column(primary_key=True)
