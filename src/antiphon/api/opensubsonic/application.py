"""OpenSubsonic as one plain ASGI application: all endpoints share sign-in, parameters, formats and errors."""

from http import HTTPStatus

from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import WHOLE_ANSWER, Header, Receive, Scope, Send
from antiphon.api.http.bodies import ClientGone, read_body
from antiphon.api.http.exchange import Exchange, exchange_of
from antiphon.api.opensubsonic.calls import OPEN_TO_ALL, Call, Called
from antiphon.api.opensubsonic.cursors import Cursors
from antiphon.api.opensubsonic.errors import CLIENT_TOO_OLD, GENERIC, SERVER_TOO_OLD, SubsonicError, tell
from antiphon.api.opensubsonic.formats import CALLBACK, JSON, OLD_CLIENTS, OLD_XML, UNCALLED, XML, Format
from antiphon.api.opensubsonic.parameters import Parameters, missing
from antiphon.api.opensubsonic.routes import CALLABLE, UNKNOWN
from antiphon.api.opensubsonic.signin import known_caller, sign_in
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.principal import ANONYMOUS, Principal

MAXIMUM_FORM_BYTES = 2 * 1024 * 1024
METHODS = ("GET", "POST", "HEAD", "DELETE")
_OK = int(HTTPStatus.OK)
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
        exchange = exchange_of(scope)
        method = scope["method"]
        if method == "OPTIONS":
            preflight = _preflight(exchange)
            await send({"type": WHOLE_ANSWER, "status": 204, "headers": preflight, "body": b""})
            return
        parameters = Parameters()
        retry_after, status = None, _OK
        try:
            if method not in METHODS:
                raise SubsonicError(GENERIC, f"This address takes {', '.join(METHODS)}.")
            # Query and form count together: some apps put half of a call in each.
            parameters.add(scope["query_string"])
            given = await _read_body(parameters, receive, exchange) if method == "POST" else b""
            shown = _format_of(parameters)
            body = await self._answer(shown, parameters, given, scope, receive, send, exchange)
            if body is None:
                return
        except ClientGone:
            return
        except Exception as error:
            if exchange.status:
                raise
            told, retry_after = tell(error, exchange.request_id, f"{exchange.server}/app/")
            shown = _format_of(parameters)
            body = shown.failure(told)
            if isinstance(error, AntiphonError) and error.kind is Kind.TOO_MANY_REQUESTS:
                status = int(HTTPStatus.TOO_MANY_REQUESTS)
        headers = [*_ANSWER, _CONTENT_TYPES[shown.name], (b"content-length", b"%d" % len(body))]
        if retry_after is not None:
            headers.append((b"retry-after", b"%d" % max(1, round(retry_after))))
        shown_body = b"" if method == "HEAD" else body
        await send({"type": WHOLE_ANSWER, "status": status, "headers": headers, "body": shown_body})

    async def _answer(
        self,
        shown: Format,
        parameters: Parameters,
        given: bytes,
        scope: Scope,
        receive: Receive,
        send: Send,
        exchange: Exchange,
    ) -> bytes | None:
        """The body of the answer; None where the endpoint has sent its own."""
        if shown is UNCALLED:
            raise missing("callback, the name of a JavaScript function")
        endpoint = CALLABLE.get(scope["path"].rpartition("/")[2].removesuffix(".view"), UNKNOWN)
        principal = ANONYMOUS
        if endpoint.is_open:
            await self._areas.ceilings.admit(0, exchange.address)
        else:
            principal = await self._admit(parameters, exchange, endpoint.scope)
            version = parameters.text("v")
            if not version.startswith("1."):
                _check_version(version)
        call = Call(self._areas, principal, parameters, self._cursors, scope, receive, send, given)
        payload = await endpoint.handler(call)
        if endpoint.sends_bytes:
            return None
        if isinstance(payload, Called):
            return shown.success(payload.element, payload.payload)
        return shown.success(endpoint.element, payload)

    async def _admit(self, parameters: Parameters, exchange: Exchange, needed: str) -> Principal:
        """Who calls. A call counts for the person; one that names nobody, for its address."""
        ceilings = self._areas.ceilings
        try:
            accounts = self._areas.accounts
            principal = known_caller(parameters, accounts) or await sign_in(
                parameters, accounts, exchange.address, needed
            )
        except (AntiphonError, SubsonicError):
            await ceilings.admit(0, exchange.address)
            raise
        exchange.user_id = principal.user_id
        if ceilings.count(principal.user_id, exchange.address):
            await ceilings.tell(principal.user_id, exchange.address)
        return principal


async def _read_body(parameters: Parameters, receive: Receive, exchange: Exchange) -> bytes:
    """Add what a form holds. Gives a body that is no form."""
    body = await read_body(receive, exchange.headers, MAXIMUM_FORM_BYTES)
    kind = exchange.headers.get(b"content-type", b"application/x-www-form-urlencoded")
    if not body or kind.partition(b";")[0].strip().lower() != b"application/x-www-form-urlencoded":
        return body
    parameters.add(body)
    return b""


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


def _check_version(version: str) -> None:
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
