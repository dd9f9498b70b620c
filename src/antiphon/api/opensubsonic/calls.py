"""One call of an endpoint, as its handler sees it."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec

from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import Header, Receive, Scope, Send
from antiphon.api.http.exchange import exchange_of
from antiphon.api.opensubsonic.cursors import Cursors
from antiphon.api.opensubsonic.formats import Payload
from antiphon.api.opensubsonic.parameters import Parameters
from antiphon.areas.playback.data.streaming import Asking
from antiphon.kernel.principal import Principal

# No cookie counts here, so any page may call and read: web clients of other makers draw covers and play songs.
OPEN_TO_ALL: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Last-Modified, Retry-After, "
        b"X-Content-Duration, X-Total-Count",
    ),
)


class Call(msgspec.Struct, frozen=True, gc=False):
    """Who calls with what. `cursors` are kept from call to call; `body` is what came with the call and is no form."""

    areas: Areas
    principal: Principal
    parameters: Parameters
    cursors: Cursors
    scope: Scope
    receive: Receive
    send: Send
    body: bytes = b""

    def __repr__(self) -> str:
        """Neither headers nor values: they may be secrets."""
        return f"Call({self.parameters!r})"

    @property
    def base_url(self) -> str:
        """Where this server is reached, without a slash at its end."""
        return exchange_of(self.scope).server

    @property
    def asking(self) -> Asking:
        """The app and the address that the call comes from."""
        return Asking(self.parameters.text("c"), exchange_of(self.scope).address)


class Called(NamedTuple):
    """What stands in the envelope, where the call decides under which name."""

    element: str
    payload: Payload


Handler = Callable[[Call], Awaitable[Payload | Called | None]]
"""Gives what stands in the envelope; None for nothing but that it went well, and where it has sent bytes itself."""


class Endpoint(NamedTuple):
    """One line of the table: the name in the address, who answers, and what the payload is called.

    `is_open` needs no sign-in. `sends_bytes` answers by itself and not with an envelope. `scope` is what an API key
    must have for it: `write` for whatever changes something.
    """

    name: str
    handler: Handler
    element: str = ""
    is_open: bool = False
    sends_bytes: bool = False
    scope: str = "read"
