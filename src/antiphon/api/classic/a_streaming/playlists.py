"""Playlists, which this dialect knows by name: of one's own that share a name, the oldest is meant."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec

from antiphon.api.classic.a_streaming.encoding import answer, answer_list
from antiphon.api.http.addresses import addresses_of
from antiphon.api.http.answers import Answer
from antiphon.api.http.catalogue import CommonSong, Id, song_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.areas.playlists.data import PlaylistRow
from antiphon.kernel.clock import iso
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.text import clean_line

SongIds = Annotated[list[Id], msgspec.Meta(max_length=5000)]


class StreamingNewPlaylist(msgspec.Struct, frozen=True, kw_only=True):
    """A new playlist."""

    name: str
    song_ids: SongIds = []


class StreamingPlaylistChange(msgspec.Struct, frozen=True, kw_only=True):
    """What shall change: `song_ids` replaces the songs; of each song in `remove` the first place goes, then those in
    `add` are put at the end."""

    name: str | None = None
    song_ids: SongIds | None = None
    add: SongIds | Id = []
    remove: SongIds | Id = []


class StreamingPlaylistQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The playlist that is meant; without it all of the caller's own."""

    playlist_id: Id | None = None


class StreamingPlaylist(msgspec.Struct, frozen=True, gc=False):
    """A playlist."""

    id: int
    name: str
    owner_id: int
    song_count: int
    duration: float
    created_at: str | None
    updated_at: str | None


class StreamingPlaylistDetail(StreamingPlaylist, frozen=True, gc=False):
    """A playlist with its songs in their order."""

    songs: list[CommonSong]


def _values(row: PlaylistRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.title,
        "owner_id": row.owner_id,
        "song_count": row.song_count,
        "duration": row.duration,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
    }


async def _detail(request: Request, playlist_id: int) -> StreamingPlaylistDetail:
    row, songs = await request.areas.playlists.browse.with_songs(request.principal, playlist_id)
    addresses = await addresses_of(request)
    return StreamingPlaylistDetail(**_values(row), songs=[song_of(song, addresses) for song in songs])


def _name(request: Request) -> str:
    """The name in the path, with blanks as titles have them."""
    return clean_line(request.parameters["name"])


async def playlists(request: Request) -> Answer:
    """One's own playlists and those one shares."""
    found = await request.areas.playlists.browse.playlists(request.principal, "mine", request.page())
    return answer_list("Your playlists.", [StreamingPlaylist(**_values(row)) for row in found.rows], found)


async def playlist(request: Request) -> Answer:
    """One of one's own playlists with its songs."""
    playlist_id = await request.areas.playlists.browse.owned_by_title(request.principal, _name(request))
    return answer("The playlist.", await _detail(request, playlist_id))


async def create(request: Request) -> Answer:
    """Make a playlist."""
    given = await request.json(StreamingNewPlaylist)
    edit = request.areas.playlists.edit
    try:
        playlist_id = await edit.create(request.principal, given.name, tracks=given.song_ids, is_only_one=True)
    except AntiphonError as error:
        raise _in_words_of_a(error) from error
    return answer("The playlist is there.", await _detail(request, playlist_id), HTTPStatus.CREATED)


async def update(request: Request) -> Answer:
    """Change a playlist."""
    playlist_id = request.id("playlist")
    given = await request.json(StreamingPlaylistChange)
    try:
        await request.areas.playlists.edit.update(
            request.principal,
            playlist_id,
            title=given.name,
            tracks=given.song_ids,
            added=_listed(given.add),
            removed=_listed(given.remove),
            is_only_one=True,
            only_songs=True,
        )
    except AntiphonError as error:
        raise _in_words_of_a(error) from error
    return answer("The playlist is changed.", await _detail(request, playlist_id))


def _listed(given: list[int] | int) -> list[int]:
    return [given] if isinstance(given, int) else given


def _in_words_of_a(error: AntiphonError) -> AntiphonError:
    """The same error with the names of this dialect's fields."""
    names = {"title": "name", "tracks": "song_ids"}
    error.fields = {names.get(field, field): texts for field, texts in error.fields.items()}
    return error


async def delete(request: Request) -> Answer:
    """Delete one of one's own playlists."""
    return await _delete(request, _name(request))


async def delete_song(request: Request) -> Answer:
    """Delete the playlist that is called as the path of another route begins."""
    return await _delete(request, "song")


async def _delete(request: Request, name: str) -> Answer:
    playlist_id = await request.areas.playlists.browse.owned_by_title(request.principal, name)
    await request.areas.playlists.edit.delete(request.principal, playlist_id)
    return answer("The playlist is deleted.")


async def remove_song(request: Request) -> Answer:
    """Take a song out of a playlist, or out of all of one's own."""
    wanted = request.values(StreamingPlaylistQuery)
    edit = request.areas.playlists.edit
    count = await edit.remove_song(request.principal, request.id("song"), playlist_id=wanted.playlist_id)
    return answer("The song is taken out.", {"playlists": count})


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/{path}", handler=handler, summary=summary, tag="playlists", **rest)


ROUTES = (
    _route("GET", "playlist", playlists, "One's playlists", data=list[StreamingPlaylist], paged=True),
    _route("GET", "playlist/{name}", playlist, "A playlist of one's own by its name", data=StreamingPlaylistDetail),
    _route(
        "POST", "playlist", create, "Make a playlist", body=StreamingNewPlaylist, data=StreamingPlaylistDetail,
        status=201,
    ),
    _route(
        "PUT", "update/playlist/{id}", update, "Change a playlist", body=StreamingPlaylistChange,
        data=StreamingPlaylistDetail,
    ),
    _route("DELETE", "delete/playlist/song", delete_song, "Delete a playlist of one's own that is called `song`"),
    _route("DELETE", "delete/playlist/{name}", delete, "Delete a playlist of one's own by its name"),
    _route(
        "DELETE", "delete/playlist/song/{id}", remove_song, "Take a song out of a playlist, or out of all of one's own",
        query=StreamingPlaylistQuery,
    ),
)  # fmt: skip
