"""Lists, searches and what is starred."""

import itertools
from typing import Any

import pytest

from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House


async def albums(client: Client, kind: str, **given: Any) -> list[str]:
    return [album["name"] for album in (await client.ok("getAlbumList2", type=kind, **given))["albumList2"]["album"]]


async def test_albums_by_every_order(house: House, anna: Client) -> None:
    await anna.ok("scrobble", id=[await house.id("Утро")] * 2, time=[1000, 2000])
    await anna.ok("scrobble", id=await house.id("Dawn"), time=3000)
    light = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]["albumId"]
    await anna.ok("star", albumId=light)
    await anna.ok("setRating", id=light, rating=5)
    assert await albums(anna, "alphabeticalByName") == ["First Light", "Second", "Свет"]
    assert await albums(anna, "alphabeticalByArtist") == ["First Light", "Second", "Свет"]
    assert await albums(anna, "byYear", fromYear=1990, toYear=2005) == ["Свет", "First Light"]
    assert await albums(anna, "byYear", fromYear=2005, toYear=1990) == ["First Light", "Свет"]
    assert await albums(anna, "byGenre", genre="rock") == ["Second", "Свет"]
    assert await albums(anna, "frequent") == ["Свет", "First Light"]
    assert await albums(anna, "recent") == ["First Light", "Свет"]
    assert await albums(anna, "starred") == ["First Light"]
    assert await albums(anna, "highest") == ["First Light"]
    assert set(await albums(anna, "newest")) == set(await albums(anna, "random")) == {"First Light", "Second", "Свет"}


async def test_one_persons_plays_are_not_anothers(house: House, anna: Client, root: Client) -> None:
    await anna.ok("scrobble", id=await house.id("Dawn"), time=3000)
    assert await albums(root, "frequent") == []
    assert (await root.ok("getSong", id=await house.id("Dawn")))["song"]["playCount"] == 0


async def test_albums_are_paged(anna: Client) -> None:
    assert await albums(anna, "alphabeticalByName", size=2) == ["First Light", "Second"]
    assert await albums(anna, "alphabeticalByName", size=2, offset=2) == ["Свет"]
    assert await albums(anna, "alphabeticalByName", size=0) == []
    assert len(await albums(anna, "alphabeticalByName", size=100_000)) == 3


async def test_wrong_lists_are_refused(anna: Client) -> None:
    cases: list[tuple[int, str, dict[str, Any]]] = [
        (10, "getAlbumList2", {}),
        (10, "getAlbumList", {}),
        (0, "getAlbumList2", {"type": "nonsense"}),
        (10, "getAlbumList2", {"type": "byGenre"}),
        (10, "getAlbumList2", {"type": "byYear", "fromYear": 1990}),
        (0, "getAlbumList2", {"type": "newest", "size": "many"}),
        (0, "getAlbumList2", {"type": "newest", "offset": -1}),
        (10, "getSongsByGenre", {}),
        (10, "getTopSongs", {}),
        (0, "getRandomSongs", {"size": "1e3"}),
        (0, "search3", {"query": "", "songCount": -5}),
    ]
    for code, name, given in cases:
        assert await anna.error(name, **given) == code, (name, given)


async def test_album_folders_have_what_strict_readers_want(anna: Client) -> None:
    for album in (await anna.ok("getAlbumList", type="newest"))["albumList"]["album"]:
        assert album["isDir"] is True
        assert {"id", "parent", "title", "name", "artist", "songCount", "duration", "created"} <= album.keys()


async def test_a_library_that_is_not_there_has_nothing_in_it(anna: Client) -> None:
    (folder,) = (await anna.ok("getMusicFolders"))["musicFolders"]["musicFolder"]
    calls: dict[str, dict[str, Any]] = {
        "getAlbumList": {"type": "newest"},
        "getAlbumList2": {"type": "newest"},
        "getRandomSongs": {},
        "getSongsByGenre": {"genre": "Rock"},
        "search2": {"query": ""},
        "search3": {"query": "Aurora"},
        "getIndexes": {},
        "getArtists": {},
        "getStarred": {},
        "getStarred2": {},
    }
    ids = ("so-", "al-", "ar-")
    await anna.ok("star", id="so-1", albumId="al-1", artistId="ar-1")
    for name, given in calls.items():
        there = str(await anna.ok(name, musicFolderId=folder["id"], **given))
        elsewhere = str(await anna.ok(name, musicFolderId=folder["id"] + 1000, **given))
        nowhere = str(await anna.ok(name, musicFolderId=0, **given))
        assert any(one in there for one in ids), name
        assert not any(one in nowhere or one in elsewhere for one in ids), name
    assert await anna.ok("getAlbumList2", type="newest", musicFolderId="")


async def test_random_songs_are_narrowed(anna: Client) -> None:
    for _ in range(3):
        songs = (await anna.ok("getRandomSongs", size=50, genre="Rock", fromYear=2000, toYear=2020))["randomSongs"][
            "song"
        ]
        assert [song["title"] for song in songs] == ["Überfluß"]
    assert len((await anna.ok("getRandomSongs", size=2))["randomSongs"]["song"]) == 2
    assert len((await anna.ok("getRandomSongs"))["randomSongs"]["song"]) == 6


