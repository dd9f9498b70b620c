"""Changing songs, albums, artists and genres: who owns them their own, admins all; flags, and what was changed."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.catalogue import (
    GivenAlbum,
    GivenArtist,
    GivenFlag,
    GivenGenre,
    GivenSong,
    album_edit,
    artist_edit,
    seen_at,
    song_edit,
)
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1 import catalogue
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.shapes import (
    AlbumDetail,
    ArtistDetail,
    Genre,
    Song,
    album_with_songs,
    artist_with_albums,
    genre_shape,
)
from antiphon.api.v1.values import Id, Moment, moment
from antiphon.areas.library.data import ChangeRow, EditedThing

Ids = Annotated[list[Id], msgspec.Meta(min_length=1, max_length=5000)]


class SeenSong(msgspec.Struct, frozen=True):
    """A song, and its `updated_at` as it was told."""

    id: Id
    updated_at: Moment


class GivenSongs(GivenSong, frozen=True, kw_only=True):
    """What shall change of all these songs alike. With `seen`, nothing is changed where somebody else changed one of
    them since."""

    ids: Ids
    seen: Annotated[tuple[SeenSong, ...], msgspec.Meta(max_length=5000)] = ()


class Changed(msgspec.Struct, frozen=True, gc=False):
    """How many songs have the new values. `change_id` undoes all of it in one step, null where nothing differed."""

    songs: int
    change_id: int | None


class SetBack(msgspec.Struct, frozen=True, gc=False):
    """How many songs have their old values again."""

    songs: int


class Flagged(msgspec.Struct, frozen=True, gc=False):
    """Whether it is flagged now."""

    flagged: bool


class DeleteAlbumQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`songs_too` removes the songs of the album with it; without it they stay, without an album."""

    songs_too: bool = False


class Change(msgspec.Struct, frozen=True, gc=False):
    """One field that was changed, from what to what. `user_id` is null where a file's tags changed."""

    id: int
    at: Moment
    user_id: int | None
    thing: EditedThing
    thing_id: int
    field: str
    old: Any
    new: Any


async def update_song(request: Request) -> Answer:
    """Change what the body names."""
    song_id = request.id("song")
    given = await request.json(GivenSong)
    edit = await song_edit(request, given)
    await request.areas.library.editing.songs.change(request.principal, song_id, edit, updated_at=seen_at(given))
    return await catalogue.song(request)


async def update_songs(request: Request) -> Answer:
    """Change many songs alike; all or none."""
    given = await request.json(GivenSongs)
    edit = await song_edit(request, given)
    seen = {one.id: one.updated_at.timestamp() for one in given.seen}
    change_id = await request.areas.library.editing.songs.change_many(request.principal, given.ids, edit, seen=seen)
    return answer(Changed(len(set(given.ids)), change_id))


async def delete_song(request: Request) -> Answer:
    """Take a song out of the catalogue."""
    await request.areas.library.editing.songs.remove(request.principal, [request.id("song")])
    return answer(None)


async def restore_song(request: Request) -> Answer:
    """Bring a removed song back."""
    await request.areas.library.editing.songs.restore(request.principal, [request.id("song")])
    return await catalogue.song(request)


async def flag_song(request: Request) -> Answer:
    """Hide a song from all but its owner and admins, or show it again."""
    song_id = request.id("song")
    given = await request.json(GivenFlag)
    flags = request.areas.library.flags
    return answer(Flagged(await flags.song(request.principal, song_id, given.flagged, given.reason)))


async def flag_album(request: Request) -> Answer:
    """The same for an album with its songs."""
    album_id = request.id("album")
    given = await request.json(GivenFlag)
    flags = request.areas.library.flags
    return answer(Flagged(await flags.album(request.principal, album_id, given.flagged, given.reason)))


async def flag_artist(request: Request) -> Answer:
    """The same for an artist with all songs that name them."""
    artist_id = request.id("artist")
    given = await request.json(GivenFlag)
    flags = request.areas.library.flags
    return answer(Flagged(await flags.artist(request.principal, artist_id, given.flagged, given.reason)))


async def _album(request: Request, album_id: int, status: int = HTTPStatus.OK) -> Answer:
    browse = request.areas.library.browse
    row = await browse.album(request.principal, album_id)
    return answer(album_with_songs(row, await browse.songs_of_album(request.principal, album_id)), status)


async def create_album(request: Request) -> Answer:
    """Make an album."""
    edit = album_edit(await request.json(GivenAlbum))
    album_id = await request.areas.library.editing.albums.create(request.principal, edit)
    return await _album(request, album_id, HTTPStatus.CREATED)


async def update_album(request: Request) -> Answer:
    """Change what the body names."""
    album_id = request.id("album")
    given = await request.json(GivenAlbum)
    edit, seen = album_edit(given), seen_at(given)
    await request.areas.library.editing.albums.change(request.principal, album_id, edit, updated_at=seen)
    return await _album(request, album_id)


async def delete_album(request: Request) -> Answer:
    """Delete an album, with its songs or without."""
    wanted = request.values(DeleteAlbumQuery)
    songs_too: Literal["keep", "remove"] = "remove" if wanted.songs_too else "keep"
    await request.areas.library.editing.albums.delete(request.principal, request.id("album"), songs_too=songs_too)
    return answer(None)


async def _artist(request: Request, artist_id: int, status: int = HTTPStatus.OK) -> Answer:
    browse = request.areas.library.browse
    row = await browse.artist(request.principal, artist_id)
    own = await browse.albums_of_artist(request.principal, artist_id)
    appearances = await browse.appearances_of_artist(request.principal, artist_id)
    return answer(artist_with_albums(row, own, appearances), status)


