"""Where people without an account hear what was shared with them: `/share/…`."""

from collections.abc import Mapping

from antiphon.api.http.answers import HTML, NO_STORE, Answer
from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import Application, Receive, Scope, Send
from antiphon.api.http.dispatch import Dispatcher
from antiphon.api.http.originals import send_original
from antiphon.api.http.problems import STATUSES, Problem
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.http.streaming import send_file
from antiphon.api.web.share_page import render_gone, render_share, share_policy
from antiphon.kernel.errors import Kind

IMAGE_SIZE = 300
_POLICY = share_policy()


class SharePages:
    """How the pages tell that something is not there, or cannot be."""

    statuses: Mapping[Kind, int] = STATUSES

    def tell(self, problem: Problem) -> Answer:
        """A page."""
        return Answer(render_gone().encode(), problem.status, (HTML, NO_STORE, _POLICY, *problem.headers))


def page(public_url: str) -> Handler:
    """The page of a share. `public_url` is where people reach the server; without it, the host that was asked."""

    async def handler(request: Request) -> Answer:
        share = await request.areas.playback.shares.visit(request.parameters["token"])
        exchange = request.exchange
        base_url = public_url or f"{'https' if exchange.is_secure else 'http'}://{exchange.host}"
        return Answer(render_share(share, base_url).encode(), 200, (HTML, NO_STORE, _POLICY))

    return handler


async def stream(request: Request) -> Application:
    """The original audio of a song of a share."""
    file = await request.areas.playback.shares.audio(request.parameters["token"], request.id("song"))

    async def send_audio(scope: Scope, receive: Receive, send: Send) -> None:
        await send_original(scope, receive, send, files=request.areas.library.files, file=file, headers=(NO_STORE,))

    return send_audio


async def image(request: Request) -> Application:
    """The cover of a song of a share."""
    owner, song = await request.areas.playback.shares.song(request.parameters["token"], request.id("song"))
    files = request.areas.library.files
    found = await files.picture(owner, "song", song.id, IMAGE_SIZE) or await files.placeholder(
        "song", song.id, IMAGE_SIZE
    )
    head_only = request.scope["method"] == "HEAD"

    async def send_picture(scope: Scope, receive: Receive, send: Send) -> None:
        await send_file(
            scope, receive, send, path=found.file, content_type=found.mime, etag=found.etag, head_only=head_only
        )

    return send_picture


def _route(path: str, handler: Handler, summary: str, media: str) -> Route:
    return Route(
        method="GET",
        path=f"/share/{{token}}{path}",
        handler=handler,
        summary=summary,
        tag="shares",
        access="anyone",
        media=media,
    )


def share_routes(public_url: str) -> tuple[Route, ...]:
    """Everything under `/share/`."""
    return (
        _route("", page(public_url), "The page of a share", "text/html"),
        _route("/songs/{id}/stream", stream, "The audio of a shared song", "audio/*"),
        _route("/songs/{id}/image", image, "The cover of a shared song", "image/*"),
    )


def share_pages(areas: Areas, *, public_url: str = "") -> Dispatcher:
    """The pages as an application."""
    return Dispatcher(share_routes(public_url.rstrip("/")), SharePages(), areas)
