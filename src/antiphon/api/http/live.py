"""Sending songs as it was decided: the original, a finished transcode, or one that is made while it is listened to."""

import logging
from collections.abc import Sequence
from pathlib import Path

from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import Header, Receive, Scope, Send
from antiphon.api.http.originals import send_original
from antiphon.api.http.streaming import send_file, while_listened
from antiphon.areas.playback.api.transcoding import Opened, length_of
from antiphon.areas.playback.data.transcodes import Decision
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.principal import Principal

log = logging.getLogger(__name__)

PADDING = bytes(32 * 1024)


async def send_song(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    areas: Areas,
    principal: Principal,
    decision: Decision,
    headers: Sequence[Header] = (),
    promise_length: bool = False,
) -> None:
    """Answer with what was decided. Originals and finished transcodes come with ranges; live ones say that they have
    none, and with `promise_length` a length that they are filled up to.

    Raises, before anything is sent, NOT_FOUND, TOO_MANY_REQUESTS, UNAVAILABLE, UNSUPPORTED_MEDIA.
    """
    whole = [*headers, (b"x-content-duration", f"{decision.duration:.3f}".encode())]
    if decision.recipe is None:
        await send_original(scope, receive, send, files=areas.library.files, file=decision.file, headers=whole)
        return
    transcoding = areas.playback.transcoding
    live = [(b"content-type", decision.content_type.encode()), (b"accept-ranges", b"none"), *whole]
    promised = length_of(decision) if promise_length else None
    if scope["method"] == "HEAD":
        if kept := await transcoding.kept(decision.recipe):
            await _send_kept(scope, receive, send, kept, decision, whole)
            return
        await _send_start(send, live, promised)
        await send({"type": "http.response.body", "body": b""})
        return
    opened = await transcoding.open(principal, decision.recipe)
    try:
        if opened.path:
            await _send_kept(scope, receive, send, opened.path, decision, whole)
        else:
            await while_listened(receive, lambda: _send_live(send, opened, live, promised))
    finally:
        await opened.close()


async def _send_kept(
    scope: Scope, receive: Receive, send: Send, path: str, decision: Decision, headers: Sequence[Header]
) -> None:
    await send_file(
        scope,
        receive,
        send,
        path=path,
        content_type=decision.content_type,
        # Its own time tells when it was last used, and its name everything it was made of.
        etag=f'"{Path(path).name}"',
        last_modified=decision.file.modified_ns / 1e9,
        headers=headers,
        head_only=scope["method"] == "HEAD",
        # Its time on the disk changes whenever it is used: the proxy would take it for another file.
        own=True,
    )


async def _send_live(send: Send, opened: Opened, headers: Sequence[Header], promised: int | None) -> None:
    data = await opened.read()
    await _send_start(send, headers, promised)
    left = promised
    while data:
        if left is not None:
            data = data[:left]
            left -= len(data)
        await send({"type": "http.response.body", "body": data, "more_body": True})
        if left == 0:
            break
        try:
            data = await opened.read()
        except AntiphonError as error:
            # The answer has begun: cut short, and its connection with it, so that a part is not taken for the whole.
            log.warning("a transcode ended before its end: %s", error.message)
            return
    while left:
        filling = PADDING[:left]
        left -= len(filling)
        await send({"type": "http.response.body", "body": filling, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _send_start(send: Send, headers: Sequence[Header], length: int | None) -> None:
    whole = [*headers] if length is None else [*headers, (b"content-length", b"%d" % length)]
    await send({"type": "http.response.start", "status": 200, "headers": whole})
