"""JSON, XML and JSONP say the same; so do GET, POST and HEAD."""

import json
import xml.etree.ElementTree as ElementTree
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House

READS: list[tuple[str, dict[str, Any]]] = [
    ("ping", {}),
    ("getLicense", {}),
    ("getOpenSubsonicExtensions", {}),
    ("getMusicFolders", {}),
    ("getIndexes", {}),
    ("getArtists", {}),
    ("getGenres", {}),
    ("getAlbumList", {"type": "newest"}),
    ("getAlbumList2", {"type": "newest"}),
    ("getSongsByGenre", {"genre": "Rock"}),
    ("search2", {"query": ""}),
    ("search3", {"query": ""}),
    ("getStarred", {}),
    ("getStarred2", {}),
    ("getPlaylists", {}),
    ("getUser", {"username": "anna"}),
    ("getUsers", {}),
    ("getScanStatus", {}),
    ("getNowPlaying", {}),
    ("getBookmarks", {}),
    ("getPlayQueue", {}),
    ("getLyrics", {"artist": "x", "title": "y"}),
    ("getSong", {"id": "so-999999"}),
]


def assert_same(value: Any, element: ElementTree.Element) -> None:
    """An element says just what a JSON object says: no more, no less."""
    if not isinstance(value, dict):
        assert element.text == word(value)
        assert not element.attrib and not list(element)
        return
    seen: set[str] = set()
    for name, part in value.items():
        parts = part if isinstance(part, list) else [part]
        if isinstance(part, dict | list):
            children = element.findall(name)
            assert len(children) == len(parts), name
            for one, child in zip(parts, children, strict=True):
                assert_same(one, child)
            seen.add(name)
        elif name == "value" and element.tag != "cueLine":
            assert (element.text or "") == word(part)
        elif name in element.attrib:
            assert element.attrib[name] == word(part), name
            seen.add(name)
        else:
            alone = element.find(name)
            assert alone is not None, name
            assert alone.text == word(part)
            seen.add(name)
    assert {*element.attrib, *(child.tag for child in element)} == {name for name in seen if has_any(value[name])}


def has_any(part: Any) -> bool:
    return not (isinstance(part, list) and not part)


def word(part: Any) -> str:
    return json.dumps(part) if isinstance(part, bool) else str(part)


async def lived_in(house: House, anna: Client) -> None:
    """Something to tell everywhere."""
    dawn, free = await house.id("Dawn"), await house.id("Überfluß")
    await anna.ok("star", id=[dawn, free], albumId=(await anna.ok("getSong", id=dawn))["song"]["albumId"])
    await anna.ok("setRating", id=dawn, rating=4)
    await anna.ok("scrobble", id=[dawn, free], time=[1_700_000_000_000, 1_700_000_100_000])
    await anna.ok("scrobble", id=dawn, submission="false")
    await anna.ok("createPlaylist", name='<A & "B">\tмузыка', songId=[dawn, free, dawn])


async def test_xml_says_what_json_says(house: House, anna: Client) -> None:
    await lived_in(house, anna)
    song = (await anna.ok("getSong", id=await house.id("Überfluß")))["song"]
    more: list[tuple[str, dict[str, Any]]] = [
        ("getSong", {"id": song["id"]}),
        ("getAlbum", {"id": song["albumId"]}),
        ("getArtist", {"id": song["artistId"]}),
        ("getMusicDirectory", {"id": song["albumId"]}),
        ("getMusicDirectory", {"id": song["artistId"]}),
        ("getArtistInfo2", {"id": song["artistId"]}),
        ("getAlbumInfo2", {"id": song["albumId"]}),
        ("getLyricsBySongId", {"id": song["id"]}),
        ("getLyrics", {"artist": "Aurora", "title": "Überfluß"}),
        ("getTopSongs", {"artist": "aurora"}),
        ("getPlaylist", {"id": (await anna.ok("getPlaylists"))["playlists"]["playlist"][0]["id"]}),
    ]
    for name, given in READS + more:
        in_json = await anna.call(name, **given)
        in_xml = await anna.call(name, f="xml", **given)
        assert in_xml.headers["content-type"] == "text/xml; charset=utf-8"
        assert_same(in_json.json, in_xml.xml)


async def test_xml_is_what_one_gets_without_asking(anna: Client) -> None:
    for given in ("", "xml", "nonsense"):
        reply = await anna.call("ping", f=given)
        assert reply.body.startswith(
            b'<?xml version="1.0" encoding="UTF-8"?>\n<subsonic-response xmlns="http://subsonic.org'
        )
        assert reply.xml.attrib["status"] == "ok"


async def test_get_and_post_say_the_same(house: House, anna: Client) -> None:
    await lived_in(house, anna)
    for name, given in READS:
        got, posted = await anna.call(name, **given), await anna.call(name, method="POST", **given)
        assert got.body == posted.body, name


