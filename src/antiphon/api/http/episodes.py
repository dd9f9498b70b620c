"""The audio of podcasts: from the disk, or while it comes from where it is."""

import logging
from collections.abc import Sequence

from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import Header, Receive, Scope, Send
from antiphon.api.http.exchange import exchange_of
from antiphon.api.http.live import send_song
from antiphon.api.http.streaming import send_file, while_listened
from antiphon.areas.broadcasts.data.podcasts import EpisodeFile, RemoteAudio
from antiphon.areas.library.data import SongFile
from antiphon.areas.playback.data.transcodes import Decision, Recording, Wanted
from antiphon.kernel.errors import AntiphonError, unavailable
from antiphon.kernel.principal import Principal

log = logging.getLogger(__name__)

# So many new episodes come onto the disk because one person hears them; more are heard without that.
KEPT_AN_HOUR = 20


async def send_episode(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    areas: Areas,
    principal: Principal,
    episode_id: int,
    wanted: Wanted,
    headers: Sequence[Header] = (),
    promise_length: bool = False,
) -> None:
    """Answer a request with an episode to hear, as its header fields ask: from the disk in the form that is wanted, and
    passed on as it is where it is not on the disk.

    Raises, before anything is sent, FORBIDDEN, NOT_FOUND, TOO_MANY_REQUESTS, UNAVAILABLE, UNSUPPORTED_MEDIA.
    """
    try:
        file = await areas.broadcasts.podcasts.audio(principal, episode_id)
    except AntiphonError as error:
        if error.code != "episode_not_downloaded":
            raise
        await _pass_on(scope, receive, send, areas, principal, episode_id, headers)
        return
    decision = await _decide(areas, principal, file, wanted)
    if decision is None:
        await _send_whole(scope, receive, send, file, headers)
        return
    await send_song(
        scope,
        receive,
        send,
        areas=areas,
        principal=principal,
        decision=decision,
        headers=headers,
        promise_length=promise_length,
    )


async def _send_whole(scope: Scope, receive: Receive, send: Send, file: EpisodeFile, headers: Sequence[Header]) -> None:
    duration = ((b"x-content-duration", f"{file.duration:.3f}".encode()),) if file.duration else ()
    await send_file(
        scope,
        receive,
        send,
        path=file.path,
        content_type=file.content_type,
        headers=(*headers, *duration),
        head_only=scope["method"] == "HEAD",
    )


async def _pass_on(
    scope: Scope,
    receive: Receive,
    send: Send,
    areas: Areas,
    principal: Principal,
    episode_id: int,
    headers: Sequence[Header],
) -> None:
    head_only = scope["method"] == "HEAD"
    part = "" if head_only else exchange_of(scope).headers.get(b"range", b"").decode("latin-1")

    async def may_keep() -> bool:
        try:
            await areas.limits.count("episode", str(principal.user_id), KEPT_AN_HOUR, 3600)
        except AntiphonError as error:
            log.info("an episode is heard without being kept: %s", error.message)
            return False
        return True

    asked = None if head_only else may_keep
    async with areas.broadcasts.podcasts.pass_on(principal, episode_id, wanted=part, may_keep=asked) as audio:
        await _send_start(send, audio, headers)
        if head_only:
            await send({"type": "http.response.body", "body": b""})
        else:
            await while_listened(receive, lambda: _send_parts(send, audio))


async def episode_on_disk(areas: Areas, principal: Principal, episode_id: int) -> tuple[Recording, SongFile]:
    """What an episode holds and its file, to be put into other forms.

    Raises NOT_SIGNED_IN, FORBIDDEN, NOT_FOUND (`episode_not_downloaded` while it is not on the disk), UNAVAILABLE
    `episode_unread` where nobody could tell what it holds.
    """
    file = await areas.broadcasts.podcasts.audio(principal, episode_id)
    source = _source(file)
    if file.recording is None or source is None:
        raise unavailable("episode_unread", "This server could not read what is in this episode.")
    return file.recording, source


async def _decide(areas: Areas, principal: Principal, file: EpisodeFile, wanted: Wanted) -> Decision | None:
    """What is made of an episode on the disk; None where it goes out as it is."""
    source = _source(file)
    if file.recording is None or source is None:
        return None
    decision = await areas.playback.transcoding.decide_recording(principal, file.recording, source, wanted)
    return None if decision.recipe is None else decision


def _source(file: EpisodeFile) -> SongFile | None:
    """The file as sounds are made of; None where it has gone."""
    try:
        state = file.path.stat()
    except OSError:
        return None
    return SongFile(
        song_id=0,
        path=str(file.path),
        content_type=file.content_type,
        suffix=file.suffix,
        size=state.st_size,
        modified_ns=state.st_mtime_ns,
        duration=file.duration,
    )


async def _send_start(send: Send, audio: RemoteAudio, headers: Sequence[Header]) -> None:
    told: list[Header] = [
        (b"content-type", audio.content_type.encode("latin-1")),
        (b"accept-ranges", b"bytes" if audio.has_ranges else b"none"),
        *headers,
    ]
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
