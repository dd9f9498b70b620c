"""What a person left to go on with: play queues, by device, and bookmarks."""

from typing import Annotated, Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.podcasts import PodcastEpisode, episode_shape
from antiphon.api.v1.shapes import Song, song_shape
from antiphon.api.v1.values import Id, Moment, moment
from antiphon.areas.broadcasts.data.podcasts import Episode
from antiphon.areas.broadcasts.data.queues import Lined, MixedPlace, MixedQueue
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.data import PlaybackReport, PlaybackState
from antiphon.kernel.errors import invalid

Seconds = Annotated[float, msgspec.Meta(ge=0)]
# Pairs, as a long queue in objects would have more keys than a body may have.
QueueItem = tuple[Literal["song", "episode"], Id]


class PlayQueue(msgspec.Struct, frozen=True, gc=False):
    """What an app has lined up. `items` are all of it in their order, each as its kind and its id, to be looked up in
    `songs` and `episodes`; `item_place` is the current one's among them, and `item_position` seconds into it.

    For players of songs alone, `songs` are those of the queue in their order, `place` is the current one's among them,
    or that of the next one where an episode is current, and `position` seconds into it.
    """

    client: str
    songs: list[Song]
    place: int
    position: float
    changed_at: Moment
    items: list[QueueItem]
    item_place: int
    item_position: float
    episodes: list[PodcastEpisode]


class AppPlayback(msgspec.Struct, frozen=True, gc=False):
    """Where an app is: in which `song` or `episode` (the other one is null) of how many `items`, of which so many are
    `songs`; how many seconds into it, and whether it plays."""

    client: str
    song: Song | None
    episode: PodcastEpisode | None
    position: float
    playing: bool
    items: int
    songs: int
    changed_at: Moment


class TakeOver(msgspec.Struct, frozen=True, kw_only=True):
    """What the app `client` has lined up goes on in the app `by`."""

    client: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SaveQueue(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller's app has lined up: `items` (each as its kind and its id), or `song_ids` where there are songs
    alone; nothing clears it. `place` is the current one's, `position` seconds into it. `client` is what the app calls
    itself."""

    song_ids: list[Id] | None = None
    items: list[QueueItem] | None = None
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


def _queue(saved: MixedQueue) -> PlayQueue:
    songs = [song_shape(row) for row in saved.entries if isinstance(row, SongRow)]
    before = sum(isinstance(row, SongRow) for row in saved.entries[: saved.place])
    is_song = saved.place < len(saved.entries) and isinstance(saved.entries[saved.place], SongRow)
    episodes = {row.id: row for row in saved.entries if isinstance(row, Episode)}
    return PlayQueue(
        saved.client,
        songs,
        min(before, max(len(songs) - 1, 0)),
        saved.position if is_song else 0.0,
        moment(saved.changed_at),
        [("song" if isinstance(row, SongRow) else "episode", row.id) for row in saved.entries],
        saved.place,
        saved.position,
        [episode_shape(row) for row in episodes.values()],
    )


def _place(one: MixedPlace) -> AppPlayback:
    song, episode = (one.entry, None) if isinstance(one.entry, SongRow) else (None, one.entry)
    return AppPlayback(
        one.client,
        song_shape(song) if song else None,
        episode_shape(episode) if episode else None,
        one.position,
        one.is_playing,
        one.entries,
        one.songs,
        moment(one.changed_at),
    )


def _lined(given: SaveQueue) -> list[Lined]:
    if (given.song_ids is None) == (given.items is None):
        raise invalid(items="Give either song_ids or items.")
    if given.items is not None:
        return [Lined(*item) for item in given.items]
    return [Lined("song", number) for number in given.song_ids or ()]


async def queue(request: Request) -> Answer:
    """What was lined up last, on whatever device."""
    found = await request.areas.broadcasts.queues.latest(request.principal)
    return answer(_queue(found) if found else None)


async def queues(request: Request) -> Answer:
    """What each app has lined up, the latest first."""
    found = await request.areas.broadcasts.queues.all(request.principal)
    return answer_list([_queue(one) for one in found], PageInfo(len(found), 0, len(found)))


async def save_queue(request: Request) -> Answer:
    """Keep what the caller's app has lined up."""
    given = await request.json(SaveQueue)
    principal = request.principal
    if given.client:
        principal = msgspec.structs.replace(principal, client=given.client)
    things = _lined(given)
    await request.areas.broadcasts.queues.save(principal, things, place=given.place, position=given.position)
    return answer(None)


async def places(request: Request) -> Answer:
    """Where each of one's apps is."""
    shown = [_place(one) for one in await request.areas.broadcasts.queues.places(request.principal)]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def take_over(request: Request) -> Answer:
    """Let what an app plays go on in another one."""
    given = await request.json(TakeOver)
    return answer(_queue(await request.areas.broadcasts.queues.take_over(request.principal, given.client, given.by)))


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
