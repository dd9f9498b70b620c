"""Public pages with some songs, as their owners keep them."""

from http import HTTPStatus
from typing import Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.shapes import Song, song_shape
from antiphon.api.v1.values import Id, Moment, Text, moment, moment_or_none
from antiphon.areas.playback.data import SharedThing, ShareRow


class Share(msgspec.Struct, frozen=True, gc=False):
    """A public page. `path` stands behind the address of the server; `songs` are those that can be heard there now, and
    kept too where visitors `may_download`."""

    id: int
    path: str
    username: str
    description: str
    expires_at: Moment | None
    visits: int
    last_visited_at: Moment | None
    created_at: Moment
    has_password: bool
    may_download: bool
    songs: list[Song]


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """What is shared; of a playlist the songs that are in it now."""

    type: Literal["song", "album", "playlist"]
    id: Id


class MakeShare(msgspec.Struct, frozen=True, kw_only=True):
    """What to share, words about it, when it ends (null: not at all), a password of at least 8 characters (empty: it
    opens to everybody with the address), and whether visitors may keep the songs."""

    things: list[Thing]
    description: str = ""
    expires_at: Moment | None = None
    password: Text = ""
    may_download: bool = False


class ChangeShare(msgspec.Struct, frozen=True, kw_only=True):
    """What shall change; an end or a password of null takes it away."""

    description: str | None = None
    expires_at: Moment | msgspec.UnsetType | None = msgspec.UNSET
    password: Text | msgspec.UnsetType | None = msgspec.UNSET
    may_download: bool | None = None


def _shape(row: ShareRow) -> Share:
    return Share(
        id=row.id,
        path=f"/share/{row.token}",
        username=row.username,
        description=row.description,
        expires_at=moment_or_none(row.expires_at),
        visits=row.visits,
        last_visited_at=moment_or_none(row.last_visited_at),
        created_at=moment(row.created_at),
        has_password=row.has_password,
        may_download=row.may_download,
        songs=[song_shape(song) for song in row.songs],
    )


async def shares(request: Request) -> Answer:
    """One's shares, the newest first."""
    shown = [_shape(row) for row in await request.areas.playback.shares.list(request.principal)]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def share(request: Request) -> Answer:
    """One share."""
    return answer(_shape(await request.areas.playback.shares.get(request.principal, request.id("share"))))


async def make(request: Request) -> Answer:
    """Share songs, albums and what is in playlists now."""
    given = await request.json(MakeShare)
    things: list[SharedThing] = []
    for one in given.things:
        if one.type == "playlist":
            songs = await request.areas.playlists.browse.songs(request.principal, one.id)
            things += [("song", song.id) for song in songs]
        else:
            things.append((one.type, one.id))
    made = await request.areas.playback.shares.create(
        request.principal,
        things,
        description=given.description,
        expires_at=None if given.expires_at is None else given.expires_at.timestamp(),
        password=given.password,
        may_download=given.may_download,
    )
    return answer(_shape(made), HTTPStatus.CREATED)


async def change(request: Request) -> Answer:
    """Change a share."""
    given = await request.json(ChangeShare)
    expires_at = given.expires_at
    changed = await request.areas.playback.shares.update(
        request.principal,
        request.id("share"),
        description=given.description,
        expires_at=expires_at if expires_at is None or expires_at is msgspec.UNSET else expires_at.timestamp(),
        password=given.password,
        may_download=given.may_download,
    )
    return answer(_shape(changed))


async def end(request: Request) -> Answer:
    """End a share."""
    await request.areas.playback.shares.delete(request.principal, request.id("share"))
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="shares", **rest)


ROUTES = (
    _route("GET", "/shares", shares, "One's shares", data=list[Share]),
    _route("POST", "/shares", make, "Share songs, albums and playlists", body=MakeShare, data=Share, status=201),
    _route("GET", "/shares/{id}", share, "A share", data=Share),
    _route("PUT", "/shares/{id}", change, "Change a share", body=ChangeShare, data=Share),
    _route("DELETE", "/shares/{id}", end, "End a share"),
)