async def create_artist(request: Request) -> Answer:
    """Make an artist."""
    edit = artist_edit(await request.json(GivenArtist))
    artist_id = await request.areas.library.editing.artists.create(request.principal, edit)
    return await _artist(request, artist_id, HTTPStatus.CREATED)


async def update_artist(request: Request) -> Answer:
    """Rename an artist; songs and albums follow."""
    artist_id = request.id("artist")
    given = await request.json(GivenArtist)
    edit, seen = artist_edit(given), seen_at(given)
    await request.areas.library.editing.artists.change(request.principal, artist_id, edit, updated_at=seen)
    return await _artist(request, artist_id)


async def delete_artist(request: Request) -> Answer:
    """Take an artist's name off everything."""
    await request.areas.library.editing.artists.delete(request.principal, request.id("artist"))
    return answer(None)


async def _genre(request: Request, genre_id: int, status: int = HTTPStatus.OK) -> Answer:
    return answer(genre_shape(await request.areas.library.browse.genre(request.principal, genre_id)), status)


async def create_genre(request: Request) -> Answer:
    """Make a genre."""
    given = await request.json(GivenGenre)
    genre_id = await request.areas.library.editing.genres.create(request.principal, given.name)
    return await _genre(request, genre_id, HTTPStatus.CREATED)


async def update_genre(request: Request) -> Answer:
    """Call a genre otherwise."""
    genre_id = request.id("genre")
    given = await request.json(GivenGenre)
    await request.areas.library.editing.genres.rename(request.principal, genre_id, given.name)
    return await _genre(request, genre_id)


async def delete_genre(request: Request) -> Answer:
    """Take a genre away from everything."""
    await request.areas.library.editing.genres.delete(request.principal, request.id("genre"))
    return answer(None)


def changes(thing: EditedThing) -> Handler:
    """What was changed of a thing, the latest first."""

    async def handler(request: Request) -> Answer:
        page, history = request.page(), request.areas.library.editing.history
        found = await history.changes(request.principal, thing, request.id(thing), page)
        return answer_list([_change(row) for row in found], PageInfo(page.limit, page.offset, page.offset + len(found)))

    return handler


async def undo(request: Request) -> Answer:
    """Set a field back to what it was before a change."""
    return answer(_change(await request.areas.library.editing.history.undo(request.principal, request.id("change"))))


async def undo_step(request: Request) -> Answer:
    """Set back all songs that were changed in one step."""
    history = request.areas.library.editing.history
    return answer(SetBack(await history.undo_step(request.principal, request.id("change"))))


def _change(row: ChangeRow) -> Change:
    return Change(row.id, moment(row.at), row.user_id, row.thing, row.thing_id, row.field, row.old, row.new)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="editing", **rest)


def _changes(things: str, thing: EditedThing) -> Route:
    about = f"What was changed of {'an' if thing[0] == 'a' else 'a'} {thing}"
    return _route("GET", f"/{things}/{{id}}/changes", changes(thing), about, data=list[Change], paged=True)


_ADMIN = {"access": "admin"}
ROUTES = (
    _route("PUT", "/songs", update_songs, "Change many songs alike", body=GivenSongs, data=Changed),
    _route("PUT", "/songs/{id}", update_song, "Change a song of one's own", body=GivenSong, data=Song),
    _route("DELETE", "/songs/{id}", delete_song, "Remove a song of one's own"),
    _route("POST", "/songs/{id}/restore", restore_song, "Bring a removed song back", data=Song),
    _route("PUT", "/songs/{id}/flag", flag_song, "Flag or unflag a song", body=GivenFlag, data=Flagged, **_ADMIN),
    _route("POST", "/albums", create_album, "Make an album", body=GivenAlbum, data=AlbumDetail, status=201),
    _route("PUT", "/albums/{id}", update_album, "Change an album of one's own", body=GivenAlbum, data=AlbumDetail),
    _route("DELETE", "/albums/{id}", delete_album, "Delete an album of one's own", query=DeleteAlbumQuery),
    _route("PUT", "/albums/{id}/flag", flag_album, "Flag or unflag an album", body=GivenFlag, data=Flagged, **_ADMIN),
    _route(
        "POST", "/artists", create_artist, "Make an artist", body=GivenArtist, data=ArtistDetail, status=201, **_ADMIN
    ),
    _route("PUT", "/artists/{id}", update_artist, "Rename an artist", body=GivenArtist, data=ArtistDetail, **_ADMIN),
    _route(
        "PUT", "/artists/{id}/flag", flag_artist, "Flag or unflag an artist", body=GivenFlag, data=Flagged, **_ADMIN
    ),
    _route("DELETE", "/artists/{id}", delete_artist, "Delete an artist", **_ADMIN),
    _route("POST", "/genres", create_genre, "Make a genre", body=GivenGenre, data=Genre, status=201, **_ADMIN),
    _route("PUT", "/genres/{id}", update_genre, "Rename a genre", body=GivenGenre, data=Genre, **_ADMIN),
    _route("DELETE", "/genres/{id}", delete_genre, "Delete a genre", **_ADMIN),
    _changes("songs", "song"),
    _changes("albums", "album"),
    _changes("artists", "artist"),
    _changes("genres", "genre"),
    _route("POST", "/changes/{id}/undo", undo, "Undo a change", data=Change),
    _route("POST", "/changes/{id}/undo-step", undo_step, "Undo a change of many songs", data=SetBack),
)
