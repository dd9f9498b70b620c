"""Registering, signing in and out. A's clients sign in here too, and ask for an answer of their own shape."""

from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.classic.d_catalogue.encoding import CatalogueMessage, answer
from antiphon.api.http.answers import JSON, NO_STORE, Answer
from antiphon.api.http.callers import caller_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.areas.accounts.data import Registration, SignedIn, User
from antiphon.kernel.errors import AntiphonError, Kind, invalid


class CatalogueRegistration(msgspec.Struct, frozen=True, kw_only=True):
    """A new account."""

    username: str
    email: str
    password: str
    role: str = "user"


class CatalogueSignIn(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail address or a user name, the password, and a code where the account has a second factor."""

    password: str
    email: str | None = None
    username: str | None = None
    code: str = ""


class CatalogueUser(msgspec.Struct, frozen=True):
    """An account."""

    id: int
    username: str
    email: str
    roles: tuple[str, ...]


class CatalogueSession(msgspec.Struct, frozen=True):
    """A new session."""

    token: str
    user: CatalogueUser


def _user(user: User) -> CatalogueUser:
    return CatalogueUser(user.id, user.username, user.email, user.roles)


async def register(request: Request) -> Answer:
    """Make an account."""
    given = await request.json(CatalogueRegistration)
    registration = Registration(
        username=given.username,
        email=given.email,
        password=given.password,
        role=given.role,
        wants_session=False,
        caller=caller_of(request.exchange),
    )
    made = await request.areas.accounts.registration.register(registration)
    return answer(_user(made.user), HTTPStatus.CREATED)


async def login(request: Request) -> Answer:
    """Sign in; with `?include_auth_token` the answer and the refusal are A's."""
    is_a = "include_auth_token" in request.query
    try:
        session = await _sign_in(request)
    except AntiphonError as error:
        if not is_a or error.kind is not Kind.WRONG_CREDENTIALS:
            raise
        body = msgspec.json.encode({"message": error.message})
        return Answer(body, HTTPStatus.UNAUTHORIZED, (JSON, NO_STORE))
    if not is_a:
        return answer(CatalogueSession(session.token, _user(session.user)))
    user = session.user
    shown = {"id": user.id, "email": user.email, "roles": user.roles, "authentication_token": session.token}
    return answer({"meta": {"code": 200}, "response": {"user": shown}})


async def _sign_in(request: Request) -> SignedIn:
    given = await request.json(CatalogueSignIn)
    name = given.email if given.email is not None else given.username
    if name is None:
        raise invalid(username="Give a user name or an e-mail address.")
    return await request.areas.accounts.signing_in.by_password(
        name=name,
        by_email=given.email is not None,
        password=given.password,
        code=given.code,
        caller=caller_of(request.exchange),
    )


async def logout(request: Request) -> Answer:
    """End the session that the request came by."""
    await request.areas.accounts.access.sign_out(request.principal)
    return answer(CatalogueMessage("You are signed out."))


def _route(path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method="POST", path=path, handler=handler, summary=summary, tag="accounts", **rest)


ROUTES = (
    _route(
        "/register",
        register,
        "Make an account",
        access="anyone",
        body=CatalogueRegistration,
        data=CatalogueUser,
        status=201,
    ),
    _route("/login", login, "Sign in", access="anyone", body=CatalogueSignIn, data=CatalogueSession),
    _route("/logout", logout, "Sign out", data=CatalogueMessage),
)
