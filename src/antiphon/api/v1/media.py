"""Sound and pictures."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.asgi import Application, Header, Receive, Scope, Send
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.http.streaming import send_file

Thing = Literal["song", "album", "artist"]

DEFAULT_SIZE = 300
# A picture whose address names its version never changes; others are asked about again.
FOREVER: Header = (b"cache-control", b"private, max-age=31536000, immutable")
ASKED: Header = (b"cache-control", b"private, no-cache")


class ImageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`size` is pixels a side, rounded up to 64, 160, 300, 600 or 1200; `v` is the version in a given address."""

    size: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = DEFAULT_SIZE
    v: str = ""


async def stream(request: Request) -> Application:
    """The original audio of a song."""
    file = await request.areas.playback.audio(request.principal, request.id("song"))
    head_only = request.scope["method"] == "HEAD"

    async def send_audio(scope: Scope, receive: Receive, send: Send) -> None:
        await send_file(
            scope,
            receive,
            send,
            path=file.path,
            content_type=file.content_type,
            headers=(ASKED,),
            head_only=head_only,
        )

    return send_audio


def image(thing: Thing) -> Callable[[Request], Coroutine[Any, Any, Answer | Application]]:
    """The cover of a song, an album or an artist; a quiet pattern where there is none."""

    async def handler(request: Request) -> Application:
        wanted = request.values(ImageQuery)
        files, thing_id = request.areas.library.files, request.id(thing)
        picture = await files.picture(request.principal, thing, thing_id, wanted.size)
        is_fixed = picture is not None and wanted.v != ""
        found = picture or await files.placeholder(thing, thing_id, wanted.size)
        head_only = request.scope["method"] == "HEAD"

        async def send_picture(scope: Scope, receive: Receive, send: Send) -> None:
            await send_file(
                scope,
                receive,
                send,
                path=found.file,
                content_type=found.mime,
                etag=found.etag,
                headers=(FOREVER if is_fixed else ASKED,),
                head_only=head_only,
            )

        return send_picture

    return handler


def _image_route(things: str, thing: Thing) -> Route:
    return Route(
        method="GET",
        path=f"/api/v1/{things}/{{id}}/image",
        handler=image(thing),
        summary=f"The cover of {'an' if thing[0] == 'a' else 'a'} {thing}",
        tag="media",
        query=ImageQuery,
        media="image/*",
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/songs/{id}/stream",
        handler=stream,
        summary="The original audio of a song",
        tag="media",
        media="audio/*",
    ),
    _image_route("songs", "song"),
    _image_route("albums", "album"),
    _image_route("artists", "artist"),
)
