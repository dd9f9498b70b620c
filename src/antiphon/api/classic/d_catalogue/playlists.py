"""Playlists of who has signed in."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec

from antiphon.api.classic.d_catalogue.encoding import CatalogueMessage, answer, answer_list
from antiphon.api.http.addresses import addresses_of
from antiphon.api.http.answers import Answer
from antiphon.api.http.catalogue import CommonSong, Id, song_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.areas.playlists.data import PlaylistRow
from antiphon.kernel.clock import iso
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.paging import Slice


class CatalogueNewPlaylist(msgspec.Struct, frozen=True, kw_only=True):
    """A new playlist."""

    name: Annotated[str, msgspec.Meta(max_length=1000)]


class CatalogueSongId(msgspec.Struct, frozen=True, kw_only=True):
    """The song that is put in or taken out."""

    song_id: Id


class CataloguePlaylist(msgspec.Struct, frozen=True, gc=False):
    """A playlist."""

    id: int
    name: str
    owner_id: int
    song_count: int
    created_at: str | None
    updated_at: str | None


class CataloguePlaylistDetail(CataloguePlaylist, frozen=True, gc=False):
    """A playlist with its songs in their order."""

    songs: list[CommonSong]


def _values(row: PlaylistRow) -> tuple[int, str, int, int, str | None, str | None]:
    return row.id, row.title, row.owner_id, row.song_count, iso(row.created_at), iso(row.updated_at)


async def _detail(request: Request, playlist_id: int) -> CataloguePlaylistDetail:
    row, rows = await request.areas.playlists.browse.with_songs(request.principal, playlist_id)
    addresses = await addresses_of(request)
    return CataloguePlaylistDetail(*_values(row), [song_of(song, addresses) for song in rows])


async def playlists(request: Request) -> Answer:
    """One's own playlists and those one shares."""
    found = await request.areas.playlists.browse.playlists(request.principal, "mine", request.page())
    return answer_list([CataloguePlaylist(*_values(row)) for row in found.rows], found)


async def playlist(request: Request) -> Answer:
    """One playlist with its songs."""
    return answer(await _detail(request, request.id("playlist")))


async def songs(request: Request) -> Answer:
    """One page of the songs of a playlist."""
    found, page = await request.areas.playlists.browse.songs(request.principal, request.id("playlist")), request.page()
    addresses = await addresses_of(request)
    part = [song_of(row, addresses) for row in found[page.offset : page.offset + page.limit]]
    return answer_list(part, Slice(part, len(found), page))


async def create(request: Request) -> Answer:
    """Make a playlist."""
    given = await request.json(CatalogueNewPlaylist)
    try:
        playlist_id = await request.areas.playlists.edit.create(request.principal, given.name)
    except AntiphonError as error:
        if "title" in error.fields:
            error.fields["name"] = error.fields.pop("title")
        raise
    return answer(await _detail(request, playlist_id), HTTPStatus.CREATED)


async def add_song(request: Request) -> Answer:
    """Put a song at the end of a playlist."""
    playlist_id = request.id("playlist")
    given = await request.json(CatalogueSongId)
    await request.areas.playlists.edit.add(request.principal, playlist_id, [given.song_id])
    return answer(await _detail(request, playlist_id))


async def remove_song(request: Request) -> Answer:
    """Take the first place of a song out of a playlist."""
    playlist_id = request.id("playlist")
    given = await request.json(CatalogueSongId)
    await request.areas.playlists.edit.remove_track(request.principal, playlist_id, given.song_id)
    return answer(CatalogueMessage("The song is taken out."))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/playlists{path}", handler=handler, summary=summary, tag="playlists", **rest)


_TAKE_OUT = "Take the first place of a song out of a playlist"
ROUTES = (
    _route("GET", "", playlists, "One's playlists", data=list[CataloguePlaylist], paged=True),
    _route(
        "POST", "/create", create, "Make a playlist", body=CatalogueNewPlaylist, data=CataloguePlaylistDetail,
        status=201,
    ),
    _route("GET", "/{id}", playlist, "A playlist with its songs", data=CataloguePlaylistDetail),
    _route("GET", "/{id}/songs", songs, "The songs of a playlist", data=list[CommonSong], paged=True),
    _route(
        "POST", "/{id}/add-song", add_song, "Put a song at the end of a playlist", body=CatalogueSongId,
        data=CataloguePlaylistDetail,
    ),
    _route("POST", "/{id}/remove-song", remove_song, _TAKE_OUT, body=CatalogueSongId, data=CatalogueMessage),
    _route("DELETE", "/{id}/remove-song", remove_song, _TAKE_OUT, body=CatalogueSongId, data=CatalogueMessage),
)  # fmt: skip
