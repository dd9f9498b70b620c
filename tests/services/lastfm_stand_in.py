"""A strict stand-in for Last.fm's API 2.0, below a path of its own."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.services.stand_in import Call, Reply, StandIn

PATH = "/2.0"
KEY, SECRET = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
NAME = "ada-fm"
BATCH = 50
NEEDS_SESSION = ("track.scrobble", "track.updateNowPlaying", "track.love", "track.unlove")


def error(code: int, message: str = "It did not work.", status: int = 403) -> Reply:
    """An answer that says no."""
    return Reply(status, {"error": code, "message": message, "links": []})


class LastFmStandIn(StandIn):
    """Checks key and signature of every call; a token becomes a session once. `problems` are answered first, one for
    each call; `ignored` are codes by title."""

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.sessions: dict[str, str] = {}
        self.problems: list[Reply] = []
        self.ignored: dict[str, str] = {}
        self.scrobbles: list[dict[str, str]] = []
        self.batches: list[int] = []
        self.playing: list[dict[str, str]] = []
        self.loves: list[tuple[str, str, bool]] = []
        self.loved: list[dict[str, Any]] = []
        super().__init__()

    @property
    def base(self) -> str:
        """Its base address."""
        return f"{self.address}{PATH}"

    def say_yes(self, token: str = "yes-token") -> str:
        """Somebody lets the server in: the token that their browser brings back."""
        self.tokens.add(token)
        return token

    def answer(self, call: Call) -> Reply:
        """The answer to one call."""
        assert (call.method, call.path) == ("POST", f"{PATH}/"), "a call beside the base address"
        given = call.form
        signed = {name: value for name, value in given.items() if name not in ("format", "callback", "api_sig")}
        text = "".join(name + signed[name] for name in sorted(signed, key=lambda name: name.encode())) + SECRET
        if self.problems:
            return self.problems.pop(0)
        if given.get("api_key") != KEY:
            return error(10, "Invalid API key")
        if given.get("api_sig") != hashlib.md5(text.encode(), usedforsecurity=False).hexdigest():
            return error(13, "Invalid method signature supplied")
        assert given.get("format") == "json"
        method = given["method"]
        if method in NEEDS_SESSION and given.get("sk") not in self.sessions:
            return error(9, "Invalid session key - Please re-authenticate")
        answers = {
            "auth.getSession": self._session,
            "track.scrobble": self._scrobble,
            "track.updateNowPlaying": self._now_playing,
            "track.love": self._love,
            "track.unlove": self._love,
            "user.getLovedTracks": self._loved,
        }
        return answers[method](given) if method in answers else error(3, "Invalid Method", 400)

    def _session(self, given: dict[str, str]) -> Reply:
        if given["token"] not in self.tokens:
            return error(4, "Invalid authentication token supplied")
        self.tokens.discard(given["token"])
        session = f"session-{len(self.sessions) + 1}"
        self.sessions[session] = NAME
        return Reply(200, {"session": {"name": NAME, "key": session, "subscriber": 0}})

    def _scrobble(self, given: dict[str, str]) -> Reply:
        told: dict[int, dict[str, str]] = {}
        for name, value in given.items():
            found = re.fullmatch(r"([a-zA-Z]+)\[(\d+)\]", name)
            if found:
                told.setdefault(int(found[2]), {})[found[1]] = value
        if not told or set(told) != set(range(len(told))) or len(told) > BATCH:
            return error(6, "Invalid parameters", 400)
        if any(not {"artist", "track", "timestamp"} <= set(one) for one in told.values()):
            return error(6, "Invalid parameters", 400)
        self.batches.append(len(told))
        answers = []
        for _, one in sorted(told.items()):
            code = self.ignored.get(one["track"], "0")
            if code == "0" and one not in self.scrobbles:
                self.scrobbles.append(one)
            answers.append({"timestamp": one["timestamp"], "ignoredMessage": {"code": code, "#text": ""}})
        ignored = sum(answer["ignoredMessage"]["code"] != "0" for answer in answers)  # type: ignore[index]
        counts = {"accepted": len(answers) - ignored, "ignored": ignored}
        return Reply(200, {"scrobbles": {"@attr": counts, "scrobble": answers if len(answers) > 1 else answers[0]}})

    def _now_playing(self, given: dict[str, str]) -> Reply:
        assert "timestamp" not in given
        self.playing.append({name: given[name] for name in ("artist", "track")})
        return Reply(200, {"nowplaying": {"ignoredMessage": {"code": "0", "#text": ""}}})

    def _love(self, given: dict[str, str]) -> Reply:
        self.loves.append((given["artist"], given["track"], given["method"] == "track.love"))
        return Reply(200, {})

    def _loved(self, given: dict[str, str]) -> Reply:
        limit, page = int(given["limit"]), int(given["page"])
        shown = self.loved[(page - 1) * limit : page * limit]
        pages = {"totalPages": str(-(-len(self.loved) // limit)), "page": str(page), "user": NAME}
        return Reply(200, {"lovedtracks": {"track": shown[0] if len(shown) == 1 else shown, "@attr": pages}})


@pytest.fixture
def lastfm() -> Iterator[LastFmStandIn]:
    """A stand-in for Last.fm."""
    stand_in = LastFmStandIn()
    yield stand_in
    stand_in.close()
