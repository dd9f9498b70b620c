"""A house in which everything that OpenSubsonic can tell of is there once: for tests that go through all endpoints."""

import hashlib
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from antiphon.areas.accounts.data import AccountChange
from antiphon.areas.broadcasts.data.podcasts import DOWNLOAD, REFRESH
from tests.api.house import House, furnished
from tests.api.opensubsonic.client import Client, Reply
from tests.api.opensubsonic.singing import DUET, SUNG, sing
from tests.areas.library.vectors import put_vectors
from tests.audio.maker import AudioMaker
from tests.audio.tagging import cover_picture
from tests.feeds import PodcastServer, item, rss, run_jobs
from tests.stage import CATALOGUE

TITLE, ALBUM = 'Everything <&> "more"', "Whole & <Half>"
MUSIC: Sequence[tuple[str, dict[str, str | Sequence[str]]]] = (
    *CATALOGUE,
    (
        "Aurora/First of all/Everything.flac",
        {
            "title": TITLE,
            "titlesort": "everything more",
            "artist": ["Aurora", "Борис"],
            "albumartist": "Aurora",
            "artistsort": ["Aurora, the", "Boris"],
            "composer": "C. Omposer",
            "album": ALBUM,
            "albumsort": "whole",
            "tracknumber": "3",
            "discnumber": "2",
            "discsubtitle": "The second",
            "date": "2015-06-07",
            "originaldate": "1999-08",
            "releasedate": "2015-06-07",
            "genre": ["Drum & Bass", "Pop"],
            "mood": ["calm", "sad"],
            "bpm": "120",
            "comment": "two\nlines",
            "isrc": "USSM18300073",
            "label": "Loud Records",
            "releasetype": ["album", "live"],
            "compilation": "1",
            "itunesadvisory": "1",
            "musicbrainz_trackid": "11111111-2222-4333-8444-555555555555",
            "musicbrainz_albumid": "21111111-2222-4333-8444-555555555555",
            "musicbrainz_artistid": [
                "31111111-2222-4333-8444-555555555555",
                "32111111-2222-4333-8444-555555555555",
            ],
            "musicbrainz_albumartistid": "31111111-2222-4333-8444-555555555555",
            "replaygain_track_gain": "-7.25 dB",
            "replaygain_track_peak": "0.98",
            "replaygain_album_gain": "-6.5 dB",
            "replaygain_album_peak": "0.99",
            "lyrics": "First line\nSecond line",
        },
    ),
)


