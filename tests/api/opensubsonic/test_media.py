"""Songs and covers as bytes."""

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image

from antiphon.api.http.streaming import CHUNK, open_streams
from antiphon.areas.library.api.uploads.covers import CoveredThing
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House
from tests.audio.tagging import cover_picture

BIG = "Aurora/First Light/01.mp3"


async def test_a_song_is_sent_as_it_lies_there(house: House, anna: Client) -> None:
    number, data = await house.id("Dawn"), (house.stage.music / BIG).read_bytes()
    for given in (
        {},
        {"format": "raw"},
        {"maxBitRate": 0},
        {"format": "mp3", "estimateContentLength": "true"},
        {"format": "x"},
    ):
        reply = await anna.call("stream", id=number, f="xml", **given)
        assert (reply.status, reply.body) == (200, data), given
        assert reply.headers["content-length"] == str(len(data))
        assert reply.headers["content-type"] == "audio/mpeg"
        assert reply.headers["accept-ranges"] == "bytes"
        assert float(reply.headers["x-content-duration"]) == pytest.approx(1.0, abs=0.2)
        assert "content-disposition" not in reply.headers


async def test_a_part_of_a_song(house: House, anna: Client) -> None:
    number, data = await house.id("Dawn"), (house.stage.music / BIG).read_bytes()
    size = len(data)
    parts = [
        ("bytes=0-", 206, data),
        ("bytes=0-99", 206, data[:100]),
        ("bytes=100-", 206, data[100:]),
        ("bytes=-50", 206, data[-50:]),
        (f"bytes=10-{size + 1000}", 206, data[10:]),
        (f"bytes={size}-", 416, b""),
        ("bytes=0-1,5-6", 200, data),
        ("bytes=9-5", 200, data),
        ("pages=1-2", 200, data),
    ]
    for method in ("GET", "POST"):
        for wanted, status, body in parts:
            reply = await anna.call("stream", id=number, method=method, headers={"range": wanted})
            assert (reply.status, reply.body) == (status, body), wanted
            if status == 206:
                first = size - len(body) if wanted != "bytes=0-99" else 0
                assert reply.headers["content-range"] == f"bytes {first}-{first + len(body) - 1}/{size}"
            if status == 416:
                assert reply.headers["content-range"] == f"bytes */{size}"


async def test_a_song_that_is_known_is_not_sent_again(house: House, anna: Client) -> None:
    number = await house.id("Dawn")
    first = await anna.call("stream", id=number)
    for headers in (
        {"if-none-match": first.headers["etag"]},
        {"if-none-match": f'"x", {first.headers["etag"]}'},
        {"if-modified-since": first.headers["last-modified"]},
    ):
        reply = await anna.call("stream", id=number, headers=headers)
        assert (reply.status, reply.body) == (304, b"")
    stale = await anna.call("stream", id=number, headers={"if-range": '"older"', "range": "bytes=0-9"})
    assert (stale.status, stale.body) == (200, first.body)
    fresh = await anna.call("stream", id=number, headers={"if-range": first.headers["etag"], "range": "bytes=0-9"})
    assert (fresh.status, fresh.body) == (206, first.body[:10])


async def test_head_tells_the_length(house: House, anna: Client) -> None:
    data = (house.stage.music / BIG).read_bytes()
    for name in ("stream", "download"):
        reply = await anna.call(name, method="HEAD", id=await house.id("Dawn"))
        assert (reply.status, reply.body, reply.headers["content-length"]) == (200, b"", str(len(data)))


async def test_a_download_has_a_name(house: House, anna: Client) -> None:
    reply = await anna.call("download", id=await house.id("Утро"))
    assert reply.headers["content-disposition"] == "attachment; filename=\"01.ogg\"; filename*=UTF-8''01.ogg"
    assert reply.body == (house.stage.music / "Борис/Свет/01.ogg").read_bytes()


@pytest.mark.parametrize("f", ["xml", "json"])
async def test_what_cannot_be_sent_is_told_in_words(house: House, anna: Client, f: str) -> None:
    gone = await house.id("Alone")
    (house.stage.music / "loose.mp3").unlink()
    for name, number, code in (
        ("stream", "so-999999", 70),
        ("stream", "al-1", 70),
        ("stream", gone, 70),
        ("download", gone, 70),
        ("download", "", 10),
        ("getCoverArt", "nonsense", 70),
        ("getCoverArt", "", 10),
    ):
        reply = await anna.call(name, f=f, id=number)
        assert (reply.status, reply.code) == (200, code), (name, number)
        assert reply.headers["content-type"].startswith("text/xml" if f == "xml" else "application/json")


async def test_nothing_is_sent_to_who_has_not_signed_in(house: House, anna: Client) -> None:
    stranger = house.app(u="anna", p="wrong")
    for name in ("stream", "download", "getCoverArt"):
        assert await stranger.error(name, id=await house.id("Dawn")) == 40


