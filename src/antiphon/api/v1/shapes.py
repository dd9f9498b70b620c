"""Songs, albums, artists and genres as the native dialect shows them.

`artists` and `genres` are the texts that the library keeps ready: they go out as they are.
"""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from antiphon.api.v1.values import Moment
from antiphon.areas.library.data import AlbumRow, ArtistRow, GenreRow, SongRow

_moment = datetime.fromtimestamp


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


class Song(msgspec.Struct, frozen=True, gc=False):
    """A song. `duration` is seconds, `bitrate` kbit/s, `loudness` LUFS, `size` bytes, `sample_rate` Hz.

    `starred` (a moment), `user_rating`, `user_play_count` and `last_played` are the caller's own; `lyrics` stands only
    where one song is asked for.
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


class Album(msgspec.Struct, frozen=True, gc=False):
    """An album. Dates of release are as precise as they are known: `2026`, `2026-11`, `2026-11-21`."""

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


def song_shape(row: SongRow, lyrics: str | None = None) -> Song:
    """A song from its row."""
    starred, played = row.starred_at, row.last_played_at
    return Song(
        row.id,
        row.title,
        row.sort_title,
        msgspec.Raw(row.credits),
        row.artist,
        row.album, row.album_id, row.disc, row.track,
        msgspec.Raw(row.genres),
        row.year,
        row.duration,
        row.language or None,
        lyrics,
        None if row.artwork_id is None else f"/api/v1/songs/{row.id}/image?v={row.artwork_id}",
        None if row.missing else f"/api/v1/songs/{row.id}/stream",
        row.format, row.bitrate or None, row.loudness,
        row.play_count,
        _rating(row.rating_sum, row.rating_count),
        bool(row.flagged),
        row.uploader_id,
        _moment(row.created_at, UTC), _moment(row.updated_at, UTC),
        row.suffix, row.content_type, row.size, row.sample_rate or None, row.bit_depth or None, row.channels or None,
        row.bpm,
        row.comment or None,
        _replay_gain(row),
        row.explicit == "explicit",
        None if starred is None else _moment(starred, UTC),
        row.user_rating or 0,
        row.user_play_count or 0,
        None if played is None else _moment(played, UTC),
        bool(row.missing),
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
    datetime | None,
]  # fmt: skip


def _album_values(row: AlbumRow) -> _AlbumValues:
    starred, played = row.starred_at, row.last_played_at
    return (
        row.id,
        row.title,
        row.sort_title,
        msgspec.Raw(row.credits),
        row.artist,
        row.year,
        row.release_date or None,
        row.original_date or None,
        msgspec.Raw(row.genres),
        bool(row.compilation),
        msgspec.Raw(row.release_types),
        msgspec.Raw(row.labels),
        row.song_count,
        row.duration,
        row.disc_count,
        msgspec.Raw(row.disc_titles),
        None if row.artwork_id is None else f"/api/v1/albums/{row.id}/image?v={row.artwork_id}",
        row.play_count,
        _rating(row.rating_sum, row.rating_count),
        bool(row.flagged),
        _moment(row.created_at, UTC),
        _moment(row.updated_at, UTC),
        None if starred is None else _moment(starred, UTC),
        row.user_rating or 0,
        row.user_play_count or 0,
        None if played is None else _moment(played, UTC),
    )


_ArtistValues = tuple[
    int, str, str, int, int, str | None, datetime | None, int, int, datetime | None, datetime
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
        None if starred is None else _moment(starred, UTC),
        row.user_rating or 0,
        row.user_play_count or 0,
        None if played is None else _moment(played, UTC),
        _moment(row.created_at, UTC),
    )


def _rating(total: int, count: int) -> Rating:
    return Rating(round(total / count, 2), count) if count else NOT_RATED


def _replay_gain(row: SongRow) -> ReplayGain | None:
    if row.track_gain is None and row.album_gain is None and row.track_peak is None and row.album_peak is None:
        return None
    return ReplayGain(row.track_gain, row.track_peak, row.album_gain, row.album_peak)
