"""Every method of py-sonic, a client library that nobody here wrote, against a running server."""

import inspect
from collections.abc import Callable
from typing import Any

import libsonic
import pytest
from libsonic import errors

from tests.api.opensubsonic.running import App

pytestmark = pytest.mark.server

Known = dict[str, str]
"""Ids by what they are, filled as calls tell them."""

# Theirs and not the server's: two that fail in the library itself, and what sets the library up.
BROKEN = {"cleanupDatabase", "scanMediaFolders"}
SETTERS = {name for name in dir(libsonic.Connection) if name.startswith("set") and name != "setRating"}


def song(known: Known) -> str:
    """The song that most calls are about."""
    return known["song"]


def refused(error: type[Exception], call: Callable[[], object]) -> bool:
    """Whether the library understands the refusal as what it is."""
    try:
        call()
    except error:
        return True
    return False


def keep(known: Known, name: str, value: str) -> bool:
    """Remember an id for later calls."""
    known[name] = value
    return bool(value)


def _playlist(client: Any, known: Known) -> bool:
    made = client.createPlaylist(name="Every method", songIds=[song(known), song(known)])["playlist"]
    return keep(known, "playlist", made["id"]) and made["songCount"] == 2


def _share(client: Any, known: Known) -> bool:
    made = client.createShare([song(known)], "Listen")["shares"]["share"][0]
    return keep(known, "share", made["id"]) and made["description"] == "Listen"


def _station(client: Any, known: Known) -> bool:
    client.createInternetRadioStation("https://radio.example/stream", "Night")
    stations = client.getInternetRadioStations()["internetRadioStations"]["internetRadioStation"]
    return keep(known, "station", next(one["id"] for one in stations if one["name"] == "Night"))


def _channel(client: Any, known: Known) -> bool:
    # An address of the house: taken, and told to be one that is not asked.
    client.createPodcastChannel("http://127.0.0.1:9/feed.xml")
    return keep(known, "channel", client.getPodcasts()["podcasts"]["channel"][0]["id"])


