"""Songs to hear, in the form that a player wants, whole or piece by piece."""

from typing import Annotated, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.asgi import Application, Header, Receive, Scope, Send
from antiphon.api.http.hls import BEGINNING, PLAYLIST, RENDITIONS, encoded, own, pieces_of, variants
from antiphon.api.http.live import send_song
from antiphon.api.http.media import ASKED
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.areas.playback.data.streaming import Asking
from antiphon.areas.playback.data.transcodes import Decision, Wanted
from antiphon.kernel.errors import not_found

ORIGINAL = "original"
_KEPT: Header = (b"cache-control", b"private, max-age=3600")
_PLAYLIST_HEADERS: tuple[Header, ...] = ((b"content-type", PLAYLIST), ASKED)


FormName = Literal["", "raw", "mp3", "opus", "aac", "m4a", "flac"]


class StreamQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`format` is mp3, opus, aac, m4a or flac, or raw for the original; empty leaves the choice to the server.
    `bitrate` is the most in kbit/s (0: any), `offset` where to begin in seconds, `gain` whether ReplayGain is applied,
    and `estimate` asks for a length that the stream is filled up to."""

    format: FormName = ""
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
    return _sending(request, decision, ASKED, promise_length=query.estimate)


class MasterQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`original` asks for the song's own sound instead of the bit rates."""

    original: bool = False


async def master(request: Request) -> Answer:
    """The playlist of a song's playlists: by bit rate, or the one of its own sound. They are never in one: players that
    go there in the middle of a song, to another codec in another container, lose what follows."""
    transcoding, principal, song_id = request.areas.playback.transcoding, request.principal, request.id("song")
    if request.values(MasterQuery).original:
        original = await transcoding.originals.find(principal, song_id, _asking(request))
        if original is None:
            raise not_found("rendition")
        return Answer(variants([own(original, f"{ORIGINAL}/index.m3u8")]), 200, _PLAYLIST_HEADERS)
    bitrates = await transcoding.bitrates(principal, song_id, RENDITIONS, _asking(request))
    return Answer(variants([encoded(one, f"{one}/index.m3u8") for one in bitrates]), 200, _PLAYLIST_HEADERS)


async def index(request: Request) -> Answer:
    """The playlist of a song's pieces at one bit rate, or of its own sound."""
    transcoding, principal, song_id = request.areas.playback.transcoding, request.principal, request.id("song")
    pieces = await transcoding.pieces(principal, song_id)
    if request.parameters["rendition"] == ORIGINAL:
        original = await transcoding.originals.find(principal, song_id, _asking(request))
        if original is None:
            raise not_found("rendition")
        beginning = BEGINNING if original.has_beginning else ""
        body = pieces_of(original.pieces, lambda number: f"{number}.{original.form.suffix}", beginning)
        return Answer(body, 200, _PLAYLIST_HEADERS)
    _rendition(request)
    return Answer(pieces_of(pieces, lambda number: f"{number}.ts"), 200, _PLAYLIST_HEADERS)


async def piece(request: Request) -> Application:
    """A piece of a song."""
    transcoding, principal, song_id = request.areas.playback.transcoding, request.principal, request.id("song")
    name = request.parameters["piece"]
    if request.parameters["rendition"] == ORIGINAL:
        number = None if name == BEGINNING else _number(name)
        decision = await transcoding.originals.piece(principal, song_id, number, _asking(request))
        if name not in (BEGINNING, f"{number}.{'' if decision.form is None else decision.form.suffix}"):
            raise not_found("piece")
        return _sending(request, decision, _KEPT)
    rendition = _rendition(request)
    if not name.endswith(".ts"):
        raise not_found("piece")
    decision = await transcoding.piece(principal, song_id, _number(name), rendition, _asking(request))
    return _sending(request, decision, _KEPT)


def _number(name: str) -> int:
    """Which piece a name such as `0.ts` means. Raises NOT_FOUND where it means none."""
    number = name.partition(".")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise not_found("piece")
    return int(number)


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
            areas=request.areas,
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
        summary="A song piece by piece (HLS): its playlists by bit rate, or the one of its own sound",
        tag="media",
        query=MasterQuery,
        media="application/vnd.apple.mpegurl",
    ),
    Route(
        method="GET",
        path="/api/v1/songs/{id}/hls/{rendition}/index.m3u8",
        handler=index,
        summary="A song piece by piece (HLS): the pieces at one bit rate, or of its own sound (original)",
        tag="media",
        media="application/vnd.apple.mpegurl",
    ),
    Route(
        method="GET",
        path="/api/v1/songs/{id}/hls/{rendition}/{piece}",
        handler=piece,
        summary="A piece of a song, such as 64/0.ts, original/0.m4s or original/init.mp4",
        tag="media",
        media="video/mp2t",
        has_opaque_id=True,
    ),
)