async def test_query_and_form_count_together(house: House, anna: Client) -> None:
    credentials, ids = urlencode({**anna.credentials, "f": "json"}), [await house.id("Dawn"), await house.id("Dusk")]
    reply = await anna.request("POST", "/rest/star.view", f"{credentials}&id={ids[0]}", body=f"id={ids[1]}".encode())
    assert reply.json["status"] == "ok"
    starred = (await anna.ok("getStarred2"))["starred2"]["song"]
    assert {song["id"] for song in starred} == set(ids)
    empty = await anna.request("POST", "/rest/ping", credentials, headers={"content-type": "application/json"})
    assert empty.json["status"] == "ok"


async def test_a_path_may_end_in_view(anna: Client) -> None:
    for path in ("/rest/ping", "/rest/ping.view"):
        assert (await anna.request("GET", path, urlencode({**anna.credentials, "f": "json"}))).json["status"] == "ok"


async def test_jsonp_calls_back_a_name_and_nothing_else(anna: Client) -> None:
    reply = await anna.call("ping", f="jsonp", callback="jQuery_12.done")
    assert reply.headers["content-type"] == "application/javascript; charset=utf-8"
    assert reply.body.startswith(b"jQuery_12.done({") and reply.body.endswith(b"});")
    for callback in ("alert(1)//", "a b", "", "<script>", "x" * 100, "é"):
        refused = await anna.call("ping", f="jsonp", callback=callback)
        assert (refused.headers["content-type"], refused.code) == ("application/json", 10), callback
        assert "callback" in refused.json["error"]["message"]
    plain = urlencode({**anna.credentials, "f": "jsonp"})
    assert (await anna.request("GET", "/rest/ping", plain)).code == 10


@pytest.mark.parametrize("f", ["json", "xml"])
async def test_head_is_get_without_the_body(anna: Client, f: str) -> None:
    got, asked = await anna.call("getGenres", f=f), await anna.call("getGenres", f=f, method="HEAD")
    assert asked.body == b""
    assert asked.headers["content-length"] == got.headers["content-length"] == str(len(got.body))


async def test_every_answer_may_be_read_from_any_origin(house: House, anna: Client) -> None:
    dawn = await house.id("Dawn")
    calls: list[tuple[str, dict[str, Any]]] = [
        ("ping", {}),
        ("ping", {"f": "xml"}),
        ("getSong", {"id": "so-999999"}),
        ("nonsense", {}),
        ("stream", {"id": dawn}),
        ("stream", {"id": dawn, "headers": {"range": "bytes=0-9"}}),
        ("stream", {"id": dawn, "headers": {"range": "bytes=99999999-"}}),
        ("getCoverArt", {"id": "al-1"}),
    ]
    for name, given in calls:
        reply = await anna.call(name, **given)
        assert reply.headers["access-control-allow-origin"] == "*", name
        assert "Content-Range" in reply.headers["access-control-expose-headers"]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-credentials" not in reply.headers
    asked = await house.app().request(
        "OPTIONS",
        "/rest/stream",
        headers={
            "origin": "https://x.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": "range, x-mine",
        },
    )
    assert asked.status == 204
    assert asked.headers["access-control-allow-headers"] == "range, x-mine"
    assert {"DELETE", "HEAD", "POST"} <= set(asked.headers["access-control-allow-methods"].split(", "))


async def test_what_xml_cannot_hold_is_left_out(anna: Client) -> None:
    await anna.ok("createPlaylist", name='bell\x07 and \x1b[31m <escape> & "quote"\ufffe')
    reply = await anna.call("getPlaylists", f="xml")
    playlist = reply.xml.find("playlists/playlist")
    assert playlist is not None
    assert playlist.attrib["name"] == 'bell and [31m <escape> & "quote"'


async def test_an_old_client_gets_the_old_fields_in_xml(house: House, anna: Client) -> None:
    album = (await anna.ok("getSong", id=await house.id("Überfluß")))["song"]["albumId"]
    new = (await anna.call("getAlbum", f="xml", id=album)).xml
    old = (await anna.call("getAlbum", f="xml", id=album, c="DSub", v="1.2.0", method="POST")).xml
    assert new.find("album/song/artists") is not None
    assert [child.tag for child in old.iter()] == ["subsonic-response", "album", "song"]
    song = old.find("album/song")
    assert song is not None
    assert (song.attrib["title"], song.attrib["type"], "bpm" in song.attrib) == ("Überfluß", "music", False)


async def test_a_form_has_a_ceiling(anna: Client) -> None:
    reply = await anna.request(
        "POST", "/rest/ping", urlencode({**anna.credentials, "f": "json"}), body=b"x" * 3_000_000
    )
    assert reply.json["error"]["code"] == 0


async def test_a_zero_character_is_refused(anna: Client) -> None:
    assert await anna.error("createPlaylist", name="a\0b") == 0
