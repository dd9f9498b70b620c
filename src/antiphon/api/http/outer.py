"""The outermost application: one ASGI callable that leads each request to its dialect and seals every answer."""

import time
from collections.abc import Awaitable
from functools import lru_cache, partial
from http import HTTPStatus

import msgspec

from antiphon.api.http.acceleration import Accelerator
from antiphon.api.http.access_log import AccessLog
from antiphon.api.http.answers import JSON, NO_STORE, Answer, redirect, send_answer, send_in_two
from antiphon.api.http.areas import Address
from antiphon.api.http.asgi import WHOLE_ANSWER, Application, Header, Message, Receive, Scope, Send
from antiphon.api.http.draining import Draining
from antiphon.api.http.exchange import Exchange, Exchanges
from antiphon.api.http.origins import Hosts, Origins
from antiphon.api.http.problems import STATUSES, Problem, Refusal, problem_of

NOSNIFF: Header = (b"x-content-type-options", b"nosniff")
REFERRER: Header = (b"referrer-policy", b"same-origin")
# What is no page never runs, loads or frames anything.
SEALED: tuple[Header, ...] = (
    NOSNIFF,
    REFERRER,
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
)
# Pages bring a policy of their own.
PAGE: tuple[Header, ...] = (NOSNIFF, REFERRER, (b"cross-origin-opener-policy", b"same-origin"))
# Who has come by https once does not come by http for a year. Only this host: others of its domain are not ours.
ONLY_HTTPS: Header = (b"strict-transport-security", b"max-age=31536000")
# OpenSubsonic clients of any origin show what they get; they are told only not to guess types.
OPEN: tuple[Header, ...] = (NOSNIFF,)


# Without any of these there is nothing to refuse before a dialect hears of the request, but its host.
SPECIAL = frozenset({b"transfer-encoding", b"expect", b"access-control-request-method"})


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """The applications behind the outermost one. None for a part that is switched off.

    `v1` has everything under `/api/v1`, the list of dialects at `/api/` and the pages under `/docs`; `unslashed` and
    `slashed` share the rest of `/api/`: paths without and with a slash at their end; `shares` has the public pages
    under `/share/`, `root` all that is left.
    """

    v1: Application
    web: Application
    root: Application
    shares: Application | None = None
    opensubsonic: Application | None = None
    socketio: Application | None = None
    unslashed: Application | None = None
    slashed: Application | None = None


class Seal(msgspec.Struct, frozen=True, gc=False):
    """What answers carry: as headers, and as their lines up to where the number of the request follows."""

    headers: tuple[Header, ...]
    lines: bytes


