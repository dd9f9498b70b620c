"""From rows of the library to the values of OpenSubsonic.

The JSON columns of an album's songs say mostly the same, so what is made of each text is kept for a while.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec
from msgspec.structs import astuple

from antiphon.api.opensubsonic.ids import album_id, artist_id, loose_id
from antiphon.api.opensubsonic.values import (
    Album,
    AlbumWithSongs,
    Artist,
    ArtistReference,
    Contributor,
    DiscTitle,
    Folder,
    ItemDate,
    ItemGenre,
    RecordLabel,
    ReplayGain,
    Song,
)
from antiphon.areas.library.data import AlbumRow, ArtistRow, CreditValue, SongRow
from antiphon.kernel.clock import iso_moment

KEPT = 16_384

_credits = msgspec.json.Decoder(list[CreditValue])
_texts = msgspec.json.Decoder(tuple[str, ...])
_titles = msgspec.json.Decoder(dict[int, str])
_NO_GAIN = ReplayGain()
_NO_DATE = ItemDate()
_NONE = "[]"
_ARTIST_ROLES = ("artist", "album_artist")


class _Credits(NamedTuple):
    artists: tuple[ArtistReference, ...]
    contributors: tuple[Contributor, ...]
    composer: str
    first: str | None
    """The id of the first artist."""
    loose: str | None
    """The id of what stands for an album among the first artist's."""


@lru_cache(maxsize=KEPT)
def _credited(text: str) -> _Credits:
    artists, others, composers = [], [], []
    for credit in _credits.decode(text):
        name, role = credit.name, credit.role
        artist = ArtistReference(artist_id(credit.id), name)
        if role in _ARTIST_ROLES:
            artists.append(artist)
            continue
        others.append(Contributor(role, artist))
        if role == "composer":
            composers.append(name)
    first = artists[0].id if artists else None
    return _Credits(tuple(artists), tuple(others), ", ".join(composers), first, first and loose_id(first[3:]))


@lru_cache(maxsize=KEPT)
def _genres(text: str) -> tuple[ItemGenre, ...]:
    return tuple(ItemGenre(name=name) for name in _texts.decode(text))


@lru_cache(maxsize=KEPT)
def _words(text: str) -> tuple[str, ...]:
    return _texts.decode(text)


@lru_cache(maxsize=KEPT)
def _date(text: str) -> ItemDate:
    """A date as tags tell it: `2001`, `2001-04` or `2001-04-02`, what follows is passed over."""
    parts = [int(part) for part in text[:10].split("-") if part.isascii() and part.isdigit()]
    year = parts[0] if parts else None
    month = parts[1] if len(parts) > 1 and 1 <= parts[1] <= 12 else None
    day = parts[2] if month and len(parts) > 2 and 1 <= parts[2] <= 31 else None
    return ItemDate(year=year, month=month, day=day)


def _mean(total: int, raters: int) -> float | None:
    return round(total / raters, 2) if raters else None


# A list has fifty songs of fifty fields: taking a row apart at once and giving values by their place costs half of what
# names would. The order is that of the fields of `SongRow` and of `Song`; the golden files notice one that is not.
def to_song(row: SongRow) -> Song:
    """A song. Its cover is that of its album, so that clients load it once for all songs of it. One without an album
    stands in its artist's folder, and in what stands for an album there."""
    (
        number, _, of_album, album, album_artist, album_credits, title, sort_title, artist, credits, genre_names,
        disc, track, year, _, duration, _, comment, recording_id, isrcs, moods, bpm, explicit,
        track_gain, track_peak, album_gain, album_peak, _, _, suffix, content_type,
        bitrate, sample_rate, bit_depth, channels, size, path,
        _, artwork_id, _, _, _, _, _, _, _, rating_sum, rating_count, created_at, _,
        starred_at, user_rating, user_play_count, last_played_at,
    ) = astuple(row)  # fmt: skip
    song = f"so-{number}"
    on = None if of_album is None else f"al-{of_album}"
    credited = _credited(credits)
    artists = credited.artists
    genres = _genres(genre_names)
    return Song(
        song, False, title, False, "music", "song",
        round(duration), size, suffix, content_type, path,
        bitrate, sample_rate, bit_depth, channels,
        iso_moment(created_at), user_play_count or 0,
        bpm or 0, comment, sort_title, recording_id,
        () if isrcs == _NONE else _words(isrcs), genres, artists, artist,
        artists if album_credits is None else _credited(album_credits).artists,
        album_artist or artist,
        credited.contributors, credited.composer,
        () if moods == _NONE else _words(moods),
        _NO_GAIN if track_gain is None and album_gain is None
        else ReplayGain(track_gain, album_gain, track_peak, album_peak),
        explicit,
        on or credited.first, album, artist or None, track, year,
        genres[0].name if genres else None,
        None if artwork_id is None else f"{on or song}_{artwork_id}",
        disc, user_rating or None,
        round(rating_sum / rating_count, 2) if rating_count else None,
        None if starred_at is None else iso_moment(starred_at),
        on or credited.loose, credited.first,
        None if last_played_at is None else iso_moment(last_played_at),
    )  # fmt: skip


def to_songs(rows: Sequence[SongRow]) -> tuple[Song, ...]:
    """Songs, in their order."""
    return tuple([to_song(row) for row in rows])


