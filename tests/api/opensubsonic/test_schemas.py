"""Every answer fits OpenSubsonic's own description, where OPENSUBSONIC_OPENAPI says where a copy of it lies.

Its schemas leave unknown fields open; what strict readers want beside them is tested with the endpoints.
"""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from jsonschema import Draft4Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House
from tests.api.opensubsonic.singing import sing
from tests.stage import PASSWORD

DESCRIPTION = os.environ.get("OPENSUBSONIC_OPENAPI", "")

pytestmark = pytest.mark.skipif(
    not DESCRIPTION, reason="OPENSUBSONIC_OPENAPI does not say where OpenSubsonic's description is"
)


def _retrieve(address: str) -> Resource[Any]:
    text = Path(address.removeprefix("file://")).read_text(encoding="utf-8")
    return Resource.from_contents(json.loads(text), default_specification=DRAFT4)


def described(name: str, method: str = "get") -> dict[str, Any]:
    """A schema of the answers to an endpoint, with the address that its references start from."""
    file = Path(DESCRIPTION).parent / "endpoints" / f"{name}.json"
    answer = json.loads(file.read_text(encoding="utf-8"))[method]["responses"]["200"]
    if "$ref" in answer:
        file = (file.parent / answer["$ref"]).resolve()
        answer = json.loads(file.read_text(encoding="utf-8"))
    return {"id": f"file://{file}", "allOf": [answer["content"]["application/json"]["schema"]]}


def check(name: str, answer: dict[str, Any], method: str = "get") -> None:
    """The whole answer against the endpoint's schema."""
    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
    error = best_match(Draft4Validator(described(name, method), registry=registry).iter_errors(answer))
    assert error is None, (name, error.json_path, error.message[:500])


async def calls(house: House, anna: Client) -> list[tuple[str, dict[str, Any]]]:
    """Calls of a server that is lived in, and some that go wrong."""
    song = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]
    other = await house.id("Überfluß")
    await anna.ok("star", id=song["id"], albumId=song["albumId"], artistId=song["artistId"])
    await anna.ok("setRating", id=song["id"], rating=5)
    await anna.ok("scrobble", id=[song["id"], other], time=[1000, 2000])
    await anna.ok("scrobble", id=song["id"], submission="false")
    playlist = (await anna.ok("createPlaylist", name="x", songId=[song["id"], other]))["playlist"]["id"]
    nothing: dict[str, Any] = {}
    reads: list[tuple[str, dict[str, Any]]] = [
        (name, nothing)
        for name in (
            *("ping", "getLicense", "getOpenSubsonicExtensions", "tokenInfo", "getScanStatus", "getMusicFolders"),
            *("getIndexes", "getArtists", "getGenres", "getRandomSongs", "getStarred", "getStarred2", "getNowPlaying"),
            *("search2", "search3", "getPlaylists", "getBookmarks", "getPodcasts", "getNewestPodcasts", "getShares"),
            *("getInternetRadioStations", "getVideos", "getUsers", "getChatMessages", "getLyrics"),
        )
    ]
    reads += [(name, {"type": kind}) for name in ("getAlbumList", "getAlbumList2") for kind in ("newest", "starred")]
    reads += [
        (name, {"id": song["albumId"]}) for name in ("getAlbum", "getMusicDirectory", "getAlbumInfo", "getAlbumInfo2")
    ]
    reads += [(name, {"id": song["artistId"]}) for name in ("getArtist", "getMusicDirectory", "getArtistInfo2")]
    reads += [("getArtistInfo", {"id": song["artistId"]}), ("getUser", {"username": "anna"})]
    reads += [(name, {"id": other}) for name in ("getSong", "getLyricsBySongId", "getSimilarSongs", "getSimilarSongs2")]
    reads += [("getTopSongs", {"artist": "Aurora"}), ("getSongsByGenre", {"genre": "Rock"})]
    reads += [
        ("getPlaylist", {"id": playlist}),
        ("createPlaylist", {"name": "y"}),
        ("getLyrics", {"title": "Überfluß"}),
    ]
    reads += [
        ("search", {"any": "dawn"}),
        ("startScan", nothing),
        ("createShare", nothing),
        ("getSong", {"id": "so-9"}),
    ]
    reads += [("star", {"id": other}), ("unstar", {"id": other}), ("scrobble", {"id": other}), ("getAlbum", nothing)]
    return reads + left_behind(song["id"], other)


