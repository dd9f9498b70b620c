"""Playlists: songs in an order."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.catalogue import GivenFlag
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.editing import Flagged
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.shapes import Song, song_shape
from antiphon.api.v1.values import Id, Moment, moment
from antiphon.areas.playlists.data import ItemRow, PlaylistRow
from antiphon.kernel.paging import Page

MAXIMUM_TRACKS = 5000
# A playlist is shown whole up to so many items; `/items` pages through longer ones.
SHOWN_ITEMS = 5000

TrackId = Id | Annotated[str, msgspec.Meta(pattern="^spotify:track:[A-Za-z0-9]{1,64}$")]
Tracks = Annotated[list[TrackId], msgspec.Meta(max_length=MAXIMUM_TRACKS)]
People = Annotated[list[Id], msgspec.Meta(max_length=1000)]
Role = Literal["owner", "collaborator", "listener"]
Tags = Annotated[list[Annotated[str, msgspec.Meta(max_length=100)]], msgspec.Meta(max_length=100)]


class CreatePlaylist(msgspec.Struct, frozen=True, kw_only=True):
    """A new playlist. A track is a song's id or `spotify:track:…`; collaborators are user ids."""

    title: str
    tracks: Tracks = []
    description: str = ""
    is_public: bool = False
    mood_tags: Tags = []
    collaborators: People = []


class ChangePlaylist(msgspec.Struct, frozen=True, kw_only=True):
    """What shall change; what is left out stays. `tracks` replaces all of them that the caller may see."""

    title: str | None = None
    tracks: Tracks | None = None
    description: str | None = None
    is_public: bool | None = None
    mood_tags: Tags | None = None
    collaborators: People | None = None


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """The revision that the caller has."""

    since: Annotated[int, msgspec.Meta(ge=0, le=999_999_999_999_999_999)] = 0


class PlaylistOwner(msgspec.Struct, frozen=True, gc=False):
    """Whose it is."""

    id: int
    username: str


class Playlist(msgspec.Struct, frozen=True, gc=False):
    """A playlist. `role` is what the caller may do; `revision` grows with each edit; `flagged` while an admin hides it
    from all but its owner."""

    id: int
    title: str
    description: str
    is_public: bool
    owner: PlaylistOwner
    role: Role
    collaborators: tuple[int, ...]
    mood_tags: tuple[str, ...]
    song_count: int
    duration: float
    image_url: str | None
    revision: int
    created_at: Moment
    updated_at: Moment
    flagged: bool


class PlaylistItem(msgspec.Struct, frozen=True, gc=False):
    """A place in a playlist. `song` is null where no song is known for the track."""

    item_id: int
    position: int
    track: int | str
    song: Song | None
    added_by: int | None
    added_at: Moment


class PlaylistDetail(Playlist, frozen=True, gc=False):
    """A playlist with what stands in it."""

    items: list[PlaylistItem]


class PlaylistChange(msgspec.Struct, frozen=True, gc=False):
    """One edit, as members are told of it."""

    playlist_id: int
    revision: int
    action: str
    data: dict[str, Any]
    user: int | None
    at: Moment


_Values = tuple[
    int, str, str, bool, PlaylistOwner, Role, tuple[int, ...], tuple[str, ...], int, float, None, int, datetime,
    datetime, bool,
]  # fmt: skip


def _values(row: PlaylistRow) -> _Values:
    return (
        row.id,
        row.title,
        row.description,
        row.is_public,
        PlaylistOwner(row.owner_id, row.owner),
        row.role,
        row.collaborators,
        row.mood_tags,
        row.song_count,
        row.duration,
        None,
        row.revision,
        moment(row.created_at),
        moment(row.updated_at),
        row.flagged,
    )


def _item(row: ItemRow, position: int) -> PlaylistItem:
    return PlaylistItem(
        row.item_id,
        position,
        row.track,
        None if row.song is None else song_shape(row.song),
        row.added_by,
        moment(row.added_at),
    )


