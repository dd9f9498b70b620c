"""The catalogue as the documented dialects show it and take it: what they have in common.

`artists` and `genres` are the texts that the library keeps ready: they go out as they are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from antiphon.api.http.addresses import Addresses, image_address
from antiphon.api.http.lyrics import GivenLine, given_lines
from antiphon.api.http.requests import Request
from antiphon.areas.library.data import (
    AlbumEdit,
    AlbumRow,
    ArtistEdit,
    ArtistRow,
    CreditEdit,
    Licence,
    LicenceCode,
    SongEdit,
    SongRow,
)
from antiphon.kernel.clock import date_of, iso

Credits = Annotated[
    msgspec.Raw,
    msgspec.Meta(
        extra_json_schema={
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "role": {"type": "string"}},
            },
        }
    ),
]
Names = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "array", "items": {"type": "string"}})]

Line = Annotated[str, msgspec.Meta(max_length=1000)]
Words = Annotated[str, msgspec.Meta(max_length=100_000)]
Number = Annotated[int, msgspec.Meta(ge=0, le=9999)]
Id = Annotated[int, msgspec.Meta(ge=1, le=999_999_999_999_999_999)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class CommonRating(msgspec.Struct, frozen=True, gc=False):
    """What everybody thinks: the mean of 1 to 5, null where nobody has rated."""

    mean: float | None
    count: int


class CommonSong(msgspec.Struct, frozen=True, gc=False):
    """A song. `duration` is seconds, `bitrate` kbit/s, `loudness` LUFS; `lyrics` stands where one song is asked for;
    `audio_url` plays for some hours without any header, null for who has not signed in. Addresses are whole ones."""

    id: int
    title: str
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
    rating: CommonRating
    flagged: bool
    uploader_id: int | None
    created_at: str | None
    updated_at: str | None


class CommonAlbum(msgspec.Struct, frozen=True, gc=False):
    """An album."""

    id: int
    title: str
    artists: Credits
    artist: str
    year: int | None
    release_date: str | None
    genres: Names
    song_count: int
    duration: float
    image_url: str | None
    play_count: int
    rating: CommonRating
    flagged: bool
    uploader_id: int | None
    created_at: str | None
    updated_at: str | None


class CommonAlbumDetail(CommonAlbum, frozen=True, gc=False):
    """An album with its songs in the order of discs and tracks."""

    songs: list[CommonSong]


class CommonArtist(msgspec.Struct, frozen=True, gc=False):
    """An artist."""

    id: int
    name: str
    sort_name: str
    album_count: int
    song_count: int
    image_url: str | None
    created_at: str | None
    updated_at: str | None


class CommonArtistDetail(CommonArtist, frozen=True, gc=False):
    """An artist with their albums, the newest first."""

    albums: list[CommonAlbum]


def _rating(total: int, count: int) -> CommonRating:
    return CommonRating(round(total / count, 2) if count else None, count)


def song_of(row: SongRow, addresses: Addresses, lyrics: str | None = None) -> CommonSong:
    """A song from its row."""
    return CommonSong(
        id=row.id,
        title=row.title,
        artists=msgspec.Raw(row.credits),
        artist=row.artist,
        album=row.album,
        album_id=row.album_id,
        disc=row.disc,
        track=row.track,
        genres=msgspec.Raw(row.genres),
        year=row.year,
        duration=row.duration,
        language=row.language or None,
        lyrics=lyrics,
        image_url=image_address(addresses.server, "song", row.id, row.artwork_id),
        audio_url=None if row.missing else addresses.audio(row.id),
        format=row.format,
        bitrate=row.bitrate or None,
        loudness=row.loudness,
        play_count=row.play_count,
        rating=_rating(row.rating_sum, row.rating_count),
        flagged=bool(row.flagged),
        uploader_id=row.uploader_id,
        created_at=iso(row.created_at),
        updated_at=precise(row.updated_at),
    )


def precise(seconds: float) -> str:
    """A moment to the microsecond: what a client gives back tells whether a thing was changed meanwhile."""
    return f"{date_of(seconds).isoformat(timespec='microseconds').removesuffix('+00:00')}Z"


def _album_values(row: AlbumRow, server: str) -> dict[str, object]:
    return {
        "id": row.id,
        "title": row.title,
        "artists": msgspec.Raw(row.credits),
        "artist": row.artist,
        "year": row.year,
        "release_date": row.release_date or None,
        "genres": msgspec.Raw(row.genres),
        "song_count": row.song_count,
        "duration": row.duration,
        "image_url": image_address(server, "album", row.id, row.artwork_id),
        "play_count": row.play_count,
        "rating": _rating(row.rating_sum, row.rating_count),
        "flagged": bool(row.flagged),
        "uploader_id": row.uploader_id,
        "created_at": iso(row.created_at),
        "updated_at": precise(row.updated_at),
    }


def album_of(row: AlbumRow, server: str) -> CommonAlbum:
    """An album from its row; `server` is where the caller finds its cover."""
    return CommonAlbum(**_album_values(row, server))  # type: ignore[arg-type]


def album_detail_of(row: AlbumRow, songs: Sequence[SongRow], addresses: Addresses) -> CommonAlbumDetail:
    """An album with its songs."""
    shown = [song_of(song, addresses) for song in songs]
    return CommonAlbumDetail(**_album_values(row, addresses.server), songs=shown)  # type: ignore[arg-type]


def _artist_values(row: ArtistRow, server: str) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "sort_name": row.sort_name,
        "album_count": row.album_count,
        "song_count": row.song_count,
        # An artist without a picture lends one from an album.
        "image_url": f"{server}/artists/{row.id}/image",
        "created_at": iso(row.created_at),
        "updated_at": precise(row.updated_at),
    }


def artist_of(row: ArtistRow, server: str) -> CommonArtist:
    """An artist from its row; `server` is where the caller finds the picture."""
    return CommonArtist(**_artist_values(row, server))  # type: ignore[arg-type]


def artist_detail_of(row: ArtistRow, albums: Sequence[AlbumRow], server: str) -> CommonArtistDetail:
    """An artist with their albums."""
    shown = [album_of(album, server) for album in albums]
    return CommonArtistDetail(**_artist_values(row, server), albums=shown)  # type: ignore[arg-type]


class GivenCredit(msgspec.Struct, frozen=True, kw_only=True):
    """An artist's part: by id, else by name."""

    id: Id | None = None
    name: Line = ""
    role: Line = "artist"