async def test_names_that_are_made_of_signs_are_found(house: House, anna: Client) -> None:
    house.stage.audio.song(house.stage.music / "chk.mp3", {"title": "???", "artist": "!!!", "album": "÷"})
    await house.stage.areas.library.scans.run(lambda *_: None)
    for call, answer in (("search2", "searchResult2"), ("search3", "searchResult3")):
        for query, kind, field in (("!!!", "artist", "name"), ("÷", "album", "name"), ("???", "song", "title")):
            for asked in (query, f"{query}*"):
                found = (await anna.ok(call, query=asked))[answer]
                # As folders, albums have titles.
                named = {kind: [one.get(field) or one["title"] for one in ones] for kind, ones in found.items() if ones}
                assert named == {kind: [query]}, (call, asked)
    assert [one["title"] for one in (await anna.ok("search", any="???"))["searchResult"]["match"]] == ["???"]
    assert [one["title"] for one in (await anna.ok("getTopSongs", artist="!!!"))["topSongs"]["song"]] == ["???"]
    assert len((await anna.ok("search3", query='""'))["searchResult3"]["song"]) == 7


@pytest.mark.parametrize("query", [None, "", '""', "''", "  "])
async def test_searching_for_nothing_finds_everything(anna: Client, query: str | None) -> None:
    found = (await anna.ok("search3", **({} if query is None else {"query": query})))["searchResult3"]
    assert (len(found["song"]), len(found["album"]), {artist["name"] for artist in found["artist"]}) == (
        6,
        3,
        {"Aurora", "Борис", "The Nobody"},
    )


async def test_everything_is_copied_page_after_page(anna: Client) -> None:
    for thing in ("song", "album", "artist"):
        pages: list[str] = []
        for offset in itertools.count(0, 2):
            counts = {f"{other}Count": 0 for other in ("song", "album", "artist")}
            counts |= {f"{thing}Count": 2, f"{thing}Offset": offset}
            found = (await anna.ok("search3", query="", **counts))["searchResult3"]
            assert sum(map(len, found.values())) == len(found[thing])
            if not found[thing]:
                break
            pages += [one["id"] for one in found[thing]]
        everything = (await anna.ok("search3", query=""))["searchResult3"][thing]
        assert pages == [one["id"] for one in everything]


async def test_a_song_that_vanishes_shifts_none_out_of_a_copy(house: House, anna: Client) -> None:
    counts = {"albumCount": 0, "artistCount": 0, "songCount": 2}
    first = (await anna.ok("search3", query="", songOffset=0, **counts))["searchResult3"]["song"]
    file = house.stage.music / first[0]["path"]
    file.unlink()
    await house.stage.scan()
    copied = [song["id"] for song in first]
    for offset in (2, 4, 6):
        page = (await anna.ok("search3", query="", songOffset=offset, **counts))["searchResult3"]["song"]
        copied += [song["id"] for song in page]
    assert len(copied) == len(set(copied)) == 6
    again = (await anna.ok("search3", query=""))["searchResult3"]["song"]
    assert [song["id"] for song in again] == copied[1:]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("УТР", ["Утро"]),
        ("uberfluss", ["Überfluß"]),
        ("ÜBERFLUSS", ["Überfluß"]),
        ("sun noo", ['Noon <&> "Sun"']),
        ("zzz", []),
    ],
)
async def test_songs_are_found_whatever_their_case_and_accents(anna: Client, query: str, titles: list[str]) -> None:
    for name in ("search2", "search3"):
        found = (await anna.ok(name, query=query))[f"searchResult{name[-1]}"]
        assert [song["title"] for song in found["song"]] == titles


@pytest.mark.parametrize(
    "query", ["'; DROP TABLE song; --", '" OR 1=1', "a*", "NEAR(a b)", "(", "\\", "%", "-x", "title:x", "!!!"]
)
async def test_what_looks_like_a_command_is_only_words(anna: Client, query: str) -> None:
    assert "searchResult3" in await anna.ok("search3", query=query)


async def test_the_oldest_search(anna: Client) -> None:
    found = (await anna.ok("search", title="dawn"))["searchResult"]
    assert [song["title"] for song in found["match"]] == ["Dawn"]
    assert (found["offset"], found["totalHits"]) == (0, 1)


async def test_top_songs_by_name_and_by_id(house: House, anna: Client) -> None:
    dusk = await house.id("Dusk")
    await anna.ok("scrobble", id=[dusk, dusk], time=[1000, 2000])
    artist = (await anna.ok("getSong", id=dusk))["song"]["artistId"]
    by_name = (await anna.ok("getTopSongs", artist="AURORA", count=2))["topSongs"]["song"]
    assert (by_name[0]["title"], len(by_name)) == ("Dusk", 2)
    by_id = (await anna.ok("getTopSongs", artist="somebody else", id=artist))["topSongs"]["song"]
    assert (by_id[0]["title"], len(by_id)) == ("Dusk", 4)
    assert (await anna.ok("getTopSongs", artist="nobody"))["topSongs"] == {"song": []}


async def test_one_song_is_still_a_list(anna: Client) -> None:
    songs = (await anna.ok("search3", query="dawn"))["searchResult3"]["song"]
    assert isinstance(songs, list) and len(songs) == 1
