"""Songs in other forms, as apps ask for them."""

import asyncio
import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import urlencode

import av
import pytest

from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House


def heard(data: bytes) -> tuple[str, float]:
    """The codec and the seconds of what was sent."""
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.audio[0]
        samples = 0
        for frame in container.decode(audio=0):
            samples += frame.samples
        return stream.codec_context.name.removesuffix("float"), samples / stream.codec_context.sample_rate


@pytest.mark.parametrize(("wanted", "codec", "media"), [
    ("mp3", "mp3", "audio/mpeg"),
    ("opus", "opus", "audio/ogg"),
    ("aac", "aac", "audio/aac"),
    ("m4a", "aac", "audio/mp4"),
    ("flv", "mp3", "audio/mpeg"),
])  # fmt: skip
async def test_a_song_in_another_form(house: House, anna: Client, wanted: str, codec: str, media: str) -> None:
    reply = await anna.call("stream", id=await house.id("Überfluß"), format=wanted)
    assert (reply.status, reply.headers["content-type"], reply.headers["accept-ranges"]) == (200, media, "none")
    assert heard(reply.body)[0].removeprefix("lib") == codec
    assert heard(reply.body)[1] == pytest.approx(float(reply.headers["x-content-duration"]), abs=0.1)


async def test_the_original_where_that_is_enough(house: House, anna: Client) -> None:
    number = await house.id("Dawn")
    file = (house.stage.music / "Aurora" / "First Light" / "01.mp3").read_bytes()
    for given in ({}, {"format": "raw"}, {"maxBitRate": 320}, {"maxBitRate": 0}, {"format": "mp3", "maxBitRate": 999}):
        reply = await anna.call("stream", id=number, **given, headers={"range": "bytes=0-"})
        assert (reply.status, reply.body, reply.headers["accept-ranges"]) == (206, file, "bytes"), given


async def test_the_original_by_any_name_of_its_own(house: House, anna: Client) -> None:
    number = await house.id("Утро")
    file = (house.stage.music / "Борис" / "Свет" / "01.ogg").read_bytes()
    for given in ({"format": "ogg"}, {"format": "vorbis"}, {"format": "OGG", "maxBitRate": 999}):
        reply = await anna.call("stream", id=number, **given, headers={"range": "bytes=0-"})
        assert (reply.status, reply.body, reply.headers["accept-ranges"]) == (206, file, "bytes"), given
    for given, codec in (
        ({"format": "opus"}, "opus"),
        ({"format": "ogg", "maxBitRate": 32}, "opus"),
        ({"format": "vorbis", "maxBitRate": 32}, "mp3"),
    ):
        assert heard((await anna.call("stream", id=number, **given)).body)[0].removeprefix("lib") == codec, given
    assert heard((await anna.call("stream", id=await house.id("Dawn"), format="ogg")).body)[0] in ("opus", "libopus")


async def test_less_than_the_original_has_comes_in_what_the_app_plays(house: House, anna: Client) -> None:
    number = await house.id("Überfluß")
    for app, codec in (("DSub", "mp3"), ("Symfonium", "opus"), ("tests", "mp3")):
        anna.credentials["c"] = app
        reply = await anna.call("stream", id=number, maxBitRate=64)
        assert heard(reply.body)[0].removeprefix("lib") == codec, app
        assert len(reply.body) < 64_000 / 8 * 1.5
    anna.credentials["c"] = "aonsoku"
    assert (await anna.call("stream", id=number)).headers["content-type"] == "audio/flac"


async def test_a_stream_begins_where_it_is_asked_to(house: House, anna: Client) -> None:
    number = await house.id("Dawn")
    whole = float((await anna.call("stream", id=number)).headers["x-content-duration"])
    house.stage.audio.song(house.stage.music / "long.mp3", {"title": "Long"}, seconds=5.0)
    await house.stage.areas.library.scans.run(lambda *_: None)
    reply = await anna.call("stream", id=await house.id("Long"), timeOffset=3)
    assert heard(reply.body) == ("mp3", pytest.approx(2.0, abs=0.1))
    assert float(reply.headers["x-content-duration"]) == pytest.approx(2.0, abs=0.1)
    assert (await anna.call("stream", id=number, timeOffset=int(whole) + 60)).code == 0


async def test_an_estimated_length_is_filled_up_and_never_too_short(house: House, anna: Client) -> None:
    number = await house.id("Überfluß")
    for wanted, bitrate in (("mp3", 320), ("opus", 64), ("aac", 128)):
        given = {"id": number, "format": wanted, "maxBitRate": bitrate, "estimateContentLength": "true"}
        reply = await anna.call("stream", **given)
        assert int(reply.headers["content-length"]) == len(reply.body), wanted
        assert reply.is_whole
        plain = await anna.call("stream", **{**given, "estimateContentLength": "false"})
        assert reply.body.startswith(plain.body)
        assert not reply.body[len(plain.body) :].strip(b"\0")


