"""Music on two nodes, looked for by every road: lists, search, playlists, shares, addresses and streams."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from tests.audio.maker import AudioMaker

SECONDS = 1.0
TITLES = ("Lighthouse", "Breakwater")


class Shore:
    """An album on two nodes, and somebody who listens to it by every road there is."""

    def __init__(self, here: Any, there: Any, admin: str, listener: str) -> None:
        self.here, self.there, self.admin, self.listener = here, there, admin, listener
        self.song = self._id_of("songs", TITLES[0])
        self.album = self._id_of("albums", "Shoreline")
        self.artist = self._id_of("artists", "Keeper")
        body = {"title": "Coast", "tracks": [self.song], "is_public": True}
        made = here.ask("POST", "/api/v1/playlists", self.admin, 201, json=body)
        self.playlist = made["data"]["id"]
        things = {"things": [{"type": "song", "id": self.song}]}
        shared = here.ask("POST", "/api/v1/shares", self.listener, 201, json=things)
        self.share = shared["data"]["path"]
        key = here.ask("POST", "/api/v1/auth/api-keys", self.listener, 201, json={"name": "app"})["data"]["key"]
        self.app = {"f": "json", "v": "1.16.1", "c": "test", "apiKey": key}
        found = here.ask("GET", f"/api/songs/{self.song}/", self.listener)
        self.signed = re.sub(r"^https?://[^/]+", "", found["audio_url"])

    def _id_of(self, things: str, name: str) -> int:
        found = self.here.ask("GET", f"/api/v1/{things}?limit=500", self.admin)["data"]
        return int(next(one["id"] for one in found if (one.get("title") or one["name"]) == name))

    def get(self, node: Any, path: str, *, token: str | None = None, **rest: Any) -> httpx2.Response:
        """What the listener gets."""
        bearer = self.listener if token is None else token
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        return node.http.get(path, headers=headers | rest.pop("headers", {}), **rest)

    def rest(self, node: Any, endpoint: str, **parameters: str) -> httpx2.Response:
        """What the listener's app gets."""
        return node.http.get(f"/rest/{endpoint}", params={**self.app, **parameters})

    def shown_in(self, node: Any) -> set[str]:
        """Where the song is still named or played."""
        texts: dict[str, Callable[[], httpx2.Response]] = {
            "v1 list": lambda: self.get(node, "/api/v1/songs?limit=500"),
            "v1 search": lambda: self.get(node, f"/api/v1/search?q={TITLES[0]}"),
            "v1 playlist": lambda: self.get(node, f"/api/v1/playlists/{self.playlist}"),
            "b list": lambda: self.get(node, "/api/songs/", token=""),
            "d list": lambda: self.get(node, "/songs?limit=500", token=""),
            "d playlist": lambda: self.get(node, f"/playlists/{self.playlist}/songs"),
            "rest search": lambda: self.rest(node, "search3", query=TITLES[0]),
            "rest playlist": lambda: self.rest(node, "getPlaylist", id=f"pl-{self.playlist}"),
            "rest album": lambda: self.rest(node, "getAlbum", id=f"al-{self.album}"),
            "share": lambda: self.get(node, self.share, token=""),
        }
        part = {"range": "bytes=4000-4999"}
        codes: dict[str, Callable[[], httpx2.Response]] = {
            "v1 song": lambda: self.get(node, f"/api/v1/songs/{self.song}"),
            "v1 next part of a stream": lambda: self.get(node, f"/api/v1/songs/{self.song}/stream", headers=part),
            "v1 next piece (HLS)": lambda: self.get(node, f"/api/v1/songs/{self.song}/hls/64/0.ts"),
            "b song": lambda: self.get(node, f"/api/songs/{self.song}/", token=""),
            "signed address": lambda: self.get(node, self.signed, token="", headers=part),
            "d song": lambda: self.get(node, f"/songs/{self.song}", token=""),
            "share stream": lambda: self.get(node, f"{self.share}/songs/{self.song}/stream", token="", headers=part),
            "rest stream": lambda: self.rest(node, "stream", id=f"so-{self.song}"),
        }
        shown = {name for name, ask in texts.items() if TITLES[0] in ask().text}
        for name, ask in codes.items():
            answer = ask()
            # OpenSubsonic tells refusals with 200, in JSON.
            is_sound = "json" not in answer.headers["content-type"]
            if answer.is_success and (is_sound or TITLES[0] in answer.text):
                shown.add(name)
        return shown

    def check(self, expected: set[str], change: Callable[[], Any]) -> None:
        """`change` is done on one node; at once there and within a second on the other, that is what is shown."""
        change()
        changed = time.monotonic()
        assert self.shown_in(self.here) == expected
        while True:
            asked = time.monotonic()
            shown = self.shown_in(self.there)
            if shown == expected:
                return
            assert asked - changed < SECONDS, f"after a second the other node still differs: {shown ^ expected}"


def add_music(audio: AudioMaker, folder: Path) -> None:
    """Put the album's files into a music folder."""
    for track, title in enumerate(TITLES, 1):
        tags = {"title": title, "artist": "Keeper", "albumartist": "Keeper", "album": "Shoreline"}
        audio.song(folder / f"{track}.mp3", {**tags, "tracknumber": str(track)}, kind="mp3")
