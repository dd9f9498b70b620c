"""Songs, albums, artists and genres as the native dialect shows them.

`artists` and `genres` are the texts that the library keeps ready: they go out as they are.
"""

from datetime import datetime
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec.structs import astuple

from antiphon.api.v1.values import Moment
from antiphon.areas.library.data import DRAFT, AlbumRow, ArtistRow, GenreRow, SongRow
from antiphon.kernel.clock import date_of

_Raw = msgspec.Raw


# What people look at they look at again: a moment told before costs a quarter of a new one.
@lru_cache(maxsize=8192)
def _moment(seconds: float) -> datetime:
    return date_of(seconds)


class Credit(msgspec.Struct, frozen=True, gc=False):
    """An artist's part in a song or an album; the order of credits means something."""

    id: int
    name: str
    role: str


Credits = Annotated[
    msgspec.Raw,
    msgspec.Meta(extra_json_schema={"type": "array", "items": {"$ref": "#/components/schemas/Credit"}}),
]
Names = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "array", "items": {"type": "string"}})]
Titles = Annotated[
    msgspec.Raw,
    msgspec.Meta(extra_json_schema={"type": "object", "additionalProperties": {"type": "string"}}),
]


class Rating(msgspec.Struct, frozen=True, gc=False):
    """What everybody thinks: the mean of 1 to 5, null where nobody has rated."""

    mean: float | None
    count: int


NOT_RATED = Rating(None, 0)


class ReplayGain(msgspec.Struct, frozen=True, gc=False):
    """How much louder (dB) a player should make it, and the highest sample (1 is full scale)."""

    track_gain: float | None
    track_peak: float | None
    album_gain: float | None
    album_peak: float | None


class Licence(msgspec.Struct, frozen=True, gc=False):
    """What others may do with a song: `code` is such as `cc-by`, `text` and `url` say more where `code` is `other`; the
    others have the address of their deed."""

    code: str
    text: str
    url: str


LicenceText = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"$ref": "#/components/schemas/Licence"})]


class Song(msgspec.Struct, frozen=True, gc=False):
    """A song. `duration` is seconds, `bitrate` kbit/s, `loudness` LUFS, `size` bytes, `sample_rate` Hz.

    A `draft` is seen by its owner and admins only, and so is every song before `release_at`. `starred` (a moment),
    `user_rating`, `user_play_count` and `last_played` are the caller's own; `lyrics` stands only where one song is
    asked for.
    """

    id: int
    title: str
    sort_title: str
    artists: Credits
    artist: str
    album: str | None
    album_id: int | None
    disc: int | None
    track: int | None
    genres: Names
    year: int | None
    duration: float
    language: str | None
    lyrics: str | None
    image_url: str | None
    audio_url: str | None
    format: str
    bitrate: int | None
    loudness: float | None
    play_count: int
    rating: Rating
    flagged: bool
    uploader_id: int | None
    created_at: Moment
    updated_at: Moment
    suffix: str
    content_type: str
    size: int
    sample_rate: int | None
    bit_depth: int | None
    channels: int | None
    bpm: int | None
    comment: str | None
    replay_gain: ReplayGain | None
    explicit: bool
    starred: Moment | None
    user_rating: int
    user_play_count: int
    last_played: Moment | None
    missing: bool
    draft: bool
    release_at: Moment | None
    licence: LicenceText | None


class Album(msgspec.Struct, frozen=True, gc=False):
    """An album. Dates of release are as precise as they are known: `2026`, `2026-11`, `2026-11-21`; before `release_at`
    only its owner and admins see it and its songs."""

    id: int
    title: str
    sort_title: str
    artists: Credits
    artist: str
    year: int | None
    release_date: str | None
    original_date: str | None
    genres: Names
    compilation: bool
    release_types: Names
    labels: Names
    song_count: int
    duration: float
    disc_count: int
    disc_titles: Titles
    image_url: str | None
    play_count: int
    rating: Rating
    flagged: bool
    created_at: Moment
    updated_at: Moment
    starred: Moment | None
    user_rating: int
    user_play_count: int
    last_played: Moment | None
    uploader_id: int | None
    release_at: Moment | None


class AlbumDetail(Album, frozen=True, gc=False):
    """An album with its songs in the order of discs and tracks."""

    songs: list[Song]


class Artist(msgspec.Struct, frozen=True, gc=False):
    """An artist. `album_count` counts albums under their name, `song_count` every song with a credit."""

    id: int
    name: str
    sort_name: str
    album_count: int
    song_count: int
    image_url: str | None
    starred: Moment | None
    user_rating: int
    user_play_count: int
    last_played: Moment | None
    created_at: Moment
    flagged: bool


class ArtistDetail(Artist, frozen=True, gc=False):
    """An artist with their albums, the newest first, and the albums of others they appear on."""

    albums: list[Album]
    appears_on: list[Album]


class Genre(msgspec.Struct, frozen=True, gc=False):
    """A genre and how much of it the caller may see."""

    id: int
    name: str
    song_count: int
    album_count: int


class SearchResult(msgspec.Struct, frozen=True, gc=False):
    """What was found, the best first."""

    songs: list[Song]
    albums: list[Album]
    artists: list[Artist]


