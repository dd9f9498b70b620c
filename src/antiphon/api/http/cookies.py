"""The session cookie of the web player, and what keeps other sites from using it."""

from http import HTTPStatus

from antiphon.api.http.asgi import Header, Scope
from antiphon.api.http.exchange import Exchange
from antiphon.api.http.problems import Refusal

NAME = "antiphon_session"
# A browser keeps the cookie as long as the longest session lasts; the server ends sessions earlier.
SECONDS = 90 * 86_400
# Ten minutes for the sign-in elsewhere, and five for the code of the second factor.
BROWSER_NAME, BROWSER_SECONDS, LONGEST_SECRET = "antiphon_browser", 900, 200
# What opens the page of a share that has a password; the area says how long.
PERMIT_NAME = "antiphon_share"
NOT_OF_FORMS = (b"application/json", b"application/octet-stream", b"application/offset+octet-stream")


def cookie_name(exchange: Exchange) -> str:
    """Under https the name forbids other hosts to set it; on a home network plain http must work too."""
    return f"__Host-{NAME}" if exchange.is_secure else NAME


def read_cookie(scope: Scope, exchange: Exchange) -> str | None:
    """The session token in the cookie, or None. A cookie may come in several header fields."""
    return _read(scope, cookie_name(exchange))


def _read(scope: Scope, name: str) -> str | None:
    for field, value in scope["headers"]:
        if field == b"cookie":
            text: str = value.decode("latin-1")
            for part in text.split(";"):
                found, _, token = part.strip().partition("=")
                if found == name and token:
                    return token
    return None


def set_cookie(exchange: Exchange, token: str) -> Header:
    """Keep a session in the browser, unreadable for scripts."""
    return _cookie(exchange, token, SECONDS)


def clear_cookie(exchange: Exchange) -> Header:
    """Take the session out of the browser."""
    return _cookie(exchange, "", 0)


def browser_secret(scope: Scope, exchange: Exchange) -> str:
    """What a browser that signs in elsewhere is known by again when it comes back; empty for one that brings none."""
    found = _read(scope, _browser_name(exchange))
    return found if found and len(found) <= LONGEST_SECRET else ""


def set_browser_secret(exchange: Exchange, secret: str) -> Header:
    """Have a browser known again for as long as a sign-in elsewhere may take."""
    return _cookie(exchange, secret, BROWSER_SECONDS, _browser_name(exchange))


def read_permit(scope: Scope) -> str:
    """What a browser keeps that has given the password of a share; empty where it has not."""
    return _read(scope, PERMIT_NAME) or ""


def set_permit(exchange: Exchange, path: str, permit: str) -> Header:
    """Keep a permit for the addresses below `path`, unreadable for scripts, until the browser is closed."""
    secure = "; Secure" if exchange.is_secure else ""
    text = f"{PERMIT_NAME}={permit}; Path={path}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", text.encode("ascii")


def _browser_name(exchange: Exchange) -> str:
    return f"__Host-{BROWSER_NAME}" if exchange.is_secure else BROWSER_NAME


def _cookie(exchange: Exchange, token: str, seconds: int, name: str = "") -> Header:
    secure = "; Secure" if exchange.is_secure else ""
    text = f"{name or cookie_name(exchange)}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", text.encode("ascii")


def check_same_origin(scope: Scope, exchange: Exchange) -> None:
    """A request that changes something by the cookie alone must come from our own pages, and as no plain form could.

    Browsers say where it comes from by `Sec-Fetch-Site`, over plain http by `Origin`. Raises Refusal 403.
    """
    headers = exchange.headers
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        same = site == b"same-origin"
    else:
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        same = bool(exchange.host) and origin.partition("://")[2] == exchange.host
    if not same:
        raise _cross_site("This request does not come from the server's own pages.")
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
    # None of these can be sent by a form, or by a script of another site without the browser asking this server first.
    if has_body and kind not in NOT_OF_FORMS and not kind.startswith(b"image/"):
        raise _cross_site("With a cookie, a request must be JSON, a picture or bytes as such, or have no body.")


def is_own_page(exchange: Exchange) -> bool:
    """Whether a page of ours has led here: what a GET begins by the cookie alone must not be begun by another site."""
    site = exchange.headers.get(b"sec-fetch-site")
    if site is not None:
        return site == b"same-origin"
    sender = exchange.headers.get(b"referer", b"").decode("latin-1").lower()
    return bool(exchange.host) and sender.partition("://")[2].partition("/")[0] == exchange.host


def _cross_site(message: str) -> Refusal:
    return Refusal(HTTPStatus.FORBIDDEN, "cross_site", message)
