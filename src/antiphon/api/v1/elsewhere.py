"""Signing in with an account elsewhere, and linking such accounts.

Where a browser is led through, nothing is told in JSON: what goes wrong leads to `/app/sign-in?error=<code>`, or back
to the page that wanted to link, with `error=<code>` added. The codes:

`provider_not_found`, `provider_unavailable` (it does not answer), `provider_denied` (the person said no there),
`provider_refused` (it knows this server or the person, and says no), `provider_answer` (its answer proves nothing),
`sign_in_expired` (too old, used before, or begun in another browser), `account_unknown`, `registration_closed`,
`invitation_needed`, `invitation` (who comes new cannot), `address_taken` (an account here has the address: sign in and
link), `account_waiting`, `account_blocked`, `link_ended` (signed in as somebody else by now), `identity_taken` (linked
with somebody else), `not_signed_in`, `cross_site`, `too_many_attempts`, `too_many_sign_ins`, `invalid`,
`internal_error`.

Who has a second factor is led to `/app/sign-in?step=code#ticket=<ticket>`, and gives ticket and code to `/auth/login`.
"""

import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import msgspec

from antiphon.api.http.answers import NO_STORE, Answer
from antiphon.api.http.asgi import Header
from antiphon.api.http.callers import caller_of
from antiphon.api.http.cookies import browser_secret, is_own_page, set_browser_secret, set_cookie
from antiphon.api.http.problems import STATUSES, Refusal, problem_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.http.signin import sign_in, token_in_header
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.values import LongText, Moment, moment, moment_or_none
from antiphon.areas.accounts.data import CodeNeeded, SignInAttempt
from antiphon.areas.accounts.data import Identity as LinkedAccount
from antiphon.kernel.errors import AntiphonError, invalid, not_found, not_signed_in
from antiphon.kernel.principal import ANONYMOUS, Principal

SPOTIFY = "spotify"
PLAYER = "/app"
SIGN_IN = "/app/sign-in"


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """Where to go afterwards (a path below `/app/`), whether to link the account with one's own instead of signing in,
    and the secret of an invitation's link for who comes new."""

    to: str = ""
    link: bool = False
    invitation: str = ""


class ProviderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider sends back by the browser."""

    state: str = ""
    code: str = ""
    iss: str = ""
    error: str = ""


class Paste(msgspec.Struct, frozen=True, kw_only=True):
    """The address that the browser could not open after Spotify, whole."""

    address: LongText


class Identity(msgspec.Struct, frozen=True, gc=False):
    """An account elsewhere. `state` is `connected`, `expiring` (connect it again within a month), `reconnect` (it signs
    in, but nothing can be asked there until it is connected again) or `switched_off` (the server has dropped it)."""

    id: int
    provider: str
    name: str
    shown_name: str
    created_at: Moment
    last_used_at: Moment | None
    state: str


def _shape(linked: LinkedAccount) -> Identity:
    return Identity(
        id=linked.id,
        provider=linked.provider,
        name=linked.name,
        shown_name=linked.shown_name,
        created_at=moment(linked.created_at),
        last_used_at=moment_or_none(linked.last_used_at),
        state=linked.state,
    )


def _lead(address: str, *headers: Header) -> Answer:
    return Answer(b"", HTTPStatus.FOUND, ((b"location", address.encode("ascii")), NO_STORE, *headers))


def _lead_to_problem(request: Request, error: Exception, attempt: SignInAttempt | None = None) -> Answer:
    """Tell a browser what went wrong, on a page that has words for it."""
    code = problem_of(error, STATUSES, request.exchange.request_id).code
    if attempt is not None and attempt.user_id:
        parts = urlsplit(attempt.to)
        told = "&".join(filter(None, (parts.query, urlencode({"error": code}))))
        return _lead(parts._replace(query=told).geturl())
    return _lead(f"{SIGN_IN}?{urlencode({'error': code, **_following(attempt)})}")


def _following(attempt: SignInAttempt | None) -> dict[str, str]:
    """Where the player goes on after a sign-in, as its page wants to hear it."""
    path = attempt.to.removeprefix(PLAYER) if attempt is not None else "/"
    return {} if path == "/" else {"next": path}


def _openid_provider(request: Request) -> str:
    provider = request.parameters["provider"]
    if provider == SPOTIFY:
        raise not_found("provider")
    return provider


async def _begin(request: Request, provider: str) -> Answer:
    given = request.values(Begin)
    exchange = request.exchange
    principal = ANONYMOUS
    if given.link:
        principal = await _linking(request)
    browser = browser_secret(request.scope, exchange) or secrets.token_urlsafe(32)
    address = await request.areas.accounts.identities.begin(
        provider,
        browser=browser,
        to=given.to,
        invitation=given.invitation,
        principal=principal,
        caller=caller_of(exchange),
    )
    return _lead(address, set_browser_secret(exchange, browser))


async def _linking(request: Request) -> Principal:
    """Who wants to link. Another site could make a browser begin that, and link an account of its own: so it must be
    one of our pages that leads here."""
    scope, exchange = request.scope, request.exchange
    if token_in_header(scope, exchange) is None and not is_own_page(exchange):
        raise Refusal(HTTPStatus.FORBIDDEN, "cross_site", "This request does not come from the server's own pages.")
    principal = await sign_in(scope, exchange, request.areas.accounts)
    if principal.is_anonymous:
        raise not_signed_in()
    return principal


async def _finish(request: Request, provider: str) -> Answer:
    attempt: SignInAttempt | None = None
    try:
        given = request.values(ProviderAnswer)
        browser = browser_secret(request.scope, request.exchange)
        attempt = await request.areas.accounts.identities.resume(provider, given.state, browser)
        code = "" if given.error else given.code
        if attempt.user_id:
            principal = await _principal(request)
            await request.areas.accounts.identities.link(principal, attempt, code, issuer=given.iss)
            return _lead(attempt.to)
        return await _signed_in(request, attempt, code, given.iss, browser)
    except Exception as error:  # noqa: BLE001 - told to the person; what nobody expected is logged on the way
        return _lead_to_problem(request, error, attempt)


async def _signed_in(request: Request, attempt: SignInAttempt, code: str, issuer: str, browser: str) -> Answer:
    exchange = request.exchange
    result = await request.areas.accounts.identities.finish(
        attempt, code, issuer=issuer, browser=browser, caller=caller_of(exchange)
    )
    if isinstance(result, CodeNeeded):
        # Behind the #, where it reaches the page, but no log and no other server.
        query = urlencode({"step": "code", **_following(attempt)})
        return _lead(f"{SIGN_IN}?{query}#ticket={quote(result.ticket, safe='')}", set_browser_secret(exchange, browser))
    if not result.token:
        return _lead(f"{SIGN_IN}?{urlencode({'error': 'account_waiting'})}")
    return _lead(attempt.to, set_cookie(exchange, result.token))


async def _principal(request: Request) -> Principal:
    """Who is signed in in this browser; nobody where their session has ended."""
    try:
        return await sign_in(request.scope, request.exchange, request.areas.accounts)
    except AntiphonError:
        return ANONYMOUS


async def openid_login(request: Request) -> Answer:
    """Lead to an OpenID provider."""
    try:
        return await _begin(request, _openid_provider(request))
    except Exception as error:  # noqa: BLE001 - told to the person; what nobody expected is logged on the way
        return _lead_to_problem(request, error)


async def openid_callback(request: Request) -> Answer:
    """Come back from an OpenID provider."""
    try:
        provider = _openid_provider(request)
    except AntiphonError as error:
        return _lead_to_problem(request, error)
    return await _finish(request, provider)


async def spotify_login(request: Request) -> Answer:
    """Lead to Spotify."""
    try:
        return await _begin(request, SPOTIFY)
    except Exception as error:  # noqa: BLE001 - told to the person; what nobody expected is logged on the way
        return _lead_to_problem(request, error)


async def spotify_callback(request: Request) -> Answer:
    """Come back from Spotify."""
    return await _finish(request, SPOTIFY)


async def spotify_paste(request: Request) -> Answer:
    """Come back from Spotify where it sends browsers to an address that they cannot open: people paste it."""
    given = await request.json(Paste)
    try:
        found = parse_qs(urlsplit(given.address.strip()).query)
    except ValueError as error:
        raise invalid(address="This is not an address.") from error
    state, code = (found.get(name, [""])[-1] for name in ("state", "code"))
    if not state or (not code and "error" not in found):
        raise invalid(address="Paste the whole address that the browser shows after Spotify.")
    identities = request.areas.accounts.identities
    attempt = await identities.resume(SPOTIFY, state, browser_secret(request.scope, request.exchange))
    return answer(_shape(await identities.link(request.principal, attempt, code)))


async def list_identities(request: Request) -> Answer:
    """One's accounts elsewhere."""
    shown = [_shape(one) for one in await request.areas.accounts.identities.list(request.principal)]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def check_identity(request: Request) -> Answer:
    """Ask a provider whether a link still holds."""
    linked = await request.areas.accounts.identities.check(request.principal, request.id("identity"))
    return answer(_shape(linked))


async def unlink(request: Request) -> Answer:
    """Forget an account elsewhere."""
    await request.areas.accounts.identities.unlink(request.principal, request.id("identity"))
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="accounts", **rest)


def _way(path: str, handler: Handler, summary: str, query: Any) -> Route:
    """A route that leads a browser elsewhere."""
    return _route(
        "GET",
        path,
        handler,
        summary,
        access="anyone",
        query=query,
        status=HTTPStatus.FOUND.value,
        media="text/html",
        has_opaque_id=True,
    )


ROUTES = (
    _way("/auth/oidc/{provider}/login", openid_login, "Sign in, or link, with an OpenID provider", Begin),
    _way("/auth/oidc/{provider}/callback", openid_callback, "Come back from an OpenID provider", ProviderAnswer),
    _way("/auth/spotify/login", spotify_login, "Sign in, or link, with Spotify", Begin),
    _way("/auth/spotify/callback", spotify_callback, "Come back from Spotify", ProviderAnswer),
    _route(
        "POST",
        "/auth/spotify/paste",
        spotify_paste,
        "Come back from Spotify by hand, where the browser could not open the address",
        body=Paste,
        data=Identity,
    ),
    _route("GET", "/auth/identities", list_identities, "Accounts elsewhere", data=list[Identity]),
    _route("POST", "/auth/identities/{id}/check", check_identity, "Ask whether a link still holds", data=Identity),
    _route("DELETE", "/auth/identities/{id}", unlink, "Unlink an account elsewhere"),
)
