"""What a person left to go on with: play queues, by device, and bookmarks."""

from typing import Annotated, Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.shapes import Song, song_shape
from antiphon.api.v1.values import Id, Moment, moment
from antiphon.areas.playback.data import PlaybackReport, PlaybackState
from antiphon.areas.playback.data import PlayQueue as Saved

Seconds = Annotated[float, msgspec.Meta(ge=0)]


class PlayQueue(msgspec.Struct, frozen=True, gc=False):
    """What an app has lined up: `place` is the current song's in `songs`, `position` seconds into it."""

    client: str
    songs: list[Song]
    place: int
    position: float
    changed_at: Moment


class AppPlayback(msgspec.Struct, frozen=True, gc=False):
    """Where an app is: in which song of how many (`songs`), how many seconds into it, and whether it plays."""

    client: str
    song: Song
    position: float
    playing: bool
    songs: int
    changed_at: Moment


class TakeOver(msgspec.Struct, frozen=True, kw_only=True):
    """What the app `client` has lined up goes on in the app `by`."""

    client: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SaveQueue(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller's app has lined up; no songs clear it. `client` is what the app calls itself."""

    song_ids: list[Id]
    place: int = 0
    position: Seconds = 0.0
    client: str = ""


class Bookmark(msgspec.Struct, frozen=True, gc=False):
    """A place in a song, in seconds."""

    song: Song
    position: float
    comment: str
    created_at: Moment
    changed_at: Moment


class SetBookmark(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bookmark goes, in seconds."""

    position: Seconds
    comment: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Where an app is in a song; `counts` false keeps it from becoming a play."""

    song_id: Id
    state: PlaybackState
    position: Seconds
    rate: float = 1.0
    counts: bool = True


def _queue(saved: Saved) -> PlayQueue:
    songs = [song_shape(row) for row in saved.songs]
    return PlayQueue(saved.client, songs, saved.place, saved.position, moment(saved.changed_at))


async def queue(request: Request) -> Answer:
    """What was lined up last, on whatever device."""
    found = await request.areas.playback.queues.latest(request.principal)
    return answer(_queue(found) if found else None)


async def queues(request: Request) -> Answer:
    """What each app has lined up, the latest first."""
    found = await request.areas.playback.queues.all(request.principal)
    return answer_list([_queue(one) for one in found], PageInfo(len(found), 0, len(found)))


async def save_queue(request: Request) -> Answer:
    """Keep what the caller's app has lined up."""
    given = await request.json(SaveQueue)
    principal = request.principal
    if given.client:
        principal = msgspec.structs.replace(principal, client=given.client)
    await request.areas.playback.queues.save(principal, given.song_ids, place=given.place, position=given.position)
    return answer(None)


async def places(request: Request) -> Answer:
    """Where each of one's apps is."""
    found = await request.areas.playback.queues.places(request.principal)
    shown = [
        AppPlayback(one.client, song_shape(one.song), one.position, one.is_playing, one.songs, moment(one.changed_at))
        for one in found
    ]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def take_over(request: Request) -> Answer:
    """Let what an app plays go on in another one."""
    given = await request.json(TakeOver)
    return answer(_queue(await request.areas.playback.queues.take_over(request.principal, given.client, given.by)))


async def bookmarks(request: Request) -> Answer:
    """One's bookmarks, the latest first."""
    found = await request.areas.playback.bookmarks.list(request.principal)
    shown = [
        Bookmark(song_shape(row.song), row.position, row.comment, moment(row.created_at), moment(row.changed_at))
        for row in found
    ]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def set_bookmark(request: Request) -> Answer:
    """Set the bookmark in a song."""
    given = await request.json(SetBookmark)
    await request.areas.playback.bookmarks.set(request.principal, request.id("song"), given.position, given.comment)
    return answer(None)


async def remove_bookmark(request: Request) -> Answer:
    """Take the bookmark out of a song."""
    await request.areas.playback.bookmarks.remove(request.principal, request.id("song"))
    return answer(None)


async def report(request: Request) -> Answer:
    """Say where an app is in a song."""
    given = await request.json(Report)
    await request.areas.playback.report(
        request.principal, PlaybackReport(given.song_id, given.state, given.position, given.rate, given.counts)
    )
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="listening", **rest)


ROUTES = (
    _route("GET", "/queue", queue, "What was lined up last, on whatever device", data=PlayQueue | None),
    _route("PUT", "/queue", save_queue, "Keep what an app has lined up", body=SaveQueue),
    _route("GET", "/queues", queues, "What each app has lined up", data=list[PlayQueue]),
    _route("GET", "/bookmarks", bookmarks, "One's bookmarks", data=list[Bookmark]),
    _route("PUT", "/songs/{id}/bookmark", set_bookmark, "Set the bookmark in a song", body=SetBookmark),
    _route("DELETE", "/songs/{id}/bookmark", remove_bookmark, "Take the bookmark out of a song"),
    _route("GET", "/playback", places, "Where each of one's apps is", data=list[AppPlayback]),
    _route(
        "POST",
        "/playback/take-over",
        take_over,
        "Go on elsewhere with what an app plays",
        body=TakeOver,
        data=PlayQueue,
    ),
    _route("POST", "/playback", report, "Say where an app is in a song", body=Report),
)
