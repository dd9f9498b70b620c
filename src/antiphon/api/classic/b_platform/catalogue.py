"""Songs and albums: open to browse, changed by admins; what is featured, trending and made for the caller."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from antiphon.api.http.addresses import Addresses, addresses_of, image_address
from antiphon.api.http.answers import Answer
from antiphon.api.http.asgi import Application
from antiphon.api.http.catalogue import Id, Line, Number, Words
from antiphon.api.http.media import audio
from antiphon.api.http.requests import Request
from antiphon.api.http.rest_framework import answer, answer_list, given, nothing
from antiphon.api.http.routing import Handler, Route
from antiphon.api.http.uploading import given_change
from antiphon.areas.library.data import AlbumEdit, AlbumFilter, AlbumRow, ArtistFilter, SongEdit, SongFilter, SongRow
from antiphon.kernel.clock import iso
from antiphon.kernel.errors import invalid
from antiphon.kernel.paging import Page

FEATURED, MADE_FOR_YOU, TRENDING = 6, 4, 4


class PlatformSong(msgspec.Struct, frozen=True, gc=False):
    """A song. `audio_url` plays for some hours without any header; null for who has not signed in. It and `image_url`
    are whole addresses."""

    id: int
    title: str
    artist: str
    image_url: str | None
    audio_url: str | None
    duration: float
    album_id: int | None
    created_at: str | None
    updated_at: str | None


class PlatformAlbum(msgspec.Struct, frozen=True, gc=False):
    """An album."""

    id: int
    title: str
    artist: str
    image_url: str | None
    release_year: int | None
    created_at: str | None
    updated_at: str | None


class PlatformAlbumDetail(PlatformAlbum, frozen=True, gc=False):
    """An album with all its songs."""

    songs: list[PlatformSong]


class PlatformSongChange(msgspec.Struct, frozen=True, kw_only=True):
    """What shall change of a song; what is left out stays. A form says `album_id` as a text; an empty one is none."""

    title: Line | UnsetType = UNSET
    artist: Line | UnsetType = UNSET
    album_id: Id | Line | UnsetType | None = UNSET
    genre: Line | UnsetType = UNSET
    lyrics: Words | UnsetType = UNSET


class PlatformAlbumChange(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be or change of an album; what is left out stays."""

    title: Line | UnsetType = UNSET
    artist: Line | UnsetType = UNSET
    release_year: Number | Line | UnsetType | None = UNSET


class PlatformFigures(msgspec.Struct, frozen=True):
    """How much there is."""

    total_songs: int
    total_albums: int
    total_users: int
    total_artists: int


class SignedQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an address was signed for, until when (seconds since 1970), and the signature."""

    user: Id
    expires: Annotated[int, msgspec.Meta(ge=0, le=99_999_999_999)]
    signature: Annotated[str, msgspec.Meta(max_length=100)]


def _song(row: SongRow, addresses: Addresses) -> PlatformSong:
    return PlatformSong(
        row.id,
        row.title,
        row.artist,
        image_address(addresses.server, "song", row.id, row.artwork_id),
        None if row.missing else addresses.audio(row.id),
        row.duration,
        row.album_id,
        iso(row.created_at),
        iso(row.updated_at),
    )


async def shown_songs(request: Request, rows: Sequence[SongRow]) -> list[PlatformSong]:
    """Songs from their rows."""
    addresses = await addresses_of(request)
    return [_song(row, addresses) for row in rows]


async def songs(request: Request) -> Answer:
    """One page of songs, in the order they were added."""
    found = await request.areas.library.browse.songs(request.principal, SongFilter(), "added", request.page())
    return answer_list(await shown_songs(request, found.rows), found)


async def song(request: Request) -> Answer:
    """One song."""
    row = await request.areas.library.browse.song(request.principal, request.id("song"))
    return answer((await shown_songs(request, [row]))[0])


async def featured(request: Request) -> Answer:
    """Six songs worth hearing: others each day, the same all day."""
    return answer(await shown_songs(request, await request.areas.library.picks.featured(request.principal, FEATURED)))


async def made_for_you(request: Request) -> Answer:
    """Four songs by what the caller stars and plays."""
    return answer(
        await shown_songs(request, await request.areas.library.picks.for_person(request.principal, MADE_FOR_YOU))
    )


async def trending(request: Request) -> Answer:
    """Four songs that are played most these weeks."""
    return answer(await shown_songs(request, await request.areas.playback.trending(request.principal, TRENDING)))


async def play(request: Request) -> Application:
    """The audio behind a signed address: of who asks, nothing but the address is looked at."""
    song_id = request.id("song")
    signed = request.values(SignedQuery)
    principal = await request.areas.signed.open(song_id, signed.user, signed.expires, signed.signature)
    return await audio(request, principal, song_id)


async def update_song(request: Request) -> Answer:
    """Change what the body names; as a form, with a cover if wanted."""
    song_id = request.id("song")
    covers = request.areas.library.uploads.covers
    wanted, picture = await given_change(request, "song", song_id, PlatformSongChange, given)
    edit = SongEdit(
        title=wanted.title,
        artist=wanted.artist,
        album_id=_number(wanted.album_id, "album_id"),
        genres=UNSET if wanted.genre is UNSET else [wanted.genre] if wanted.genre else [],
        lyrics=wanted.lyrics,
    )
    change = partial(request.areas.library.editing.songs.change, request.principal, song_id, edit)
    await covers.with_change(request.principal, "song", song_id, change, picture)
    return await song(request)


async def delete_song(request: Request) -> Answer:
    """Take a song out of the catalogue."""
    await request.areas.library.editing.songs.remove(request.principal, [request.id("song")])
    return nothing()


def _album_values(row: AlbumRow, server: str) -> tuple[int, str, str, str | None, int | None, str | None, str | None]:
    picture = image_address(server, "album", row.id, row.artwork_id)
    return row.id, row.title, row.artist, picture, row.year, iso(row.created_at), iso(row.updated_at)


async def albums(request: Request) -> Answer:
    """One page of albums, in the order they were added."""
    found = await request.areas.library.browse.albums(request.principal, AlbumFilter(), "added", request.page())
    return answer_list([PlatformAlbum(*_album_values(row, request.exchange.server)) for row in found.rows], found)


async def album(request: Request) -> Answer:
    """One album with all its songs."""
    return answer(await shown_album(request, request.id("album")))


async def shown_album(request: Request, album_id: int) -> PlatformAlbumDetail:
    """An album with all its songs."""
    browse = request.areas.library.browse
    row = await browse.album(request.principal, album_id)
    rows = await browse.songs_of_album(request.principal, album_id)
    return PlatformAlbumDetail(*_album_values(row, request.exchange.server), await shown_songs(request, rows))


def album_edit_of(wanted: PlatformAlbumChange) -> AlbumEdit:
    """What a body says about an album."""
    return AlbumEdit(title=wanted.title, artist=wanted.artist, year=_number(wanted.release_year, "release_year"))


async def update_album(request: Request) -> Answer:
    """Change what the body names; as a form, with a cover if wanted."""
    album_id = request.id("album")
    covers = request.areas.library.uploads.covers
    wanted, picture = await given_change(request, "album", album_id, PlatformAlbumChange, given)
    edit = album_edit_of(wanted)
    change = partial(request.areas.library.editing.albums.change, request.principal, album_id, edit)
    await covers.with_change(request.principal, "album", album_id, change, picture)
    return answer(await shown_album(request, album_id))


async def delete_album(request: Request) -> Answer:
    """Delete an album and its songs."""
    await request.areas.library.editing.albums.delete(request.principal, request.id("album"), songs_too="remove")
    return nothing()


async def figures(request: Request) -> Answer:
    """How much there is."""
    browse, principal, one = request.areas.library.browse, request.principal, Page(1, 0)
    people = await request.areas.accounts.people.list(principal, one)
    shown = PlatformFigures(
        total_songs=(await browse.songs(principal, SongFilter(), "added", one)).total,
        total_albums=(await browse.albums(principal, AlbumFilter(), "added", one)).total,
        # The list leaves out who asks.
        total_users=people.total + 1,
        total_artists=(await browse.artists(principal, ArtistFilter(), "added", one)).total,
    )
    return answer(shown)


def _number(value: int | str | UnsetType | None, field: str) -> int | UnsetType | None:
    """A number that a form says as a text; an empty text is none. Raises INVALID."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise invalid(**{field: "This must be a whole number."})
    return int(value)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/{path}/", handler=handler, summary=summary, tag="catalogue", **rest)


_OPEN = {"access": "reader"}
_ADMIN = {"access": "admin"}
ROUTES = (
    _route("GET", "songs", songs, "Songs", data=list[PlatformSong], paged=True, **_OPEN),
    _route("GET", "songs/featured", featured, "Six featured songs", data=list[PlatformSong], **_OPEN),
    _route("GET", "songs/made-for-you", made_for_you, "Four songs for the caller", data=list[PlatformSong], **_OPEN),
    _route("GET", "songs/trending", trending, "Four songs that are played most", data=list[PlatformSong], **_OPEN),
    _route("GET", "songs/{id}", song, "A song", data=PlatformSong, **_OPEN),
    _route(
        "GET", "songs/{id}/audio", play, "The audio behind a signed address", access="anyone", query=SignedQuery,
        media="audio/*",
    ),
    _route(
        "PUT", "songs/{id}", update_song, "Change a song; as a form, with a cover (image) if wanted",
        body=PlatformSongChange, data=PlatformSong, **_ADMIN,
    ),
    _route("DELETE", "songs/{id}", delete_song, "Delete a song", status=204, **_ADMIN),
    _route("GET", "albums", albums, "Albums", data=list[PlatformAlbum], paged=True, **_OPEN),
    _route("GET", "albums/{id}", album, "An album with all its songs", data=PlatformAlbumDetail, **_OPEN),
    _route(
        "PUT", "albums/{id}", update_album, "Change an album; as a form, with a cover (image) if wanted",
        body=PlatformAlbumChange, data=PlatformAlbumDetail, **_ADMIN,
    ),
    _route("DELETE", "albums/{id}", delete_album, "Delete an album and its songs", status=204, **_ADMIN),
    _route("GET", "stats", figures, "How much there is", data=PlatformFigures, **_ADMIN),
)  # fmt: skip
