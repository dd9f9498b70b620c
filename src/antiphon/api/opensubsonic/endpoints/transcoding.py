"""Songs in other forms: piece by piece, and as an app says in detail what it can play."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast, get_args
from urllib.parse import urlencode

from antiphon.api.http.asgi import Header
from antiphon.api.http.bodies import parse_json
from antiphon.api.http.episodes import episode_on_disk, send_episode
from antiphon.api.http.hls import PLAYLIST, RENDITIONS, Variant, encoded, own, pieces_of, variants
from antiphon.api.http.live import send_song
from antiphon.api.opensubsonic.advice import StreamDetails, TranscodeDecision
from antiphon.api.opensubsonic.calls import OPEN_TO_ALL, Call
from antiphon.api.opensubsonic.ids import episode_id, read_podcast_id, song_id
from antiphon.areas.library.data import SongFile
from antiphon.areas.playback.api.transcoding import pieces_of as pieces_of_sound
from antiphon.areas.playback.data.profiles import HLS, Advice, ClientProfile, Stream
from antiphon.areas.playback.data.streaming import RuledForm
from antiphon.areas.playback.data.transcodes import Codec, Decision, OriginalPieces, Sounding, Wanted
from antiphon.kernel.errors import invalid, not_found

MediaKind = Literal["song", "episode"]
MOST_VARIANTS = 10
_NO_STORE: Header = (b"cache-control", b"no-store")
_KEPT: Header = (b"cache-control", b"private, max-age=3600")
# What signs a call in, and names the app.
_CREDENTIALS = ("u", "p", "t", "s", "apiKey", "v", "c")
_ORIGINAL = "original"
_WHOLE = frozenset(get_args(RuledForm)) - {""}
_UNKNOWN = "These are no transcodeParams that this server has given out."


class _Sound(NamedTuple):
    """A song or an episode that the caller may hear, with the numbers and words that calls name it by."""

    id: str
    kind: Literal["song", "podcast"]
    number: int
    sounding: Sounding
    file: SongFile


async def _sound(call: Call, kind: MediaKind, number: int) -> _Sound:
    if kind == "episode":
        recording, file = await episode_on_disk(call.areas, call.principal, number)
        return _Sound(episode_id(number), "podcast", number, recording, file)
    song, file = await call.areas.playback.transcoding.song(call.principal, number)
    if file.path:
        await call.areas.library.files.on_disk(file)
    return _Sound(song_id(number), "song", number, song, file)


async def get_hls(call: Call) -> None:
    """A playlist of a song's or an episode's pieces, with 0 for its bit rate of a song's own sound; of several
    playlists where several bit rates are asked for, or none."""
    given, transcoding = call.parameters, call.areas.playback.transcoding
    named, asked = read_podcast_id(given.text("id")), _bitrates(given.texts("bitRate"))
    if named is None:
        sound = await _sound(call, "song", given.id("id", "song"))
    elif named.kind == "episode":
        sound = await _sound(call, "episode", named.id)
    else:
        raise not_found("episode")
    wanted = asked or list(RENDITIONS)
    original = None
    if sound.kind == "song" and 0 in asked:
        original = await transcoding.originals.find(call.principal, sound.number, call.asking)
    if original is not None:
        wanted = [bitrate for bitrate in wanted if bitrate]
    bitrates = await transcoding.piece_bitrates(call.principal, sound.sounding, wanted, call.asking)
    if len(bitrates) + (original is not None) > 1:
        body = variants(_variants(call, sound, bitrates, original))
    elif original is not None:
        body = _list_of_own(call, sound, original)
    else:
        body = _list_of_pieces(call, sound, bitrates[0])
    await _send_list(call, body)


def _variants(call: Call, sound: _Sound, bitrates: Sequence[int], original: OriginalPieces | None) -> list[Variant]:
    fixed = {**_signed(call), "id": sound.id}

    def address(bitrate: int) -> str:
        return "hls.m3u8?" + urlencode({**fixed, "bitRate": bitrate})

    listed = [encoded(bitrate, address(bitrate)) for bitrate in bitrates]
    return listed if original is None else [*listed, own(original, address(0))]


def _signed(call: Call) -> dict[str, str]:
    """What signs the caller in, for the addresses in a playlist: players ask for them by themselves."""
    return {name: call.parameters.text(name) for name in _CREDENTIALS if call.parameters.text(name)}


def _piece_address(call: Call, sound: _Sound) -> str:
    fixed = urlencode({**_signed(call), "mediaId": sound.id, "mediaType": sound.kind})
    return f"getTranscodeStream?{fixed}&transcodeParams="


def _list_of_pieces(call: Call, sound: _Sound, bitrate: int) -> bytes:
    address = _piece_address(call, sound)
    return pieces_of(pieces_of_sound(sound.sounding), lambda piece: f"{address}segment.{bitrate}.{piece}")


def _list_of_own(call: Call, sound: _Sound, original: OriginalPieces) -> bytes:
    address = f"{_piece_address(call, sound)}{_ORIGINAL}"
    beginning = address if original.has_beginning else ""
    return pieces_of(original.pieces, lambda piece: f"{address}.{piece}", beginning)


async def _send_list(call: Call, body: bytes) -> None:
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
    kind, number = _thing(call)
    client = parse_json(call.body or b"{}", ClientProfile)
    transcoding = call.areas.playback.transcoding
    if kind == "song":
        return _shown(await transcoding.advise(call.principal, number, client, call.asking))
    recording, _ = await episode_on_disk(call.areas, call.principal, number)
    return _shown(await transcoding.advise_recording(call.principal, recording, client, call.asking))


async def get_transcode_stream(call: Call) -> None:
    """The transcode that a decision has offered: sound, or the playlist of its pieces; and each of them."""
    kind, number = _thing(call)
    name, values = _params(call.parameters.needed("transcodeParams"))
    if name == HLS and len(values) == 1:
        sound = await _sound(call, kind, number)
        transcoding = call.areas.playback.transcoding
        bitrates = await transcoding.piece_bitrates(call.principal, sound.sounding, values, call.asking)
        await _send_list(call, _list_of_pieces(call, sound, bitrates[0]))
        return
    is_piece = (name, len(values)) == ("segment", 2)
    if kind == "episode" and not is_piece:
        await send_episode(
            call.scope,
            call.receive,
            call.send,
            areas=call.areas,
            principal=call.principal,
            episode_id=number,
            wanted=_wanted(call, name, values),
            headers=(*OPEN_TO_ALL, _NO_STORE),
        )
        return
    decision = await _decided(call, kind, number, name, values)
    await send_song(
        call.scope,
        call.receive,
        call.send,
        areas=call.areas,
        principal=call.principal,
        decision=decision,
        headers=(*OPEN_TO_ALL, _KEPT if is_piece or name == _ORIGINAL else _NO_STORE),
    )


def _params(text: str) -> tuple[str, list[int]]:
    """What `transcodeParams` mean: they are nothing but a choice, and whatever is chosen is fitted to what can be."""
    name, *rest = text.split(".")
    values = [int(part) for part in rest if part.isascii() and part.isdigit() and len(part) < 7]
    if len(values) != len(rest):
        raise invalid(transcodeParams=_UNKNOWN)
    return name, values


async def _decided(call: Call, kind: MediaKind, number: int, name: str, values: Sequence[int]) -> Decision:
    transcoding = call.areas.playback.transcoding
    if name == "segment" and len(values) == 2:
        if kind == "song":
            return await transcoding.piece(call.principal, number, values[1], values[0], call.asking)
        recording, file = await episode_on_disk(call.areas, call.principal, number)
        return await transcoding.piece_of(call.principal, recording, file, values[1], values[0], call.asking)
    if name == _ORIGINAL and len(values) < 2:
        return await transcoding.originals.piece(call.principal, number, values[0] if values else None, call.asking)
    return await transcoding.decide(call.principal, number, _wanted(call, name, values))


def _wanted(call: Call, name: str, values: Sequence[int]) -> Wanted:
    if name not in _WHOLE or len(values) != 3:
        raise invalid(transcodeParams=_UNKNOWN)
    return Wanted(
        format=cast(Codec, name),
        bitrate=values[0],
        sample_rate=values[1],
        channels=values[2],
        client=call.asking.client,
        address=call.asking.address,
        offset=float(call.parameters.number("offset", 0)),
    )


def _thing(call: Call) -> tuple[MediaKind, int]:
    kind = call.parameters.needed("mediaType").lower()
    if kind == "song":
        return "song", call.parameters.id("mediaId", "song")
    if kind != "podcast":
        raise invalid(mediaType="This is one of: song, podcast.")
    found = read_podcast_id(call.parameters.needed("mediaId"))
    if found is None or found.kind != "episode":
        raise not_found("episode")
    return "episode", found.id


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
        transcode_params=(
            f"{HLS}.{advice.bitrate}"
            if target.protocol == HLS
            else f"{advice.form}.{advice.bitrate}.{advice.sample_rate}.{advice.channels}"
        ),
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
