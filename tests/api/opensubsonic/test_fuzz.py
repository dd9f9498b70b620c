"""Every endpoint with values that no app should send: nothing breaks, and all is told in the envelope."""

import json
import logging
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from antiphon.api.opensubsonic.routes import ENDPOINTS
from tests.api.opensubsonic.client import Client, Reply
from tests.api.opensubsonic.test_traps import Living, app, found, living
from tests.security.calls import REST

__all__ = ["app", "living"]

# Names that several endpoints know.
NAMES = (
    *("id", "albumId", "artistId", "songId", "playlistId", "songIndexToRemove", "songIdToAdd", "musicFolderId", "name"),
    *("size", "offset", "count", "fromYear", "toYear", "genre", "type", "query", "songCount", "songOffset", "rating"),
    *("time", "submission", "position", "current", "currentIndex", "maxBitRate", "format", "timeOffset", "bitRate"),
    *("username", "password", "email", "index", "action", "gain", "mediaId", "mediaType", "transcodeParams", "since"),
    *("ifModifiedSince", "estimateContentLength", "state", "positionMs", "url", "streamUrl", "expires", "comment"),
    *("public", "description", "message", "startSongId", "endSongId", "artist", "title", "any", "includeEpisodes"),
)
VALUES = (
    *(
        "",
        " ",
        "0",
        "-1",
        "-0",
        "1e9",
        "1.5",
        "NaN",
        "99999999999999999999",
        "9223372036854775807",
        "٣",
        "true",
        "maybe",
    ),
    *("so-0", "so--1", "so-9223372036854775807", "so-99999999999999999999", "al-1", "ar-1", "pl-1", "pl-999", "pe-1"),
    *(
        "so-1_",
        "al-1_2_3",
        "../../etc/passwd",
        "%00",
        "' OR 1=1 --",
        "<script>",
        "\U0001f600" * 30,
        "\ud800",
        "x" * 5_000,
    ),
    *("null", "[]", "{}", "\r\nX: y", "*", "%", "_", '"', "'", "\\", "-", "so", "mp3.1.1.1", "segment.1.1", "flac...."),
)
BODIES = (
    *(b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"', b"[" * 5_000),
    b'{"maxAudioBitrate": -1, "directPlayProfiles": [{"containers": [null]}]}',
    b'{"maxAudioBitrate": 99999999999999999999, "transcodingProfiles": [{"container": ""}]}',
    json.dumps(
        {
            "transcodingProfiles": [{"container": "mp3", "audioCodec": "mp3", "protocol": "hls"}],
            "codecProfiles": [{"name": "mp3", "limitations": [{"name": "x", "comparison": "y", "values": ["z"]}]}],
        }
    ).encode(),
)
# Where a number is taken, what else a call needs, and numbers beyond what days, seconds and counters can hold.
NUMBERS: dict[str, tuple[str, ...]] = {
    "createShare": ("expires",),
    "updateShare": ("expires",),
    "createBookmark": ("position",),
    "savePlayQueue": ("position",),
    "savePlayQueueByIndex": ("position", "currentIndex"),
    "scrobble": ("time",),
    "reportPlayback": ("positionMs", "playbackRate"),
    "setRating": ("rating",),
    "updatePlaylist": ("songIndexToRemove",),
    "updateUser": ("maxBitRate",),
    "jukeboxControl": ("index", "offset", "gain"),
    "stream": ("maxBitRate", "timeOffset", "size"),
    "hls.m3u8": ("bitRate", "audioTrack"),
    "getChatMessages": ("since",),
    "getIndexes": ("ifModifiedSince",),
    "getCoverArt": ("size",),
    "getAlbumList2": ("size", "offset", "fromYear", "toYear"),
    "getRandomSongs": ("size", "fromYear", "toYear"),
    "search3": ("songCount", "songOffset", "albumOffset", "artistOffset"),
}
HUGE = (
    *("253402300799999", "253402300800000", "2000000000000000", "999999999999999999", "9223372036854775807"),
    *("2147483648", "1e308", "0.0000001"),
)
LISTS = (
    *("getShares", "getBookmarks", "getPlayQueue", "getPlayQueueByIndex", "getNowPlaying", "getPlaylists", "getUser"),
    *("getStarred2", "getAlbumList2", "search3"),
)
AS_JSON = {"content-type": "application/json"}
SEED = 20_261_121
MORE_PER_ENDPOINT = 8


def usual(name: str, song: dict[str, Any], playlist: str) -> dict[str, str]:
    """A sensible call, over the music that there is."""
    filled = {"so-@song": song["id"], "al-@album": song["albumId"], "ar-@artist": song["artistId"]}
    filled |= {"pl-@private_playlist": playlist, "user-$": "anna"}
    return {key: filled.get(value, value.replace("$", "9")) for key, value in REST.get(name, {}).items()}


def calls(name: str, good: dict[str, str], chance: random.Random) -> Iterator[list[tuple[str, str]]]:
    """The call without each of its parameters, with each doubled and each with other values; and with some more."""
    yield list(good.items())
    for key in good:
        rest = [(other, value) for other, value in good.items() if other != key]
        yield rest
        yield [*rest, (key, good[key]), (key, chance.choice(VALUES))]
        for value in chance.sample(VALUES, 6):
            yield [*rest, (key, value)]
    for _ in range(MORE_PER_ENDPOINT):
        more = [(chance.choice(NAMES), chance.choice(VALUES)) for _ in range(chance.randint(1, 4))]
        yield [*good.items(), *more] if chance.random() < 0.7 else more


def check(name: str, given: object, reply: Reply) -> None:
    """An envelope, or bytes from who sends bytes."""
    kind = reply.headers.get("content-type", "")
    if kind == "application/json":
        assert reply.status in (200, 429), (name, given, reply.status)
        told = reply.json
        assert told["status"] in ("ok", "failed"), (name, given)
        if told["status"] == "failed":
            assert told["error"]["code"] in (0, 10, 30, 40, 50, 70), (name, given, told)
            assert told["error"]["message"] and "Traceback" not in told["error"]["message"]
    else:
        assert ENDPOINTS[name].sends_bytes, (name, given, kind)
        assert reply.status in (200, 206, 304, 416), (name, given)


async def test_no_parameter_breaks_an_endpoint(living: Living, app: Client, caplog: pytest.LogCaptureFixture) -> None:
    others = await living.app("berta")
    song = await found(app, "Dawn")
    private = (await others.ok("createPlaylist", name="Mine", songId=song["id"]))["playlist"]["id"]
    own = (await app.ok("createPlaylist", name="Own", songId=song["id"]))["playlist"]["id"]
    chance, signed = random.Random(SEED), urlencode({**app.credentials, "f": "json"})
    with caplog.at_level(logging.ERROR):
        for name in ENDPOINTS:
            # What ends the account that calls is left to its own tests.
            good = {} if name in ("deleteUser", "changePassword") else usual(name, song, own)
            for number, given in enumerate(calls(name, good, chance)):
                text = urlencode(given, errors="surrogatepass")
                if number % 3:
                    reply = await app.request("GET", f"/rest/{name}", f"{signed}&{text}", leave_after=3)
                else:
                    reply = await app.request("POST", f"/rest/{name}", signed, body=text.encode(), leave_after=3)
                check(name, given, reply)
        for body in BODIES:
            query = f"{signed}&mediaType=song&mediaId={song['id']}"
            reply = await app.request("POST", "/rest/getTranscodeDecision", query, body=body, headers=AS_JSON)
            check("getTranscodeDecision", body, reply)
    broken = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not broken, broken[:5]
    # Another's things are as they were.
    kept = (await others.ok("getPlaylist", id=private))["playlist"]
    assert (kept["name"], kept["songCount"]) == ("Mine", 1)


async def test_no_number_is_too_large_for_what_is_shown_later(
    living: Living, app: Client, caplog: pytest.LogCaptureFixture
) -> None:
    song = await found(app, "Dawn")
    own = (await app.ok("createPlaylist", name="Counted", songId=song["id"]))["playlist"]["id"]
    [share] = (await app.ok("createShare", id=song["id"]))["shares"]["share"]
    needed = {
        "createShare": {"id": song["id"]},
        "updateShare": {"id": share["id"]},
        "updatePlaylist": {"playlistId": own},
        "getAlbumList2": {"type": "byYear", "fromYear": "1", "toYear": "2"},
    }
    lists = {"getAlbumList2": {"type": "recent"}, "search3": {"query": ""}, "getUser": {"username": "anna"}}
    with caplog.at_level(logging.ERROR):
        for name, numbers in NUMBERS.items():
            good = needed.get(name) or usual(name, song, own)
            for number, value in ((number, value) for number in numbers for value in HUGE):
                text = urlencode({**app.credentials, "f": "json", **good, number: value})
                check(name, (number, value), await app.request("GET", f"/rest/{name}", text, leave_after=1))
            for shown in LISTS:
                await app.ok(shown, **lists.get(shown, {}))
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert await app.error("createShare", id=song["id"], expires=253_402_300_800_000) == 0
    last = 253_402_300_799_000
    await app.ok("updateShare", id=share["id"], expires=last)
    shares = (await app.ok("getShares"))["shares"]["share"]
    assert next(one for one in shares if one["id"] == share["id"])["expires"] == "9999-12-31T23:59:59.000Z"
    # Who claims to be aeons into a song has not begun to hear it before the years were counted.
    played = (await app.ok("getSong", id=song["id"]))["song"].get("played", "2000")
    assert played >= "2000"
