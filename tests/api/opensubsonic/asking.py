"""A filled answer of every endpoint: what is asked, of a house that is lived in."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from tests.api.opensubsonic.lived_in import LivedIn

Given = dict[str, Any]
PASSWORD = "tuba on a slow train"
MILLISECONDS = 1_700_000_000_000
MP3 = {"transcodingProfiles": [{"container": "mp3", "audioCodec": "mp3", "protocol": "http"}]}
DIRECT = {"directPlayProfiles": [{"containers": [], "audioCodecs": [], "protocols": []}]}


class Ask(NamedTuple):
    """One call that goes well. Each `@name` stands for the id of that name; `first` is done before each single call,
    and gives more parameters. What is called `fresh` is another at each call. With a `body`, it is POST alone."""

    given: Given | None = None
    first: Callable[[LivedIn], Awaitable[Given | None]] | None = None
    fresh: Sequence[str] = ()
    body: Given | None = None
    by: str = "root"

    async def parameters(self, home: LivedIn) -> Given:
        """What is sent, once all is ready for it."""
        more = await self.first(home) if self.first else None
        return {name: _named(home, value) for name, value in {**(self.given or {}), **(more or {})}.items()}


def _named(home: LivedIn, value: Any) -> Any:
    if isinstance(value, list):
        return [_named(home, one) for one in value]
    return home.ids[value[1:]] if isinstance(value, str) and value.startswith("@") else value


async def _lined_up(home: LivedIn) -> None:
    song, episode = home.ids["song"], home.ids["episode"]
    await home.root.ok("savePlayQueue", id=[song, episode], current=song, position=1500)


async def _marked(home: LivedIn) -> None:
    for thing in ("song", "episode"):
        await home.root.ok("createBookmark", id=home.ids[thing], position=9, comment="here & there")


async def _shared(home: LivedIn) -> Given:
    """Two shares of which one is for a while and was looked at."""
    for share in (await home.root.ok("getShares"))["shares"]["share"]:
        await home.root.ok("deleteShare", id=share["id"])
    given = {"id": home.ids["song"], "description": "Hear & there", "expires": 4_000_000_000_000}
    [made] = (await home.root.ok("createShare", **given))["shares"]["share"]
    async with home.house.door() as visitor:
        assert (await visitor.get(f"/share/{made['url'].rpartition('/')[2]}")).status_code == 200
    return {"id": made["id"]}


async def _playlist(home: LivedIn) -> Given:
    made = await home.root.ok("createPlaylist", name="Short-lived", songId=home.ids["song"])
    return {"id": made["playlist"]["id"]}


async def _station(home: LivedIn) -> Given:
    name = home.new_name("radio ")
    await home.root.ok("createInternetRadioStation", name=name, streamUrl="https://radio.example.org/2")
    stations = (await home.root.ok("getInternetRadioStations"))["internetRadioStations"]["internetRadioStation"]
    return {"id": next(one["id"] for one in stations if one["name"] == name)}


async def _channel(home: LivedIn) -> Given:
    address = f"https://feeds.example.org/{home.new_name('feed')}"
    await home.root.ok("createPodcastChannel", url=address)
    channels = (await home.root.ok("getPodcasts", includeEpisodes="false"))["podcasts"]["channel"]
    return {"id": next(one["id"] for one in channels if one["url"] == address)}


async def _new_address(home: LivedIn) -> Given:
    return {"url": f"https://feeds.example.org/{home.new_name('feed')}"}


async def _somebody(home: LivedIn) -> Given:
    name = home.new_name("bob")
    await home.root.ok("createUser", username=name, password=PASSWORD, email=f"{name}@example.org", maxBitRate=192)
    return {"username": name}


async def _newcomer(home: LivedIn) -> Given:
    name = home.new_name("bob")
    return {"username": name, "email": f"{name}@example.org"}


async def _jukebox(home: LivedIn) -> None:
    await home.root.ok("jukeboxControl", action="set", id=[home.ids["song"], home.ids["other"]])


_SONG: Given = {"id": "@song"}
_BOTH = ("@song", "@other")
_IN_MP3: Given = {"mediaType": "song", "transcodeParams": "mp3.64.44100.2"}
# Stations' and episodes' ids are their own, of shares and playlists too; ids of all else are songs'.
ASKED: dict[str, tuple[Ask, ...]] = {
    "ping": (Ask(),),
    "getLicense": (Ask(),),
    "getOpenSubsonicExtensions": (Ask(),),
    "tokenInfo": (Ask(),),
    "getScanStatus": (Ask(),),
    "startScan": (Ask({"fullScan": "true"}),),
    "getMusicFolders": (Ask(),),
    "getIndexes": (Ask(), Ask({"ifModifiedSince": 9_999_999_999_999})),
    "getMusicDirectory": (Ask({"id": "@album"}), Ask({"id": "@artist"}), Ask({"id": 1})),
    "getGenres": (Ask(),),
    "getArtists": (Ask(),),
    "getArtist": (Ask({"id": "@artist"}), Ask({"id": "@guest"})),
    "getAlbum": (Ask({"id": "@album"}),),
    "getSong": (Ask(_SONG), Ask({"id": "@third"})),
    "getVideos": (Ask(),),
    "getVideoInfo": (),
    "getArtistInfo": (Ask({"id": "@artist"}),),
    "getArtistInfo2": (Ask({"id": "@artist"}),),
    "getAlbumInfo": (Ask({"id": "@album"}),),
    "getAlbumInfo2": (Ask({"id": "@album"}),),
    "getSimilarSongs": (Ask(_SONG),),
    "getSimilarSongs2": (Ask({"id": "@artist"}),),
    "getTopSongs": (Ask({"artist": "aurora"}), Ask({"id": "@artist"})),
    "getSonicSimilarTracks": (Ask(_SONG),),
    "findSonicPath": (Ask({"startSongId": "@song", "endSongId": "@third", "count": 3}),),
    "getAlbumList": (Ask({"type": "newest"}), Ask({"type": "starred"})),
    "getAlbumList2": (Ask({"type": "newest"}), Ask({"type": "starred"})),
    # Songs at random are the same where there is only one.
    "getRandomSongs": (Ask({"fromYear": 2015, "toYear": 2015}),),
    "getSongsByGenre": (Ask({"genre": "Drum & Bass"}),),
    "getNowPlaying": (Ask(),),
    "getStarred": (Ask(),),
    "getStarred2": (Ask(),),
    "search": (Ask({"any": "everything"}),),
    "search2": (Ask({"query": ""}), Ask({"query": "everything"})),
    "search3": (Ask({"query": '""'}), Ask({"query": "nothing of the kind"})),
    "getPlaylists": (Ask(),),
    "getPlaylist": (Ask({"id": "@playlist"}),),
    "createPlaylist": (
        Ask({"name": "New", "songId": [*_BOTH]}, fresh=("id", "created", "changed", "coverArt")),
        Ask({"playlistId": "@playlist", "songId": [*_BOTH]}, fresh=("changed",)),
    ),
    "updatePlaylist": (Ask({"playlistId": "@playlist", "songIdToAdd": "@other", "songIndexToRemove": 0}),),
    "deletePlaylist": (Ask(first=_playlist),),
    "stream": (Ask(_SONG), Ask({"id": "@episode"}), Ask({**_SONG, "maxBitRate": 32})),
    "download": (Ask(_SONG), Ask({"id": "@episode"})),
    "getCoverArt": (Ask({"id": "@album", "size": 100}), Ask({"id": "@third"}), Ask({"id": "@channel"})),
    "getAvatar": (Ask({"username": "anna"}),),
    "hls.m3u8": (Ask(_SONG), Ask({**_SONG, "bitRate": [64, 128]})),
    "getCaptions": (),
    "getLyrics": (Ask({"artist": "Aurora", "title": 'everything <&> "MORE"'}), Ask({"artist": "x", "title": "y"})),
    "getLyricsBySongId": (Ask(_SONG), Ask({**_SONG, "enhanced": "true"})),
    "getTranscodeDecision": (
        Ask({"mediaId": "@song", "mediaType": "song"}, body=MP3),
        Ask({"mediaId": "@song", "mediaType": "song"}, body=DIRECT),
        Ask({"mediaId": "@episode", "mediaType": "podcast"}, body=MP3),
        Ask({"mediaId": "@song", "mediaType": "song"}),
    ),
    "getTranscodeStream": (Ask({"mediaId": "@song", **_IN_MP3}),),
    "star": (Ask({"id": [*_BOTH], "albumId": "@album", "artistId": "@artist"}),),
    "unstar": (Ask({"id": "@third"}),),
    "setRating": (Ask({**_SONG, "rating": 5}),),
    "scrobble": (Ask({"id": ["@third", "@newer"], "time": [MILLISECONDS, MILLISECONDS]}),),
    "reportPlayback": (
        Ask({"mediaId": "@third", "mediaType": "song", "positionMs": 0, "state": "stopped"}),
        Ask({"mediaId": "@newer", "mediaType": "podcast", "positionMs": 1000, "state": "playing"}),
    ),
    "getBookmarks": (Ask(first=_marked, fresh=("changed",)),),
    "createBookmark": (Ask({"id": "@other", "position": 9, "comment": "here"}), Ask({"id": "@newer", "position": 9})),
    "deleteBookmark": (Ask({"id": "@other"}), Ask({"id": "@newer"})),
    "getPlayQueue": (Ask(first=_lined_up, fresh=("changed",)),),
    "savePlayQueue": (Ask({"id": [*_BOTH], "current": "@other", "position": 9}),),
    "getPlayQueueByIndex": (Ask(first=_lined_up, fresh=("changed",)),),
    "savePlayQueueByIndex": (Ask({"id": [*_BOTH], "currentIndex": 1}),),
    "getShares": (Ask(first=_shared, fresh=("id", "url", "created", "lastVisited")),),
    "createShare": (Ask(_SONG, fresh=("id", "url", "created")),),
    "updateShare": (Ask({"description": "Other words"}, first=_shared),),
    "deleteShare": (Ask(first=_shared),),
    "getInternetRadioStations": (Ask(),),
    "createInternetRadioStation": (Ask({"name": "More", "streamUrl": "https://radio.example.org/3"}),),
    "updateInternetRadioStation": (
        Ask({"id": "@station", "name": "R & B", "streamUrl": "https://radio.example.org/1", "homepageUrl": ""}),
    ),
    "deleteInternetRadioStation": (Ask(first=_station),),
    "getPodcasts": (Ask(), Ask({"includeEpisodes": "false"}), Ask({"id": "@channel"})),
    "getNewestPodcasts": (Ask(),),
    "getPodcastEpisode": (Ask({"id": "@episode"}), Ask({"id": "@newer"})),
    "refreshPodcasts": (Ask(),),
    "createPodcastChannel": (Ask(first=_new_address),),
    "deletePodcastChannel": (Ask(first=_channel),),
    "deletePodcastEpisode": (Ask({"id": "@newer"}),),
    "downloadPodcastEpisode": (Ask({"id": "@newer"}),),
    "jukeboxControl": (Ask({"action": "status"}), Ask({"action": "get"}, first=_jukebox)),
    "getChatMessages": (Ask(),),
    "addChatMessage": (Ask({"message": "Hello"}),),
    "getUser": (Ask({"username": "anna"}), Ask(first=_somebody, fresh=("username", "email"))),
    "getUsers": (Ask(),),
    "createUser": (Ask({"password": PASSWORD}, first=_newcomer),),
    "updateUser": (Ask({"jukeboxRole": "true", "maxBitRate": 128}, first=_somebody),),
    "deleteUser": (Ask(first=_somebody),),
    "changePassword": (Ask({"password": "another slow train"}, first=_somebody),),
}