async def test_nobody_makes_more_at_once_than_they_may(house: House, anna: Client) -> None:
    """Three at once, a place for the next as soon as one of them leaves, and others are not kept waiting."""
    house.stage.audio.song(house.stage.music / "long.flac", {"title": "Long"}, kind="flac", seconds=60.0)
    await house.stage.areas.library.scans.run(lambda *_: None)
    number = await house.id("Long")
    stuck: list[asyncio.Event] = []
    listening = [listen(anna, number, 96 + 16 * place, stuck) for place in range(3)]
    tasks = [asyncio.ensure_future(one) for one in listening]
    while len(stuck) < 3:
        await asyncio.sleep(0.01)
    refused = await anna.call("stream", id=number, format="mp3", maxBitRate=64)
    assert (refused.status, refused.code, int(refused.headers["retry-after"]) > 0) == (429, 0, True)
    original = await anna.call("stream", id=number)
    assert original.status == 200, "the original needs no place"
    other = await house.move_in("berta")
    assert (await other.call("stream", id=number, format="opus", maxBitRate=32)).status == 200
    for one in stuck:
        one.set()
    await asyncio.gather(*tasks)
    assert (await anna.call("stream", id=number, format="mp3", maxBitRate=64)).status == 200
    assert len(house.stage.areas.playback.transcoding._places) == 0


async def listen(anna: Client, number: str, bitrate: int, stuck: list[asyncio.Event]) -> None:
    """Take the first bytes of a stream, then no more, and leave when the event that is put into `stuck` is set."""
    leaves = asyncio.Event()
    given = {**anna.credentials, "id": number, "format": "mp3", "maxBitRate": bitrate}

    async def receive() -> dict[str, object]:
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            stuck.append(leaves)
            await asyncio.Event().wait()

    scope = {
        "type": "http", "method": "GET", "path": "/rest/stream", "query_string": urlencode(given).encode(),
        "headers": [], "client": ("192.0.2.7", 1), "scheme": "http",
    }  # fmt: skip
    await anna.application(scope, receive, send)  # type: ignore[arg-type]


async def test_pieces_are_played_with_what_the_playlist_says(house: House, anna: Client) -> None:
    number = await house.id("Überfluß")
    single = await anna.call("hls.m3u8", id=number, bitRate=96)
    assert single.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert single.headers["cache-control"] == "no-store"
    addresses = [line for line in single.body.decode().splitlines() if not line.startswith("#")]
    found = 0.0
    for address in addresses:
        path, _, query = address.partition("?")
        piece = await anna.request("GET", f"/rest/{path}", query)
        assert (piece.status, piece.headers["content-type"]) == (200, "video/mp2t")
        found += heard(piece.body)[1]
    assert found == pytest.approx(float((await anna.ok("getSong", id=number))["song"]["duration"]), abs=0.6)
    several = await anna.call("hls.m3u8", id=number, bitRate=["64", "128@480x360"])
    lists = [line for line in several.body.decode().splitlines() if not line.startswith("#")]
    assert len(lists) == 2
    for address in lists:
        path, _, query = address.partition("?")
        assert b"getTranscodeStream?" in (await anna.request("GET", f"/rest/{path}", query)).body
    assert (await anna.call("hls.m3u8", id=number, bitRate="much")).code == 0


async def test_playlists_name_the_bit_rates_that_pieces_are_made_at(house: House, anna: Client) -> None:
    flac, mp3 = await house.id("Überfluß"), await house.id("Dawn")

    async def named(number: str, *bitrates: int) -> list[str]:
        text = (await anna.call("hls.m3u8", id=number, bitRate=bitrates)).body.decode()
        return re.findall(r"bitRate=(\d+)", text) or re.findall(r"segment\.(\d+)\.0\b", text)

    assert await named(flac, 64, 128, 0) == ["64", "128", "0"]
    assert await named(flac) == ["128", "64", "256"]
    assert await named(flac, 64, 1, 2, 100_000) == ["64", "32", "320"]
    assert (await named(flac, 1), await named(flac, 100_000), await named(flac, 5, 7)) == (["32"], ["320"], ["32"])
    for number, media, beginning in ((flac, "audio/mp4", "ftyp"), (mp3, "audio/mpeg", "ID3")):
        text = (await anna.call("hls.m3u8", id=number, bitRate=0)).body.decode()
        addresses = [*re.findall(r'URI="(.*?)"', text), *(line for line in text.splitlines() if line[0] != "#")]
        pieces = [await anna.request("GET", f"/rest/{path}", query) for path, _, query in
                  (address.partition("?") for address in addresses)]  # fmt: skip
        assert {(piece.status, piece.headers["content-type"]) for piece in pieces} == {(200, media)}
        assert beginning.encode() in pieces[0].body[:8]
        song = (await anna.ok("getSong", id=number))["song"]
        whole = b"".join(piece.body for piece in pieces)
        assert heard(whole)[1] == pytest.approx(float(song["duration"]), abs=0.6)