def left_behind(song: str, other: str) -> list[tuple[str, dict[str, Any]]]:
    """Calls that leave something and read it again, and of what there is not."""
    return [
        ("savePlayQueue", {"id": [song, other], "current": other, "position": 9}),
        ("getPlayQueue", {}),
        ("savePlayQueueByIndex", {"id": [song, other], "currentIndex": 1}),
        ("getPlayQueueByIndex", {}),
        ("createBookmark", {"id": other, "position": 9, "comment": "here"}),
        ("getBookmarks", {}),
        ("createShare", {"id": other}),
        ("getShares", {}),
        ("getLyricsBySongId", {"id": song, "enhanced": "true"}),
        ("addChatMessage", {"message": "Hello"}),
        ("getChatMessages", {}),
        ("getPodcastEpisode", {"id": "pe-1"}),
        ("getVideoInfo", {"id": "so-1"}),
        ("getSonicSimilarTracks", {"id": other}),
        ("findSonicPath", {"startSongId": song, "endSongId": other}),
    ]


async def test_every_answer_fits_its_schema(house: House, anna: Client) -> None:
    await sing(house, await house.id("Dawn"))
    for name, given in await calls(house, anna):
        reply = await anna.call(name, **given)
        check(name, json.loads(reply.body))


async def test_answers_about_accounts_fit_their_schemas(house: House, anna: Client, root: Client) -> None:
    bob: dict[str, str] = {"username": "bob", "password": "tuba on a slow train", "email": "bob@example.org"}
    calls: list[tuple[Client, str, dict[str, str]]] = [
        (root, "createUser", bob),
        (root, "createUser", bob),
        (anna, "createUser", bob),
        (root, "updateUser", {"username": "bob", "jukeboxRole": "true"}),
        (root, "getUsers", {}),
        (root, "getUser", {"username": "bob"}),
        (root, "getUser", {"username": "nobody"}),
        (root, "changePassword", {"username": "bob", "password": "another slow train"}),
        (root, "deleteUser", {"username": "bob"}),
    ]
    for app, name, given in calls:
        check(name, json.loads((await app.call(name, **given)).body))
    key = await house.stage.areas.accounts.keys.create_api_key(house.principals["anna"], "sync", None)
    check("tokenInfo", json.loads((await house.app(apiKey=key.key).call("tokenInfo")).body))
    check("ping", json.loads((await house.app(u="anna", p=PASSWORD).call("ping")).body))


async def test_a_schema_that_is_not_met_is_noticed(anna: Client) -> None:
    answer = json.loads((await anna.call("getLicense")).body)
    del answer["subsonic-response"]["license"]
    with pytest.raises(AssertionError):
        check("getLicense", answer)


@pytest.mark.parametrize(
    "client",
    [
        {"directPlayProfiles": [{"containers": [], "audioCodecs": [], "protocols": []}]},
        {"transcodingProfiles": [{"container": "mp3", "audioCodec": "mp3", "protocol": "http"}]},
        {},
    ],
)
async def test_decisions_about_transcodes(house: House, anna: Client, client: dict[str, Any]) -> None:
    """The description leaves the envelope out here."""
    query = urlencode({**anna.credentials, "f": "json", "mediaId": await house.id("Dawn"), "mediaType": "song"})
    body = json.dumps({"name": "tests", "platform": "none", **client}).encode()
    headers = {"content-type": "application/json"}
    reply = await anna.request("POST", "/rest/getTranscodeDecision", query, body=body, headers=headers)
    assert "transcodeDecision" in reply.json
    check("getTranscodeDecision", reply.json, "post")
