"""Podcasts: admins keep the channels and what is on the disk of them, everybody hears."""

from http import HTTPStatus
from typing import Annotated, Any
from xml.sax.saxutils import quoteattr

import msgspec

from antiphon.api.http.answers import NO_STORE, Answer
from antiphon.api.http.asgi import Application, Receive, Scope, Send
from antiphon.api.http.episodes import send_episode
from antiphon.api.http.media import ASKED, ImageQuery, showing
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.http.streaming import content_disposition
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.live import FormName
from antiphon.api.v1.operation import Job, job_shape
from antiphon.api.v1.values import Moment, moment, moment_or_none
from antiphon.areas.broadcasts.api.podcasts import FASTEST
from antiphon.areas.broadcasts.data.podcasts import Channel, Episode, Status
from antiphon.areas.playback.data.transcodes import Wanted

Seconds = Annotated[float, msgspec.Meta(ge=0)]
MAXIMUM_LIST_BYTES = 4 * 1024 * 1024


class Podcast(msgspec.Struct, frozen=True, gc=False):
    """A podcast. `status` tells how the latest reading of its feed went: `new` (not yet), `completed` or `error`."""

    id: int
    url: str
    title: str
    description: str
    homepage_url: str | None
    image_url: str
    status: Status
    error: str | None
    refreshed_at: Moment | None
    created_at: Moment
    episode_count: int


class PodcastEpisode(msgspec.Struct, frozen=True, gc=False):
    """An episode: its length in seconds, its size in bytes, 0 where they are unknown. `completed` ones are on the
    server's disk, others come from elsewhere when they are played. `progress` is how far a download is, 0 to 1, null
    where nobody can tell. `position` is where the caller stopped, in seconds; `played_at` is when they had heard it.
    """

    id: int
    podcast_id: int
    podcast_title: str
    title: str
    description: str
    published_at: Moment
    duration: float
    size: int
    status: Status
    error: str | None
    audio_url: str
    progress: float | None
    stream_url: str
    image_url: str
    position: float | None
    played_at: Moment | None


class EpisodeQuery(msgspec.Struct, frozen=True, kw_only=True):
    """As with songs: `format` is mp3, opus, aac, m4a or flac, or raw for the file as it is; `bitrate` is the most in
    kbit/s (0: any), `offset` where to begin in seconds, and `estimate` asks for a length that the stream is filled up
    to. They count once an episode is on the server's disk."""

    format: FormName = ""
    bitrate: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    offset: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 0.0
    estimate: bool = False


class AddPodcast(msgspec.Struct, frozen=True, kw_only=True):
    """The address of a feed."""

    url: str


class ListReport(msgspec.Struct, frozen=True):
    """What became of a list of podcasts: how many are new, were there already, and have an address that is none."""

    added: int
    known: int
    refused: int


class SetPosition(msgspec.Struct, frozen=True, kw_only=True):
    """Where one is, in seconds, and how fast one's app plays on from there: 1 is the sound's own speed, 0 a pause.
    `client` is what the app calls itself, as with its queue; one that plays tells its place every minute or more often.
    """

    position: Seconds
    rate: Annotated[float, msgspec.Meta(ge=0, le=FASTEST)] = 0.0
    client: Annotated[str, msgspec.Meta(max_length=200)] = ""


def _podcast(row: Channel) -> Podcast:
    return Podcast(
        row.id,
        row.url,
        row.title or row.url,
        row.description,
        row.homepage_url or None,
        _image_address(row.id, row.image_hash),
        row.status,
        row.error or None,
        moment_or_none(row.refreshed_at),
        moment(row.created_at),
        row.episode_count,
    )


def episode_shape(row: Episode) -> PodcastEpisode:
    """An episode as the native dialect shows it."""
    return PodcastEpisode(
        row.id,
        row.channel_id,
        row.channel_title,
        row.title,
        row.description,
        moment(row.published_at),
        row.duration,
        row.size,
        row.status,
        row.error or None,
        row.audio_url,
        row.progress,
        f"/api/v1/podcast-episodes/{row.id}/stream",
        _image_address(row.channel_id, row.image_hash),
        row.position,
        moment_or_none(row.played_at),
    )


