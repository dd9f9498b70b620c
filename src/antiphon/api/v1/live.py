"""Songs to hear, in the form that a player wants, whole or piece by piece."""

from typing import Annotated, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.asgi import Application, Header, Receive, Scope, Send
from antiphon.api.http.hls import PLAYLIST, pieces_of, variants
from antiphon.api.http.live import send_song
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.areas.playback.data.streaming import Asking
from antiphon.areas.playback.data.transcodes import Decision, Wanted
from antiphon.kernel.errors import not_found

# Bit rates of the pieces, in kbit/s, the one to begin with first.
RENDITIONS = (128, 64, 256)
_ASKED: Header = (b"cache-control", b"private, no-cache")
_KEPT: Header = (b"cache-control", b"private, max-age=3600")
_PLAYLIST_HEADERS: tuple[Header, ...] = ((b"content-type", PLAYLIST), _ASKED)


class StreamQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`format` is mp3, opus, aac, m4a or flac, or raw for the original; empty leaves the choice to the server.
    `bitrate` is the most in kbit/s (0: any), `offset` where to begin in seconds, `gain` whether ReplayGain is applied,
    and `estimate` asks for a length that the stream is filled up to."""

    format: Annotated[str, msgspec.Meta(max_length=20)] = ""
    bitrate: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    offset: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 0.0
    channels: Annotated[int, msgspec.Meta(ge=0, le=8)] = 0
    gain: Literal["", "track", "album"] = ""
    estimate: bool = False


async def stream(request: Request) -> Application:
    """A song: the original wherever that is what is wanted."""
    query = request.values(StreamQuery)
    wanted = Wanted(
        format=query.format,
        bitrate=query.bitrate,
        offset=query.offset,
        channels=query.channels,
        gain=query.gain,
        client=request.principal.client,
        address=request.exchange.address,
    )
    decision = await request.areas.playback.transcoding.decide(request.principal, request.id("song"), wanted)
    return _sending(request, decision, _ASKED, promise_length=query.estimate)


async def master(request: Request) -> Answer:
    """The playlist of a song's playlists."""
    bitrates = await request.areas.playback.transcoding.bitrates(
        request.principal, request.id("song"), RENDITIONS, _asking(request)
    )
    return Answer(variants(bitrates, lambda bitrate: f"{bitrate}/index.m3u8"), 200, _PLAYLIST_HEADERS)


async def index(request: Request) -> Answer:
    """The playlist of a song's pieces at one bit rate."""
    _rendition(request)
    pieces = await request.areas.playback.transcoding.pieces(request.principal, request.id("song"))
    return Answer(pieces_of(pieces, lambda number: f"{number}.ts"), 200, _PLAYLIST_HEADERS)


async def piece(request: Request) -> Application:
    """A piece of a song."""
    number, dot, suffix = request.parameters["piece"].partition(".")
    if (dot, suffix) != (".", "ts") or not (number.isascii() and number.isdigit() and len(number) < 7):
        raise not_found("piece")
    decision = await request.areas.playback.transcoding.piece(
        request.principal, request.id("song"), int(number), _rendition(request), _asking(request)
    )
    return _sending(request, decision, _KEPT)


def _asking(request: Request) -> Asking:
    return Asking(request.principal.client, request.exchange.address)


def _rendition(request: Request) -> int:
    """The bit rate in the path. Raises NOT_FOUND for one that no playlist names."""
    found = {str(bitrate): bitrate for bitrate in RENDITIONS}.get(request.parameters["rendition"])
    if found is None:
        raise not_found("rendition")
    return found


def _sending(request: Request, decision: Decision, cache: Header, *, promise_length: bool = False) -> Application:
    async def send_sound(scope: Scope, receive: Receive, send: Send) -> None:
        await send_song(
            scope,
            receive,
            send,
            files=request.areas.library.files,
            transcoding=request.areas.playback.transcoding,
            principal=request.principal,
            decision=decision,
            headers=(cache,),
            promise_length=promise_length,
        )

    return send_sound


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/songs/{id}/stream",
        handler=stream,
        summary="A song: its own file, or in another form and within a bit rate",
        tag="media",
        query=StreamQuery,
        media="audio/*",
    ),
    Route(
        method="GET",
        path="/api/v1/songs/{id}/hls/master.m3u8",
        handler=master,
        summary="A song piece by piece (HLS): its playlists by bit rate",
        tag="media",
        media="application/vnd.apple.mpegurl",
    ),
    Route(
        method="GET",
        path="/api/v1/songs/{id}/hls/{rendition}/index.m3u8",
        handler=index,
        summary="A song piece by piece (HLS): the pieces at one bit rate",
        tag="media",
        media="application/vnd.apple.mpegurl",
    ),
    Route(
        method="GET",
        path="/api/v1/songs/{id}/hls/{rendition}/{piece}",
        handler=piece,
        summary="A piece of a song, such as 0.ts",
        tag="media",
        media="video/mp2t",
        has_opaque_id=True,
    ),
)