class GivenLicence(msgspec.Struct, frozen=True, kw_only=True):
    """What others may do with a song; only `other` takes a text or an address of one's own."""

    code: LicenceCode
    text: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    url: Line = ""


class GivenSong(msgspec.Struct, frozen=True, kw_only=True):
    """What shall change of a song; what is left out stays. `bpm` (20 to 400) and `key` (`C`, `F#`, `Bbm`) stand before
    what tags tell and what was measured; null brings that back. `updated_at`, as it was told, has the change refused
    where the song was changed since."""

    title: Line | UnsetType = UNSET
    sort_title: Line | UnsetType = UNSET
    artist: Line | UnsetType = UNSET
    artists: list[GivenCredit | Line] | UnsetType = UNSET
    album_id: Id | UnsetType | None = UNSET
    disc: Number | UnsetType | None = UNSET
    track: Number | UnsetType | None = UNSET
    genre: Line | UnsetType = UNSET
    genre_id: Id | UnsetType = UNSET
    genres: list[Line] | UnsetType = UNSET
    year: Number | UnsetType | None = UNSET
    language: Line | UnsetType | None = UNSET
    comment: Line | UnsetType | None = UNSET
    lyrics: Words | UnsetType | None = UNSET
    synced_lyrics: list[GivenLine] | UnsetType | None = UNSET
    release_at: Moment | UnsetType | None = UNSET
    licence: GivenLicence | UnsetType | None = UNSET
    bpm: Number | UnsetType | None = UNSET
    key: Line | UnsetType | None = UNSET
    updated_at: Moment | None = None


class GivenAlbum(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be or change of an album; what is left out stays."""

    title: Line | UnsetType = UNSET
    sort_title: Line | UnsetType = UNSET
    artist: Line | UnsetType = UNSET
    artists: list[GivenCredit | Line] | UnsetType = UNSET
    year: Number | UnsetType | None = UNSET
    release_date: Line | UnsetType | None = UNSET
    release_at: Moment | UnsetType | None = UNSET
    updated_at: Moment | None = None


class GivenArtist(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be or change of an artist; what is left out stays."""

    name: Line | UnsetType = UNSET
    sort_name: Line | UnsetType | None = UNSET
    updated_at: Moment | None = None


class GivenGenre(msgspec.Struct, frozen=True, kw_only=True):
    """A genre's name."""

    name: Line


class GivenFlag(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it shall be flagged, and why; without `flagged` it becomes what it is not."""

    flagged: bool | None = None
    reason: Line = ""


async def song_edit(request: Request, given: GivenSong) -> SongEdit:
    """The edit that a body asks for. Raises NOT_FOUND for a genre there is none."""
    genres = given.genres
    if genres is UNSET and given.genre is not UNSET:
        genres = [given.genre]
    if given.genre_id is not UNSET:
        genres = [(await request.areas.library.browse.genre(request.principal, given.genre_id)).name]
    return SongEdit(
        title=given.title,
        sort_title=given.sort_title,
        artist=given.artist,
        artists=_credits(given.artists),
        album_id=given.album_id,
        disc=given.disc,
        track=given.track,
        genres=genres,
        year=given.year,
        language=_text(given.language),
        comment=_text(given.comment),
        lyrics=_text(given.lyrics),
        synced_lyrics=given_lines(given.synced_lyrics),
        release_at=_seconds(given.release_at),
        licence=_licence(given.licence),
        bpm=given.bpm,
        key=_text(given.key),
    )


def album_edit(given: GivenAlbum) -> AlbumEdit:
    """The edit that a body asks for."""
    return AlbumEdit(
        title=given.title,
        sort_title=given.sort_title,
        artist=given.artist,
        artists=_credits(given.artists),
        year=given.year,
        release_date=_text(given.release_date),
        release_at=_seconds(given.release_at),
    )


def artist_edit(given: GivenArtist) -> ArtistEdit:
    """The edit that a body asks for."""
    return ArtistEdit(name=given.name, sort_name=_text(given.sort_name))


def seen_at(given: GivenSong | GivenAlbum | GivenArtist) -> float | None:
    """The moment up to which the caller knows of changes."""
    return None if given.updated_at is None else given.updated_at.timestamp()


def _credits(given: list[GivenCredit | str] | UnsetType) -> list[CreditEdit] | UnsetType:
    if isinstance(given, UnsetType):
        return UNSET
    return [
        CreditEdit(name=one) if isinstance(one, str) else CreditEdit(name=one.name, role=one.role, id=one.id)
        for one in given
    ]


def _seconds(given: datetime | UnsetType | None) -> float | UnsetType | None:
    return given.timestamp() if isinstance(given, datetime) else given


def _licence(given: GivenLicence | UnsetType | None) -> Licence | UnsetType | None:
    return Licence(given.code, given.text, given.url) if isinstance(given, GivenLicence) else given


def _text(given: str | UnsetType | None) -> str | UnsetType:
    """Null says the same as an empty text."""
    return "" if given is None else given