def _image_address(channel_id: int, image_hash: str) -> str:
    version = f"?v={image_hash[:12]}" if image_hash else ""
    return f"/api/v1/podcasts/{channel_id}/image{version}"


async def podcasts(request: Request) -> Answer:
    """All podcasts, by title."""
    shown = [_podcast(one) for one in await request.areas.broadcasts.podcasts.channels(request.principal)]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def podcast(request: Request) -> Answer:
    """One podcast."""
    return answer(_podcast(await request.areas.broadcasts.podcasts.channel(request.principal, request.id("podcast"))))


async def add(request: Request) -> Answer:
    """Add a podcast by the address of its feed."""
    given = await request.json(AddPodcast)
    added = await request.areas.broadcasts.podcasts.add(request.principal, given.url)
    return answer(_podcast(added), HTTPStatus.CREATED)


async def remove(request: Request) -> Answer:
    """Remove a podcast with all there is of it."""
    await request.areas.broadcasts.podcasts.remove(request.principal, request.id("podcast"))
    return answer(None)


async def refresh(request: Request) -> Answer:
    """Have all feeds read anew."""
    return await _job(request, await request.areas.broadcasts.podcasts.refresh(request.principal))


async def refresh_one(request: Request) -> Answer:
    """Have a podcast's feed read anew."""
    found = await request.areas.broadcasts.podcasts.refresh(request.principal, request.id("podcast"))
    return await _job(request, found)


async def episodes(request: Request) -> Answer:
    """The episodes of a podcast, the newest first."""
    door = request.areas.broadcasts.podcasts
    found = await door.episodes(request.principal, request.id("podcast"), request.page())
    return answer_list([episode_shape(row) for row in found.rows], found)


async def newest(request: Request) -> Answer:
    """The episodes of all podcasts, the newest first."""
    found = await request.areas.broadcasts.podcasts.newest(request.principal, request.page())
    return answer_list([episode_shape(row) for row in found.rows], found)


async def episode(request: Request) -> Answer:
    """One episode."""
    return answer(
        episode_shape(await request.areas.broadcasts.podcasts.episode(request.principal, request.id("episode")))
    )


async def download(request: Request) -> Answer:
    """Have an episode fetched onto the server's disk."""
    return await _job(
        request, await request.areas.broadcasts.podcasts.download(request.principal, request.id("episode"))
    )


async def delete_file(request: Request) -> Answer:
    """Take an episode from the server's disk."""
    await request.areas.broadcasts.podcasts.delete_episode(request.principal, request.id("episode"))
    return answer(None)


async def stream(request: Request) -> Application:
    """The audio of an episode, from the disk or from elsewhere."""
    episode_id, query = request.id("episode"), request.values(EpisodeQuery)
    wanted = Wanted(
        format=query.format,
        bitrate=query.bitrate,
        offset=query.offset,
        client=request.principal.client,
        address=request.exchange.address,
    )

    async def send_audio(scope: Scope, receive: Receive, send: Send) -> None:
        await send_episode(
            scope,
            receive,
            send,
            areas=request.areas,
            principal=request.principal,
            episode_id=episode_id,
            wanted=wanted,
            headers=(ASKED,),
            promise_length=query.estimate,
        )

    return send_audio


async def image(request: Request) -> Application:
    """The picture of a podcast; a quiet pattern where there is none."""
    wanted, channel_id = request.values(ImageQuery), request.id("podcast")
    picture = await request.areas.broadcasts.podcasts.picture(request.principal, "podcast", channel_id, wanted.size)
    is_fixed = picture is not None and wanted.v != ""
    found = picture or await request.areas.library.files.placeholder("podcast", channel_id, wanted.size)
    return showing(request, found, is_fixed=is_fixed)


async def set_position(request: Request) -> Answer:
    """Note where one is in an episode."""
    given = await request.json(SetPosition)
    door = request.areas.broadcasts.podcasts
    principal = request.principal
    if given.client:
        principal = msgspec.structs.replace(principal, client=given.client)
    await door.set_position(principal, request.id("episode"), given.position, rate=given.rate)
    return answer(None)


async def remove_position(request: Request) -> Answer:
    """Forget where one stopped in an episode."""
    await request.areas.broadcasts.podcasts.remove_position(request.principal, request.id("episode"))
    return answer(None)