def to_album(row: AlbumRow) -> Album:
    """An album by its tags."""
    (
        id_, _, title, sort_title, artist, credits, genre_names, year, release_date, original_date, compilation,
        release_types, labels, _, disc_titles, release_id, artwork_id, _, _, _, song_count, duration,
        _, rating_sum, rating_count, created_at, _, starred_at, user_rating, user_play_count, last_played_at,
    ) = astuple(row)  # fmt: skip
    number = f"al-{id_}"
    artists = _credited(credits).artists
    genres = _genres(genre_names)
    return Album(
        number, title, song_count, round(duration), iso_moment(created_at), user_play_count or 0, release_id,
        genres, artists, artist,
        () if release_types == _NONE else _words(release_types), () if labels == _NONE else _labels(labels), sort_title,
        _date(original_date) if original_date else _NO_DATE, _date(release_date) if release_date else _NO_DATE,
        compilation != 0, () if disc_titles == "{}" else _disc_titles(disc_titles),
        artist or None, artists[0].id if artists else None,
        None if artwork_id is None else f"{number}_{artwork_id}",
        year, genres[0].name if genres else None,
        None if starred_at is None else iso_moment(starred_at),
        user_rating or None,
        round(rating_sum / rating_count, 2) if rating_count else None,
        None if last_played_at is None else iso_moment(last_played_at),
    )  # fmt: skip


def to_albums(rows: Sequence[AlbumRow]) -> tuple[Album, ...]:
    """Albums, in their order."""
    return tuple([to_album(row) for row in rows])


def with_songs(album: Album, songs: Sequence[SongRow]) -> AlbumWithSongs:
    """An album with what is on it."""
    return AlbumWithSongs(*astuple(album), song=to_songs(songs))


LOOSE = "Songs without an album"


def to_loose_album(row: ArtistRow, songs: Sequence[SongRow]) -> Album:
    """What stands for an album where songs of an artist have none."""
    artist = ArtistReference(artist_id(row.id), row.name)
    return Album(
        id=loose_id(row.id),
        name=LOOSE,
        song_count=len(songs),
        duration=round(sum(song.duration for song in songs)),
        created=iso_moment(min((song.created_at for song in songs), default=row.created_at)),
        play_count=0,
        music_brainz_id="",
        genres=(),
        artists=(artist,),
        display_artist=row.name,
        release_types=(),
        record_labels=(),
        sort_name="",
        original_release_date=_NO_DATE,
        release_date=_NO_DATE,
        is_compilation=False,
        disc_titles=(),
        artist=row.name,
        artist_id=artist.id,
        cover_art=_artist_cover(row),
    )


@lru_cache(maxsize=KEPT)
def _labels(text: str) -> tuple[RecordLabel, ...]:
    return tuple(RecordLabel(name=name) for name in _texts.decode(text))


@lru_cache(maxsize=KEPT)
def _disc_titles(text: str) -> tuple[DiscTitle, ...]:
    return tuple(DiscTitle(disc=disc, title=title) for disc, title in sorted(_titles.decode(text).items()))


def _album_cover(row: AlbumRow) -> str | None:
    return None if row.artwork_id is None else f"{album_id(row.id)}_{row.artwork_id}"


def to_album_folder(row: AlbumRow) -> Folder:
    """An album as a folder in its artist's."""
    artists = _credited(row.credits).artists
    genres = _genres(row.genres)
    return Folder(
        id=album_id(row.id),
        is_dir=True,
        title=row.title,
        name=row.title,
        is_video=False,
        media_type="album",
        parent=artists[0].id if artists else None,
        album=row.title,
        artist=row.artist or None,
        artist_id=artists[0].id if artists else None,
        year=row.year,
        genre=genres[0].name if genres else None,
        cover_art=_album_cover(row),
        duration=round(row.duration),
        song_count=row.song_count,
        play_count=row.user_play_count or 0,
        created=iso_moment(row.created_at),
        starred=None if row.starred_at is None else iso_moment(row.starred_at),
        user_rating=row.user_rating or None,
        average_rating=_mean(row.rating_sum, row.rating_count),
        played=None if row.last_played_at is None else iso_moment(row.last_played_at),
    )


def _artist_cover(row: ArtistRow) -> str:
    """There is always a picture: one of an album, or a pattern."""
    number = artist_id(row.id)
    return number if row.artwork_id is None else f"{number}_{row.artwork_id}"


def to_artist(row: ArtistRow, loose: int = 0) -> Artist:
    """An artist. Some apps pass over who has no album: `loose` songs without one count as one where there is no
    other."""
    return Artist(
        id=artist_id(row.id),
        name=row.name,
        album_count=row.album_count or min(loose, 1),
        cover_art=_artist_cover(row),
        music_brainz_id=row.musicbrainz_id,
        sort_name=row.sort_name,
        starred=None if row.starred_at is None else iso_moment(row.starred_at),
        user_rating=row.user_rating or None,
    )


def to_artists(rows: Sequence[ArtistRow]) -> tuple[Artist, ...]:
    """Artists, in their order."""
    return tuple([to_artist(row) for row in rows])


def to_artist_folder(row: ArtistRow, parent: str) -> Folder:
    """An artist as a folder in a library."""
    artist = to_artist(row)
    return Folder(
        id=artist.id,
        is_dir=True,
        title=artist.name,
        name=artist.name,
        is_video=False,
        media_type="artist",
        parent=parent,
        artist=artist.name,
        cover_art=artist.cover_art,
        starred=artist.starred,
        user_rating=artist.user_rating,
    )
