"""What a person does with music: stars, ratings, plays, what is playing now."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.shapes import Song, song_shape
from antiphon.api.v1.values import Id, Moment, RatingValue, moment

Thing = Literal["song", "album", "artist"]
Deed = Callable[[Request], Coroutine[Any, Any, Answer]]


class GiveRating(msgspec.Struct, frozen=True, kw_only=True):
    """1 to 5; 0 takes the rating away."""

    rating: RatingValue


class TellPlay(msgspec.Struct, frozen=True, kw_only=True):
    """A listen that began at `played_at` (now, where it is left out) and of which `seconds` were heard."""

    song_id: Id
    played_at: Moment | None = None
    seconds: float | None = None


class Play(msgspec.Struct, frozen=True, gc=False):
    """A listen."""

    song: Song
    played_at: Moment


class Counted(msgspec.Struct, frozen=True, gc=False):
    """Whether a play is new: the same one counts once, however often it is told."""

    counted: bool


class TellNowPlaying(msgspec.Struct, frozen=True, kw_only=True):
    """The song that plays now, and how many seconds into it; null for silence. `client` is what the app is called."""

    song_id: Id | None
    position: float = 0.0
    client: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Listener(msgspec.Struct, frozen=True, gc=False):
    """A person by id and name."""

    id: int
    username: str


class NowPlaying(msgspec.Struct, frozen=True, gc=False):
    """What somebody plays: `position` (seconds into the song) was reached at `started_at`."""

    user: Listener
    song: Song
    started_at: Moment
    position: float
    client: str


def star(thing: Thing) -> Deed:
    """Star a thing."""

    async def handler(request: Request) -> Answer:
        await request.areas.library.annotations.star(request.principal, thing, [request.id(thing)])
        return answer(None)

    return handler


def unstar(thing: Thing) -> Deed:
    """Take a star away."""

    async def handler(request: Request) -> Answer:
        await request.areas.library.annotations.unstar(request.principal, thing, [request.id(thing)])
        return answer(None)

    return handler


def rate(thing: Thing) -> Deed:
    """Rate a thing."""

    async def handler(request: Request) -> Answer:
        given = await request.json(GiveRating)
        await request.areas.library.annotations.rate(request.principal, thing, request.id(thing), given.rating)
        return answer(None)

    return handler


async def tell_play(request: Request) -> Answer:
    """Count a listen."""
    given = await request.json(TellPlay)
    played_at = None if given.played_at is None else given.played_at.timestamp()
    is_new = await request.areas.playback.record_play(
        request.principal, given.song_id, played_at=played_at, seconds=given.seconds
    )
    return answer(Counted(is_new), HTTPStatus.CREATED)


async def plays(request: Request) -> Answer:
    """One's own listens, the latest first."""
    found = await request.areas.playback.plays(request.principal, request.page())
    shown = [Play(song_shape(row.song), moment(row.played_at)) for row in found.rows]
    return answer_list(shown, found)


async def tell_now_playing(request: Request) -> Answer:
    """Say what is playing."""
    given = await request.json(TellNowPlaying)
    principal = request.principal
    if given.client:
        principal = msgspec.structs.replace(principal, client=given.client)
    await request.areas.playback.set_now_playing(principal, given.song_id, position=given.position)
    return answer(None)


async def now_playing(request: Request) -> Answer:
    """What everybody plays."""
    found = await request.areas.playback.now_playing(request.principal)
    shown = [
        NowPlaying(
            Listener(row.user_id, row.username),
            song_shape(row.song),
            moment(row.started_at),
            row.position,
            row.client,
        )
        for row in found
    ]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="listening", **rest)


def _annotating(things: str, thing: Thing) -> tuple[Route, ...]:
    called = f"{'an' if thing[0] == 'a' else 'a'} {thing}"
    return (
        _route("PUT", f"/{things}/{{id}}/star", star(thing), f"Star {called}"),
        _route("DELETE", f"/{things}/{{id}}/star", unstar(thing), f"Take the star from {called}"),
        _route("PUT", f"/{things}/{{id}}/rating", rate(thing), f"Rate {called}", body=GiveRating),
    )


ROUTES = (
    *_annotating("songs", "song"),
    *_annotating("albums", "album"),
    *_annotating("artists", "artist"),
    _route("POST", "/plays", tell_play, "Count a listen", body=TellPlay, data=Counted, status=201),
    _route("GET", "/plays", plays, "One's own listens, the latest first", data=list[Play], paged=True),
    _route("PUT", "/now-playing", tell_now_playing, "Say what is playing", body=TellNowPlaying),
    _route("GET", "/now-playing", now_playing, "What everybody plays", data=list[NowPlaying]),
)