async def test_an_app_that_plays_pieces_is_led_to_their_playlist(house: House, anna: Client) -> None:
    number = await house.id("Überfluß")
    for container in ("mp4", "ts"):
        pieces = {"container": container, "audioCodec": "aac", "protocol": "hls", "maxAudioChannels": 2}
        advice = await decided(
            anna, number, **PROFILES["mp3 only"], transcodingProfiles=[pieces], maxTranscodingAudioBitrate=96_000
        )
        target = advice["transcodeStream"]
        assert advice["canTranscode"] is True
        assert (target["protocol"], target["container"], target["codec"]) == ("hls", "ts", "aac")
        assert target["audioBitrate"] == 96_000
        given = {"mediaId": number, "mediaType": "song", "transcodeParams": advice["transcodeParams"]}
        reply = await anna.call("getTranscodeStream", **given)
        assert reply.headers["content-type"] == "application/vnd.apple.mpegurl"
        address = next(line for line in reply.body.decode().splitlines() if not line.startswith("#"))
        path, _, query = address.partition("?")
        piece = await anna.request("GET", f"/rest/{path}", query)
        with av.open(io.BytesIO(piece.body)) as sent:
            context = sent.streams.audio[0].codec_context
            assert (context.channels, context.sample_rate) == (target["audioChannels"], target["audioSamplerate"])
    for wrong in ({**pieces, "audioCodec": "opus"}, {**pieces, "container": "webm"}, {**pieces, "protocol": "dash"}):
        assert (await decided(anna, number, transcodingProfiles=[wrong]))["canTranscode"] is False, wrong


async def test_head_tells_what_get_would_of_what_is_kept(house: House, anna: Client) -> None:
    given = {"id": await house.id("Überfluß"), "format": "mp3", "maxBitRate": 64}
    before = await anna.call("stream", method="HEAD", **given)
    assert (before.headers["accept-ranges"], "content-length" in before.headers) == ("none", False)
    made = await anna.call("stream", **given)
    kept, head = await anna.call("stream", **given), await anna.call("stream", method="HEAD", **given)
    assert kept.headers["content-length"] == str(len(made.body))
    named = ("accept-ranges", "content-length", "content-type", "etag", "last-modified", "x-content-duration")
    assert [head.headers[name] for name in named] == [kept.headers[name] for name in named]
    assert (head.status, head.body) == (200, b"")


async def test_a_file_that_has_vanished_is_told_alike_everywhere(house: House, anna: Client) -> None:
    number = await house.id("Dawn")
    (house.stage.music / "Aurora" / "First Light" / "01.mp3").unlink()
    piece = {"mediaId": number, "mediaType": "song", "transcodeParams": "segment.64.0"}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("stream", {"id": number}),
        ("stream", {"id": number, "format": "opus"}),
        ("stream", {"id": number, "timeOffset": 1}),
        ("download", {"id": number}),
        ("hls.m3u8", {"id": number}),
        ("hls.m3u8", {"id": number, "bitRate": [64, 128]}),
        ("getTranscodeStream", piece),
        ("getTranscodeStream", {**piece, "transcodeParams": "opus.64.48000.2"}),
        ("getTranscodeStream", {**piece, "transcodeParams": "hls.64"}),
    ]
    told = {(await anna.call(name, **given)).body for name, given in calls}
    await house.stage.areas.library.scans.run(lambda *_: None)
    told |= {(await anna.call(name, **given)).body for name, given in calls}
    assert len(told) == 1
    assert (await anna.call("stream", id=number)).json["error"]["code"] == 70


PROFILES = {
    "mp3 only": {"directPlayProfiles": [{"containers": ["mp3"], "audioCodecs": ["mp3"], "protocols": ["http"]}]},
    "anything": {"directPlayProfiles": [{"containers": [], "audioCodecs": [], "protocols": []}]},
}