# A page has fifty things of dozens of fields: taking a row apart at once and giving values by their place costs half of
# what names would. The order is that of the fields of the row; the tests notice one that is not.
def song_shape(row: SongRow, lyrics: str | None = None) -> Song:
    """A song from its row."""
    (
        number, _, album_id, album, _, _, title, sort_title, artist, credits, genres,
        disc, track, year, _, duration, language, comment, _, _, _, bpm, explicit,
        track_gain, track_peak, album_gain, album_peak, loudness, format, suffix, content_type,
        bitrate, sample_rate, bit_depth, channels, size, _,
        _, artwork_id, uploader_id, flagged, privacy, release_at, licence, missing,
        play_count, rating_sum, rating_count, created_at, updated_at,
        starred_at, user_rating, user_play_count, last_played_at,
    ) = astuple(row)  # fmt: skip
    return Song(
        number, title, sort_title,
        _Raw(credits),
        artist,
        album, album_id, disc, track,
        _Raw(genres),
        year, duration, language or None, lyrics,
        None if artwork_id is None else f"/api/v1/songs/{number}/image?v={artwork_id}",
        None if missing else f"/api/v1/songs/{number}/stream",
        format, bitrate or None, loudness,
        play_count,
        Rating(round(rating_sum / rating_count, 2), rating_count) if rating_count else NOT_RATED,
        flagged != 0,
        uploader_id,
        _moment(created_at), _moment(updated_at),
        suffix, content_type, size, sample_rate or None, bit_depth or None, channels or None,
        bpm,
        comment or None,
        None if track_gain is album_gain is track_peak is album_peak is None
        else ReplayGain(track_gain, track_peak, album_gain, album_peak),
        explicit == "explicit",
        None if starred_at is None else _moment(starred_at),
        user_rating or 0, user_play_count or 0,
        None if last_played_at is None else _moment(last_played_at),
        missing != 0, privacy == DRAFT,
        _moment(release_at) if release_at else None, _Raw(licence) if licence else None,
    )  # fmt: skip


def album_shape(row: AlbumRow) -> Album:
    """An album from its row."""
    return Album(*_album_values(row))


def album_with_songs(row: AlbumRow, songs: list[SongRow]) -> AlbumDetail:
    """An album and its songs from their rows."""
    return AlbumDetail(*_album_values(row), [song_shape(song) for song in songs])


def artist_shape(row: ArtistRow) -> Artist:
    """An artist from its row."""
    return Artist(*_artist_values(row))


def artist_with_albums(row: ArtistRow, albums: list[AlbumRow], appears_on: list[AlbumRow]) -> ArtistDetail:
    """An artist and their albums from their rows."""
    return ArtistDetail(
        *_artist_values(row), [album_shape(album) for album in albums], [album_shape(album) for album in appears_on]
    )


def genre_shape(row: GenreRow) -> Genre:
    """A genre from its row."""
    return Genre(row.id, row.name, row.song_count, row.album_count)


_AlbumValues = tuple[
    int, str, str, msgspec.Raw, str, int | None, str | None, str | None, msgspec.Raw, bool, msgspec.Raw, msgspec.Raw,
    int, float, int, msgspec.Raw, str | None, int, Rating, bool, datetime, datetime, datetime | None, int, int,
    datetime | None, int | None, datetime | None,
]  # fmt: skip


def _album_values(row: AlbumRow) -> _AlbumValues:
    (
        number, _, title, sort_title, artist, credits, genres, year, release_date, original_date, compilation,
        release_types, labels, disc_count, disc_titles, _, artwork_id, uploader_id, flagged, release_at,
        song_count, duration, play_count, rating_sum, rating_count, created_at, updated_at,
        starred_at, user_rating, user_play_count, last_played_at,
    ) = astuple(row)  # fmt: skip
    return (
        number, title, sort_title,
        _Raw(credits),
        artist,
        year,
        release_date or None,
        original_date or None,
        _Raw(genres),
        compilation != 0,
        _Raw(release_types), _Raw(labels),
        song_count,
        duration,
        disc_count,
        _Raw(disc_titles),
        None if artwork_id is None else f"/api/v1/albums/{number}/image?v={artwork_id}",
        play_count,
        Rating(round(rating_sum / rating_count, 2), rating_count) if rating_count else NOT_RATED,
        flagged != 0,
        _moment(created_at), _moment(updated_at),
        None if starred_at is None else _moment(starred_at),
        user_rating or 0,
        user_play_count or 0,
        None if last_played_at is None else _moment(last_played_at),
        uploader_id,
        _moment(release_at) if release_at else None,
    )  # fmt: skip


_ArtistValues = tuple[
    int, str, str, int, int, str | None, datetime | None, int, int, datetime | None, datetime, bool
]  # fmt: skip


def _artist_values(row: ArtistRow) -> _ArtistValues:
    starred, played = row.starred_at, row.last_played_at
    # An artist without a picture lends one from an album, so the address stands in any case.
    version = "" if row.artwork_id is None else f"?v={row.artwork_id}"
    return (
        row.id,
        row.name,
        row.sort_name,
        row.album_count,
        row.song_count,
        f"/api/v1/artists/{row.id}/image{version}",
        None if starred is None else _moment(starred),
        row.user_rating or 0,
        row.user_play_count or 0,
        None if played is None else _moment(played),
        _moment(row.created_at),
        bool(row.flagged),
    )
