"""Songs, albums and artists as one statement reads them.

The fields stand in the order of the columns, so that a row becomes a value by `SongRow(*row)`. `credits` and `genres`
are the JSON texts that the writer keeps ready: `[{"id":1,"name":"…","role":"artist"}]` and `["Rock"]`.
"""

import msgspec

from antiphon.areas.library.data.lyrics import Singing, SyncedLine

DRAFT = 2
"""The value of a song's `privacy` while only its owner and admins see it."""


class CreditValue(msgspec.Struct, frozen=True, gc=False):
    """One entry of `credits`."""

    id: int
    name: str
    role: str


class SongRow(msgspec.Struct, frozen=True, gc=False):
    """A song, with its album's name and what the caller thinks of it. Durations are seconds, gains dB, sizes bytes.

    `privacy` is 0 for public, 1 for unlisted, 2 for drafts; `release_at` the moment from which others see it (0: nobody
    has said one); `licence` JSON such as `{"code":"cc-by","text":"","url":"…"}`, or empty.
    """

    id: int
    library_id: int
    album_id: int | None
    album: str | None
    album_artist: str | None
    album_credits: str | None
    title: str
    sort_title: str
    artist: str
    credits: str
    genres: str
    disc: int | None
    track: int | None
    year: int | None
    date: str
    duration: float
    language: str
    comment: str
    recording_id: str
    isrcs: str
    moods: str
    bpm: int | None
    explicit: str
    track_gain: float | None
    track_peak: float | None
    album_gain: float | None
    album_peak: float | None
    loudness: float | None
    format: str
    suffix: str
    content_type: str
    bitrate: int
    sample_rate: int
    bit_depth: int
    channels: int
    size: int
    path: str
    has_lyrics: int
    artwork_id: int | None
    uploader_id: int | None
    flagged: int
    privacy: int
    release_at: int
    licence: str
    missing: int
    play_count: int
    rating_sum: int
    rating_count: int
    created_at: float
    updated_at: float
    starred_at: float | None
    user_rating: int | None
    user_play_count: int | None
    last_played_at: float | None


class AlbumRow(msgspec.Struct, frozen=True, gc=False):
    """An album. `song_count` and `duration` count what the caller may see; `release_at` is as in songs."""

    id: int
    library_id: int
    title: str
    sort_title: str
    artist: str
    credits: str
    genres: str
    year: int | None
    release_date: str
    original_date: str
    compilation: int
    release_types: str
    labels: str
    disc_count: int
    disc_titles: str
    release_id: str
    artwork_id: int | None
    uploader_id: int | None
    flagged: int
    release_at: int
    song_count: int
    duration: float
    play_count: int
    rating_sum: int
    rating_count: int
    created_at: float
    updated_at: float
    starred_at: float | None
    user_rating: int | None
    user_play_count: int | None
    last_played_at: float | None


class ArtistRow(msgspec.Struct, frozen=True, gc=False):
    """An artist. `album_count` counts the albums that bear the name, `song_count` every song with a credit."""

    id: int
    name: str
    sort_name: str
    sort_key: str
    musicbrainz_id: str
    artwork_id: int | None
    flagged: int
    album_count: int
    song_count: int
    created_at: float
    updated_at: float
    starred_at: float | None
    user_rating: int | None
    user_play_count: int | None
    last_played_at: float | None


class GenreRow(msgspec.Struct, frozen=True, gc=False):
    """A genre and how much of it the caller may see."""

    id: int
    name: str
    song_count: int
    album_count: int


class LibraryRow(msgspec.Struct, frozen=True, gc=False):
    """A music folder that the caller may browse. `path` is empty for all but admins."""

    id: int
    name: str
    path: str
    open_to_all: int
    scanned_at: float | None


class Lyrics(msgspec.Struct, frozen=True, gc=False):
    """A song's words: `plain` as one text, `synced` line by line; either may be empty. `singing` tells who sings the
    lines, and of their translations."""

    song_id: int
    plain: str
    synced: list[SyncedLine]
    language: str
    singing: Singing = Singing()


class SongFile(msgspec.Struct, frozen=True, gc=False):
    """Where the original audio of a song is, for who may hear it: at `path` on a disk of this machine, or, where that
    is empty, under the name `stored` in a storage elsewhere."""

    song_id: int
    path: str
    content_type: str
    suffix: str
    size: int
    modified_ns: int
    duration: float
    stored: str = ""


class SearchHits(msgspec.Struct, frozen=True):
    """What a search found, the best first."""

    artists: list[ArtistRow]
    albums: list[AlbumRow]
    songs: list[SongRow]
