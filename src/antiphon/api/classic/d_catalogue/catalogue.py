"""Songs, albums and artists: open to browse, changed by admins."""

from http import HTTPStatus
from typing import Any

from antiphon.api.classic.d_catalogue.encoding import CatalogueMessage, answer, answer_list
from antiphon.api.http.addresses import addresses_of
from antiphon.api.http.answers import Answer
from antiphon.api.http.catalogue import (
    CommonAlbum,
    CommonAlbumDetail,
    CommonArtist,
    CommonArtistDetail,
    CommonSong,
    GivenAlbum,
    GivenArtist,
    GivenSong,
    album_detail_of,
    album_edit,
    album_of,
    artist_detail_of,
    artist_edit,
    artist_of,
    seen_at,
    song_edit,
    song_of,
)
from antiphon.api.http.media import ImageQuery, Thing, image
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.areas.library.data import AlbumFilter, ArtistFilter, SongFilter


async def songs(request: Request) -> Answer:
    """One page of songs, in the order they were added."""
    found = await request.areas.library.browse.songs(request.principal, SongFilter(), "added", request.page())
    addresses = await addresses_of(request)
    return answer_list([song_of(row, addresses) for row in found.rows], found)


async def song(request: Request) -> Answer:
    """One song with its words."""
    return answer(await _song(request, request.id("song")))


async def _song(request: Request, song_id: int) -> CommonSong:
    browse = request.areas.library.browse
    row = await browse.song(request.principal, song_id)
    words = (await browse.lyrics(request.principal, song_id)).plain if row.has_lyrics else None
    return song_of(row, await addresses_of(request), words or None)


async def update_song(request: Request) -> Answer:
    """Change what the body names."""
    song_id = request.id("song")
    given = await request.json(GivenSong)
    edit = await song_edit(request, given)
    await request.areas.library.editing.songs.change(request.principal, song_id, edit, updated_at=seen_at(given))
    return answer(await _song(request, song_id))


async def delete_song(request: Request) -> Answer:
    """Take a song out of the catalogue."""
    await request.areas.library.editing.songs.remove(request.principal, [request.id("song")])
    return answer(CatalogueMessage("The song is deleted."))


async def albums(request: Request) -> Answer:
    """One page of albums, in the order they were added."""
    found = await request.areas.library.browse.albums(request.principal, AlbumFilter(), "added", request.page())
    return answer_list([album_of(row, request.exchange.server) for row in found.rows], found)


async def album(request: Request) -> Answer:
    """One album with its songs."""
    return answer(await _album(request, request.id("album")))


async def _album(request: Request, album_id: int) -> CommonAlbumDetail:
    browse = request.areas.library.browse
    row = await browse.album(request.principal, album_id)
    found = await browse.songs_of_album(request.principal, album_id)
    return album_detail_of(row, found, await addresses_of(request))


async def create_album(request: Request) -> Answer:
    """Make an album."""
    edit = album_edit(await request.json(GivenAlbum))
    album_id = await request.areas.library.editing.albums.create(request.principal, edit)
    return answer(await _album(request, album_id), HTTPStatus.CREATED)


async def update_album(request: Request) -> Answer:
    """Change what the body names."""
    album_id = request.id("album")
    given = await request.json(GivenAlbum)
    edit, seen = album_edit(given), seen_at(given)
    await request.areas.library.editing.albums.change(request.principal, album_id, edit, updated_at=seen)
    return answer(await _album(request, album_id))


async def delete_album(request: Request) -> Answer:
    """Delete an album; its songs stay."""
    await request.areas.library.editing.albums.delete(request.principal, request.id("album"), songs_too="keep")
    return answer(CatalogueMessage("The album is deleted. Its songs stay."))


async def artists(request: Request) -> Answer:
    """One page of artists, in the order they became known."""
    found = await request.areas.library.browse.artists(request.principal, ArtistFilter(), "added", request.page())
    return answer_list([artist_of(row, request.exchange.server) for row in found.rows], found)


async def artist(request: Request) -> Answer:
    """One artist with their albums."""
    return answer(await _artist(request, request.id("artist")))


async def _artist(request: Request, artist_id: int) -> CommonArtistDetail:
    browse = request.areas.library.browse
    row = await browse.artist(request.principal, artist_id)
    found = await browse.albums_of_artist(request.principal, artist_id)
    return artist_detail_of(row, found, request.exchange.server)


async def create_artist(request: Request) -> Answer:
    """Make an artist."""
    edit = artist_edit(await request.json(GivenArtist))
    artist_id = await request.areas.library.editing.artists.create(request.principal, edit)
    return answer(await _artist(request, artist_id), HTTPStatus.CREATED)


async def update_artist(request: Request) -> Answer:
    """Rename an artist; songs and albums follow."""
    artist_id = request.id("artist")
    given = await request.json(GivenArtist)
    edit, seen = artist_edit(given), seen_at(given)
    await request.areas.library.editing.artists.change(request.principal, artist_id, edit, updated_at=seen)
    return answer(await _artist(request, artist_id))


async def delete_artist(request: Request) -> Answer:
    """Take an artist's name off everything."""
    await request.areas.library.editing.artists.delete(request.principal, request.id("artist"))
    return answer(CatalogueMessage("The artist is deleted."))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=path, handler=handler, summary=summary, tag="catalogue", **rest)


def _cover(things: str, thing: Thing) -> Route:
    about = f"The cover of {'an' if thing[0] == 'a' else 'a'} {thing}"
    path = f"/{things}/{{id}}/image"
    return _route("GET", path, image(thing), about, access="reader", query=ImageQuery, media="image/*")


_OPEN = {"access": "reader"}
_ADMIN = {"access": "admin"}
ROUTES = (
    _route("GET", "/songs", songs, "Songs", data=list[CommonSong], paged=True, **_OPEN),
    _route("GET", "/songs/{id}", song, "A song", data=CommonSong, **_OPEN),
    _route("PUT", "/songs/{id}", update_song, "Change a song", body=GivenSong, data=CommonSong, **_ADMIN),
    _route("DELETE", "/songs/{id}", delete_song, "Delete a song", data=CatalogueMessage, **_ADMIN),
    _cover("songs", "song"),
    _route("GET", "/albums", albums, "Albums", data=list[CommonAlbum], paged=True, **_OPEN),
    _route("GET", "/albums/{id}", album, "An album with its songs", data=CommonAlbumDetail, **_OPEN),
    _route(
        "POST", "/albums", create_album, "Make an album", body=GivenAlbum, data=CommonAlbumDetail, status=201, **_ADMIN
    ),
    _route("PUT", "/albums/{id}", update_album, "Change an album", body=GivenAlbum, data=CommonAlbumDetail, **_ADMIN),
    _route("DELETE", "/albums/{id}", delete_album, "Delete an album", data=CatalogueMessage, **_ADMIN),
    _cover("albums", "album"),
    _route("GET", "/artists", artists, "Artists", data=list[CommonArtist], paged=True, **_OPEN),
    _route("GET", "/artists/{id}", artist, "An artist with their albums", data=CommonArtistDetail, **_OPEN),
    _route(
        "POST", "/artists", create_artist, "Make an artist", body=GivenArtist, data=CommonArtistDetail, status=201,
        **_ADMIN,
    ),
    _route(
        "PUT", "/artists/{id}", update_artist, "Rename an artist", body=GivenArtist, data=CommonArtistDetail, **_ADMIN
    ),
    _route("DELETE", "/artists/{id}", delete_artist, "Delete an artist", data=CatalogueMessage, **_ADMIN),
    _cover("artists", "artist"),
)  # fmt: skip
