"""Traps that no other module shows, and the list of all of them."""

import ast
import hashlib
import io
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest_asyncio

from tests.api.house import House as Furnished
from tests.api.house import furnished
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.traps import TRAPS
from tests.audio.maker import AudioMaker

HERE = Path(__file__).parent
THINGS = ("artist", "album", "song")


def names_in(module: str) -> set[str]:
    """The names of a module's tests, without what they all begin with."""
    tree = ast.parse((HERE / f"test_{module}.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {function.name.removeprefix("test_") for function in functions if function.name.startswith("test_")}


def test_every_trap_is_shown_by_tests_that_there_are() -> None:
    assert TRAPS and all(TRAPS.values())
    for trap, shown in TRAPS.items():
        for name in shown:
            module, _, test = name.partition("::")
            assert test in names_in(module), (trap, name)


class Living:
    """A house of a whole module, with the apps of somebody and of an admin."""

    def __init__(self, house: Furnished) -> None:
        self.house = house

    async def app(self, name: str, *, admin: bool = False) -> Client:
        """Somebody's app; at the first call they move in."""
        async with self.house.caller(name, admin=admin) as caller:
            made = await caller.ask("POST", "/api/v1/auth/app-passwords", 201, json={"name": "tests"})
        proof = hashlib.md5(f"{made['data']['password']}x".encode()).hexdigest()
        return Client(self.house.asgi, {"u": name, "t": proof, "s": "x"})


@pytest_asyncio.fixture(scope="module")
async def living(house_address: tuple[Path, str], audio: AudioMaker) -> AsyncIterator[Living]:
    folder, url = house_address
    async with furnished(folder, audio, url) as made:
        yield Living(made)


@pytest_asyncio.fixture(scope="module")
async def app(living: Living) -> Client:
    """The app of somebody without special rights."""
    return await living.app("anna")


async def found(app: Client, title: str) -> dict[str, Any]:
    """A song by its title."""
    songs = (await app.ok("search3", query=title))["searchResult3"]["song"]
    return next(song for song in songs if song["title"] == title)


async def test_a_first_ping_with_made_up_credentials_learns_what_the_server_is(living: Living) -> None:
    for f in ("json", "xml"):
        reply = await Client(living.house.asgi, {"u": "probe", "p": "probe"}).call("ping", f=f)
        told = reply.json if f == "json" else reply.xml.attrib
        assert {"status", "version", "type", "serverVersion", "openSubsonic"} <= set(told)
        assert reply.code == 40


async def test_a_count_of_zero_is_none(app: Client) -> None:
    counts = {f"{thing}Count": 0 for thing in ("artist", "album", "song")}
    for name, element in (("search2", "searchResult2"), ("search3", "searchResult3")):
        assert (await app.ok(name, query="", **counts))[element] == {"artist": [], "album": [], "song": []}
    assert (await app.ok("search", any="", count=0))["searchResult"]["match"] == []
    for name, given in (("getRandomSongs", {}), ("getSongsByGenre", {"genre": "Rock", "count": 0})):
        (listed,) = [part for part in (await app.ok(name, size=0, **given)).values() if isinstance(part, dict)]
        assert listed["song"] == [], name
    assert (await app.ok("getAlbumList2", type="newest", size=0))["albumList2"]["album"] == []


async def test_an_app_that_copies_everything_finds_what_it_asks_for_next(app: Client) -> None:
    for thing in ("artist", "album", "song"):
        counts = {f"{other}Count": 500 if other == thing else 0 for other in ("artist", "album", "song")}
        assert (await app.ok("search3", query='""', **counts))["searchResult3"][thing]
        counts[f"{thing}Offset"] = 500
        assert (await app.ok("search3", query='""', **counts))["searchResult3"][thing] == []
    assert (await app.ok("getBookmarks"))["bookmarks"] == {"bookmark": []}
    assert "playlist" in (await app.ok("getPlaylists"))["playlists"]
    genres = (await app.ok("getGenres"))["genres"]["genre"]
    assert genres and all(genre["value"] and genre["songCount"] for genre in genres)
    assert "starred2" in await app.ok("getStarred2")
    assert (await app.ok("getInternetRadioStations"))["internetRadioStations"] == {"internetRadioStation": []}


async def test_a_music_folder_is_taken_back_by_every_endpoint(app: Client) -> None:
    (folder,) = (await app.ok("getMusicFolders"))["musicFolders"]["musicFolder"]
    assert type(folder["id"]) is int
    await app.ok("star", id=(await found(app, "Dawn"))["id"])
    for name, given in (
        *(("getIndexes", {}), ("getArtists", {}), ("getRandomSongs", {}), ("getSongsByGenre", {"genre": "Pop"})),
        *(("getAlbumList", {"type": "newest"}), ("getAlbumList2", {"type": "newest"})),
        *(("getStarred", {}), ("getStarred2", {}), ("search2", {"query": ""}), ("search3", {"query": ""})),
    ):
        within, without = await app.ok(name, musicFolderId=folder["id"], **given), await app.ok(name, **given)
        if name != "getRandomSongs":
            assert within == without, name
        assert "Aurora" in str(within), name


async def test_ids_are_texts_and_agree(app: Client) -> None:
    song = await found(app, "Dawn")
    album = (await app.ok("getAlbum", id=song["id"]))["album"]
    assert (album["id"], album["artistId"]) == (song["albumId"], song["artistId"])
    artist = (await app.ok("getArtist", id=song["artistId"]))["artist"]
    assert artist["name"] == song["artist"] == album["artist"]
    await app.ok("savePlayQueue", id=song["id"], current=song["id"], position=1000)
    assert (await app.ok("getPlayQueue"))["playQueue"]["current"] == song["id"]
    playlist = (await app.ok("createPlaylist", name="Cover", songId=song["id"]))["playlist"]
    for part in (song, album, artist, playlist):
        assert all(isinstance(part[key], str) for key in part if key == "id" or key.endswith("Id"))
    for cover in (playlist["id"], song["id"], album["id"], artist["id"], song["coverArt"]):
        assert (await app.call("getCoverArt", id=cover)).headers["content-type"].startswith("image/"), cover


async def test_six_channels_become_two(living: Living, app: Client) -> None:
    with av.open(str(living.house.stage.music / "Six.flac"), "w") as made:
        stream = made.add_stream("flac", rate=44_100, layout="5.1")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 6 * 44_100), np.int16), format="s16", layout="5.1")
        frame.sample_rate = 44_100
        made.mux([*stream.encode(frame), *stream.encode(None)])
    await living.house.stage.scan()
    song = await found(app, "Six")
    assert song["channelCount"] == 6
    with av.open(io.BytesIO((await app.call("stream", id=song["id"], format="mp3")).body)) as made:
        assert (made.streams.audio[0].codec_context.name, made.streams.audio[0].channels) == ("mp3float", 2)