def grown(house: House, size: int) -> bytes:
    """The song's file, made longer than one chunk."""
    file = house.stage.music / BIG
    data = file.read_bytes() + bytes(range(256)) * (size // 256)
    file.write_bytes(data)
    return data


async def test_a_long_song_goes_in_chunks(house: House, anna: Client) -> None:
    number, data = await house.id("Dawn"), grown(house, 1_000_000)
    reply = await anna.call("stream", id=number)
    assert reply.body == data and reply.is_whole
    assert {len(chunk) for chunk in reply.chunks[:-1]} == {CHUNK}
    assert len(open_streams) == 0


async def test_sending_ends_when_the_listener_has_left(house: House, anna: Client) -> None:
    number = await house.id("Dawn")
    grown(house, 50_000_000)
    text = "&".join(f"{name}={value}" for name, value in {**anna.credentials, "id": number}.items())
    reply = await anna.request("GET", "/rest/stream", text, leave_after=3)
    assert not reply.is_whole
    assert len(reply.chunks) < 10
    assert len(open_streams) == 0


async def test_a_song_that_shrinks_ends_early(house: House, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    number, file = await house.id("Dawn"), house.stage.music / BIG
    data = grown(house, 1_000_000)
    monkeypatch.setattr("antiphon.api.http.streaming.os.pread", shrinking(file))
    reply = await anna.call("stream", id=number)
    assert not reply.is_whole
    assert data.startswith(reply.body)


def shrinking(file: Path) -> object:
    """`os.pread` over a file that is cut after the first chunk."""
    import os

    real = os.pread

    def read(descriptor: int, length: int, position: int) -> bytes:
        if position > 0:
            os.truncate(file, 70_000)
        return real(descriptor, length, position)

    return read


async def test_streams_end_when_the_server_stops(house: House, anna: Client) -> None:
    number = await house.id("Dawn")
    grown(house, 20_000_000)
    text = "&".join(f"{name}={value}" for name, value in {**anna.credentials, "id": number}.items())
    stuck = asyncio.Event()
    started = asyncio.Event()

    async def receive() -> dict[str, object]:
        await stuck.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            started.set()
            await stuck.wait()

    scope = {
        "type": "http", "method": "GET", "path": "/rest/stream", "query_string": text.encode(), "headers": [],
        "client": ("192.0.2.7", 1), "scheme": "http",
    }  # fmt: skip
    listening = asyncio.ensure_future(house.application(scope, receive, send))  # type: ignore[arg-type]
    await started.wait()
    assert len(open_streams) == 1
    open_streams.drain(0.05)
    try:
        await asyncio.wait_for(listening, 2)
    finally:
        open_streams._draining = False
    assert len(open_streams) == 0


async def test_a_cover_by_every_id_in_every_size(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]
    assert song["coverArt"].startswith(f"{song['albumId']}_")
    for number in (song["coverArt"], song["id"], song["albumId"], song["artistId"]):
        for size in ({}, {"size": 50}, {"size": 300}, {"size": 99_999}):
            reply = await anna.call("getCoverArt", id=number, **size)
            assert (reply.status, reply.headers["content-type"]) == (200, "image/jpeg")
            assert reply.body[:2] == b"\xff\xd8"
    known = await anna.call("getCoverArt", id=song["coverArt"], size=300)
    assert "immutable" in known.headers["cache-control"]
    again = await anna.call(
        "getCoverArt", id=song["coverArt"], size=300, headers={"if-none-match": known.headers["etag"]}
    )
    assert (again.status, again.body) == (304, b"")
    assert "immutable" not in (await anna.call("getCoverArt", id=song["albumId"])).headers["cache-control"]


async def test_what_has_no_cover_has_a_pattern_that_nobody_keeps(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Alone")))["song"]
    assert "coverArt" not in song
    for number in (song["id"], song["artistId"], "so-999999", "pl-999999"):
        reply = await anna.call("getCoverArt", id=number)
        assert (reply.status, reply.headers["content-type"]) == (200, "image/jpeg")
        assert reply.headers["cache-control"] == "no-store"
    assert (await anna.call("getCoverArt", id=song["id"], size="x")).code == 0


async def colour(app: Client, cover: str) -> tuple[str, bool]:
    """What is mostly seen of a cover, and whether an app may keep it for ever."""
    reply = await app.call("getCoverArt", id=cover)
    with Image.open(io.BytesIO(reply.body)) as picture:
        red, green, blue = picture.convert("RGB").resize((1, 1)).tobytes()
    seen = "red" if red > 2 * max(green, blue) else "blue" if blue > 2 * max(red, green) else "else"
    return seen, "immutable" in reply.headers["cache-control"]


async def give_cover(house: House, thing: CoveredThing, number: str, picture: str) -> None:
    """Give a song or an album a cover of one colour."""
    covers = house.stage.areas.library.uploads.covers
    await covers.set(house.principals["root"], thing, int(number[3:]), cover_picture(picture))


async def test_a_song_with_a_picture_of_its_own_shows_it(house: House, anna: Client, root: Client) -> None:
    dawn, other = await house.id("Dawn"), await house.id("Dusk")
    before = (await anna.ok("getSong", id=dawn))["song"]
    await give_cover(house, "song", dawn, "red")
    song = (await anna.ok("getSong", id=dawn))["song"]
    assert song["coverArt"] != before["coverArt"]
    assert await colour(anna, song["coverArt"]) == ("red", True)
    # The others of the album, and the album, go on showing the album's.
    shown = (await anna.ok("getAlbum", id=song["albumId"]))["album"]
    assert shown["coverArt"] == before["coverArt"] == (await anna.ok("getSong", id=other))["song"]["coverArt"]
    assert await colour(anna, before["coverArt"]) == ("else", True)
    assert await colour(anna, song["albumId"]) == ("else", False)
    # A picture of another album is none of this one.
    second = (await anna.ok("getSong", id=await house.id("Überfluß")))["song"]["albumId"]
    picture = song["coverArt"].partition("_")[2]
    reply = await anna.call("getCoverArt", id=f"{second}_{picture}")
    assert reply.headers["cache-control"] == "no-store"
    # Whoever may not see the song is not shown its picture.
    await house.stage.areas.library.flags.song(house.principals["root"], int(dawn[3:]), True)
    assert await colour(anna, song["coverArt"]) == ("else", False)
    assert await colour(root, song["coverArt"]) == ("red", True)


async def test_a_song_of_an_album_without_a_picture_shows_its_own(house: House, anna: Client, root: Client) -> None:
    number = await house.id("Überfluß")
    await give_cover(house, "song", number, "red")
    song = (await anna.ok("getSong", id=number))["song"]
    assert "coverArt" not in (await anna.ok("getAlbum", id=song["albumId"]))["album"]
    assert await colour(anna, song["coverArt"]) == ("red", True)
    alone = await house.id("Alone")
    await give_cover(house, "song", alone, "blue")
    assert await colour(anna, (await anna.ok("getSong", id=alone))["song"]["coverArt"]) == ("blue", True)


async def test_an_id_of_a_picture_that_has_gone_shows_the_present_one(house: House, anna: Client, root: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]
    album = song["albumId"]
    await give_cover(house, "album", album, "red")
    now = (await anna.ok("getAlbum", id=album))["album"]["coverArt"]
    assert await colour(anna, now) == ("red", True)
    playlist = (await anna.ok("createPlaylist", name="x", songId=song["id"]))["playlist"]
    for number in (song["coverArt"], album, song["id"], f"{song['id']}_999999", f"{album}_x", song["artistId"],
                   f"{song['artistId']}_999999", playlist["id"], playlist["coverArt"]):  # fmt: skip
        assert await colour(anna, number) == ("red", False), number
    assert await colour(anna, f"{song['id']}_{now.partition('_')[2]}") == ("red", True)


async def test_a_cover_is_scaled(house: House, anna: Client) -> None:
    (house.stage.music / "Aurora" / "Second" / "cover.jpg").write_bytes(cover_picture("red", 900))
    await house.stage.areas.library.scans.run(lambda *_: None)
    cover = (await anna.ok("getSong", id=await house.id("Überfluß")))["song"]["coverArt"]
    sizes = {}
    for size in (100, 300, 5000):
        with Image.open(io.BytesIO((await anna.call("getCoverArt", id=cover, size=size)).body)) as picture:
            sizes[size] = max(picture.size)
    assert 100 <= sizes[100] < 300 == sizes[300] and sizes[5000] == 900


async def test_what_may_not_be_seen_has_a_pattern_and_not_its_cover(house: House, anna: Client, root: Client) -> None:
    dawn = await house.id("Dawn")
    private = (await anna.ok("createPlaylist", name="Mine", songId=dawn))["playlist"]["id"]
    covers = {number: await anna.call("getCoverArt", id=number) for number in (dawn, private)}
    await house.stage.areas.library.flags.song(house.principals["root"], int(dawn[3:]), True)
    berta = await house.move_in("berta")
    for number, cover in covers.items():
        reply = await berta.call("getCoverArt", id=number)
        assert (reply.status, reply.headers["content-type"]) == (200, "image/jpeg"), number
        assert reply.headers["cache-control"] == "no-store" and reply.body != cover.body, number
    assert (await root.call("getCoverArt", id=dawn)).body == covers[dawn].body


async def test_an_avatar_is_a_pattern(anna: Client) -> None:
    for method in ("GET", "HEAD"):
        reply = await anna.call("getAvatar", username="anna", method=method)
        assert (reply.status, reply.headers["content-type"]) == (200, "image/jpeg")
    assert await anna.error("getAvatar") == 10
