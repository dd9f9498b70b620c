"""Songs in other forms: piece by piece, and as an app says in detail what it can play."""

from collections.abc import Sequence
from typing import cast, get_args
from urllib.parse import urlencode

from antiphon.api.http.asgi import Header
from antiphon.api.http.bodies import parse_json
from antiphon.api.http.hls import PLAYLIST, pieces_of, variants
from antiphon.api.http.live import send_song
from antiphon.api.opensubsonic.advice import StreamDetails, TranscodeDecision
from antiphon.api.opensubsonic.calls import OPEN_TO_ALL, Call
from antiphon.areas.playback.data.profiles import Advice, ClientProfile, Stream
from antiphon.areas.playback.data.transcodes import Codec, Decision, Wanted
from antiphon.kernel.errors import invalid, not_found

MOST_VARIANTS = 10
PIECE_BITRATE = 160
_NO_STORE: Header = (b"cache-control", b"no-store")
_KEPT: Header = (b"cache-control", b"private, max-age=3600")
# What signs a call in, and names the app.
_CREDENTIALS = ("u", "p", "t", "s", "apiKey", "v", "c")
_UNKNOWN = "These are no transcodeParams that this server has given out."


async def get_hls(call: Call) -> None:
    """A playlist of a song's pieces; of several playlists where several bit rates are asked for."""
    given = call.parameters
    number = given.id("id", "song")
    wanted = _bitrates(given.texts("bitRate")) or [PIECE_BITRATE]
    bitrates = await call.areas.playback.transcoding.bitrates(call.principal, number, wanted, call.asking)
    pieces = await call.areas.playback.transcoding.pieces(call.principal, number)
    signed = {name: given.text(name) for name in _CREDENTIALS if given.text(name)}
    if len(bitrates) > 1:
        body = variants(
            bitrates, lambda bitrate: "hls.m3u8?" + urlencode({**signed, "id": f"so-{number}", "bitRate": bitrate})
        )
    else:
        bitrate = bitrates[0] or PIECE_BITRATE
        fixed = urlencode({**signed, "mediaId": f"so-{number}", "mediaType": "song"})
        body = pieces_of(pieces, lambda piece: f"getTranscodeStream?{fixed}&transcodeParams=segment.{bitrate}.{piece}")
    # The addresses in it sign the caller in.
    headers = [*OPEN_TO_ALL, _NO_STORE, (b"content-type", PLAYLIST), (b"content-length", b"%d" % len(body))]
    await call.send({"type": "http.response.start", "status": 200, "headers": headers})
    await call.send({"type": "http.response.body", "body": b"" if call.scope["method"] == "HEAD" else body})


def _bitrates(texts: Sequence[str]) -> list[int]:
    """Bit rates in kbit/s; a picture's size behind an `@` means nothing here."""
    found: list[int] = []
    for text in texts[:MOST_VARIANTS]:
        digits = text.partition("@")[0]
        if not (digits.isascii() and digits.isdigit() and len(digits) < 7):
            raise invalid(bitRate="This must be a whole number.")
        found.append(int(digits))
    return found


async def get_transcode_decision(call: Call) -> TranscodeDecision:
    """Whether an app should play a song's original or a transcode, by what its body says that it can play."""
    number = _song(call)
    client = parse_json(call.body or b"{}", ClientProfile)
    advice = await call.areas.playback.transcoding.advise(call.principal, number, client, call.asking)
    return _shown(advice)


async def get_transcode_stream(call: Call) -> None:
    """The transcode that a decision has offered, or a piece of a song."""
    number = _song(call)
    decision = await _decided(call, number, call.parameters.needed("transcodeParams"))
    is_piece = decision.recipe is not None and decision.recipe.piece is not None
    await send_song(
        call.scope,
        call.receive,
        call.send,
        files=call.areas.library.files,
        transcoding=call.areas.playback.transcoding,
        principal=call.principal,
        decision=decision,
        headers=(*OPEN_TO_ALL, _KEPT if is_piece else _NO_STORE),
    )


async def _decided(call: Call, number: int, text: str) -> Decision:
    """What `transcodeParams` mean: they are nothing but a choice, and whatever is chosen is fitted to what can be."""
    name, *rest = text.split(".")
    values = [int(part) for part in rest if part.isascii() and part.isdigit() and len(part) < 7]
    transcoding = call.areas.playback.transcoding
    if name == "segment" and len(values) == len(rest) == 2:
        return await transcoding.piece(call.principal, number, values[1], values[0], call.asking)
    if name not in get_args(Codec) or not len(values) == len(rest) == 3:
        raise invalid(transcodeParams=_UNKNOWN)
    wanted = Wanted(
        format=cast(Codec, name),
        bitrate=values[0],
        sample_rate=values[1],
        channels=values[2],
        client=call.asking.client,
        address=call.asking.address,
        offset=float(call.parameters.number("offset", 0)),
    )
    return await transcoding.decide(call.principal, number, wanted)


def _song(call: Call) -> int:
    if call.parameters.needed("mediaType") != "song":
        raise not_found("episode")
    return call.parameters.id("mediaId", "song")


def _shown(advice: Advice) -> TranscodeDecision:
    target = advice.target
    if not advice.reasons:
        return TranscodeDecision(can_direct_play=True, can_transcode=False, source_stream=_details(advice.source))
    if target is None:
        return TranscodeDecision(
            can_direct_play=False,
            can_transcode=False,
            transcode_reason=advice.reasons,
            error_reason="This server can make none of the forms that the app plays.",
            source_stream=_details(advice.source),
        )
    return TranscodeDecision(
        can_direct_play=False,
        can_transcode=True,
        transcode_reason=advice.reasons,
        transcode_params=f"{advice.form}.{advice.bitrate}.{advice.sample_rate}.{advice.channels}",
        source_stream=_details(advice.source),
        transcode_stream=_details(target),
    )


def _details(stream: Stream) -> StreamDetails:
    return StreamDetails(
        protocol=stream.protocol,
        container=stream.container,
        codec=stream.codec,
        audio_channels=stream.channels or None,
        audio_bitrate=stream.bitrate or None,
        audio_samplerate=stream.sample_rate or None,
        audio_bitdepth=stream.bit_depth or None,
    )
