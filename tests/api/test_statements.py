"""How many statements a call runs: no list grows them with its length."""

import hashlib
import random
from urllib.parse import urlencode

import pytest

from tests.api.house import Caller, House

# One statement for the ETag; what comes on top is the call's own.
TAG = 1
# What a call of OpenSubsonic runs, exactly. `{Dawn}` is a song's id, `{all}` a playlist of all songs.
SUBSONIC = {
    "ping": 0,
    "getSong?id=so-{Dawn}": 1,
    "getAlbum?id=al-1": 2,
    "getAlbum?id=al-2": 2,
    "getArtist?id=ar-1": 4,
    "getArtists": 1,
    "getIndexes": 1,
    "getMusicDirectory?id=al-1": 2,
    "getMusicDirectory?id=ar-1": 4,
    "getGenres": 1,
    "getAlbumList2?type=newest": 1,
    "getAlbumList2?type=newest&size=1": 1,
    "getAlbumList2?type=frequent": 1,
    "getAlbumList2?type=starred": 1,
    "getAlbumList2?type=byGenre&genre=Rock": 1,
    "getAlbumList2?type=byYear&fromYear=1990&toYear=2020": 1,
    "getSongsByGenre?genre=Rock": 1,
    "getRandomSongs?genre=Rock": 3,
    "search3?query=": 3,
    "search3?query=dawn&artistCount=0&albumCount=0": 2,
    "search3?query=aurora": 6,
    "getStarred2": 3,
    "getPlaylists": 1,
    "getPlaylist?id=pl-{one}": 2,
    "getPlaylist?id=pl-{all}": 2,
    "getNowPlaying": 1,
    "getPlayQueue": 2,
    "stream?id=so-{Dawn}": 2,
    "getCoverArt?id=al-1": 1,
    "getCoverArt?id=al-1_1": 1,
    "getCoverArt?id=so-{Dawn}&size=100": 1,
    # These write. Each song more is a row more of the log, and a look at who is told besides; see below.
    "star?id=so-{Dawn}": 5,
    "unstar?id=so-{Dawn}": 4,
    "scrobble?id=so-{Dawn}&submission=false": 3,
    "scrobble?id=so-{Dawn}": 11,
}
# The other families. Where songs are shown with addresses that play, the caller's access is one more.
CLASSIC = {
    "/api/all_song": 2,
    "/api/all_song?limit=1": 2,
    "/api/all_album": 1,
    "/api/playlist": 1,
    "/api/playlist/All": 4,
    "/api/songs/": 2,
    "/api/songs/?limit=1": 2,
    "/api/songs/{Dawn}/": 2,
    "/api/albums/": 1,
    "/api/albums/1/": 3,
    "/songs": 2,
    "/songs?limit=1": 2,
    "/songs/{Dawn}": 2,
    "/albums": 1,
    "/albums/1": 3,
    "/artists": 1,
    "/playlists": 1,
    "/playlists/{one}": 3,
    "/playlists/{all}": 3,
    "/playlists/{all}/songs": 3,
}


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/songs/{Dawn}", 1),
        ("/songs/{Überfluß}", 2),
        ("/songs/{Dawn}/lyrics", 1),
        ("/albums/1", 2),
        ("/albums/1/songs", 1),
        ("/artists/1", 3),
        ("/genres", 1),
        ("/genres/1", 1),
        ("/songs?limit=1", 2),
        ("/songs?limit=50", 2),
        ("/albums?sort=newest", 2),
        ("/artists", 2),
        ("/search?q=aurora", 6),
    ],
)
async def test_a_read_needs_few_statements(house: House, path: str, own: int) -> None:
    songs = await house.ids()
    for title, song_id in songs.items():
        path = path.replace(f"{{{title}}}", str(song_id))
    async with house.caller("anna") as anna:
        await anna.ask("GET", "/api/v1/auth/me")
        answer = await anna.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        with house.counted() as seen:
            assert (await anna.client.get(f"/api/v1{path}")).status_code == 200
        assert len(seen) <= TAG + own, "\n".join(seen)
        with house.counted() as seen:
            again = await anna.client.get(f"/api/v1{path}", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert len(seen) <= TAG, "an unchanged answer is not read"


async def test_a_stream_reads_the_song_and_its_file_and_a_picture_one_statement(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna:
        for path, most in ((f"/api/v1/songs/{song_id}/stream", 2), (f"/api/v1/songs/{song_id}/image", 1)):
            await anna.client.get(path)
            with house.counted() as seen:
                assert (await anna.client.get(path)).status_code == 200
            assert len(seen) <= most, path


async def test_health_live_reads_nothing(house: House) -> None:
    async with house.door() as door:
        with house.counted() as seen:
            assert (await door.get("/api/v1/health/live")).status_code == 200
        assert seen == []


async def names_of(house: House, root: Caller) -> dict[str, int]:
    """What stands for ids in the tables above: songs by title, a playlist of one song and one of all."""
    songs = await house.ids()
    made = {}
    for title, tracks in (("One", [songs["Dawn"]]), ("All", [*songs.values()] * 3)):
        body = {"title": title, "tracks": tracks}
        made[title.lower()] = (await root.ask("POST", "/api/v1/playlists", 201, json=body))["data"]["id"]
    return {**songs, **made}


async def statements(house: House, root: Caller, paths: dict[str, str]) -> dict[str, list[str]]:
    """What each call runs once everything that is kept (totals, revisions) is known."""
    found = {}
    for name, path in paths.items():
        for _ in range(2):
            with house.counted() as seen:
                answer = await root.client.get(path)
            assert answer.status_code == 200 and '"failed"' not in answer.text[:100], f"{path}: {answer.text[:300]}"
        # How old the library is, a process believes itself for a second: that depends on the clock.
        found[name] = [text for text in seen if "coalesce((SELECT revision.value" not in text]
    return found


def others(found: dict[str, list[str]], expected: dict[str, int]) -> dict[str, list[str]]:
    """The calls that run more or fewer statements than they should, with these."""
    return {call: seen for call, seen in found.items() if len(seen) != expected[call]}


async def test_calls_of_opensubsonic_run_just_so_many(house: House) -> None:
    async with house.caller("root", admin=True) as root:
        principal = await house.areas.accounts.access.authenticate(root.token)
        password = (await house.areas.accounts.keys.create_app_password(principal, "statements")).password
        proof = {"u": "root", "t": hashlib.md5(f"{password}salt".encode()).hexdigest(), "s": "salt"}
        credentials = urlencode({**proof, "v": "1.16.1", "c": "statements", "f": "json"})
        names = await names_of(house, root)

        def address(call: str) -> str:
            return f"/rest/{call.format(**names)}{'&' if '?' in call else '?'}{credentials}"

        # Random songs are looked for again where chance throws the same id twice: here it does not.
        random.seed(1)
        found = await statements(house, root, {call: address(call) for call in SUBSONIC})
        assert not others(found, SUBSONIC)
        # A page of all needs no more than these: a small library is shuffled.
        few = await statements(house, root, {"": address("getRandomSongs?size=500")})
        assert len(few[""]) <= 4
        songs = "&".join(f"id=so-{song_id}" for song_id in (await house.ids()).values())
        of_all = await statements(house, root, {"star": address(f"star?{songs}"), "unstar": address(f"unstar?{songs}")})
        more = len(await house.ids()) - 1
        assert len(of_all["unstar"]) - SUBSONIC["unstar?id=so-{Dawn}"] <= more
        assert len(of_all["star"]) - SUBSONIC["star?id=so-{Dawn}"] <= 2 * more


async def test_calls_of_the_older_families_run_just_so_many(house: House) -> None:
    async with house.caller("classic", admin=True) as root:
        names = await names_of(house, root)
        found = await statements(house, root, {path: path.format(**names) for path in CLASSIC})
        assert not others(found, CLASSIC)
