"""Which hosts the server answers to, and which other origins' pages may call it."""

from collections.abc import Sequence
from http import HTTPStatus

from antiphon.api.http.asgi import Header
from antiphon.api.http.exchange import Exchange
from antiphon.api.http.problems import Refusal

_ALLOWED = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        b"Authorization, Authentication-Token, Content-Type, Idempotency-Key, If-None-Match, Range",
    ),
    (b"access-control-max-age", b"600"),
)
_EXPOSED = (
    b"access-control-expose-headers",
    b"X-Total-Count, X-Request-Id, ETag, Retry-After, Content-Range, Content-Disposition",
)


class Origins:
    """The exact list of origins from the settings. `*` allows any, but then no cookie counts. `are_known` is False
    where there is none: then answers say nothing of origins."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = frozenset(origin.rstrip("/").lower().encode("latin-1", "replace") for origin in allowed)
        self._any = b"*" in self._allowed
        self.are_known = bool(self._allowed)

    def headers(self, exchange: Exchange) -> tuple[Header, ...]:
        """What an answer says about who may read it."""
        if not self.are_known:
            return ()
        origin = exchange.headers.get(b"origin")
        if self._any:
            return ((b"access-control-allow-origin", b"*"), _EXPOSED)
        if origin is None or origin.lower() not in self._allowed:
            return ((b"vary", b"Origin"),)
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"Origin"),
            _EXPOSED,
        )

    def preflight(self, exchange: Exchange) -> tuple[Header, ...]:
        """What the answer to a browser's question before a request says beside that."""
        origin = exchange.headers.get(b"origin", b"").lower()
        return _ALLOWED if self._any or origin in self._allowed else ()


class Hosts:
    """The names the server answers to. `.example.org` allows every name below it, `*` any. `are_known` is False where
    any name will do."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self.are_known = bool(allowed) and "*" not in allowed
        self._exact = frozenset(name.lower() for name in allowed)
        self._below = tuple(name.lower() for name in allowed if name.startswith("."))

    def check(self, exchange: Exchange) -> None:
        """Raises Refusal 400 for a host that is not among them."""
        if not self.are_known:
            return
        name = exchange.host
        name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
        if name not in self._exact and not (self._below and (name.endswith(self._below) or f".{name}" in self._below)):
            raise Refusal(HTTPStatus.BAD_REQUEST, "host_not_allowed", "The server does not answer to this host name.")
