"""Registering, signing in and out, and who one is."""

from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.callers import caller_of
from antiphon.api.http.portraits import portrait_address
from antiphon.api.http.requests import Request
from antiphon.api.http.rest_framework import Detail, answer, given
from antiphon.api.http.routing import Handler, Route
from antiphon.areas.accounts.data import Registration
from antiphon.kernel.errors import AntiphonError, invalid


class PlatformRegistration(msgspec.Struct, frozen=True, kw_only=True):
    """A new account; without a `username` one is made from the address. `invitation` is the secret of an invitation's
    link."""

    email: str
    password1: str
    password2: str
    full_name: str = ""
    username: str | None = None
    invitation: str = ""


class PlatformSignIn(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail address or a user name, the password, and a code where the account has a second factor."""

    password: str
    email: str | None = None
    username: str | None = None
    code: str = ""


class PlatformKey(msgspec.Struct, frozen=True):
    """The token of a new session: `Authorization: Token KEY`. Null where an admin has to let the new account in."""

    key: str | None


class PlatformUser(msgspec.Struct, frozen=True):
    """One's own account."""

    pk: int
    email: str
    full_name: str
    image: str | None
    is_admin: bool


class PlatformAdmin(msgspec.Struct, frozen=True):
    """Whether one may do what admins do."""

    is_admin: bool


async def register(request: Request) -> Answer:
    """Make an account and sign it in."""
    wanted = await given(request, PlatformRegistration)
    if wanted.password1 != wanted.password2:
        raise invalid(password2="The two passwords are not the same.")
    registration = Registration(
        username=wanted.username or None,
        email=wanted.email,
        password=wanted.password1,
        full_name=wanted.full_name,
        invitation=wanted.invitation,
        caller=caller_of(request.exchange),
    )
    try:
        session = await request.areas.accounts.registration.register(registration)
    except AntiphonError as error:
        if "password" in error.fields:
            error.fields["password1"] = error.fields.pop("password")
        raise
    return answer(PlatformKey(session.token or None), HTTPStatus.CREATED)


async def login(request: Request) -> Answer:
    """Sign in."""
    wanted = await given(request, PlatformSignIn)
    # Forms send what was left empty, too.
    name = wanted.email or wanted.username
    if not name:
        raise invalid(email="Give an e-mail address or a user name.")
    session = await request.areas.accounts.signing_in.by_password(
        name=name,
        by_email=bool(wanted.email),
        password=wanted.password,
        code=wanted.code,
        caller=caller_of(request.exchange),
    )
    return answer(PlatformKey(session.token))


async def logout(request: Request) -> Answer:
    """End the session that the request came by."""
    await request.areas.accounts.access.sign_out(request.principal)
    return answer(Detail("You are signed out."))


async def me(request: Request) -> Answer:
    """One's own account."""
    user = await request.areas.accounts.access.me(request.principal)
    shown = PlatformUser(user.id, user.email, user.full_name, portrait_address(user), request.principal.is_admin)
    return answer(shown)


async def is_admin(request: Request) -> Answer:
    """Whether one may do what admins do."""
    return answer(PlatformAdmin(request.principal.is_admin))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/{path}/", handler=handler, summary=summary, tag="accounts", **rest)


ROUTES = (
    _route(
        "POST",
        "auth/registration",
        register,
        "Make an account",
        access="anyone",
        body=PlatformRegistration,
        data=PlatformKey,
        status=201,
    ),
    _route("POST", "auth/login", login, "Sign in", access="anyone", body=PlatformSignIn, data=PlatformKey),
    _route("POST", "auth/logout", logout, "Sign out", data=Detail),
    _route("GET", "auth/user", me, "One's own account", data=PlatformUser),
    _route("GET", "admin/check", is_admin, "Whether one is an admin", data=PlatformAdmin),
)