async def set_played(request: Request) -> Answer:
    """Note that one has heard an episode."""
    await request.areas.broadcasts.podcasts.set_played(request.principal, request.id("episode"), True)
    return answer(None)


async def remove_played(request: Request) -> Answer:
    """Note that one has not heard an episode."""
    await request.areas.broadcasts.podcasts.set_played(request.principal, request.id("episode"), False)
    return answer(None)


async def import_list(request: Request) -> Answer:
    """Add the podcasts of a list."""
    report = await request.areas.broadcasts.lists.add(request.principal, await request.body(MAXIMUM_LIST_BYTES))
    return answer(ListReport(report.added, report.known, report.refused))


async def export_list(request: Request) -> Answer:
    """All podcasts as a list that other apps take."""
    channels = await request.areas.broadcasts.podcasts.channels(request.principal)
    lines = [
        f'<outline type="rss" text={quoteattr(one.title or one.url)} xmlUrl={quoteattr(one.url)}'
        f"{f' htmlUrl={quoteattr(one.homepage_url)}' if one.homepage_url else ''}/>"
        for one in channels
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head><title>Podcasts</title></head>\n<body>'
    text = "\n".join([head, *lines, "</body>\n</opml>\n"])
    headers = ((b"content-type", b"text/x-opml; charset=utf-8"), NO_STORE, content_disposition("podcasts.opml"))
    return Answer(text.encode(), HTTPStatus.OK, headers)


async def _job(request: Request, job_id: str) -> Answer:
    """The job that does it; nothing where it is done already."""
    found = job_shape(await request.areas.jobs.get(request.principal, job_id)) if job_id else None
    return answer(found, HTTPStatus.ACCEPTED)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="broadcasts", **rest)


_ADMIN_JOB: dict[str, Any] = {"access": "admin", "data": Job | None, "status": 202}
_OF_EPISODE = "/podcast-episodes/{id}"
ROUTES = (
    _route("GET", "/podcasts", podcasts, "Podcasts", data=list[Podcast]),
    _route("POST", "/podcasts", add, "Add a podcast", access="admin", body=AddPodcast, data=Podcast, status=201),
    _route("POST", "/podcasts/refresh", refresh, "Read all feeds anew", **_ADMIN_JOB),
    _route("GET", "/podcasts/export", export_list, "All podcasts as a list (OPML)", media="text/x-opml"),
    _route(
        "POST",
        "/podcasts/import",
        import_list,
        "Add the podcasts of a list (OPML)",
        access="admin",
        body_media="application/octet-stream",
        data=ListReport,
    ),
    _route("GET", "/podcasts/{id}", podcast, "A podcast", data=Podcast),
    _route("DELETE", "/podcasts/{id}", remove, "Remove a podcast", access="admin"),
    _route("POST", "/podcasts/{id}/refresh", refresh_one, "Read a podcast's feed anew", **_ADMIN_JOB),
    _route("GET", "/podcasts/{id}/image", image, "The picture of a podcast", query=ImageQuery, media="image/*"),
    _route(
        "GET",
        "/podcasts/{id}/episodes",
        episodes,
        "The episodes of a podcast",
        data=list[PodcastEpisode],
        paged=True,
    ),
    _route("GET", "/podcast-episodes", newest, "The newest episodes", data=list[PodcastEpisode], paged=True),
    _route("GET", _OF_EPISODE, episode, "An episode of a podcast", data=PodcastEpisode),
    _route("GET", f"{_OF_EPISODE}/stream", stream, "The audio of an episode", query=EpisodeQuery, media="audio/*"),
    _route("POST", f"{_OF_EPISODE}/download", download, "Fetch an episode onto the server's disk", **_ADMIN_JOB),
    _route("DELETE", f"{_OF_EPISODE}/download", delete_file, "Take an episode from the disk", access="admin"),
    _route("PUT", f"{_OF_EPISODE}/position", set_position, "Note where one is", body=SetPosition),
    _route("DELETE", f"{_OF_EPISODE}/position", remove_position, "Forget where one stopped"),
    _route("PUT", f"{_OF_EPISODE}/played", set_played, "Note that one has heard an episode"),
    _route("DELETE", f"{_OF_EPISODE}/played", remove_played, "Note that one has not heard an episode"),
)
