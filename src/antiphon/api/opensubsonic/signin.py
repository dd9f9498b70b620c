"""Who calls: by API key, by an app password as it is, or by the proof that one knows it. Nothing else counts here:
neither the account's own password nor any cookie or header."""

import msgspec

from antiphon.api.http.exchange import Exchange
from antiphon.api.opensubsonic.errors import (
    BAD_KEY,
    CONFLICTING_SIGN_IN,
    NOT_THIS_WAY,
    WRONG_SIGN_IN,
    SubsonicError,
)
from antiphon.api.opensubsonic.parameters import Parameters, missing, plain_password
from antiphon.areas.accounts.api import Accounts
from antiphon.kernel.errors import AntiphonError, Kind, forbidden
from antiphon.kernel.principal import Principal

_NAMES = ("u", "t", "s", "p", "apiKey")
_WRONG = "Wrong username or password. Apps sign in with an app password, which you make under Settings."


def known_caller(parameters: Parameters, exchange: Exchange, accounts: Accounts) -> Principal | None:
    """The person whom a token and its salt have proven a moment ago, as most apps sign in; None where one has to look:
    `sign_in` does."""
    username, token, salt, password, key = parameters.first(_NAMES)
    if key or password or not (username and token and salt):
        return None
    principal = accounts.access.believed_app(username, token, salt)
    if principal is not None:
        exchange.user_id = principal.user_id
    return principal


async def sign_in(parameters: Parameters, accounts: Accounts, address: str, scope: str) -> Principal:
    """The person behind a call from `address` that needs `scope`.

    Raises SubsonicError 40, 42, 43 or 44, INVALID `missing_parameter` where nothing tells who it is, FORBIDDEN for a
    key without the scope, TOO_MANY_REQUESTS after too many wrong passwords.
    """
    username, token, salt, password, key = parameters.first(_NAMES)
    if key:
        if username or password or token or salt:
            raise SubsonicError(CONFLICTING_SIGN_IN, "An API key stands alone: leave u, p, t and s out.")
        return await _by_key(key, accounts, scope)
    if not username:
        raise missing("u")
    if token and password:
        raise SubsonicError(CONFLICTING_SIGN_IN, "Give a password or a token, not both.")
    if token:
        if not salt:
            raise missing("s")
    elif password:
        password = plain_password(password)
    else:
        raise missing("p, or t and s")
    try:
        return await accounts.access.authenticate_app(
            username, password=password, token=token, salt=salt, address=address
        )
    except AntiphonError as error:
        if error.kind is not Kind.WRONG_CREDENTIALS:
            raise
        if error.code == "own_password":
            raise SubsonicError(NOT_THIS_WAY, error.message) from error
        raise SubsonicError(WRONG_SIGN_IN, _WRONG) from error


def named(principal: Principal, client: str) -> Principal:
    """The caller under the name that the app gives itself: one password may serve several apps."""
    return msgspec.structs.replace(principal, client=client) if client else principal


async def _by_key(key: str, accounts: Accounts, scope: str) -> Principal:
    try:
        principal = await accounts.access.authenticate_key(key)
    except AntiphonError as error:
        if error.kind is not Kind.NOT_SIGNED_IN:
            raise
        raise SubsonicError(BAD_KEY, "This API key is unknown or revoked.") from error
    if principal.scopes is not None and scope not in principal.scopes:
        raise forbidden(f"This key may not {scope}.", "scope_missing")
    return principal