async def _whole(request: Request, playlist_id: int, status: int = HTTPStatus.OK) -> Answer:
    page = Page(SHOWN_ITEMS, 0)
    row, found = await request.areas.playlists.browse.with_items(request.principal, playlist_id, page)
    shown = [_item(item, position) for position, item in enumerate(found.rows)]
    return answer(PlaylistDetail(*_values(row), shown), status)


async def playlists(request: Request) -> Answer:
    """One's own playlists and those one collaborates on, by title."""
    found = await request.areas.playlists.browse.playlists(request.principal, "mine", request.page())
    return answer_list([Playlist(*_values(row)) for row in found.rows], found)


async def playlist(request: Request) -> Answer:
    """One playlist with what stands in it."""
    return await _whole(request, request.id("playlist"))


async def items(request: Request) -> Answer:
    """One page of what stands in a playlist."""
    page = request.page()
    found = await request.areas.playlists.browse.items(request.principal, request.id("playlist"), page)
    return answer_list([_item(row, page.offset + place) for place, row in enumerate(found.rows)], found)


async def changes(request: Request) -> Answer:
    """The edits after a revision, in their order."""
    playlist_id = request.id("playlist")
    since = request.values(Since).since
    found = await request.areas.playlists.browse.changes(request.principal, playlist_id, since)
    shown = [
        PlaylistChange(playlist_id, one.revision, one.action, one.data, one.user_id, moment(one.at)) for one in found
    ]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def create(request: Request) -> Answer:
    """Make a playlist."""
    given = await request.json(CreatePlaylist)
    playlist_id = await request.areas.playlists.edit.create(
        request.principal,
        given.title,
        description=given.description,
        is_public=given.is_public,
        tracks=given.tracks,
        mood_tags=given.mood_tags,
        collaborators=given.collaborators,
    )
    return await _whole(request, playlist_id, HTTPStatus.CREATED)


async def change(request: Request) -> Answer:
    """ChangePlaylist what the request names of a playlist."""
    playlist_id = request.id("playlist")
    given = await request.json(ChangePlaylist)
    await request.areas.playlists.edit.update(
        request.principal,
        playlist_id,
        title=given.title,
        description=given.description,
        is_public=given.is_public,
        mood_tags=given.mood_tags,
        tracks=given.tracks,
        collaborators=given.collaborators,
    )
    return await _whole(request, playlist_id)


async def delete(request: Request) -> Answer:
    """Delete a playlist for good."""
    await request.areas.playlists.edit.delete(request.principal, request.id("playlist"))
    return answer(None)


async def flag(request: Request) -> Answer:
    """Hide a playlist from all but its owner and admins, or show it again."""
    playlist_id = request.id("playlist")
    given = await request.json(GivenFlag)
    flags = request.areas.playlists.flags
    return answer(Flagged(await flags.flag(request.principal, playlist_id, given.flagged, given.reason)))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(
        method=method, path=f"/api/v1/playlists{path}", handler=handler, summary=summary, tag="playlists", **rest
    )


ROUTES = (
    _route("GET", "", playlists, "One's playlists", data=list[Playlist], paged=True),
    _route("POST", "", create, "Make a playlist", body=CreatePlaylist, data=PlaylistDetail, status=201),
    _route("GET", "/{id}", playlist, "A playlist with its items", data=PlaylistDetail),
    _route("PUT", "/{id}", change, "ChangePlaylist a playlist", body=ChangePlaylist, data=PlaylistDetail),
    _route("DELETE", "/{id}", delete, "Delete a playlist"),
    _route("PUT", "/{id}/flag", flag, "Flag or unflag a playlist", body=GivenFlag, data=Flagged, access="admin"),
    _route("GET", "/{id}/items", items, "The items of a playlist, page by page", data=list[PlaylistItem], paged=True),
    _route("GET", "/{id}/changes", changes, "The edits since a revision", query=Since, data=list[PlaylistChange]),
)