class LivedIn:
    """The house, the ids of what is in it, and the apps of its people: one of somebody, one of an admin."""

    def __init__(self, house: House, feeds: PodcastServer) -> None:
        self.house = house
        self.feeds = feeds
        self.apps: dict[str, Client] = {}
        self.ids: dict[str, str] = {}
        self._numbers = itertools.count(1)

    @property
    def anna(self) -> Client:
        """The app of somebody without special rights but the jukebox."""
        return self.apps["anna"]

    @property
    def root(self) -> Client:
        """The app of an admin."""
        return self.apps["root"]

    def new_name(self, word: str) -> str:
        """A name that nothing has yet."""
        return f"{word}{next(self._numbers)}"

    async def move_in(self, name: str, *, admin: bool = False) -> None:
        """Let somebody have an app that plays the jukebox too."""
        async with self.house.caller(name, admin=admin) as caller:
            made = await caller.ask("POST", "/api/v1/auth/app-passwords", 201, json={"name": "tests"})
            account = caller.user["id"]
        async with self.house.caller("housekeeper", admin=True) as keeper:
            person = await self.house.areas.accounts.access.authenticate(keeper.token)
        people = self.house.areas.accounts.people
        rights = (await people.by_username(person, name)).rights
        await people.set_account(person, account, AccountChange(rights=sorted({*rights, "jukebox"})))
        proof = hashlib.md5(f"{made['data']['password']}x".encode()).hexdigest()
        self.apps[name] = Client(self.house.asgi, {"u": name, "t": proof, "s": "x"})

    async def furnish(self) -> None:
        """Fill every shelf."""
        titles = {title: f"so-{number}" for title, number in (await self.house.ids()).items()}
        song = (await self.anna.ok("getSong", id=titles[TITLE]))["song"]
        self.ids |= {
            "song": song["id"],
            "album": song["albumId"],
            "artist": song["artistId"],
            "guest": song["artists"][1]["id"],
        }
        self.ids |= {"other": titles["Dawn"], "third": titles["Dusk"]}
        lines = [line._replace(singer=who) for line, who in zip(SUNG, ("v1", "v2", "background"), strict=True)]
        await sing(self.house.stage, self.ids["song"], lines, DUET)
        places = {"song": (1.0, 0.0), "other": (1.0, 0.3), "third": (1.0, 0.6)}
        vectors = {int(self.ids[name][3:]): place for name, place in places.items()} | {
            int(titles["Утро"][3:]): (1.0, 0.9)
        }
        await put_vectors(self.house.application.database, vectors)
        for app in (self.anna, self.root):
            await self._listen(app)
        await self._subscribe()

    async def _listen(self, app: Client) -> None:
        """Stars, ratings, plays, a playlist and words for everybody."""
        song, album, artist = (self.ids[name] for name in ("song", "album", "artist"))
        await app.ok("star", id=[song, self.ids["other"]], albumId=album, artistId=artist)
        for thing in (song, album, artist):
            await app.ok("setRating", id=thing, rating=4)
        await app.ok("scrobble", id=[song, self.ids["other"]], time=[1_700_000_000_000, 1_700_000_100_000])
        await app.ok("scrobble", id=song, submission="false")
        made = await app.ok("createPlaylist", name='<A & "B">\tмузыка', songId=[song, self.ids["other"], song])
        await app.ok("updatePlaylist", playlistId=made["playlist"]["id"], comment="Two & one", public="true")
        self.ids["playlist"] = made["playlist"]["id"]
        await app.ok("addChatMessage", message="<Hello> & goodbye")

    async def _subscribe(self) -> None:
        """Podcasts, one whose feed cannot be read, and a radio station."""
        self.feeds.files["/cover.png"] = cover_picture()
        self.feeds.files["/first.mp3"] = self.house.stage.audio.tone("mp3", 2.0).read_bytes()
        episodes = [
            item(
                name,
                guid=name,
                published=f"{day} Jan 2020 00:00:00 GMT",
                more="<description>Words &amp; more</description>",
            )
            for day, name in enumerate(("first", "second"), 1)
        ]
        told = "<description>A show</description><itunes:image href='/cover.png'/>"
        self.feeds.files["/feed"] = rss(*episodes, more=told).encode()
        for path in ("feed", "nowhere"):
            await self.root.ok("createPodcastChannel", url=f"{self.feeds.address}/{path}")
            await run_jobs(self.house.stage, REFRESH)
        channels = (await self.root.ok("getPodcasts"))["podcasts"]["channel"]
        [channel] = [one for one in channels if one["episode"]]
        self.ids["channel"] = channel["id"]
        self.ids["newer"], self.ids["episode"] = (one["id"] for one in channel["episode"])
        await self.root.ok("downloadPodcastEpisode", id=self.ids["episode"])
        await run_jobs(self.house.stage, DOWNLOAD)
        await self.root.ok(
            "createInternetRadioStation",
            name="R & B",
            streamUrl="https://radio.example.org/1",
            homepageUrl="https://radio.example.org/",
        )
        stations = (await self.root.ok("getInternetRadioStations"))["internetRadioStations"]["internetRadioStation"]
        self.ids["station"] = stations[0]["id"]

    async def post_json(self, name: str, f: str, body: Any, **given: Any) -> Reply:
        """A call whose body is JSON and whose parameters stand in the query."""
        query = urlencode({**self.root.credentials, "f": f, **given}, doseq=True)
        headers = {"content-type": "application/json"}
        return await self.root.request("POST", f"/rest/{name}", query, body=json.dumps(body).encode(), headers=headers)


@asynccontextmanager
async def lived_in(folder: Path, audio: AudioMaker, database_url: str) -> AsyncIterator[LivedIn]:
    """The house with all that is in it."""
    feeds = PodcastServer()
    settings = {"OUTGOING_ALLOW": "127.0.0.1", "JUKEBOX_DEVICE": "speaker"}
    try:
        async with furnished(folder, audio, database_url, files=MUSIC, **settings) as house:
            made = LivedIn(house, feeds)
            await made.move_in("anna")
            await made.move_in("root", admin=True)
            await made.furnish()
            yield made
    finally:
        feeds.close()
