"""Last.fm, and servers that speak its language, such as Libre.fm."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from antiphon.adapters.scrobble import Calls, Reply, Transport, field, seconds_in, text_in
from antiphon.areas.playback.data.scrobbling import (
    TAKEN,
    ForeignListener,
    LinkEnded,
    Listen,
    ListensRefused,
    LovedSong,
    ServiceAway,
    ServiceId,
    Verdict,
)

BATCH = 50
KEPT_SECONDS = 14 * 86_400.0
SHORTEST_SECONDS = 30.0
LOVES_ON_A_PAGE = 200
NOT_A_TOKEN, SESSION_ENDED, UNAUTHORIZED_TOKEN, EXPIRED_TOKEN = 4, 9, 14, 15
LINK_ENDED = (NOT_A_TOKEN, SESSION_ENDED, UNAUTHORIZED_TOKEN, EXPIRED_TOKEN)
# Offline, cannot just now, too often; and what only the server's owner can set right: the key, the signature.
FOR_LATER = (8, 10, 11, 13, 16, 26, 29)
DAILY_LIMIT = "5"
REASONS = {
    "1": "Last.fm ignores this artist.",
    "2": "Last.fm ignores this song.",
    "3": "It was too old when it could be told.",
    "4": "It lies in the future.",
}


class LastFmSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's own key and secret, the base address (its path is kept) and the page where people say yes."""

    key: str
    secret: str
    address: str
    sign_in_address: str


class LastFm:
    """One server. People say yes on its page and are led back with a token, which becomes a session."""

    id: ServiceId = "lastfm"
    name = "Last.fm"
    batch = BATCH
    keeps_seconds = KEPT_SECONDS

    def __init__(self, settings: LastFmSettings, transport: Transport) -> None:
        self._settings = settings
        self._calls = Calls(self.name, settings.address, transport)

    def takes(self, listen: Listen) -> bool:
        """Whether it keeps such listens at all: nothing short, where the length is known."""
        return not 0 < listen.duration <= SHORTEST_SECONDS

    def sign_in_address(self, back: str) -> str | None:
        """Where people say yes."""
        return f"{self._settings.sign_in_address}?{urlencode({'api_key': self._settings.key, 'cb': back})}"

    async def listener(self, token: str) -> ForeignListener:
        """Who has said yes."""
        reply = await self._ask("auth.getSession", {"token": token})
        name, session = text_in(reply.body, "session", "name"), text_in(reply.body, "session", "key")
        if not name or not session:
            raise LinkEnded
        return ForeignListener(name, session)

    async def scrobble(self, who: ForeignListener, listens: Sequence[Listen]) -> Sequence[Verdict]:
        """Tell listens; each is taken or ignored by itself."""
        values: dict[str, str] = {}
        for number, listen in enumerate(listens):
            told = {**_song(listen), "timestamp": str(int(listen.at))}
            values |= {f"{name}[{number}]": value for name, value in told.items()}
        reply = await self._ask("track.scrobble", values, who)
        answers = _listed(field(reply.body, "scrobbles", "scrobble"))
        if len(answers) != len(listens):
            # It answers with 200, so it has heard: telling once more could count twice.
            return [TAKEN] * len(listens)
        return [_verdict(text_in(answer, "ignoredMessage", "code")) for answer in answers]

    async def now_playing(self, who: ForeignListener, listen: Listen) -> None:
        """Tell what plays now."""
        await self._ask("track.updateNowPlaying", _song(listen), who)

    async def love(self, who: ForeignListener, listen: Listen, loved: bool) -> None:
        """Love a song, or no more."""
        values = {"artist": listen.artist, "track": listen.title}
        await self._ask("track.love" if loved else "track.unlove", values, who)

    async def loved(self, who: ForeignListener, page: int) -> list[LovedSong]:
        """A page of loved songs."""
        values = {"user": who.name, "limit": str(LOVES_ON_A_PAGE), "page": str(page + 1)}
        reply = await self._ask("user.getLovedTracks", values)
        pages = text_in(reply.body, "lovedtracks", "@attr", "totalPages")
        if pages.isdigit() and page >= int(pages):
            return []
        listed = _listed(field(reply.body, "lovedtracks", "track"))
        return [LovedSong(text_in(one, "artist", "name"), text_in(one, "name")) for one in listed]

    async def _ask(self, method: str, values: Mapping[str, str], who: ForeignListener | None = None) -> Reply:
        """Say something, signed."""
        form = {"method": method, "api_key": self._settings.key, **values}
        if who is not None:
            form["sk"] = who.secret
        signed = {**form, "api_sig": signature(form, self._settings.secret), "format": "json"}
        # As its own documents write the address: with a stroke at the end.
        return self._checked(await self._calls.ask("POST", "/", form=signed))

    def _checked(self, reply: Reply) -> Reply:
        """An answer that says yes."""
        code = field(reply.body, "error")
        if code in LINK_ENDED:
            raise LinkEnded
        if isinstance(code, int) and code not in FOR_LATER:
            raise ListensRefused(text_in(reply.body, "message") or f"{self.name} says no, with error {code}.")
        if code is not None or reply.status != 200 or not isinstance(reply.body, dict):
            what = f"error {code}" if isinstance(code, int) else f"{reply.status}"
            wait = seconds_in(reply.headers, "retry-after")
            raise ServiceAway(f"{self.name} cannot just now, it says {what}.", wait)
        return reply


def signature(values: Mapping[str, str], secret: str) -> str:
    """Names and values in the order of the names' bytes, then the secret; `format` and `callback` do not count."""
    text = "".join(f"{name}{values[name]}" for name in sorted(values) if name not in ("format", "callback"))
    return hashlib.md5(f"{text}{secret}".encode(), usedforsecurity=False).hexdigest()


def _song(listen: Listen) -> dict[str, str]:
    values = {
        "artist": listen.artist,
        "track": listen.title,
        "album": listen.album,
        "albumArtist": listen.album_artist if listen.album_artist != listen.artist else "",
        "duration": str(round(listen.duration)) if listen.duration >= 1 else "",
        "trackNumber": str(listen.track or ""),
        "mbid": listen.recording_id,
    }
    return {name: value for name, value in values.items() if value}


def _listed(value: Any) -> list[Any]:
    """One thing stands there without a list around it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _verdict(code: str) -> Verdict:
    if code in ("", "0"):
        return TAKEN
    return Verdict("later") if code == DAILY_LIMIT else Verdict("refused", REASONS.get(code, "Last.fm ignores it."))
