"""From tags to what is written: everything that needs no database, done in the worker processes."""

import hashlib
import os
import re
from functools import lru_cache

import msgspec

from antiphon.areas.library.data.lyrics import Singing, SyncedLine
from antiphon.areas.library.data.ports import FoundLyrics
from antiphon.areas.library.data.tags import Credit, ReadTags
from antiphon.areas.library.internal.fold import fold, name_key, search_text, sort_key
from antiphon.areas.library.internal.paths import shown_text
from antiphon.areas.library.internal.scan.discs import DISC_FOLDER
from antiphon.kernel.text import clean_line

VARIOUS_ARTISTS = "Various Artists"
UNKNOWN_ARTIST = "Unknown artist"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Longer ids of releases are hashed: they stand in an index.
_LONGEST_RELEASE = 200
_LEADING_NUMBER = re.compile(r"^(?:(\d{1,2})[-.])?(\d{1,3})[ ._-]+(?=\D)")


class PreparedArtist(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An artist as a song or an album names it."""

    name: str
    key: str
    sort_name: str
    sort_key: str
    musicbrainz_id: str
    role: str


class AlbumColumns(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a song tells of its album, by the names of the columns of the table `album`."""

    title: str
    title_key: str
    sort_title: str
    artists_told: int
    artist_text: str
    year: int | None
    release_date: str
    original_date: str
    compilation: int
    release_types: str
    labels: str
    release_id: str
    release_group_id: str


class PreparedAlbum(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An album as one of its songs tells of it. `artists` is empty where the tags name none: its songs decide then."""

    match_key: str
    artists: tuple[PreparedArtist, ...]
    columns: AlbumColumns
    words: str


class SongColumns(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What tags and file say of a song, by the names of the columns of the table `song`."""

    title: str
    title_key: str
    sort_title: str
    artist_text: str
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
    format: str
    suffix: str
    content_type: str
    bitrate: int
    sample_rate: int
    bit_depth: int
    channels: int
    size: int
    has_lyrics: int


class PreparedSong(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A song, ready but for the ids of what it belongs to. `disc_title` is what the tags call the song's disc."""

    path: str
    size: int
    modified_ns: int
    columns: SongColumns
    artists: tuple[PreparedArtist, ...]
    album: PreparedAlbum | None
    disc_title: str
    genres: tuple[tuple[str, str], ...]
    words: str
    plain_lyrics: str
    synced_lyrics: tuple[SyncedLine, ...]
    has_picture: bool
    lyrics_language: str
    singing: Singing


class Unreadable(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A file that is no readable music, and why."""

    path: str
    size: int
    modified_ns: int
    reason: str


def prepare(tags: ReadTags, path: str, size: int, modified_ns: int, lyrics: FoundLyrics) -> PreparedSong:
    """What one file tells, ready to be written. `path` is relative to its library; `lyrics` come from beside it."""
    bare = tags.title is None and not tags.artists and tags.album is None
    guess = _guess(path) if bare or not tags.album else None
    title = tags.title or (guess.title if guess and bare else _stem(path))
    artists = _artists(tags.artists, tags.contributors, guess.artist if guess and bare else "")
    artist_text = tags.artist_text or ", ".join(artist.name for artist in artists if artist.role == "artist")
    album = _album(tags, path, guess.album if guess else "", artists)
    # All words are of one source: those of a file under the lines of a tag would not be the same.
    if lyrics.plain or lyrics.synced:
        plain, synced = lyrics.plain or "", tuple(lyrics.synced)
    else:
        plain, synced = tags.lyrics or "", tuple(tags.synced_lyrics)
    return PreparedSong(
        path=path,
        size=size,
        modified_ns=modified_ns,
        columns=_song_columns(tags, title, artist_text, size, guess.track if guess and bare else None, plain or synced),
        artists=artists,
        album=album,
        disc_title=tags.disc_subtitle or "",
        genres=prepared_genres(tags.genres),
        words=search_text(title, artist_text, album.columns.title if album else ""),
        plain_lyrics=plain,
        synced_lyrics=synced,
        has_picture=bool(tags.has_picture),
        lyrics_language=lyrics.language,
        singing=lyrics.singing,
    )


def _song_columns(
    tags: ReadTags, title: str, artist_text: str, size: int, guessed_track: int | None, lyrics: object
) -> SongColumns:
    return SongColumns(
        title=title,
        title_key=sort_key(title, tags.sort_title or ""),
        sort_title=tags.sort_title or "",
        artist_text=artist_text,
        disc=tags.disc,
        track=tags.track if tags.track is not None else guessed_track,
        year=tags.year,
        date=tags.date or "",
        duration=round(tags.duration, 3),
        language=tags.languages[0] if tags.languages else "",
        comment=(tags.comment or "")[:2000],
        recording_id=_musicbrainz_id(tags.musicbrainz_recording_id),
        isrcs=_json(tags.isrc),
        moods=_json(tags.moods),
        bpm=round(tags.bpm) if tags.bpm else None,
        explicit=tags.explicit_status or "",
        track_gain=tags.replaygain_track_gain,
        track_peak=tags.replaygain_track_peak,
        album_gain=tags.replaygain_album_gain,
        album_peak=tags.replaygain_album_peak,
        format=tags.codec,
        suffix=tags.suffix,
        content_type=tags.content_type,
        bitrate=round(tags.bitrate or 0),
        sample_rate=tags.sample_rate or 0,
        bit_depth=tags.bit_depth or 0,
        channels=tags.channels or 0,
        size=size,
        has_lyrics=int(bool(lyrics)),
    )


def _json(values: tuple[str, ...]) -> str:
    return msgspec.json.encode(values).decode() if values else "[]"


# The songs of an album come one after the other and name the same people and genres.
@lru_cache(maxsize=2048)
def prepared_genres(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Genres with the keys they are told apart by, each once."""
    return tuple((name[:500], key) for name in dict.fromkeys(names) if (key := name_key(name)))


@lru_cache(maxsize=2048)
def prepared_artist(credit: Credit, role: str) -> PreparedArtist:
    """A named artist with what they are told apart and ordered by."""
    return PreparedArtist(
        name=credit.name[:500],
        key=name_key(credit.name[:500]),
        sort_name=credit.sort_name or "",
        sort_key=sort_key(credit.name, credit.sort_name or "", drop_article=True),
        musicbrainz_id=_musicbrainz_id(credit.musicbrainz_id),
        role=role,
    )


@lru_cache(maxsize=16)
def _artists(credits: tuple[Credit, ...], contributors: tuple[Credit, ...], guessed: str) -> tuple[PreparedArtist, ...]:
    artists = [
        prepared_artist(credit, credit.role if credit.role != "album_artist" else "artist") for credit in credits
    ]
    if not artists:
        artists = [prepared_artist(Credit(name=guessed or UNKNOWN_ARTIST), "artist")]
    artists += [prepared_artist(credit, credit.role) for credit in contributors]
    return tuple(
        {(artist.key, artist.musicbrainz_id, artist.role): artist for artist in artists if artist.key}.values()
    )


def _album(tags: ReadTags, path: str, guessed: str, artists: tuple[PreparedArtist, ...]) -> PreparedAlbum | None:
    title = tags.album or guessed
    if not title:
        return None
    named = _named(tags.album_artists, tags.compilation)
    folder = "" if named or tags.musicbrainz_release_id else DISC_FOLDER.sub("", os.path.dirname(path))
    told = AlbumColumns(
        title=title,
        title_key="",
        sort_title=tags.sort_album or "",
        artists_told=int(bool(named)),
        artist_text=tags.album_artist_text or "",
        year=_year(tags.release_date) or tags.year,
        release_date=tags.release_date or tags.date or "",
        original_date=tags.original_date or "",
        compilation=int(tags.compilation),
        release_types=_json(tags.release_types),
        labels=_json(tags.labels),
        release_id=_musicbrainz_id(tags.musicbrainz_release_id),
        release_group_id=_musicbrainz_id(tags.musicbrainz_release_group_id),
    )
    version = (tags.album_version or "", tags.release_date or "")
    return _prepared_album(told, tags.musicbrainz_release_id or "", version, folder, named, artists[:1])


@lru_cache(maxsize=2048)
def _named(album_artists: tuple[Credit, ...], is_compilation: bool) -> tuple[PreparedArtist, ...]:
    if not album_artists and is_compilation:
        return (prepared_artist(Credit(name=VARIOUS_ARTISTS), "artist"),)
    return tuple(prepared_artist(credit, "artist") for credit in album_artists)


@lru_cache(maxsize=16)
def _prepared_album(
    told: AlbumColumns,
    release: str,
    version: tuple[str, str],
    folder: str,
    named: tuple[PreparedArtist, ...],
    first: tuple[PreparedArtist, ...],
) -> PreparedAlbum:
    """The album that songs tell of in these words. `first` is who a song names first, for albums that name nobody."""
    columns = msgspec.structs.replace(
        told,
        title_key=sort_key(told.title, told.sort_title),
        artist_text=told.artist_text or ", ".join(artist.name for artist in named),
    )
    return PreparedAlbum(
        match_key=_release_key(release) if release else _match_key(told, version, named, folder),
        artists=named,
        columns=columns,
        words=album_words(told.title, tuple(artist.name for artist in (named or first))),
    )


@lru_cache(maxsize=256)
def album_words(title: str, names: tuple[str, ...]) -> str:
    """The words that an album is found by."""
    return search_text(title, *names)


def _match_key(told: AlbumColumns, version: tuple[str, str], named: tuple[PreparedArtist, ...], folder: str) -> str:
    """Without a release id, its artists, title, version and date say which album it is; without artists, its folder."""
    by = "\0".join(artist.key for artist in named) if named else f"folder\0{folder}"
    parts = (by, fold(told.title).strip(), fold(version[0]), version[1])
    return _hash("\1".join(parts))


def _release_key(release: str) -> str:
    """A release id says which album it is; those of other catalogues than MusicBrainz do, too."""
    return f"release:{release if len(release) <= _LONGEST_RELEASE else _hash(release)}"


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _musicbrainz_id(told: str | None) -> str:
    """The id that a tag tells, where it is one of MusicBrainz: taggers put others into these tags as well."""
    return told if told and _UUID.fullmatch(told) else ""


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date and date[:4].isdigit() else None


class _Guess(msgspec.Struct, frozen=True):
    """What a path says about an untagged file: `artist/album/03 - title.mp3`."""

    title: str
    track: int | None
    album: str
    artist: str


def _stem(path: str) -> str:
    name = os.path.basename(path)
    return clean_line(shown_text(os.path.splitext(name)[0])) or clean_line(shown_text(name)) or path


def _guess(path: str) -> _Guess:
    stem = _stem(path)
    number = _LEADING_NUMBER.match(stem)
    title = stem[number.end() :] if number else stem
    folders = DISC_FOLDER.sub("", shown_text(os.path.dirname(path))).split("/")
    album = folders[-1]
    # Only `artist/album/song` says who it is by; deeper trees are ordered in some other way.
    artist = folders[0] if len(folders) == 2 else ""
    if not artist and " - " in album:
        artist, _, album = album.partition(" - ")
    return _Guess(
        title=title.replace("_", " ").strip() or stem,
        track=int(number.group(2)) if number else None,
        album=clean_line(album),
        artist=clean_line(artist),
    )
