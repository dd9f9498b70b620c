"""Who sends a request: by header, or by the web player's cookie."""

from functools import lru_cache

from antiphon.api.http.asgi import Scope
from antiphon.api.http.cookies import check_same_origin, read_cookie
from antiphon.api.http.exchange import Exchange
from antiphon.areas.accounts.api import Accounts
from antiphon.kernel.errors import AntiphonError, forbidden, not_signed_in
from antiphon.kernel.principal import ANONYMOUS, Principal

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_SCHEMES = (b"bearer", b"token")


def token_in_header(scope: Scope, exchange: Exchange) -> str | None:
    """The token in `Authorization: Bearer`, `Authorization: Token` or `Authentication-Token:`, None without any.

    Raises NOT_SIGNED_IN for a header of another form: it must not silently count as no header.
    """
    headers = exchange.headers
    if b"authorization" in headers:
        if len(scope["headers"]) != len(headers) and _stands_twice(scope):
            raise not_signed_in()
        return _token_of(headers[b"authorization"])
    if b"authentication-token" in headers:
        return _readable(headers[b"authentication-token"].strip())
    return None


def _stands_twice(scope: Scope) -> bool:
    """Whether there are two `Authorization` fields: nobody could say which of them counts."""
    names = [name for name, _ in scope["headers"]]
    return names.count(b"authorization") > 1


# Apps say the same with each of their calls.
@lru_cache(maxsize=256)
def _token_of(authorization: bytes) -> str:
    scheme, _, token = authorization.partition(b" ")
    if scheme.lower() not in _SCHEMES:
        raise not_signed_in()
    return _readable(token.strip())


def _readable(token: bytes) -> str:
    if not token or b" " in token or not token.isascii():
        raise not_signed_in()
    return token.decode("ascii")


def known_caller(scope: Scope, exchange: Exchange, accounts: Accounts) -> Principal | None:
    """The person behind a request with a token in its header that has been checked a moment ago; None where one has to
    look, or to refuse: `sign_in` does."""
    try:
        token = token_in_header(scope, exchange)
    except AntiphonError:
        return None
    principal = accounts.access.believed(token) if token is not None else None
    if principal is not None:
        exchange.user_id = principal.user_id
    return principal


async def sign_in(scope: Scope, exchange: Exchange, accounts: Accounts) -> Principal:
    """The person behind a request, or ANONYMOUS where it names nobody.

    A header counts before the cookie. Raises NOT_SIGNED_IN for a token that is unknown or ended, and Refusal 403 for a
    changing cookie request from elsewhere.
    """
    token = token_in_header(scope, exchange)
    if token is None:
        token = read_cookie(scope, exchange) if b"cookie" in exchange.headers else None
        if token is None:
            return ANONYMOUS
        if scope["method"] not in SAFE_METHODS:
            check_same_origin(scope, exchange)
    principal = await accounts.access.authenticate(token)
    exchange.user_id = principal.user_id
    return principal


def check_scope(principal: Principal, method: str, writes: str) -> None:
    """Raise FORBIDDEN for a key without the scope that a request needs: `read`, or `writes` where it may change
    something."""
    needed = "read" if method in SAFE_METHODS else writes
    if principal.scopes is not None and needed not in principal.scopes:
        raise forbidden(f"This key lacks the scope {needed}.", "scope_missing")
