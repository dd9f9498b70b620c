"""Where people without an account hear what was shared with them: `/share/…`.

Where a share has a password, the page asks for it and the browser keeps a permit in a cookie of that address alone:
sound and pictures are handed out only with it.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal

import msgspec

from antiphon.api.http.answers import HTML, NO_STORE, Answer
from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import Application, Header, Receive, Scope, Send
from antiphon.api.http.cookies import read_permit, set_permit
from antiphon.api.http.dispatch import Dispatcher
from antiphon.api.http.downloads import file_name
from antiphon.api.http.live import send_song
from antiphon.api.http.media import showing
from antiphon.api.http.problems import STATUSES, Problem
from antiphon.api.http.requests import Request, read_query
from antiphon.api.http.routing import Handler, Route
from antiphon.api.http.streaming import content_disposition
from antiphon.api.web.share_page import SCRIPT_PATH, render_locked, render_message, render_share
from antiphon.api.web.share_script import SCRIPT
from antiphon.api.web.share_style import content_policy
from antiphon.areas.playback.data.transcodes import Decision
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.principal import Principal

IMAGE_SIZE = 300
MOST_FORM_BYTES = 8 * 1024
_POLICY: Header = (b"content-security-policy", content_policy().encode())
_PAGE: tuple[Header, ...] = (HTML, NO_STORE, _POLICY)
_JAVASCRIPT: Header = (b"content-type", b"text/javascript; charset=utf-8")
_WORDS = {
    "share_ended": ("This share has ended", "Whoever sent you the address can share the music again."),
    "share_locked": ("This share is locked", "Open its page and give the password first."),
    "too_many_transcodes": (
        "Too many are listening",
        "The server makes sound for as many listeners as it can. Wait a moment, then try again.",
    ),
    "too_many_requests": ("Too many calls", "Wait a moment, then load the page again."),
}
_NOTHING = ("Nothing is shared here", "The address is wrong, or the share has ended.")


class SharePages:
    """How the pages tell that something is not there, or cannot be."""

    statuses: Mapping[Kind, int] = STATUSES

    def tell(self, problem: Problem) -> Answer:
        """A page."""
        page = render_message(*_WORDS.get(problem.code, _NOTHING))
        return Answer(page.encode(), problem.status, (*_PAGE, *problem.headers))


def page(public_url: str) -> Handler:
    """The page of a share. `public_url` is where people reach the server; without it, the host that was asked."""

    async def handler(request: Request) -> Answer:
        token, base_url = request.parameters["token"], _base_url(request, public_url)
        try:
            share = await request.areas.playback.shares.visit(token, _permit(request))
        except AntiphonError as error:
            if error.code != "share_locked":
                raise
            return Answer(render_locked(f"/share/{token}", base_url).encode(), 200, _PAGE)
        return Answer(render_share(share, base_url).encode(), 200, _PAGE)

    return handler


def unlock(public_url: str) -> Handler:
    """The password of a share, from the form of its page."""

    async def handler(request: Request) -> Answer:
        token = request.parameters["token"]
        path = f"/share/{token}"
        password = read_query(await request.body(MOST_FORM_BYTES)).get("password", "")
        try:
            permit = await request.areas.playback.shares.unlock(token, password, request.exchange.address)
        except AntiphonError as error:
            if error.kind not in (Kind.WRONG_CREDENTIALS, Kind.TOO_MANY_REQUESTS):
                raise
            shown = render_locked(path, _base_url(request, public_url), _told(error))
            return Answer(shown.encode(), STATUSES[error.kind], _PAGE)
        kept = (set_permit(request.exchange, path, permit),) if permit else ()
        return Answer(b"", HTTPStatus.SEE_OTHER, ((b"location", path.encode()), NO_STORE, *kept))

    return handler


class StreamQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`offset` is where to begin, in seconds."""

    offset: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 0.0


async def stream(request: Request) -> Application:
    """The audio of a song of a share, as the rules for its owner's streams want it."""
    owner, decision = await _decided(request, "stream", request.values(StreamQuery).offset)
    return _sending(request, owner, decision, ())


async def download(request: Request) -> Application:
    """The same, to keep."""
    owner, decision = await _decided(request, "download")
    name = file_name(decision.song, decision.form.suffix if decision.form else "")
    return _sending(request, owner, decision, (content_disposition(name),))


async def _decided(
    request: Request, right: Literal["stream", "download"], offset: float = 0.0
) -> tuple[Principal, Decision]:
    return await request.areas.playback.shares.audio(
        request.parameters["token"],
        request.id("song"),
        _permit(request),
        address=request.exchange.address,
        right=right,
        offset=offset,
    )


def _sending(request: Request, owner: Principal, decision: Decision, headers: tuple[Header, ...]) -> Application:
    async def send_audio(scope: Scope, receive: Receive, send: Send) -> None:
        await send_song(
            scope,
            receive,
            send,
            areas=request.areas,
            principal=owner,
            decision=decision,
            headers=(NO_STORE, *headers),
        )

    return send_audio


async def image(request: Request) -> Application:
    """The cover of a song of a share."""
    owner, song = await request.areas.playback.shares.song(
        request.parameters["token"], request.id("song"), _permit(request)
    )
    files = request.areas.library.files
    found = await files.picture(owner, "song", song.id, IMAGE_SIZE) or await files.placeholder(
        "song", song.id, IMAGE_SIZE
    )
    return showing(request, found, is_fixed=False)


async def script(_request: Request) -> Answer:
    """What makes one song follow the other."""
    return Answer(SCRIPT.encode(), 200, (_JAVASCRIPT, (b"cache-control", b"public, max-age=3600")))


def _permit(request: Request) -> str:
    return read_permit(request.scope)


def _base_url(request: Request, public_url: str) -> str:
    exchange = request.exchange
    return public_url or f"{'https' if exchange.is_secure else 'http'}://{exchange.host}"


def _told(error: AntiphonError) -> str:
    if error.kind is Kind.TOO_MANY_REQUESTS:
        return f"Too many tries. Wait {error.retry_after or 60:.0f} seconds before the next one."
    return "This is not the password. Try again."


def _route(
    path: str,
    handler: Handler,
    summary: str,
    media: str,
    method: str = "GET",
    query: type[msgspec.Struct] | None = None,
) -> Route:
    return Route(
        method=method,
        path=path,
        handler=handler,
        summary=summary,
        tag="shares",
        access="anyone",
        media=media,
        query=query,
    )


def share_routes(public_url: str) -> tuple[Route, ...]:
    """Everything under `/share/`."""
    share = "/share/{token}"
    return (
        _route(share, page(public_url), "The page of a share", "text/html"),
        _route(share, unlock(public_url), "Give the password of a share", "text/html", "POST"),
        _route(SCRIPT_PATH, script, "The script of these pages", "text/javascript"),
        _route(f"{share}/songs/{{id}}/stream", stream, "The audio of a shared song", "audio/*", query=StreamQuery),
        _route(f"{share}/songs/{{id}}/download", download, "The audio of a shared song, to keep", "audio/*"),
        _route(f"{share}/songs/{{id}}/image", image, "The cover of a shared song", "image/*"),
    )


def share_pages(areas: Areas, *, public_url: str = "") -> Dispatcher:
    """The pages as an application."""
    return Dispatcher(share_routes(public_url.rstrip("/")), SharePages(), areas)
