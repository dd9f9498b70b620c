"""Songs, albums and genres: listed, changed, flagged, rated."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

import msgspec

from antiphon.api.classic.a_streaming.encoding import answer, answer_list
from antiphon.api.http.addresses import addresses_of
from antiphon.api.http.answers import Answer
from antiphon.api.http.catalogue import (
    CommonAlbum,
    CommonSong,
    GivenAlbum,
    GivenFlag,
    GivenGenre,
    GivenSong,
    album_edit,
    album_of,
    seen_at,
    song_edit,
    song_of,
)
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.http.uploading import given_change, given_with_picture
from antiphon.areas.library.data import AlbumFilter, SongFilter
from antiphon.kernel.errors import forbidden
from antiphon.kernel.paging import Slice
from antiphon.kernel.principal import ADMIN, ARTIST, Principal

GENRES_KEPT_SECONDS = 300.0


class StreamingGenre(msgspec.Struct, frozen=True, gc=False):
    """A genre and how much of it the caller may see."""

    id: int
    name: str
    song_count: int
    album_count: int


class StreamingRating(msgspec.Struct, frozen=True, kw_only=True):
    """1 to 5; 0 takes the rating away."""

    rating: Annotated[int, msgspec.Meta(ge=0, le=5)]


class StreamingFlagged(msgspec.Struct, frozen=True, gc=False):
    """Whether a song or an album is flagged now."""

    id: int
    flagged: bool


async def all_genres(request: Request) -> Answer:
    """One page of all genres, from the cache until the library changes."""
    page = request.page()
    browse, principal = request.areas.library.browse, request.principal
    revision, _ = await browse.revision(principal)
    name = f"all-genre:{revision}:{principal.user_id}:{int(principal.is_admin)}"
    kept = await request.areas.cache.get(name)
    if kept is None:
        rows = await browse.genres(principal)
        kept = msgspec.json.encode([StreamingGenre(row.id, row.name, row.song_count, row.album_count) for row in rows])
        await request.areas.cache.set(name, kept, GENRES_KEPT_SECONDS)
    found = msgspec.json.decode(kept, type=list[msgspec.Raw])
    shown = found[page.offset : page.offset + page.limit]
    return answer_list("All genres.", shown, Slice(shown, len(found), page))


async def _genre(request: Request, genre_id: int) -> StreamingGenre:
    row = await request.areas.library.browse.genre(request.principal, genre_id)
    return StreamingGenre(row.id, row.name, row.song_count, row.album_count)


async def create_genre(request: Request) -> Answer:
    """Make a genre."""
    given = await request.json(GivenGenre)
    genre_id = await request.areas.library.editing.genres.create(request.principal, given.name)
    return answer("The genre is there.", await _genre(request, genre_id), HTTPStatus.CREATED)


async def update_genre(request: Request) -> Answer:
    """Call a genre otherwise."""
    genre_id = request.id("genre")
    given = await request.json(GivenGenre)
    await request.areas.library.editing.genres.rename(request.principal, genre_id, given.name)
    return answer("The genre is changed.", {"id": genre_id, "name": given.name})


async def delete_genre(request: Request) -> Answer:
    """Take a genre away from everything."""
    await request.areas.library.editing.genres.delete(request.principal, request.id("genre"))
    return answer("The genre is deleted.")


def _check_artist(principal: Principal) -> None:
    if not principal.roles & {ARTIST, ADMIN}:
        raise forbidden("Only artists and admins have songs and albums of their own.", "artists_only")


async def _songs(request: Request, wanted: SongFilter, message: str) -> Answer:
    found = await request.areas.library.browse.songs(request.principal, wanted, "added", request.page())
    addresses = await addresses_of(request)
    return answer_list(message, [song_of(row, addresses) for row in found.rows], found)


async def all_songs(request: Request) -> Answer:
    """Every song, for admins."""
    return await _songs(request, SongFilter(), "All songs.")


async def own_songs(request: Request) -> Answer:
    """The songs that the caller has uploaded."""
    _check_artist(request.principal)
    return await _songs(request, SongFilter(uploader_id=request.principal.user_id), "Your songs.")


async def update_song(request: Request) -> Answer:
    """Change what the body names; as a form, with a cover if wanted."""
    song_id = request.id("song")
    covers, songs = request.areas.library.uploads.covers, request.areas.library.editing.songs
    given, picture = await given_change(request, "song", song_id, GivenSong, Request.json)
    edit, seen = await song_edit(request, given), seen_at(given)
    change = partial(songs.change, request.principal, song_id, edit, updated_at=seen)
    await covers.with_change(request.principal, "song", song_id, change, picture)
    return answer("The song is changed.", await shown_song(request, song_id))


async def shown_song(request: Request, song_id: int) -> CommonSong:
    """One song with its words, as the caller sees it."""
    browse = request.areas.library.browse
    row = await browse.song(request.principal, song_id)
    words = (await browse.lyrics(request.principal, song_id)).plain if row.has_lyrics else None
    return song_of(row, await addresses_of(request), words or None)


async def delete_song(request: Request) -> Answer:
    """Take a song out of the catalogue."""
    await request.areas.library.editing.songs.remove(request.principal, [request.id("song")])
    return answer("The song is deleted.")


async def flag_song(request: Request) -> Answer:
    """Hide a song from all but its owner and admins, or show it again."""
    song_id = request.id("song")
    given = await request.json(GivenFlag)
    flagged = await request.areas.library.flags.song(request.principal, song_id, given.flagged, given.reason)
    told = "The song is flagged." if flagged else "The song is no longer flagged."
    return answer(told, StreamingFlagged(song_id, flagged))


async def rate_song(request: Request) -> Answer:
    """Rate a song."""
    song_id = request.id("song")
    given = await request.json(StreamingRating)
    await request.areas.library.annotations.rate(request.principal, "song", song_id, given.rating)
    return answer("The song is rated." if given.rating else "The rating is taken away.", {"rating": given.rating})


async def _albums(request: Request, wanted: AlbumFilter, message: str) -> Answer:
    found = await request.areas.library.browse.albums(request.principal, wanted, "added", request.page())
    return answer_list(message, [album_of(row, request.exchange.server) for row in found.rows], found)


async def all_albums(request: Request) -> Answer:
    """Every album, for admins."""
    return await _albums(request, AlbumFilter(), "All albums.")


async def own_albums(request: Request) -> Answer:
    """The albums that are the caller's."""
    _check_artist(request.principal)
    return await _albums(request, AlbumFilter(uploader_id=request.principal.user_id), "Your albums.")


