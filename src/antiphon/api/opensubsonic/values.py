"""The answers of OpenSubsonic as typed values, encoded as JSON or XML from the same fields.

What a field without a default says is always there, also when it is empty: so OpenSubsonic wants it of what a server
supports. A field with a default is left out while it has it. `OLD` names the fields that a client knows that stopped at
the Subsonic API; the others are left out of its XML. `ELEMENTS` says that in XML each field is an element and not an
attribute, `KEPT` that lists of the values are shared by many songs, so that their XML is worth keeping, `TEXT` which
field is the element's text in XML.
"""

from typing import ClassVar

import msgspec


class Value(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """Fields are `cover_art` here and `coverArt` on the wire."""

    OLD: ClassVar[frozenset[str] | None] = None
    ELEMENTS: ClassVar[bool] = False
    KEPT: ClassVar[bool] = False
    TEXT: ClassVar[str] = "value"


class ItemGenre(Value):
    """A genre of a song or album."""

    KEPT = True
    name: str


class ArtistReference(Value):
    """An artist as songs and albums name it."""

    KEPT = True
    id: str
    name: str


class Contributor(Value):
    """Somebody with another role than the artist's."""

    KEPT = True
    role: str
    artist: ArtistReference


class ReplayGain(Value):
    """Gains in dB, peaks from 0 to 1."""

    track_gain: float | None = None
    album_gain: float | None = None
    track_peak: float | None = None
    album_peak: float | None = None


class ItemDate(Value):
    """A date of which only the year may be known."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


class Song(Value):
    """A song (`Child` in the specification). Durations are seconds, sizes bytes, bit rates kbit/s."""

    OLD = frozenset(
        (
            *("id", "parent", "isDir", "title", "album", "artist", "track", "year", "genre", "coverArt", "size"),
            *("contentType", "suffix", "duration", "bitRate", "path", "isVideo", "userRating", "averageRating"),
            *("playCount", "discNumber", "created", "starred", "albumId", "artistId", "type"),
        )
    )
    id: str
    is_dir: bool
    title: str
    is_video: bool
    type: str
    media_type: str
    duration: int
    size: int
    suffix: str
    content_type: str
    path: str
    bit_rate: int
    sampling_rate: int
    bit_depth: int
    channel_count: int
    created: str
    play_count: int
    bpm: int
    comment: str
    sort_name: str
    music_brainz_id: str
    isrc: tuple[str, ...]
    genres: tuple[ItemGenre, ...]
    artists: tuple[ArtistReference, ...]
    display_artist: str
    album_artists: tuple[ArtistReference, ...]
    display_album_artist: str
    contributors: tuple[Contributor, ...]
    display_composer: str
    moods: tuple[str, ...]
    replay_gain: ReplayGain
    explicit_status: str
    parent: str | None = None
    album: str | None = None
    artist: str | None = None
    track: int | None = None
    year: int | None = None
    genre: str | None = None
    cover_art: str | None = None
    disc_number: int | None = None
    user_rating: int | None = None
    average_rating: float | None = None
    starred: str | None = None
    album_id: str | None = None
    artist_id: str | None = None
    played: str | None = None


class NowPlayingEntry(Song, kw_only=True):
    """A song somebody plays."""

    username: str
    minutes_ago: int
    player_id: int
    player_name: str


class DiscTitle(Value):
    """The name of one disc of an album."""

    KEPT = True
    disc: int
    title: str


class RecordLabel(Value):
    """A label an album came out on."""

    KEPT = True
    name: str


class Album(Value):
    """An album by its tags (`AlbumID3`)."""

    OLD = frozenset(
        (
            *(
                "id",
                "name",
                "artist",
                "artistId",
                "coverArt",
                "songCount",
                "duration",
                "playCount",
                "created",
                "starred",
            ),
            *("year", "genre", "userRating", "song"),
        )
    )
    id: str
    name: str
    song_count: int
    duration: int
    created: str
    play_count: int
    music_brainz_id: str
    genres: tuple[ItemGenre, ...]
    artists: tuple[ArtistReference, ...]
    display_artist: str
    release_types: tuple[str, ...]
    record_labels: tuple[RecordLabel, ...]
    sort_name: str
    original_release_date: ItemDate
    release_date: ItemDate
    is_compilation: bool
    disc_titles: tuple[DiscTitle, ...]
    artist: str | None = None
    artist_id: str | None = None
    cover_art: str | None = None
    year: int | None = None
    genre: str | None = None
    starred: str | None = None
    user_rating: int | None = None
    average_rating: float | None = None
    played: str | None = None


class AlbumWithSongs(Album, kw_only=True):
    """An album with what is on it."""

    song: tuple[Song, ...]


class Folder(Value):
    """An album or artist as clients see it that browse by folders: a `Child` that is a directory."""

    id: str
    is_dir: bool
    title: str
    name: str
    is_video: bool
    media_type: str
    parent: str | None = None
    album: str | None = None
    artist: str | None = None
    artist_id: str | None = None
    year: int | None = None
    genre: str | None = None
    cover_art: str | None = None
    duration: int | None = None
    song_count: int | None = None
    play_count: int | None = None
    created: str | None = None
    starred: str | None = None
    user_rating: int | None = None
    average_rating: float | None = None
    played: str | None = None


class Artist(Value):
    """An artist by the tags (`ArtistID3`)."""

    OLD = frozenset(("id", "name", "coverArt", "artistImageUrl", "albumCount", "starred", "userRating", "album"))
    id: str
    name: str
    album_count: int
    cover_art: str
    music_brainz_id: str
    sort_name: str
    starred: str | None = None
    user_rating: int | None = None


class ArtistWithAlbums(Artist, kw_only=True):
    """An artist with the albums that bear the name, and those of others with a credit."""

    album: tuple[Album, ...]
