"""A strict stand-in for ListenBrainz, as its server is since the summer of 2026, below a path of its own."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.services.stand_in import Call, Reply, StandIn

PATH = "/apis/listenbrainz"
TOKEN, NAME = "0a1b2c3d-listener-token", "ada of the waves"
MOST_LISTENS, LONGEST_LISTEN, FIRST_MOMENT = 1000, 10_240, 1_033_430_400


class ListenBrainzStandIn(StandIn):
    """Checks what a listen holds, and answers what `problems` has, one for each call, before anything else.

    `listens` are those that were taken, by moment, artist and title: one that is told twice counts once, as there.
    """

    def __init__(self) -> None:
        self.tokens = {TOKEN: NAME}
        self.problems: list[Reply] = []
        self.listens: dict[tuple[int, str, str], dict[str, Any]] = {}
        self.submissions: list[int] = []
        self.playing: list[dict[str, Any]] = []
        self.feedback: dict[str, int] = {}
        self.loved: list[dict[str, Any]] = []
        # Recordings it knows, by the names of artist, recording and release; and how it writes the first two.
        self.recordings: dict[tuple[str, str, str], tuple[str, str, str]] = {}
        super().__init__()

    @property
    def base(self) -> str:
        """Its base address."""
        return f"{self.address}{PATH}"

    def answer(self, call: Call) -> Reply:
        """The answer to one call."""
        if self.problems:
            return self.problems.pop(0)
        token = call.headers.get("authorization", "").removeprefix("Token ")
        name = self.tokens.get(token)
        path = call.path.removeprefix(PATH)
        if path == call.path:
            return Reply(404, {"code": 404, "error": "Not found"})
        if (call.method, path) == ("GET", "/1/validate-token"):
            valid = {"code": 200, "message": "Token valid.", "valid": True, "user_name": name}
            return Reply(200, valid if name else {"code": 200, "message": "Token invalid.", "valid": False})
        if name is None:
            return Reply(401, {"code": 401, "error": "Invalid authorization token."})
        if (call.method, path) == ("POST", "/1/submit-listens"):
            return self._submit(json.loads(call.body))
        if (call.method, path) == ("POST", "/1/feedback/recording-feedback"):
            given = json.loads(call.body)
            assert set(given) == {"recording_mbid", "score"} and given["score"] in (1, 0, -1)
            self.feedback[given["recording_mbid"]] = given["score"]
            return Reply(200, {"status": "ok"})
        if (call.method, path) == ("GET", "/1/feedback/user/ada%20of%20the%20waves/get-feedback"):
            query = call.form
            begin, count = int(query["offset"]), int(query["count"])
            assert query["score"] == "1" and query["metadata"] == "true" and count <= 1000
            return Reply(200, {"feedback": self.loved[begin : begin + count], "total_count": len(self.loved)})
        if (call.method, path) == ("GET", "/1/metadata/lookup"):
            return self._look_up(call.form)
        return Reply(404, {"code": 404, "error": "Not found"})

    def _look_up(self, query: dict[str, str]) -> Reply:
        """As there: both names are needed, and what is not known is an empty object."""
        if not query.get("artist_name") or not query.get("recording_name"):
            return Reply(400, {"code": 400, "error": "artist_name and recording_name are required."})
        assert set(query) <= {"artist_name", "recording_name", "release_name", "metadata", "inc"}
        names = (query["artist_name"].lower(), query["recording_name"].lower(), query.get("release_name", "").lower())
        found = self.recordings.get(names)
        if found is None:
            return Reply(200, {})
        mbid, artist, title = found
        return Reply(200, {"artist_credit_name": artist, "recording_mbid": mbid, "recording_name": title})

    def _submit(self, given: dict[str, Any]) -> Reply:
        kind, payload = given["listen_type"], given["payload"]
        wrong = self._wrong(kind, payload)
        if wrong:
            return Reply(400, {"code": 400, "error": wrong})
        if kind == "playing_now":
            self.playing.append(payload[0]["track_metadata"])
            return Reply(200, {"status": "ok"})
        self.submissions.append(len(payload))
        for one in payload:
            song = one["track_metadata"]
            self.listens[one["listened_at"], song["artist_name"], song["track_name"]] = song
        return Reply(200, {"status": "ok"}, {"X-RateLimit-Remaining": "29", "X-RateLimit-Reset-In": "10"})

    @staticmethod
    def _wrong(kind: str, payload: list[dict[str, Any]]) -> str:
        if kind not in ("single", "import", "playing_now") or (kind != "import" and len(payload) != 1):
            return "JSON document has a wrong number of listens."
        if not 0 < len(payload) <= MOST_LISTENS:
            return "Too many listens."
        for one in payload:
            if len(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode()) > LONGEST_LISTEN:
                return "Payload too large."
            if (kind == "playing_now") == ("listened_at" in one):
                return "listened_at is for listens that are over."
            if "listened_at" in one and not FIRST_MOMENT <= one["listened_at"] <= time.time() + 3600:
                return "listened_at is not a moment that can be."
            song = one["track_metadata"]
            if not song.get("artist_name", "").strip() or not song.get("track_name", "").strip():
                return "A listen needs an artist and a title."
            more = song.get("additional_info", {})
            if "duration" in more and "duration_ms" in more:
                return "Only one of duration and duration_ms."
            if "poison" in song["track_name"]:
                return "This listen is not accepted."
        return ""


@pytest.fixture
def listenbrainz() -> Iterator[ListenBrainzStandIn]:
    """A stand-in for ListenBrainz."""
    stand_in = ListenBrainzStandIn()
    yield stand_in
    stand_in.close()