async def create_album(request: Request) -> Answer:
    """Make an album; as a form, with a cover if wanted. Both or nothing."""
    _check_artist(request.principal)
    given, picture = await given_with_picture(request, GivenAlbum, Request.json)
    covers = request.areas.library.uploads.covers
    album_id = await covers.create_album(request.principal, album_edit(given), picture)
    row = await request.areas.library.browse.album(request.principal, album_id)
    return answer("The album is there.", album_of(row, request.exchange.server), HTTPStatus.CREATED)


async def update_album(request: Request) -> Answer:
    """Change what the body names; as a form, with a cover if wanted."""
    album_id = request.id("album")
    covers, albums = request.areas.library.uploads.covers, request.areas.library.editing.albums
    given, picture = await given_change(request, "album", album_id, GivenAlbum, Request.json)
    edit, seen = album_edit(given), seen_at(given)
    change = partial(albums.change, request.principal, album_id, edit, updated_at=seen)
    await covers.with_change(request.principal, "album", album_id, change, picture)
    row = await request.areas.library.browse.album(request.principal, album_id)
    return answer("The album is changed.", album_of(row, request.exchange.server))


async def delete_album(request: Request) -> Answer:
    """Delete an album; its songs stay."""
    albums = request.areas.library.editing.albums
    await albums.delete(request.principal, request.id("album"), songs_too="keep")
    return answer("The album is deleted. Its songs stay.")


async def flag_album(request: Request) -> Answer:
    """Hide an album with its songs from all but its owner and admins, or show it again."""
    album_id = request.id("album")
    given = await request.json(GivenFlag)
    flagged = await request.areas.library.flags.album(request.principal, album_id, given.flagged, given.reason)
    told = "The album is flagged." if flagged else "The album is no longer flagged."
    return answer(told, StreamingFlagged(album_id, flagged))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/{path}", handler=handler, summary=summary, tag="catalogue", **rest)


ROUTES = (
    _route("GET", "all_genre", all_genres, "All genres", data=list[StreamingGenre], paged=True),
    _route(
        "POST", "genre", create_genre, "Make a genre", access="admin", body=GivenGenre, data=StreamingGenre, status=201
    ),
    _route("PUT", "update/genre/{id}", update_genre, "Rename a genre", access="admin", body=GivenGenre),
    _route("DELETE", "delete/genre/{id}", delete_genre, "Delete a genre", access="admin"),
    _route("GET", "all_song", all_songs, "All songs", access="admin", data=list[CommonSong], paged=True),
    _route("GET", "song", own_songs, "One's own songs, for artists and admins", data=list[CommonSong], paged=True),
    _route(
        "PUT", "update/song/{id}", update_song, "Change a song of one's own; as a form, with a cover (image) if wanted",
        body=GivenSong, data=CommonSong,
    ),
    _route("DELETE", "delete/song/{id}", delete_song, "Delete a song of one's own"),
    _route(
        "PUT", "flag_song/{id}", flag_song, "Flag or unflag a song", access="admin", body=GivenFlag,
        data=StreamingFlagged,
    ),
    _route("POST", "rate/song/{id}", rate_song, "Rate a song", body=StreamingRating),
    _route("GET", "all_album", all_albums, "All albums", access="admin", data=list[CommonAlbum], paged=True),
    _route("GET", "album", own_albums, "One's own albums, for artists and admins", data=list[CommonAlbum], paged=True),
    _route(
        "POST", "album", create_album, "Make an album, for artists and admins; as a form, with a cover if wanted",
        body=GivenAlbum, data=CommonAlbum, status=201,
    ),
    _route(
        "PUT", "update/album/{id}", update_album, "Change an album of one's own; as a form, with a cover if wanted",
        body=GivenAlbum, data=CommonAlbum,
    ),
    _route("DELETE", "delete/album/{id}", delete_album, "Delete an album of one's own; its songs stay"),
    _route(
        "PUT", "flag_album/{id}", flag_album, "Flag or unflag an album", access="admin", body=GivenFlag,
        data=StreamingFlagged,
    ),
)  # fmt: skip