async def test_bytes_are_asked_for_by_form_too(app: Client) -> None:
    song = await found(app, "Dawn")
    for name in ("stream", "download", "getCoverArt"):
        got, posted = await app.call(name, id=song["id"]), await app.call(name, method="POST", id=song["id"])
        assert (got.status, got.body) == (posted.status, posted.body), name
        asked = await app.call(name, method="HEAD", id=song["id"])
        assert (asked.status, asked.body) == (200, b""), name
    avatar = await app.call("getAvatar", method="HEAD", username="anna")
    assert (avatar.status, avatar.headers["content-type"][:6], avatar.body) == (200, "image/", b"")


async def test_twenty_of_each_are_found_where_no_count_is_said(living: Living, app: Client) -> None:
    stage = living.house.stage
    for number in range(21):
        tags = {"title": f"Ωδή ΣΤΟΥΣ φίλους {number}", "artist": f"Χορός {number}", "album": f"Τόμος {number}"}
        stage.audio.song(stage.music / f"odes/{number}.mp3", tags)
    await stage.areas.library.scans.run(lambda *_: None)
    try:
        for name, query in (("search2", ""), ("search3", '""'), ("search3", None)):
            found = (await app.ok(name, **({} if query is None else {"query": query})))[f"searchResult{name[-1]}"]
            assert {thing: len(listed) for thing, listed in found.items()} == dict.fromkeys(THINGS, 20), (name, query)
        # Greek has two small letters for one capital.
        for words, thing in (("ΩΔΉ στουσ ΦΊΛΟΥΣ", "song"), ("χορος", "artist"), ("ΤΟΜΟΣ", "album")):
            found = (await app.ok("search3", query=words, **{f"{thing}Count": 50}))["searchResult3"]
            assert len(found[thing]) == 21, words
    finally:
        shutil.rmtree(stage.music / "odes")
        await stage.areas.library.scans.run(lambda *_: None, accept_missing=True)
    assert (await app.ok("search3", query="Ωδή"))["searchResult3"]["song"] == []


async def test_words_as_apps_write_them(app: Client) -> None:
    song = await found(app, "Dawn")
    await app.ok("scrobble", id=song["id"], submission="False")
    await app.ok("scrobble", id=song["id"], submission="TRUE", time=1_700_000_000_000)
    await app.ok("star", id=[song["id"]] * 100)
    made = await app.ok("createPlaylist", name="Many", **{"songId[]": [song["id"]] * 100})
    assert made["playlist"]["songCount"] == 100
    assert (await app.ok("getLyricsBySongId", id=song["id"]))["lyricsList"] == {"structuredLyrics": []}


async def test_strict_readers_find_what_they_insist_on(app: Client) -> None:
    song = await found(app, "Dawn")
    playlist = (await app.ok("createPlaylist", name="Strict", songId=song["id"]))["playlist"]
    assert playlist["changed"].endswith("Z") and playlist["created"].endswith("Z") and playlist["entry"]
    assert (await app.ok("getUser", username="anna"))["user"]["videoConversionRole"] is False
    children = (await app.ok("getMusicDirectory", id=song["albumId"]))["directory"]["child"]
    assert {child["type"] for child in children} == {"music"}
    assert type((await app.ok("getScanStatus"))["scanStatus"]["count"]) is int
    assert (await app.ok("getLyrics", artist="Nobody", title="Nothing"))["lyrics"]["value"] == ""
    assert (await app.ok("getAlbumInfo2", id=song["albumId"]))["albumInfo"] is not None
    for album in (await app.ok("getAlbumList2", type="newest"))["albumList2"]["album"]:
        assert {"name", "songCount", "duration", "created"} <= album.keys()
    without = await found(app, "Alone")
    assert "coverArt" not in without, "an <img> that gets JSON is blocked: no cover is named where there is none"


async def test_there_are_no_videos(app: Client) -> None:
    assert (await app.ok("getVideos"))["videos"] == {}
    assert await app.error("getVideoInfo", id="so-1") == 70
    assert await app.error("getCaptions", id="so-1") == 70
