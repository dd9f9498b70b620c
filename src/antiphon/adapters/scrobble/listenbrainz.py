"""ListenBrainz, and servers that take its listens, such as Maloja."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

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
    SongUnknown,
    Verdict,
)

LONGEST_LISTEN_BYTES = 10_240
# It takes a thousand at once; one answer for so many takes longer than a call may.
BATCH = 500
KEPT_SECONDS = 400 * 86_400.0
FIRST_MOMENT = 1_033_430_400
"""2002-10-01: before that there were no listens."""
LOVES_ON_A_PAGE = 500
PROGRAM = "Antiphon"
_MBID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOT_ITS_FAULT = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY)


class ListenBrainz:
    """One server. People bring the token from their page there."""

    id: ServiceId = "listenbrainz"
    name = "ListenBrainz"
    batch = BATCH
    keeps_seconds = KEPT_SECONDS

    def __init__(self, address: str, transport: Transport) -> None:
        self._calls = Calls(self.name, address, transport)
        try:
            self._version = version("antiphon")
        except PackageNotFoundError:
            self._version = ""

    def takes(self, listen: Listen) -> bool:
        """Whether it keeps such listens at all."""
        return listen.at >= FIRST_MOMENT

    def sign_in_address(self, _back: str) -> str | None:
        """None: people bring a token."""
        return None

    async def listener(self, token: str) -> ForeignListener:
        """Who a token belongs to."""
        reply = self._checked(await self._calls.ask("GET", "/1/validate-token", headers=_headers(token)))
        if field(reply.body, "valid") is not True:
            raise LinkEnded
        return ForeignListener(text_in(reply.body, "user_name"), token)

    async def scrobble(self, who: ForeignListener, listens: Sequence[Listen]) -> Sequence[Verdict]:
        """Tell listens. What is too long or too old for it does not spoil the rest."""
        told = [msgspec.json.encode(self._listen(listen, with_moment=True)) for listen in listens]
        fits = [len(one) <= LONGEST_LISTEN_BYTES for one in told]
        sent = [one for one, good in zip(told, fits, strict=True) if good]
        if sent:
            await self._submit(who, "single" if len(sent) == 1 else "import", sent)
        return [TAKEN if good else Verdict("refused", "Its names are too long.") for good in fits]

    async def now_playing(self, who: ForeignListener, listen: Listen) -> None:
        """Tell what plays now."""
        await self._submit(who, "playing_now", [msgspec.json.encode(self._listen(listen, with_moment=False))])

    async def love(self, who: ForeignListener, listen: Listen, loved: bool) -> None:
        """Love a recording, or no more. It is known there by its MusicBrainz id alone: where the song has none, the
        service is asked for the one of its names."""
        recording = listen.recording_id or await self._recording(who, listen)
        if not recording:
            raise SongUnknown
        body = msgspec.json.encode({"recording_mbid": recording, "score": int(loved)})
        reply = await self._calls.ask(
            "POST", "/1/feedback/recording-feedback", content=body, headers=_headers(who.secret, has_body=True)
        )
        if reply.status == HTTPStatus.NOT_FOUND:
            raise ListensRefused(f"{self.name} keeps no loves.")
        self._checked(reply)

    async def _recording(self, who: ForeignListener, listen: Listen) -> str:
        """The MusicBrainz id of a recording with these names, by the album's first; empty where there is none."""
        names = {"artist_name": listen.artist, "recording_name": listen.title}
        for album in dict.fromkeys((listen.album, "")):
            query = {**names, "release_name": album} if album else names
            reply = await self._calls.ask("GET", "/1/metadata/lookup", query=query, headers=_headers(who.secret))
            if reply.status == HTTPStatus.NOT_FOUND:
                return ""
            found = self._checked(reply).body
            # It looks for what is near: another song must not be loved for this one.
            is_it = _alike(text_in(found, "recording_name"), listen.title, _MORE_OF_TITLES) and _alike(
                text_in(found, "artist_credit_name"), listen.artist, _MORE_OF_ARTISTS
            )
            if is_it and _MBID.fullmatch(text_in(found, "recording_mbid")):
                return text_in(found, "recording_mbid")
        return ""

    async def loved(self, who: ForeignListener, page: int) -> list[LovedSong]:
        """A page of loved recordings."""
        query = {"score": "1", "metadata": "true", "count": str(LOVES_ON_A_PAGE), "offset": str(page * LOVES_ON_A_PAGE)}
        path = f"/1/feedback/user/{quote(who.name, safe='')}/get-feedback"
        reply = self._checked(await self._calls.ask("GET", path, query=query, headers=_headers(who.secret)))
        listed = field(reply.body, "feedback")
        known = [field(one, "track_metadata") for one in listed] if isinstance(listed, list) else []
        return [
            LovedSong(text_in(one, "artist_name"), text_in(one, "track_name"), text_in(one, "release_name"))
            for one in known
        ]

    async def _submit(self, who: ForeignListener, kind: str, listens: Sequence[bytes]) -> None:
        body = b'{"listen_type":"%s","payload":[%s]}' % (kind.encode(), b",".join(listens))
        headers = _headers(who.secret, has_body=True)
        self._checked(await self._calls.ask("POST", "/1/submit-listens", content=body, headers=headers))

    def _listen(self, listen: Listen, *, with_moment: bool) -> dict[str, Any]:
        more: dict[str, Any] = {"submission_client": PROGRAM, "media_player": PROGRAM}
        if self._version:
            more["submission_client_version"] = self._version
        if listen.duration > 0:
            more["duration_ms"] = round(listen.duration * 1000)
        if listen.track is not None:
            more["tracknumber"] = listen.track
        if listen.recording_id:
            more["recording_mbid"] = listen.recording_id
        if listen.isrc:
            more["isrc"] = listen.isrc
        song: dict[str, Any] = {"artist_name": listen.artist, "track_name": listen.title, "additional_info": more}
        if listen.album:
            song["release_name"] = listen.album
        return {"listened_at": int(listen.at), "track_metadata": song} if with_moment else {"track_metadata": song}

    def _checked(self, reply: Reply) -> Reply:
        """An answer that says yes."""
        if reply.status == HTTPStatus.OK:
            return reply
        if reply.status == HTTPStatus.UNAUTHORIZED:
            raise LinkEnded
        if reply.status in NOT_ITS_FAULT:
            raise ListensRefused(text_in(reply.body, "error") or f"{self.name} says no, with {reply.status}.")
        wait = seconds_in(reply.headers, "retry-after")
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = seconds_in(reply.headers, "x-ratelimit-reset-in", "retry-after")
        raise ServiceAway(f"{self.name} cannot just now, it says {reply.status}.", wait)


# A guest, an edition: what may stand behind the one name and not the other.
_MORE_OF_TITLES = re.compile(r"\s*[(\[].*|\s+[-–—]\s.*|\s+(?:feat|ft|featuring)\b.*", re.DOTALL)
_MORE_OF_ARTISTS = re.compile(r"\s*[(\[,;&+/].*|\s+(?:feat|ft|featuring|and|with|x|vs)\b.*", re.DOTALL)


def _alike(one: str, other: str, more: re.Pattern[str]) -> bool:
    """Whether two names say the same but for signs, case and what stands behind one of them."""

    first, second = (re.sub(r"\W+", "", name.casefold()) for name in (one, other))
    first_bare, second_bare = (re.sub(r"\W+", "", more.sub("", name.casefold())) for name in (one, other))
    return bool(first and second) and (first in (second, second_bare) or second == first_bare)


def _headers(token: str, *, has_body: bool = False) -> dict[str, str]:
    headers = {"authorization": f"Token {token}"}
    return headers | {"content-type": "application/json"} if has_body else headers
