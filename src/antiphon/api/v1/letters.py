"""What people do by mail: a new password, a proven address, another address."""

from typing import Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.callers import caller_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.accounts import User, user_shape
from antiphon.api.v1.encoding import answer
from antiphon.api.v1.values import Text


class Forgot(msgspec.Struct, frozen=True, kw_only=True):
    """The address of the account."""

    email: Text


class Reset(msgspec.Struct, frozen=True, kw_only=True):
    """The `token` of a mailed link, and the password to have from now on."""

    token: Text
    new_password: str


class Verify(msgspec.Struct, frozen=True, kw_only=True):
    """The `token` of a mailed link."""

    token: Text


class ChangeAddress(msgspec.Struct, frozen=True, kw_only=True):
    """The address to have from now on, and the account's password (empty for an account that has none)."""

    email: Text
    password: str = ""


async def forgot(request: Request) -> Answer:
    """Have a link sent by which a new password can be set. The answer is the same for addresses of nobody."""
    given = await request.json(Forgot)
    await request.areas.accounts.letters.forgot(given.email, caller_of(request.exchange))
    return answer(None)


async def reset(request: Request) -> Answer:
    """Set a new password by a mailed link; all sessions end."""
    given = await request.json(Reset)
    await request.areas.accounts.letters.reset(given.token, given.new_password, caller_of(request.exchange))
    return answer(None)


async def verify(request: Request) -> Answer:
    """Prove an address by a mailed link. A new address becomes the account's by this."""
    given = await request.json(Verify)
    user = await request.areas.accounts.letters.verify(given.token, caller_of(request.exchange))
    return answer(user_shape(user))


async def resend(request: Request) -> Answer:
    """Send the link that proves one's address once more."""
    await request.areas.accounts.letters.resend(request.principal)
    return answer(None)


async def change_address(request: Request) -> Answer:
    """Ask for another address: a link goes there, and the one of now is told."""
    given = await request.json(ChangeAddress)
    await request.areas.accounts.letters.change_email(request.principal, given.email, given.password)
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1/auth{path}", handler=handler, summary=summary, tag="accounts", **rest)


ROUTES = (
    _route("POST", "/password/forgot", forgot, "Ask for a new password by mail", access="anyone", body=Forgot),
    _route("POST", "/password/reset", reset, "Set a new password by a mailed link", access="anyone", body=Reset),
    _route(
        "POST", "/verify-email", verify, "Prove an address by a mailed link", access="anyone", body=Verify, data=User
    ),
    _route("POST", "/verify-email/resend", resend, "Have the link that proves one's address sent again"),
    _route("PUT", "/email", change_address, "Move to another address", body=ChangeAddress),
)
