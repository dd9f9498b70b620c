"""How answers are written and calls are read: what all endpoints share."""

import asyncio
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.opensubsonic.client import Client, Reply
from tests.api.opensubsonic.conftest import House


async def test_xml_is_what_one_gets_without_asking(anna: Client) -> None:
    for given in ("", "xml", "nonsense"):
        reply = await anna.call("ping", f=given)
        assert reply.body.startswith(
            b'<?xml version="1.0" encoding="UTF-8"?>\n<subsonic-response xmlns="http://subsonic.org'
        )
        assert reply.xml.attrib["status"] == "ok"


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
        exposed = set(reply.headers["access-control-expose-headers"].split(", "))
        assert {"Content-Range", "Accept-Ranges", "X-Total-Count"} <= exposed, name
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


async def in_a_form(app: Client, raw: bytes) -> Reply:
    """What comes of a form to make a playlist whose name is sent as it stands."""
    return await app.request("POST", "/rest/createPlaylist", urlencode({**app.credentials, "f": "json"}), body=raw)


async def test_a_zero_character_is_refused(anna: Client) -> None:
    assert await anna.error("createPlaylist", name="a\0b") == 0
    # Told as JSON, which is asked for only after it.
    first = await anna.request(
        "GET", "/rest/createPlaylist", urlencode({"name": "a\0b", **anna.credentials, "f": "json"})
    )
    assert first.code == 0
    for raw in (b"name=a\0b", b"name=a+\0b", b"x=%20&name=a\0b"):
        assert (await in_a_form(anna, raw)).code == 0, raw
    asked = urlencode({**anna.credentials, "f": "json"}).encode()
    assert (await anna.request("POST", "/rest/createPlaylist", "name=a%00b", body=asked)).code == 0
    assert (await anna.ok("getPlaylists"))["playlists"] == {"playlist": []}


async def test_thousands_of_values_keep_nobody_waiting(anna: Client) -> None:
    many = b"&".join(b"a%d%%20=b%%20" % number for number in range(19_000))
    signs: list[float] = []

    async def others() -> None:
        while True:
            signs.append(time.monotonic())
            await asyncio.sleep(0.001)

    beside = asyncio.create_task(others())
    assert (await in_a_form(anna, many + b"&name=Long")).json["playlist"]["name"] == "Long"
    beside.cancel()
    assert len(signs) > 5
    assert (await in_a_form(anna, many + many)).code == 0


async def test_letters_that_are_not_escaped_are_read_as_utf_8(anna: Client) -> None:
    for raw, name in (
        ("name=Мой список".encode(), "Мой список"),
        ("name=Мой+список%21".encode(), "Мой список!"),
        ("name=%D0%9Cой список".encode(), "Мой список"),
        (b"name=caf\xe9", "caf\ufffd"),
    ):
        assert (await in_a_form(anna, raw)).json["playlist"]["name"] == name
