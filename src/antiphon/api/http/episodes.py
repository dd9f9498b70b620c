"""The audio of podcasts: from the disk, or while it comes from where it is."""

import logging
from collections.abc import Sequence

from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import Header, Receive, Scope, Send
from antiphon.api.http.exchange import exchange_of
from antiphon.api.http.streaming import send_file, while_listened
from antiphon.areas.broadcasts.data.podcasts import RemoteAudio
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.principal import Principal

log = logging.getLogger(__name__)


async def send_episode(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    areas: Areas,
    principal: Principal,
    episode_id: int,
    headers: Sequence[Header] = (),
) -> None:
    """Answer a request with an episode to hear, as its header fields ask. What is not on the disk is passed on.

    Raises, before anything is sent, FORBIDDEN, NOT_FOUND, TOO_MANY_REQUESTS, UNAVAILABLE, UNSUPPORTED_MEDIA.
    """
    podcasts = areas.broadcasts.podcasts
    head_only = scope["method"] == "HEAD"
    try:
        file = await podcasts.audio(principal, episode_id)
    except AntiphonError as error:
        if error.code != "episode_not_downloaded":
            raise
    else:
        duration = ((b"x-content-duration", f"{file.duration:.3f}".encode()),) if file.duration else ()
        await send_file(
            scope,
            receive,
            send,
            path=file.path,
            content_type=file.content_type,
            headers=(*headers, *duration),
            head_only=head_only,
        )
        return
    wanted = exchange_of(scope).headers.get(b"range", b"").decode("latin-1")
    async with podcasts.pass_on(principal, episode_id, wanted="" if head_only else wanted) as audio:
        await _send_start(send, audio, headers)
        if head_only:
            await send({"type": "http.response.body", "body": b""})
        else:
            await while_listened(receive, lambda: _send_parts(send, audio))


async def _send_start(send: Send, audio: RemoteAudio, headers: Sequence[Header]) -> None:
    told: list[Header] = [(b"content-type", audio.content_type.encode("latin-1")), (b"accept-ranges", b"bytes"), *headers]
    if audio.length is not None:
        told.append((b"content-length", b"%d" % audio.length))
    if audio.content_range:
        told.append((b"content-range", audio.content_range.encode("latin-1")))
    await send({"type": "http.response.start", "status": 206 if audio.content_range else 200, "headers": told})


async def _send_parts(send: Send, audio: RemoteAudio) -> None:
    try:
        async for part in audio.parts():
            await send({"type": "http.response.body", "body": part, "more_body": True})
    except AntiphonError as error:
        # The answer has begun: cut short, and its connection with it, so that a part is not taken for the whole.
        log.info("an episode ended before its end: %s", error.message)
        return
    await send({"type": "http.response.body", "body": b""})
