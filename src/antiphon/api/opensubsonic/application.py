"""OpenSubsonic as one plain ASGI application: all endpoints share sign-in, parameters, formats and errors."""

import asyncio
from http import HTTPStatus

from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import WHOLE_ANSWER, Header, Receive, Scope, Send
from antiphon.api.http.bodies import ClientGone, read_body
from antiphon.api.http.exchange import Exchange, exchange_of
from antiphon.api.opensubsonic.calls import OPEN_TO_ALL, Call, Called, Endpoint
from antiphon.api.opensubsonic.cursors import Cursors
from antiphon.api.opensubsonic.errors import CLIENT_TOO_OLD, GENERIC, SERVER_TOO_OLD, SubsonicError, tell
from antiphon.api.opensubsonic.formats import CALLBACK, JSON, OLD_CLIENTS, OLD_XML, UNCALLED, XML, Format
from antiphon.api.opensubsonic.parameters import Parameters, missing
from antiphon.api.opensubsonic.routes import CALLABLE, UNKNOWN
from antiphon.api.opensubsonic.signin import known_caller, sign_in
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.principal import ANONYMOUS, Principal

MAXIMUM_FORM_BYTES = 2 * 1024 * 1024
LONG_FORM_BYTES = 32 * 1024
METHODS = ("GET", "POST", "HEAD", "DELETE")
_OK = int(HTTPStatus.OK)
_NONE: tuple[Header, ...] = ()
_NO_STORE: Header = (b"cache-control", b"no-store")
_ANSWER = (*OPEN_TO_ALL, _NO_STORE)
_CONTENT_TYPES: dict[str, Header] = {
    shown.name: (b"content-type", shown.content_type) for shown in (XML, JSON, Format("jsonp"))
}


class OpenSubsonic:
    """Answers what stands under `/rest/`, with or without `.view` at its end."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self._cursors = Cursors()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. An error after the answer has begun is raised: only the server can end it then."""
        exchange, method = exchange_of(scope), scope["method"]
        if method == "OPTIONS":
            return await send({"type": WHOLE_ANSWER, "status": 204, "headers": _preflight(exchange), "body": b""})
        parameters = Parameters()
        status, further = _OK, _NONE
        try:
            if method not in METHODS:
                raise SubsonicError(GENERIC, f"This address takes {', '.join(METHODS)}.")
            # Query and form count together: some apps put half of a call in each.
            parameters.add(scope["query_string"])
            given = await _read_body(parameters, receive, exchange) if method == "POST" else b""
            shown = _checked_format(parameters)
            endpoint = CALLABLE.get(scope["path"].rpartition("/")[2].removesuffix(".view"), UNKNOWN)
            principal = None if endpoint.is_open else known_caller(parameters, exchange, self._areas.accounts)
            if principal is None:
                principal = await self._sign_in(parameters, exchange, endpoint)
            # A call counts for the person; one that names nobody, for its address.
            if self._areas.ceilings.count(principal.user_id, exchange.address):
                await self._areas.ceilings.tell(principal.user_id, exchange.address)
            _check_version(parameters.text("v"), endpoint)
            call = Call(self._areas, principal, parameters, self._cursors, scope, receive, send, given)
            payload = await endpoint.handler(call)
            if endpoint.sends_bytes:
                return None
            element, value = payload if isinstance(payload, Called) else (endpoint.element, payload)
            body = shown.success(element, value)
        except ClientGone:
            return None
        except Exception as error:
            if exchange.status:
                raise
            shown = _format_of(parameters)
            body, status, further = _failure(error, exchange, shown)
        headers = [*_ANSWER, _CONTENT_TYPES[shown.name], (b"content-length", b"%d" % len(body)), *further]
        sent = b"" if method == "HEAD" else body
        return await send({"type": WHOLE_ANSWER, "status": status, "headers": headers, "body": sent})

    async def _sign_in(self, parameters: Parameters, exchange: Exchange, endpoint: Endpoint) -> Principal:
        """Who calls an endpoint."""
        if endpoint.is_open:
            return ANONYMOUS
        try:
            principal = await sign_in(parameters, self._areas.accounts, exchange.address, endpoint.scope)
        except (AntiphonError, SubsonicError):
            await self._areas.ceilings.admit(0, exchange.address)
            raise
        exchange.user_id = principal.user_id
        return principal


def _failure(error: Exception, exchange: Exchange, shown: Format) -> tuple[bytes, int, tuple[Header, ...]]:
    """The answer to a call that did not go well: body, status, and headers of its own."""
    told, retry_after = tell(error, exchange.request_id, f"{exchange.server}/app/settings/apps")
    is_too_many = isinstance(error, AntiphonError) and error.kind is Kind.TOO_MANY_REQUESTS
    status = int(HTTPStatus.TOO_MANY_REQUESTS) if is_too_many else _OK
    further = _NONE if retry_after is None else ((b"retry-after", b"%d" % max(1, round(retry_after))),)
    return shown.failure(told), status, further


async def _read_body(parameters: Parameters, receive: Receive, exchange: Exchange) -> bytes:
    """Add what a form holds. Gives a body that is no form."""
    body = await read_body(receive, exchange.headers, MAXIMUM_FORM_BYTES)
    kind = exchange.headers.get(b"content-type", b"application/x-www-form-urlencoded")
    if not body or kind.partition(b";")[0].strip().lower() != b"application/x-www-form-urlencoded":
        return body
    if len(body) > LONG_FORM_BYTES:
        # Others are answered meanwhile.
        await asyncio.to_thread(parameters.add, body)
    else:
        parameters.add(body)
    return b""


def _checked_format(parameters: Parameters) -> Format:
    """The format that is asked for, where what was said is fit to be answered."""
    if parameters.was_escaped:
        parameters.check()
    shown = _format_of(parameters)
    if shown is UNCALLED:
        raise missing("callback, the name of a JavaScript function")
    return shown


def _format_of(parameters: Parameters) -> Format:
    """The format that is asked for; XML where none is, or none that is known."""
    wanted = parameters.text("f").lower()
    if wanted == "json":
        return JSON
    if wanted == "jsonp":
        callback = parameters.text("callback")
        # A callback that is no name could be a script: then there is only an error, in plain JSON.
        return Format("jsonp", callback) if CALLBACK.fullmatch(callback) else UNCALLED
    return OLD_XML if parameters.text("c").lower() in OLD_CLIENTS else XML


def _check_version(version: str, endpoint: Endpoint) -> None:
    if version.startswith("1.") or endpoint.is_open:
        return
    major = version.partition(".")[0]
    if major.isascii() and major.isdigit() and major != "1":
        older = int(major[:9]) < 1
        code = CLIENT_TOO_OLD if older else SERVER_TOO_OLD
        raise SubsonicError(code, f"This server speaks version 1 of the protocol, the app {version[:20]}.")


def _preflight(exchange: Exchange) -> list[Header]:
    asked = exchange.headers.get(b"access-control-request-headers", b"Content-Type, Range")
    return [
        *OPEN_TO_ALL,
        (b"access-control-allow-methods", b"GET, POST, HEAD, DELETE, OPTIONS"),
        (b"access-control-allow-headers", asked),
        (b"access-control-max-age", b"86400"),
    ]
