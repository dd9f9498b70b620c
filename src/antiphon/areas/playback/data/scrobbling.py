"""What crosses the door of scrobbling: listens as services elsewhere take them, and what connects a person there."""

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from antiphon.kernel.errors import AntiphonError, Kind, unavailable

ServiceId = Literal["listenbrainz", "lastfm"]
SERVICES: tuple[ServiceId, ...] = ("listenbrainz", "lastfm")

ConnectionState = Literal["connected", "failing", "reconnect"]
"""`failing`: the service does not answer, and is asked again. `reconnect`: it does not know this server any more."""

IMPORT_CLIENTS = ("import:listenbrainz", "import:lastfm", "import:activity")
"""The clients of plays that were brought along. They were told elsewhere already, so they are not told again."""


class Listen(msgspec.Struct, frozen=True, kw_only=True):
    """A listen as it was when it happened. `at` is its beginning in seconds since 1970, `duration` is in seconds."""

    artist: str
    title: str
    at: float = 0.0
    album: str = ""
    album_artist: str = ""
    duration: float = 0.0
    track: int | None = None
    recording_id: str = ""
    isrc: str = ""


class ForeignListener(msgspec.Struct, frozen=True):
    """Somebody as a service knows them, and the secret that lets the server speak for them."""

    name: str
    secret: str


class Verdict(msgspec.Struct, frozen=True):
    """What became of one listen: `taken`, `refused` for good, or to be told `later`; why, in a few words."""

    outcome: Literal["taken", "refused", "later"]
    reason: str = ""


TAKEN = Verdict("taken")


class LovedSong(msgspec.Struct, frozen=True):
    """A song that somebody loves elsewhere."""

    artist: str
    title: str
    album: str = ""


class LinkEnded(Exception):
    """The service does not take the secret (any more): the person has to connect it again."""


class ServiceAway(Exception):
    """The service cannot just now. `retry_after`: seconds that it asked for, or None."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class ListensRefused(Exception):
    """The service will not take what it was told, now or later."""


class SongUnknown(Exception):
    """The service knows no such song, so it cannot be loved there."""


class ScrobbleService(Protocol):
    """A service that keeps what people listen to. Each call raises LinkEnded, ServiceAway or ListensRefused."""

    id: ServiceId
    name: str
    batch: int
    """As many listens are told at once."""
    keeps_seconds: float
    """A listen that is older is not taken any more."""

    def takes(self, listen: Listen) -> bool:
        """Whether the service keeps such listens at all."""
        ...

    def sign_in_address(self, back: str) -> str | None:
        """Where people allow the server to speak for them; None where they bring a token of their own. The service
        sends the browser to `back` with a `token`."""
        ...

    async def listener(self, token: str) -> ForeignListener:
        """Who a token belongs to. Raises LinkEnded for one that is not right."""
        ...

    async def scrobble(self, who: ForeignListener, listens: Sequence[Listen]) -> Sequence[Verdict]:
        """Tell listens, at most `batch`, the oldest first; a verdict on each."""
        ...

    async def now_playing(self, who: ForeignListener, listen: Listen) -> None:
        """Tell what plays now."""
        ...

    async def love(self, who: ForeignListener, listen: Listen, loved: bool) -> None:
        """Love a song, or love it no more. Raises SongUnknown besides."""
        ...

    async def loved(self, who: ForeignListener, page: int) -> list[LovedSong]:
        """A page of what somebody loves, from 0 on; nothing after the last."""
        ...


class ServiceInfo(msgspec.Struct, frozen=True):
    """A service that the server knows. `by_token`: people bring a token, else they are led there."""

    id: str
    name: str
    by_token: bool


class ScrobbleConnection(msgspec.Struct, frozen=True):
    """How a person is connected. `waiting` is how many listens and loves wait, `refused` how many the service would
    not take for good, `unknown_loves` how many songs that the person loves the service does not know, `problem` what
    was wrong last; moments are seconds since 1970."""

    id: int
    service: str
    name: str
    state: ConnectionState
    scrobbles: bool
    loves: bool
    waiting: int
    refused: int
    unknown_loves: int
    problem: str
    created_at: float
    delivered_at: float | None
    resumes_at: float | None


class ConnectionChange(msgspec.Struct, frozen=True):
    """Other settings of a connection; None stays as it is."""

    scrobbles: bool | None = None
    loves: bool | None = None


def service_unavailable(name: str, retry_after: float | None = None) -> AntiphonError:
    """A service does not answer."""
    return unavailable("service_unavailable", f"{name} does not answer. Try again later.", retry_after or 30.0)


def service_refused(name: str) -> AntiphonError:
    """A service does not know whom a token belongs to."""
    return AntiphonError(Kind.INVALID, "service_refused", f"{name} does not take this token.")


def connection_expired() -> AntiphonError:
    """What was begun is too old, was used already, or is somebody else's."""
    return AntiphonError(Kind.FORBIDDEN, "connection_expired", "This took too long. Connect once more.")
