"""The answers of OpenSubsonic as typed values, encoded as JSON or XML from the same fields.

What a field without a default says is always there, also when it is empty: so OpenSubsonic wants it of what a server
supports. A field with a default is left out while it has it. `OLD` names the fields that a client knows that stopped at
the Subsonic API; the others are left out of its XML. `ELEMENTS` says that in XML each field is an element and not an
attribute, `KEPT` that lists of the values are shared by many songs, so that their XML is worth keeping.
"""

from typing import ClassVar

import msgspec


class Value(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """Fields are `cover_art` here and `coverArt` on the wire."""

    OLD: ClassVar[frozenset[str] | None] = None
    ELEMENTS: ClassVar[bool] = False
    KEPT: ClassVar[bool] = False


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


class Index(Value):
    """The artists under one letter."""

    name: str
    artist: tuple[Artist, ...]


class Artists(Value):
    """All artists, under their letters."""

    ignored_articles: str
    index: tuple[Index, ...]


class Indexes(Value):
    """All artists, under their letters, as folders."""

    ignored_articles: str
    last_modified: int
    index: tuple[Index, ...] = ()


class Directory(Value):
    """What is in a folder."""

    id: str
    name: str
    child: tuple[Song, ...] | tuple[Folder, ...]
    parent: str | None = None
    starred: str | None = None
    user_rating: int | None = None
    play_count: int | None = None


class MusicFolder(Value):
    """A library; the only kind of id that is a number."""

    id: int
    name: str


class MusicFolders(Value):
    """The libraries the caller may browse."""

    music_folder: tuple[MusicFolder, ...]


class Genre(Value):
    """A genre and how much of it there is; its name stands as `value`, in XML as text."""

    song_count: int
    album_count: int
    value: str


class Genres(Value):
    """All genres."""

    genre: tuple[Genre, ...]


class AlbumList(Value):
    """Albums as folders."""

    album: tuple[Folder, ...]


class AlbumList2(Value):
    """Albums by their tags."""

    album: tuple[Album, ...]


class Songs(Value):
    """Songs."""

    song: tuple[Song, ...]


class FolderHits(Value):
    """What was found or starred, for clients that browse by folders."""

    artist: tuple[Artist, ...]
    album: tuple[Folder, ...]
    song: tuple[Song, ...]


class Hits(Value):
    """What was found or starred."""

    artist: tuple[Artist, ...]
    album: tuple[Album, ...]
    song: tuple[Song, ...]


class OldHits(Value):
    """What the oldest of the three searches found."""

    offset: int
    total_hits: int
    match: tuple[Song, ...]


class NowPlaying(Value):
    """What everybody plays."""

    entry: tuple[NowPlayingEntry, ...]


class Playlist(Value):
    """A playlist without its songs."""

    id: str
    name: str
    comment: str
    owner: str
    public: bool
    song_count: int
    duration: int
    created: str
    changed: str
    cover_art: str
    readonly: bool


class PlaylistWithSongs(Playlist, kw_only=True):
    """A playlist with its songs."""

    entry: tuple[Song, ...]


class Playlists(Value):
    """Playlists."""

    playlist: tuple[Playlist, ...]


class Information(Value):
    """What is known about an artist or album beside the music; each stands as an element of its own in XML."""

    ELEMENTS = True
    music_brainz_id: str | None = None
    small_image_url: str | None = None
    medium_image_url: str | None = None
    large_image_url: str | None = None


class Lyrics(Value, kw_only=True):
    """A song's words as one text."""

    artist: str | None = None
    title: str | None = None
    value: str


class Line(Value, kw_only=True):
    """One line; `start` in milliseconds where it is known."""

    start: int | None = None
    value: str


class StructuredLyrics(Value):
    """A song's words, line by line."""

    lang: str
    synced: bool
    display_artist: str
    display_title: str
    line: tuple[Line, ...]


class LyricsList(Value):
    """All there is of a song's words."""

    structured_lyrics: tuple[StructuredLyrics, ...]


class License(Value):
    """Always valid: the server is free."""

    valid: bool


class ScanStatus(Value):
    """Whether a scan runs, and how many songs there are."""

    scanning: bool
    count: int


class Extension(Value):
    """A part of OpenSubsonic that is supported."""

    name: str
    versions: tuple[int, ...]


class TokenInfo(Value):
    """Whose key it is."""

    username: str


class User(Value):
    """An account and what it may do."""

    username: str
    scrobbling_enabled: bool
    admin_role: bool
    settings_role: bool
    download_role: bool
    upload_role: bool
    playlist_role: bool
    cover_art_role: bool
    comment_role: bool
    podcast_role: bool
    stream_role: bool
    jukebox_role: bool
    share_role: bool
    video_conversion_role: bool
    folder: tuple[int, ...]
    email: str | None = None


class Users(Value):
    """Accounts."""

    user: tuple[User, ...]


class Error(Value):
    """Why a call failed."""

    code: int
    message: str
    help_url: str | None = None


class Empty(Value):
    """A list of things that this server has none of."""