async def decided(anna: Client, number: str, **client: object) -> dict[str, Any]:
    """What the server advises an app with a profile."""
    query = urlencode({**anna.credentials, "f": "json", "mediaId": number, "mediaType": "song"})
    body = json.dumps({"name": "tests", "platform": "none", **client}).encode()
    headers = {"content-type": "application/json"}
    reply = await anna.request("POST", "/rest/getTranscodeDecision", query, body=body, headers=headers)
    assert reply.json["status"] == "ok", reply.json
    found: dict[str, Any] = reply.json["transcodeDecision"]
    return found


async def test_an_app_that_plays_the_original_is_told_so(house: House, anna: Client) -> None:
    flac, mp3 = await house.id("Überfluß"), await house.id("Dawn")
    assert (await decided(anna, flac, **PROFILES["anything"]))["canDirectPlay"] is True
    assert (await decided(anna, mp3, **PROFILES["mp3 only"]))["canDirectPlay"] is True
    refused = await decided(anna, flac, **PROFILES["mp3 only"])
    assert (refused["canDirectPlay"], refused["canTranscode"]) == (False, False)
    assert refused["transcodeReason"] == ["container not supported"]
    assert refused["errorReason"]
    assert refused["sourceStream"]["codec"] == "flac"
    slow = await decided(anna, flac, **PROFILES["anything"], maxAudioBitrate=1_000)
    assert slow["transcodeReason"] == ["audio bitrate not supported"]


async def test_what_is_decided_is_what_is_sent(house: House, anna: Client) -> None:
    number = await house.id("Überfluß")
    limits = [{"name": "audioSamplerate", "comparison": "LessThanEqual", "values": ["32000"], "required": True}]
    for codec, container, wanted in (("mp3", "mp3", "mp3"), ("opus", "ogg", "opus"), ("aac", "mp4", "aac")):
        advice = await decided(
            anna,
            number,
            **PROFILES["mp3 only"],
            transcodingProfiles=[
                {"container": "webm", "audioCodec": "vorbis", "protocol": "http"},
                {"container": container, "audioCodec": codec, "protocol": "http", "maxAudioChannels": 1},
            ],
            codecProfiles=[] if codec == "opus" else [{"type": "AudioCodec", "name": codec, "limitations": limits}],
            maxTranscodingAudioBitrate=96_000,
        )
        target = advice["transcodeStream"]
        assert (advice["canTranscode"], target["codec"], target["audioBitrate"]) == (True, wanted, 96_000)
        reply = await anna.call(
            "getTranscodeStream", mediaId=number, mediaType="song", transcodeParams=advice["transcodeParams"]
        )
        with av.open(io.BytesIO(reply.body)) as container_sent:
            context = container_sent.streams.audio[0].codec_context
            assert (context.channels, context.sample_rate) == (target["audioChannels"], target["audioSamplerate"])
        assert (target["audioChannels"], target["audioSamplerate"]) == (1, 48_000 if codec == "opus" else 32_000)


async def test_params_that_nobody_gave_out_are_refused(house: House, anna: Client) -> None:
    number = await house.id("Dawn")
    for params in (
        "",
        "x",
        "mp3",
        "mp3.1.2",
        "wav.128.44100.2",
        "mp3.-1.44100.2",
        "mp3.1.2.3.4",
        "segment.128",
        "segment.128.44100.2",
        "hls",
        "hls.x",
        "a\tb",
    ):
        reply = await anna.call("getTranscodeStream", mediaId=number, mediaType="song", transcodeParams=params)
        assert reply.code in (0, 10), params
    beyond = await anna.call("getTranscodeStream", mediaId=number, mediaType="song", transcodeParams="segment.128.99")
    assert beyond.code == 70
    fitted = await anna.call(
        "getTranscodeStream", mediaId=number, mediaType="song", transcodeParams="mp3.99999.99999.9"
    )
    assert heard(fitted.body)[0] == "mp3"
    song = {"mediaId": number, "transcodeParams": "mp3.1.1.1"}
    assert await anna.error("getTranscodeStream", **song, mediaType="podcast") == 70
    assert await anna.error("getTranscodeStream", **song, mediaType="film") == 0


async def test_an_album_and_a_playlist_to_keep(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]
    made = (await anna.ok("createPlaylist", name="Mine", songId=[song["id"]]))["playlist"]
    for number, count in ((song["albumId"], 3), (made["id"], 1)):
        reply = await anna.call("download", id=number)
        assert (reply.status, reply.headers["content-type"]) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
            assert (len(archive.namelist()), archive.testzip()) == (count, None)
    assert (await anna.call("download", id="al-999999")).code == 70
