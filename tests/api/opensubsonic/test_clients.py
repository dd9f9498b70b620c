"""Clients of other makers against a running server: what they ask for, and how, is not ours to choose."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import libopensonic
import libsonic
import pytest
from libopensonic import errors as open_errors
from libsonic import errors

from tests.api.opensubsonic.running import App
from tests.services.node import node
from tests.services.programs import unavailable
from tests.stage import PASSWORD

ROOT = Path(__file__).parents[3]
CLIENTS = ROOT / "tests" / "e2e" / "clients"
DESCRIPTION = os.environ.get("OPENSUBSONIC_OPENAPI", "")
TITLES = ["Alone", "Dawn", "Dusk", 'Noon <&> "Sun"', "Überfluß", "Утро"]

pytestmark = pytest.mark.server


@pytest.mark.parametrize("ways", [{}, {"legacyAuth": True}], ids=["token", "password"])
def test_py_sonic(app: App, ways: dict[str, bool]) -> None:
    client = libsonic.Connection("http://127.0.0.1", "anna", app.password, port=app.server.port, **ways)
    assert client.ping()
    assert client.getLicense()["license"]["valid"]
    found = client.search3("", songCount=500)["searchResult3"]
    assert sorted(song["title"] for song in found["song"]) == TITLES
    song = next(song for song in found["song"] if song["title"] == "Dawn")
    assert [one["title"] for one in client.getAlbum(song["albumId"])["album"]["song"]] == [
        "Dawn",
        'Noon <&> "Sun"',
        "Dusk",
    ]
    assert {index["name"] for index in client.getArtists()["artists"]["index"]} >= {"A", "Б"}
    client.star(sids=[song["id"]])
    assert [one["id"] for one in client.getStarred2()["starred2"]["song"]] == [song["id"]]
    client.unstar(sids=[song["id"]])
    playlist = client.createPlaylist(name="Évening", songIds=[song["id"], song["id"]])["playlist"]
    client.updatePlaylist(playlist["id"], songIndexesToRemove=[1])
    assert client.getPlaylist(playlist["id"])["playlist"]["songCount"] == 1
    client.deletePlaylist(playlist["id"])
    assert len(client.stream(song["id"]).read()) == song["size"]
    assert client.getCoverArt(song["coverArt"], size=300).read()[:2] == b"\xff\xd8"
    client.scrobble(song["id"], listenTime=1_700_000_000)
    assert client.getSong(song["id"])["song"]["playCount"] == 1
    assert client.getUser("anna")["user"]["adminRole"]
    client.createUser("carol", "tuba on a slow train", "carol@example.org", downloadRole=True)
    assert {one["username"] for one in client.getUsers()["users"]["user"]} == {"anna", "carol"}
    client.updateUser("carol", password="another slow train", email="c@example.org", shareRole=True)
    carol = libsonic.Connection("http://127.0.0.1", "carol", "another slow train", port=app.server.port)
    shown = carol.getUser("carol")["user"]
    assert (shown["email"], shown["shareRole"], shown["adminRole"]) == ("c@example.org", True, False)
    carol.changePassword("carol", "a third slow train")
    client.deleteUser("carol")
    assert [one["username"] for one in client.getUsers()["users"]["user"]] == ["anna"]
    assert client.getScanStatus()["scanStatus"]["count"] == len(TITLES)
    with pytest.raises(errors.DataNotFoundError):
        client.getSong("so-999999")


def test_py_sonic_with_the_accounts_own_password_is_refused(app: App) -> None:
    client = libsonic.Connection("http://127.0.0.1", "anna", PASSWORD, port=app.server.port)
    with pytest.raises(errors.CredentialError):
        client.getGenres()


def said_by_subsonic_api(script: str, app: App) -> dict[str, Any]:
    """What a script found out that calls the server by the package subsonic-api."""
    if not (CLIENTS / "node_modules" / "subsonic-api").is_dir():
        unavailable("the package subsonic-api is not installed: make test does it")
    command = [node(), script, app.server.base_url, "anna", app.password]
    finished = subprocess.run(
        command, cwd=CLIENTS, capture_output=True, text=True, timeout=60, check=False, env={"PATH": os.environ["PATH"]}
    )
    assert finished.returncode == 0, finished.stderr
    told: dict[str, Any] = json.loads(finished.stdout)
    return told


def test_every_method_of_subsonic_api(app: App) -> None:
    told = said_by_subsonic_api("every.mjs", app)
    assert told["left"] == []
    seen = told["seen"]
    refused = {name: seen.pop(name) for name in list(seen) if str(seen[name]).startswith("error")}
    # There are no videos and no such episodes, and nothing that a jukebox could play on.
    gone = ("getVideoInfo", "getCaptions", "getPodcastEpisode", "downloadPodcastEpisode", "deletePodcastEpisode")
    assert {name: refused.pop(name) for name in gone} == dict.fromkeys(gone, "error 70")
    assert refused == {"jukeboxControl": "error 50"}
    assert (seen.pop("getAvatar"), seen.pop("hls")) == ("image/", "#EXTM3U")
    counts = {"createPlaylist": 2, "getRandomSongs": 3, "getScanStatus": len(TITLES), "getPlayQueue": 5}
    assert {name: seen.pop(name) for name in counts} == counts
    assert [name for name, one in seen.items() if one not in ("ok", True, 1)] == []


def test_subsonic_api(app: App) -> None:
    seen = said_by_subsonic_api("listen.mjs", app)
    assert seen["stranger"] == 40
    for way in ("get", "post"):
        told = seen[way]
        assert (told["status"], told["user"], told["left"]) == ("ok", "anna", 0)
        assert "formPost" in told["extensions"]
        assert told["titles"] == TITLES
        assert told["album"] == ["Dawn", 'Noon <&> "Sun"', "Dusk"]
        assert told["starred"] == ["Dawn"]
        assert told["playlist"] == [f"by {way}", "changed", 1]
        assert (told["bytes"], told["cover"]) == (told["size"], "image/jpeg")
        assert (told["users"], told["usersLeft"]) == ([True, True, False], 1)
        assert told["genres"] == ["Electronic", "Pop", "Rock"]


@pytest.fixture(params=[True, False], ids=["get", "post"])
def opensonic(app: App, request: pytest.FixtureRequest) -> Iterator[libopensonic.Connection]:
    """The library py-opensonic, which reads answers into types and takes none that lack a field."""
    host = "http://127.0.0.1"
    client = libopensonic.Connection(host, "anna", app.password, port=app.server.port, use_get=request.param)
    yield client
    client.cleanup()


def song_titled(client: libopensonic.Connection, title: str) -> Any:
    """A song by its title."""
    return next(song for song in client.search3("", song_count=500).song if song.title == title)


LISTS = ["random", "newest", "highest", "frequent", "recent", "starred", "alphabeticalByName", "alphabeticalByArtist"]


def test_py_opensonic_browses(opensonic: libopensonic.Connection) -> None:
    dawn = song_titled(opensonic, "Dawn")
    assert opensonic.ping() and opensonic.token_info().username == "anna"
    assert {one.name for one in opensonic.get_open_subsonic_extensions()} >= {"formPost", "transcoding"}
    album = opensonic.get_album(dawn.album_id)
    assert [song.title for song in album.song] == ["Dawn", 'Noon <&> "Sun"', "Dusk"]
    for kind in LISTS:
        older, newer = opensonic.get_album_list(kind), opensonic.get_album_list2(kind)
        assert {one.id for one in older} == {one.id for one in newer}
        assert {one.name for one in newer} <= {"First Light", "Second", "Свет"}
    found = opensonic.get_album_list2("byYear", from_year=2005, to_year=1995)
    assert [one.year for one in found] == [2001, 1999]
    rock = {song.title for song in opensonic.get_songs_by_genre("Rock")}
    assert rock == {song.title for song in opensonic.get_random_songs(10, genre="Rock")} and rock
    assert {one.value for one in opensonic.get_genres()} == {"Electronic", "Pop", "Rock"}
    artist = opensonic.get_artist(dawn.artist_id)
    assert dawn.album_id in [one.id for one in artist.album] and artist.name == dawn.artist
    artists = [one.id for index in opensonic.get_artists().index for one in index.artist]
    assert artists == [one.id for index in opensonic.get_indexes().index for one in index.artist]
    folder = opensonic.get_music_directory(dawn.parent)
    assert (folder.id, dawn.id in [one.id for one in folder.child]) == (dawn.parent, True)
    for about in (opensonic.get_artist_info(artist.id), opensonic.get_artist_info2(artist.id)):
        assert about.medium_image_url.startswith("http://127.0.0.1:")
    for about in (opensonic.get_album_info(album.id), opensonic.get_album_info2(album.id)):
        assert about.large_image_url.startswith("http://127.0.0.1:")
    assert opensonic.search2("dusk").song[0].title == "Dusk"
    top = opensonic.get_top_songs(dawn.artist)
    assert dawn.id in [one.id for one in top] and opensonic.get_similar_songs2(dawn.artist_id)
    path = [match.entry.title for match in opensonic.find_sonic_path(dawn.id, song_titled(opensonic, "Dusk").id)]
    assert (path[0], path[-1]) == ("Dawn", "Dusk")
    assert (opensonic.get_lyrics(dawn.artist, "Dawn").title, opensonic.get_lyrics_by_song_id(dawn.id)) == ("Dawn", [])
    with pytest.raises(open_errors.DataNotFoundError):
        opensonic.get_song("so-999999")


def test_py_opensonic_keeps(opensonic: libopensonic.Connection) -> None:
    dawn, dusk = song_titled(opensonic, "Dawn"), song_titled(opensonic, "Dusk")
    opensonic.star([dawn.id], [dawn.album_id], [dawn.artist_id])
    for starred in (opensonic.get_starred(), opensonic.get_starred2()):
        assert [[one.id for one in kind] for kind in (starred.song, starred.album, starred.artist)] == [
            [dawn.id],
            [dawn.album_id],
            [dawn.artist_id],
        ]
    opensonic.unstar([dawn.id], [dawn.album_id], [dawn.artist_id])
    opensonic.set_rating(dawn.id, 4)
    assert opensonic.get_song(dawn.id).user_rating == 4
    opensonic.set_rating(dawn.id, 0)
    opensonic.create_bookmark(dusk.id, 500, "half")
    (mark,) = opensonic.get_bookmarks()
    assert (mark.entry.id, mark.position, mark.comment) == (dusk.id, 500, "half")
    opensonic.delete_bookmark(dusk.id)
    opensonic.save_play_queue([dawn.id, dusk.id], dusk.id, 300)
    queue = opensonic.get_play_queue()
    assert ([one.id for one in queue.entry], queue.current, queue.position) == ([dawn.id, dusk.id], dusk.id, 300)
    opensonic.save_play_queue_by_index([dawn.id, dawn.id], 1, 99)
    again = opensonic.get_play_queue_by_index()
    assert (again.current_index, again.position, again.changed_by) == (1, 99, "py-opensonic")
    opensonic.save_play_queue([])
    opensonic.create_playlist(name="Évening", song_ids=[dawn.id, dawn.id])
    (listed,) = opensonic.get_playlists()
    changes = {"song_ids_to_add": [dusk.id], "song_indices_to_remove": [0]}
    opensonic.update_playlist(listed.id, name="Later", comment="changed", **changes)
    playlist = opensonic.get_playlist(listed.id)
    assert (playlist.name, playlist.comment) == ("Later", "changed")
    assert [one.title for one in playlist.entry] == ["Dawn", "Dusk"]
    opensonic.delete_playlist(listed.id)
    opensonic.scrobble(dusk.id, submission=False)
    assert dusk.id in [one.id for one in opensonic.get_now_playing()]
    opensonic.report_playback(dusk.id, "song", 100, "stopped")
    opensonic.add_chat_message("hello from here")
    # The newest comes first, as other tests of the same server may have said something before.
    assert opensonic.get_chat_messages()[0].message == "hello from here"


def test_py_opensonic_shares_and_manages(opensonic: libopensonic.Connection) -> None:
    dawn, until = song_titled(opensonic, "Dawn"), time.time() + 3600
    share = opensonic.create_share([dawn.id, dawn.album_id], "words", until)
    assert "/share/" in share.url and share.entry[0].id == dawn.id and share.expires
    # Seconds that are told as milliseconds twice are no moment at all.
    with pytest.raises(open_errors.SonicError, match="9999"):
        opensonic.create_share([dawn.id], "never", until * 1000)
    assert [one.id for one in opensonic.get_shares()] == [share.id]
    opensonic.delete_share(share.id)
    opensonic.create_internet_radio_station("http://radio.example.org/live", "Waves")
    (station,) = opensonic.get_internet_radio_stations()
    opensonic.update_internet_radio_station(station.id, "http://radio.example.org/more", "More waves")
    (station,) = opensonic.get_internet_radio_stations()
    assert (station.name, station.stream_url) == ("More waves", "http://radio.example.org/more")
    opensonic.delete_internet_radio_station(station.id)
    opensonic.create_user("dora", "tuba on a slow train", "dora@example.org", share_role=True)
    assert opensonic.get_user("dora").share_role
    opensonic.update_user("dora", email="d@example.org", share_role=False, max_bit_rate=128)
    dora = opensonic.get_user("dora")
    assert (dora.max_bit_rate, dora.share_role, dora.admin_role) == (128, False, False)
    opensonic.change_password("dora", "another slow train")
    opensonic.delete_user("dora")
    assert [one.username for one in opensonic.get_users()] == ["anna"]
    assert opensonic.get_podcasts() == [] and opensonic.get_newest_podcasts() == []
    assert opensonic.get_scan_status().count == len(TITLES)
    with pytest.raises(open_errors.AuthError, match="JUKEBOX_DEVICE"):
        opensonic.jukebox_control("status")


PLAYS_FLAC: dict[str, Any] = {
    "name": "py-opensonic",
    "directPlayProfiles": [{"containers": ["flac"], "audioCodecs": ["flac"], "protocols": ["http"]}],
    "transcodingProfiles": [{"container": "ogg", "audioCodec": "opus", "protocol": "http"}],
}


async def test_py_opensonic_hears(app: App) -> None:
    client = libopensonic.AsyncConnection("http://127.0.0.1", "anna", app.password, port=app.server.port)
    try:
        dawn = next(song for song in (await client.search3("dawn")).song if song.title == "Dawn")
        whole = await (await client.stream(dawn.id)).read()
        assert len(whole) == dawn.size
        part = await client.stream(dawn.id, byte_range="bytes=10-19")
        assert (part.status, await part.read()) == (206, whole[10:20])
        assert await (await client.download(dawn.id)).read() == whole
        other = await client.stream(dawn.id, tformat="opus", max_bit_rate=64)
        assert (other.content_type, (await other.read())[:4]) == ("audio/ogg", b"OggS")
        decision = await client.get_transcode_decision(dawn.id, "song", PLAYS_FLAC)
        assert (decision.can_direct_play, decision.transcode_stream.codec) == (False, "opus")
        decided = await client.get_transcode_stream(dawn.id, "song", decision.transcode_params)
        assert (await decided.read())[:4] == b"OggS"
        assert (await (await client.get_cover_art(dawn.cover_art, 64)).read())[:2] == b"\xff\xd8"
        assert (await client.get_avatar("anna")).content_type == "image/jpeg"
        with pytest.raises(open_errors.DataNotFoundError):
            await client.stream("so-999999")
    finally:
        await client.cleanup()


def get(app: App, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> http.client.HTTPResponse:
    """An answer whose body is still to be read."""
    connection = http.client.HTTPConnection("127.0.0.1", app.server.port, timeout=10)
    connection.request(method, f"/rest/{path}&u=anna&p={app.password}&c=tests&v=1.16.1", headers=dict(headers or {}))
    return connection.getresponse()


def test_a_part_of_a_song_over_the_wire(app: App) -> None:
    with get(app, "search3?query=dawn&f=json") as answer:
        song = json.load(answer)["subsonic-response"]["searchResult3"]["song"][0]
    with get(app, f"stream?id={song['id']}", {"range": "bytes=100-299"}) as answer:
        assert (answer.status, len(answer.read())) == (206, 200)
        assert answer.getheader("content-range") == f"bytes 100-299/{song['size']}"
        assert answer.getheader("access-control-allow-origin") == "*"
    with get(app, f"stream?id={song['id']}", {"range": "bytes=99999999-"}) as answer:
        assert (answer.status, answer.read()) == (416, b"")
    with get(app, f"stream?id={song['id']}", method="HEAD") as answer:
        assert (answer.status, answer.getheader("content-length"), answer.read()) == (200, str(song["size"]), b"")
    with get(app, "ping?f=json", method="HEAD") as answer:
        assert (answer.status, answer.read()) == (200, b"")
        assert int(answer.getheader("content-length") or 0) > 100


def test_who_reads_slowly_gets_everything(app: App) -> None:
    with get(app, "search3?query=dusk&f=json") as answer:
        song = json.load(answer)["subsonic-response"]["searchResult3"]["song"][0]
    whole = (app.music / song["path"]).read_bytes()
    with socket.socket() as slow:
        # As little as the system lets be under way, so that the server has to wait.
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        slow.settimeout(10)
        slow.connect(("127.0.0.1", app.server.port))
        path = f"/rest/stream?id={song['id']}&u=anna&p={app.password}&c=tests"
        slow.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        received = b""
        for _ in range(3):
            received += slow.recv(1)
            begun = time.monotonic()
            with get(app, "ping?f=json") as answer:
                assert answer.status == 200
            assert time.monotonic() - begun < 2
            time.sleep(1)
        while data := slow.recv(4096):
            received += data
    assert received.partition(b"\r\n\r\n")[2] == whole


def test_a_song_that_shrinks_while_it_is_sent_ends_the_answer(app: App) -> None:
    with get(app, "search3?query=dusk&f=json") as answer:
        song = json.load(answer)["subsonic-response"]["searchResult3"]["song"][0]
    file = app.music / song["path"]
    whole = file.read_bytes()
    try:
        with file.open("ab") as end:
            end.truncate(60_000_000)
        with get(app, f"stream?id={song['id']}") as answer:
            assert answer.getheader("content-length") == "60000000"
            assert len(answer.read(1_000_000)) == 1_000_000
            os.truncate(file, 2_000_000)
            with pytest.raises((http.client.IncompleteRead, ConnectionError)):
                answer.read()
    finally:
        file.write_bytes(whole)
    with get(app, "ping?f=json") as answer:
        assert json.load(answer)["subsonic-response"]["status"] == "ok"


@pytest.mark.skipif(not DESCRIPTION, reason="OPENSUBSONIC_OPENAPI does not say where OpenSubsonic's description is")
@pytest.mark.parametrize("app", ["embedded"], indirect=True)
def test_schemathesis(app: App, tmp_path: Path) -> None:
    """Thousands of calls made up from OpenSubsonic's own description, and not one that the server is at a loss with."""
    # What reaches out into the world is tried with stand-ins elsewhere.
    command = [
        *(Path(sys.executable).with_name("schemathesis"), "run", DESCRIPTION),
        *("--url", f"http://127.0.0.1:{app.server.port}", "--checks", "knows_what_to_say", "--phases", "fuzzing"),
        *("--max-examples", "5", "--seed", "7", "--suppress-health-check", "all", "--continue-on-failure"),
        *("--generation-database", "none", "--generation-with-security-parameters", "false", "--no-color"),
        *("--exclude-path-regex", "rest/(createPodcastC|refreshP)"),
    ]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.api.opensubsonic.made_up_calls", "APP_PASSWORD": app.password}
    environment = {**os.environ, **hooks, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    tried = re.search(r"(\d+) generated", done.stdout)
    assert tried, done.stdout[-2000:]
    assert int(tried[1]) > 300
    assert get(app, "/api/v1/health/ready").status == 200