Call = Callable[[Any, Known], object]
CALLS: dict[str, Call] = {
    "ping": lambda client, _: client.ping(),
    "getLicense": lambda client, _: client.getLicense()["license"]["valid"],
    "startScan": lambda client, _: "count" in client.startScan()["scanStatus"],
    "getScanStatus": lambda client, _: client.getScanStatus()["scanStatus"]["count"] == 6,
    "getMusicFolders": lambda client, _: client.getMusicFolders()["musicFolders"]["musicFolder"][0]["name"],
    "getIndexes": lambda client, _: client.getIndexes()["indexes"]["index"][0]["artist"],
    "getArtists": lambda client, known: keep(
        known, "artist", client.getArtists()["artists"]["index"][0]["artist"][0]["id"]
    ),
    "getArtist": lambda client, known: keep(
        known, "album", client.getArtist(known["artist"])["artist"]["album"][0]["id"]
    ),
    "getAlbum": lambda client, known: keep(known, "song", client.getAlbum(known["album"])["album"]["song"][0]["id"]),
    "getSong": lambda client, known: client.getSong(song(known))["song"]["id"] == song(known),
    "getMusicDirectory": lambda client, known: client.getMusicDirectory(known["album"])["directory"]["child"],
    "getGenres": lambda client, known: keep(known, "genre", client.getGenres()["genres"]["genre"][0]["value"]),
    "getSongsByGenre": lambda client, known: client.getSongsByGenre(known["genre"])["songsByGenre"]["song"],
    "getAlbumList": lambda client, _: client.getAlbumList("newest")["albumList"]["album"],
    "getAlbumList2": lambda client, _: client.getAlbumList2("alphabeticalByName")["albumList2"]["album"],
    "getRandomSongs": lambda client, _: len(client.getRandomSongs(size=3)["randomSongs"]["song"]) == 3,
    "search": lambda client, _: client.search(any="Dawn")["searchResult"]["match"],
    "search2": lambda client, _: client.search2("Dawn")["searchResult2"]["song"],
    "search3": lambda client, _: client.search3("Dawn")["searchResult3"]["song"],
    "getLyrics": lambda client, _: "lyrics" in client.getLyrics("Aurora", "Dawn"),
    "getArtistInfo": lambda client, known: "artistInfo" in client.getArtistInfo(known["artist"]),
    "getArtistInfo2": lambda client, known: "artistInfo2" in client.getArtistInfo2(known["artist"]),
    "getAlbumInfo": lambda client, known: "albumInfo" in client.getAlbumInfo(known["album"]),
    "getAlbumInfo2": lambda client, known: "albumInfo" in client.getAlbumInfo2(known["album"]),
    "getSimilarSongs": lambda client, known: "similarSongs" in client.getSimilarSongs(song(known)),
    "getSimilarSongs2": lambda client, known: "similarSongs2" in client.getSimilarSongs2(known["artist"]),
    "getTopSongs": lambda client, _: "topSongs" in client.getTopSongs("Aurora"),
    "star": lambda client, known: client.star(sids=[song(known)], albumIds=[known["album"]]),
    "getStarred": lambda client, known: client.getStarred()["starred"]["song"][0]["id"] == song(known),
    "getStarred2": lambda client, known: client.getStarred2()["starred2"]["album"][0]["id"] == known["album"],
    "unstar": lambda client, known: client.unstar(sids=[song(known)], albumIds=[known["album"]]),
    "setRating": lambda client, known: (
        client.setRating(song(known), 4) and client.getSong(song(known))["song"]["userRating"] == 4
    ),
    "scrobble": lambda client, known: client.scrobble(song(known), submission=False),
    "getNowPlaying": lambda client, known: (
        client.getNowPlaying()["nowPlaying"]["entry"][0]["id"] == song(known)
    ),
    "stream": lambda client, known: len(client.stream(song(known), maxBitRate=64, tformat="mp3").read()) > 1000,
    "download": lambda client, known: len(client.download(song(known)).read()) > 1000,
    "hls": lambda client, known: client.hls(song(known), 64).startswith(b"#EXTM3U"),
    "getCoverArt": lambda client, known: client.getCoverArt(known["album"], 128).read(2) == b"\xff\xd8",
    "getAvatar": lambda client, _: client.getAvatar("anna").read(4),
    "createPlaylist": _playlist,
    "getPlaylists": lambda client, known: known["playlist"] in {
        one["id"] for one in client.getPlaylists()["playlists"]["playlist"]
    },
    "updatePlaylist": lambda client, known: client.updatePlaylist(known["playlist"], songIndexesToRemove=[0]),
    "getPlaylist": lambda client, known: client.getPlaylist(known["playlist"])["playlist"]["songCount"] == 1,
    "deletePlaylist": lambda client, known: client.deletePlaylist(known["playlist"]),
    "createBookmark": lambda client, known: client.createBookmark(song(known), 500, "here"),
    "getBookmarks": lambda client, _: client.getBookmarks()["bookmarks"]["bookmark"][0]["comment"] == "here",
    "deleteBookmark": lambda client, known: client.deleteBookmark(song(known)),
    "savePlayQueue": lambda client, known: client.savePlayQueue([song(known)], song(known), 100),
    "getPlayQueue": lambda client, known: client.getPlayQueue()["playQueue"]["current"] == song(known),
    "createShare": _share,
    "getShares": lambda client, _: client.getShares()["shares"]["share"][0]["entry"],
    "updateShare": lambda client, known: client.updateShare(known["share"], "Again"),
    "deleteShare": lambda client, known: client.deleteShare(known["share"]),
    "createInternetRadioStation": _station,
    "getInternetRadioStations": lambda client, _: client.getInternetRadioStations()["status"] == "ok",
    "updateInternetRadioStation": lambda client, known: client.updateInternetRadioStation(
        known["station"], "https://radio.example/day", "Day"
    ),
    "deleteInternetRadioStation": lambda client, known: client.deleteInternetRadioStation(known["station"]),
    "createPodcastChannel": _channel,
    "getPodcasts": lambda client, known: client.getPodcasts(pid=known["channel"])["podcasts"]["channel"],
    "getNewestPodcasts": lambda client, _: "newestPodcasts" in client.getNewestPodcasts(),
    "refreshPodcasts": lambda client, _: client.refreshPodcasts(),
    "downloadPodcastEpisode": lambda client, _: refused(
        errors.DataNotFoundError, lambda: client.downloadPodcastEpisode("pe-999")
    ),
    "deletePodcastEpisode": lambda client, _: refused(
        errors.DataNotFoundError, lambda: client.deletePodcastEpisode("pe-999")
    ),
    "deletePodcastChannel": lambda client, known: client.deletePodcastChannel(known["channel"]),
    "addChatMessage": lambda client, _: client.addChatMessage("Good evening"),
    "getChatMessages": lambda client, _: client.getChatMessages()["chatMessages"]["chatMessage"],
    "jukeboxControl": lambda client, _: refused(errors.SonicError, lambda: client.jukeboxControl("status")),
    "getVideos": lambda client, _: "videos" in client.getVideos(),
    "getVideoInfo": lambda client, _: refused(errors.DataNotFoundError, lambda: client.getVideoInfo("1")),
    "getCaptions": lambda client, _: refused(errors.DataNotFoundError, lambda: client.getCaptions("1")),
    "getUser": lambda client, _: client.getUser("anna")["user"]["adminRole"],
    "createUser": lambda client, _: client.createUser("doro", "tuba on a slow train", "doro@example.org"),
    "getUsers": lambda client, _: "doro" in {one["username"] for one in client.getUsers()["users"]["user"]},
    "updateUser": lambda client, _: client.updateUser("doro", email="d@example.org"),
    "changePassword": lambda client, _: client.changePassword("doro", "a third slow train"),
    "deleteUser": lambda client, _: client.deleteUser("doro"),
}  # fmt: skip


def test_every_method_of_py_sonic(app: App) -> None:
    client = libsonic.Connection("http://127.0.0.1", "anna", app.password, port=app.server.port)
    known: Known = {}
    for name, call in CALLS.items():
        assert call(client, known), name


def test_no_method_of_py_sonic_is_left_out() -> None:
    methods = {name for name, _ in inspect.getmembers(libsonic.Connection, inspect.isfunction) if name[0] != "_"}
    assert methods - SETTERS - BROKEN == set(CALLS)
