"""Sound and covers: the same files in every dialect."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

import msgspec

from antiphon.api.http.asgi import Application, Header, Receive, Scope, Send
from antiphon.api.http.live import send_song
from antiphon.api.http.requests import Request
from antiphon.api.http.streaming import send_file
from antiphon.areas.library.data.ports import Picture
from antiphon.areas.playback.api.transcoding import RAW
from antiphon.areas.playback.data.transcodes import Wanted
from antiphon.kernel.principal import Principal

Thing = Literal["song", "album", "artist"]

DEFAULT_SIZE = 300
# A picture whose address names its version never changes; others are asked about again.
FOREVER: Header = (b"cache-control", b"private, max-age=31536000, immutable")
ASKED: Header = (b"cache-control", b"private, no-cache")


class ImageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`size` is pixels a side, rounded up to 64, 160, 300, 600 or 1200; `v` is the version in a given address."""

    size: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = DEFAULT_SIZE
    v: str = ""


def image(thing: Thing) -> Callable[[Request], Coroutine[Any, Any, Application]]:
    """The cover of a song, an album or an artist; a quiet pattern where there is none."""

    async def handler(request: Request) -> Application:
        wanted = request.values(ImageQuery)
        files, thing_id = request.areas.library.files, request.id(thing)
        picture = await files.picture(request.principal, thing, thing_id, wanted.size)
        is_fixed = picture is not None and wanted.v != ""
        found = picture or await files.placeholder(thing, thing_id, wanted.size)
        return showing(request, found, is_fixed=is_fixed)

    return handler


def showing(request: Request, picture: Picture, *, is_fixed: bool) -> Application:
    """Answers with a picture. One `is_fixed` whose address names its version: it may be kept for ever."""
    head_only = request.scope["method"] == "HEAD"

    async def send_picture(scope: Scope, receive: Receive, send: Send) -> None:
        await send_file(
            scope,
            receive,
            send,
            path=picture.file,
            content_type=picture.mime,
            etag=picture.etag,
            headers=(FOREVER if is_fixed else ASKED,),
            head_only=head_only,
        )

    return send_picture


async def audio(request: Request, principal: Principal, song_id: int) -> Application:
    """The original audio of a song, or what the owner's rules and the listener's ceiling make of it. Raises as
    `transcoding.decide` does."""
    areas = request.areas
    wanted = Wanted(format=RAW, client=principal.client, address=request.exchange.address)
    decision = await areas.playback.transcoding.decide(principal, song_id, wanted)

    async def send_audio(scope: Scope, receive: Receive, send: Send) -> None:
        headers = (ASKED,)
        await send_song(scope, receive, send, areas=areas, principal=principal, decision=decision, headers=headers)

    return send_audio