class Outer:
    """Routes by path, guards hosts and origins, logs, and knows what is under way."""

    def __init__(self, parts: Parts, address: Address, *, draining: Draining, log: AccessLog) -> None:
        self.parts = parts
        self._draining = draining
        self._log = log
        self._exchanges = Exchanges(
            trusted_proxies=address.trusted_proxies,
            public_url=address.public_url,
            accelerator=Accelerator(address.accelerated) if address.accelerated else None,
        )
        self._origins = Origins(address.cors_allowed_origins)
        self._hosts = Hosts(address.allowed_hosts)
        # The same few in answer after answer; browsers of other origins have a few more.
        self._seal = lru_cache(maxsize=64)(partial(_written, self._exchanges.series))
        self._closed, self._page, self._open = self._seal(SEALED), self._seal(PAGE), self._seal(OPEN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or serve one connection of another kind."""
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        start = time.perf_counter()
        exchange = self._exchanges.open(scope)
        application, seal = self._part(scope["path"])
        is_open = seal is self._open
        if self._origins.are_known and not is_open:
            seal = self._seal((*seal.headers, *self._origins.headers(exchange)))
        if exchange.is_secure:
            seal = self._seal((*seal.headers, ONLY_HTTPS))
        sealed = _sealed(scope, exchange, seal, send)
        task = self._draining.enter(exchange)
        try:
            refused = None
            if self._hosts.are_known or not SPECIAL.isdisjoint(exchange.headers):
                refused = self._refused(scope, exchange, is_open=is_open)
            if refused is not None:
                await send_answer(sealed, refused)
            else:
                await application(scope, receive, sealed)
        except Exception as error:
            # Dialects tell their own errors; this is what slips through a part that has no words for it.
            if exchange.status:
                raise
            problem = problem_of(error, STATUSES, exchange.request_id)
            await send_answer(sealed, _plain(problem))
        finally:
            self._draining.leave(task)
            self._log.add(scope, exchange, start)

    def _part(self, path: str) -> tuple[Application, Seal]:
        """Whose path it is, and what its answers carry."""
        parts = self.parts
        if path.startswith("/api/"):
            if path.startswith("/api/v1/") or path in ("/api/v1", "/api/"):
                return parts.v1, self._closed
            return (parts.slashed if path.endswith("/") else parts.unslashed) or parts.v1, self._closed
        if path.startswith("/rest/") or path == "/rest":
            return parts.opensubsonic or parts.root, self._open
        if path.startswith("/app/"):
            return parts.web, self._page
        if path.startswith("/share/"):
            return parts.shares or parts.root, self._page
        if path.startswith("/socket.io/"):
            return parts.socketio or parts.v1, self._closed
        if path.startswith("/docs"):
            return parts.v1, self._page
        led = _LEADS.get(path)
        return (led, self._closed) if led is not None else (parts.root, self._closed)

    def _refused(self, scope: Scope, exchange: Exchange, *, is_open: bool) -> Answer | None:
        """What is answered before any dialect hears of the request: refusals, and browsers' questions beforehand."""
        headers = exchange.headers
        try:
            self._hosts.check(exchange)
            if b"transfer-encoding" in headers and b"content-length" in headers:
                raise _bad("The length of this request is told in two ways.")
            if headers.get(b"expect", b"100-continue").lower() != b"100-continue":
                raise Refusal(HTTPStatus.EXPECTATION_FAILED, "expectation_failed", "This is not expected here.")
        except Refusal as refusal:
            return _plain(problem_of(refusal, STATUSES, exchange.request_id))
        if scope["method"] == "OPTIONS" and not is_open and b"access-control-request-method" in headers:
            return Answer(b"", HTTPStatus.NO_CONTENT, self._origins.preflight(exchange))
        return None

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._live(receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        socketio = self.parts.socketio
        if socketio is not None and scope["path"].startswith("/socket.io/") and self._is_known(scope):
            await socketio(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 1000})

    def _is_known(self, scope: Scope) -> bool:
        """Whether a socket is opened at a host name that the server answers to."""
        try:
            self._hosts.check(self._exchanges.open(scope))
        except Refusal:
            return False
        return True

    async def _live(self, receive: Receive, send: Send) -> None:
        """Servers that ask whether they may start and stop are told yes: what begins and ends is not theirs to know."""
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def _sealed(scope: Scope, exchange: Exchange, seal: Seal, send: Send) -> Send:
    """`send` with what every answer carries, so that no dialect can forget it."""
    takes_whole = WHOLE_ANSWER in scope.get("extensions", ())

    def sealed(message: Message) -> Awaitable[None]:
        kind = message["type"]
        if kind == WHOLE_ANSWER:
            exchange.status = message["status"]
            if takes_whole:
                message["lines"] = seal.lines + b"%x\r\n" % exchange.number
                return send(message)
            message["headers"] += (*seal.headers, (b"x-request-id", exchange.request_id.encode()))
            return send_in_two(send, message)
        if kind == "http.response.start":
            exchange.status = message["status"]
            numbered = (b"x-request-id", exchange.request_id.encode())
            message["headers"] = [*message.get("headers", ()), *seal.headers, numbered]
        return send(message)

    return sealed


def _written(series: bytes, headers: tuple[Header, ...]) -> Seal:
    """The seal of these headers, in answers whose ids are of one series."""
    return Seal(headers, b"".join(b"%b: %b\r\n" % header for header in headers) + b"x-request-id: %b-" % series)


def _plain(problem: Problem) -> Answer:
    """A problem where no dialect is concerned."""
    body = msgspec.json.encode({"error": problem.message, "code": problem.code})
    return Answer(body, problem.status, (JSON, NO_STORE, *problem.headers))


def _bad(message: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "bad_request", message, ((b"connection", b"close"),))


def _lead(path: str) -> Application:
    """An application that leads elsewhere on this server."""

    async def application(scope: Scope, _receive: Receive, send: Send) -> None:
        await send_answer(send, redirect(path))

    return application


_LEADS = {
    "/": _lead("/app/"),
    "/app": _lead("/app/"),
    "/admin": _lead("/app/admin"),
    "/admin/": _lead("/app/admin"),
    "/api": _lead("/api/"),
    "/favicon.ico": _lead("/app/icon.svg"),
}
