"""Accounts: setting the server up, registering, signing in and out, passwords and keys."""

from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.callers import caller_of
from antiphon.api.http.cookies import browser_secret, clear_cookie, set_cookie
from antiphon.api.http.portraits import portrait_address
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.values import Moment, moment, moment_or_none
from antiphon.areas.accounts.data import Registration
from antiphon.areas.accounts.data import SignedIn as NewSession
from antiphon.areas.accounts.data import User as Account
from antiphon.kernel.errors import invalid


class User(msgspec.Struct, frozen=True, gc=False):
    """One's own account."""

    id: int
    username: str
    email: str
    full_name: str
    roles: tuple[str, ...]
    image: str | None
    standing: str
    rights: tuple[str, ...]
    email_proven: bool


class SignedIn(msgspec.Struct, frozen=True, gc=False):
    """A new session: the token is shown this once. It is null where an admin has to let the new account in first."""

    token: str | None
    user: User


class SetupState(msgspec.Struct, frozen=True, gc=False):
    """Whether the server waits for its first admin."""

    needed: bool


class SetUp(msgspec.Struct, frozen=True, kw_only=True):
    """The first admin. `setup_token` stands in the link that the server printed; `cookie` asks for a session cookie."""

    setup_token: str
    username: str
    email: str
    password: str
    full_name: str = ""
    cookie: bool = False


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """A new account. `cookie` asks for a session cookie, `invitation` is the secret in an invitation's link."""

    username: str
    email: str
    password: str
    role: str = "user"
    full_name: str = ""
    invitation: str = ""
    cookie: bool = False


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail address or a user name, and the password; or, without them, the ticket that a sign-in elsewhere has
    left. `code` is of the second factor, where the account has one. `cookie` asks for a session cookie."""

    password: str | None = None
    email: str | None = None
    username: str | None = None
    code: str = ""
    ticket: str = ""
    cookie: bool = False


class ChangePassword(msgspec.Struct, frozen=True, kw_only=True):
    """The password as it is and as it shall be."""

    current_password: str
    new_password: str


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """The app that something is for."""

    name: str


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """The program a key is for, and what it may do: `read`, `write`, `upload`, `admin` (without: read and write)."""

    name: str
    scopes: list[str] | None = None


class AppPassword(msgspec.Struct, frozen=True, gc=False):
    """An app password, without its secret."""

    id: int
    name: str
    created_at: Moment
    last_used_at: Moment | None


class NewAppPassword(msgspec.Struct, frozen=True, gc=False):
    """An app password at the one moment when it is shown. It signs in at /rest only, with `username`. `server` is the
    address that apps ask for, `uri` holds all three, `qr` is that as a QR code (the text of an SVG picture)."""

    id: int
    name: str
    username: str
    password: str
    server: str
    uri: str
    qr: str


class ApiKey(msgspec.Struct, frozen=True, gc=False):
    """An API key, without the key itself."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: Moment
    last_used_at: Moment | None


class NewApiKey(msgspec.Struct, frozen=True, gc=False):
    """An API key at the one moment when it is shown: a bearer token here, `apiKey` at /rest."""

    id: int
    name: str
    key: str
    scopes: tuple[str, ...]


def user_shape(user: Account) -> User:
    """An account as its owner sees it."""
    return User(
        id=user.id,
        username=user.username,
        email=user.email,
        full_name=user.full_name,
        roles=user.roles,
        image=portrait_address(user),
        standing=user.standing,
        rights=user.rights,
        email_proven=user.email_proven,
    )


def _signed_in(request: Request, session: NewSession, status: int, *, cookie: bool) -> Answer:
    headers = (set_cookie(request.exchange, session.token),) if cookie and session.token else ()
    return answer(SignedIn(session.token or None, user_shape(session.user)), status, *headers)


async def setup_state(request: Request) -> Answer:
    """Whether the server waits for its first admin."""
    return answer(SetupState(await request.areas.accounts.registration.setup_needed()))


async def set_up(request: Request) -> Answer:
    """Make the first admin."""
    given = await request.json(SetUp)
    registration = Registration(
        username=given.username,
        email=given.email,
        password=given.password,
        full_name=given.full_name,
        caller=caller_of(request.exchange),
    )
    session = await request.areas.accounts.registration.set_up(given.setup_token, registration)
    return _signed_in(request, session, HTTPStatus.CREATED, cookie=given.cookie)


async def register(request: Request) -> Answer:
    """Make an account and sign it in."""
    given = await request.json(Register)
    registration = Registration(
        username=given.username,
        email=given.email,
        password=given.password,
        role=given.role,
        full_name=given.full_name,
        invitation=given.invitation,
        caller=caller_of(request.exchange),
    )
    session = await request.areas.accounts.registration.register(registration)
    return _signed_in(request, session, HTTPStatus.CREATED, cookie=given.cookie)


async def login(request: Request) -> Answer:
    """Sign in."""
    given = await request.json(SignIn)
    if given.ticket:
        return await _login_with_code(request, given)
    if given.password is None:
        raise invalid(password="This is needed.")
    name = given.email if given.email is not None else given.username
    if name is None:
        raise invalid(username="Give a user name or an e-mail address.")
    session = await request.areas.accounts.signing_in.by_password(
        name=name,
        by_email=given.email is not None,
        password=given.password,
        code=given.code,
        caller=caller_of(request.exchange),
    )
    return _signed_in(request, session, HTTPStatus.OK, cookie=given.cookie)


async def _login_with_code(request: Request, given: SignIn) -> Answer:
    session = await request.areas.accounts.identities.finish_with_code(
        given.ticket,
        given.code,
        browser=browser_secret(request.scope, request.exchange),
        caller=caller_of(request.exchange),
    )
    return _signed_in(request, session, HTTPStatus.OK, cookie=given.cookie)


async def logout(request: Request) -> Answer:
    """End the session that the request came by."""
    await request.areas.accounts.access.sign_out(request.principal)
    return answer(None, HTTPStatus.OK, clear_cookie(request.exchange))


async def me(request: Request) -> Answer:
    """One's own account."""
    return answer(user_shape(await request.areas.accounts.access.me(request.principal)))


async def change_password(request: Request) -> Answer:
    """Take another password; other sessions end."""
    given = await request.json(ChangePassword)
    await request.areas.accounts.own_password.change(request.principal, given.current_password, given.new_password)
    return answer(None)


async def app_passwords(request: Request) -> Answer:
    """One's app passwords."""
    found = await request.areas.accounts.keys.app_passwords(request.principal)
    shown = [AppPassword(one.id, one.name, moment(one.created_at), moment_or_none(one.last_used_at)) for one in found]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def create_app_password(request: Request) -> Answer:
    """Make an app password."""
    given = await request.json(Named)
    made = await request.areas.accounts.keys.create_app_password(
        request.principal, given.name, asked_at=request.exchange.asked_at
    )
    shown = NewAppPassword(made.id, made.name, made.username, made.password, made.server, made.uri, made.qr)
    return answer(shown, HTTPStatus.CREATED)


async def revoke_app_password(request: Request) -> Answer:
    """Revoke an app password."""
    await request.areas.accounts.keys.revoke_app_password(request.principal, request.id("app_password"))
    return answer(None)


async def api_keys(request: Request) -> Answer:
    """One's API keys."""
    found = await request.areas.accounts.keys.api_keys(request.principal)
    shown = [
        ApiKey(one.id, one.name, one.scopes, moment(one.created_at), moment_or_none(one.last_used_at)) for one in found
    ]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def create_api_key(request: Request) -> Answer:
    """Make an API key."""
    given = await request.json(NewKey)
    made = await request.areas.accounts.keys.create_api_key(request.principal, given.name, given.scopes)
    return answer(NewApiKey(made.id, made.name, made.key, made.scopes), HTTPStatus.CREATED)


async def revoke_api_key(request: Request) -> Answer:
    """Revoke an API key."""
    await request.areas.accounts.keys.revoke_api_key(request.principal, request.id("api_key"))
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="accounts", **rest)


ROUTES = (
    _route(
        "GET", "/setup", setup_state, "Whether the server waits for its first admin", access="anyone", data=SetupState
    ),
    _route("POST", "/setup", set_up, "Make the first admin", access="anyone", body=SetUp, data=SignedIn, status=201),
    _route(
        "POST", "/auth/register", register, "Make an account", access="anyone", body=Register, data=SignedIn, status=201
    ),
    _route("POST", "/auth/login", login, "Sign in", access="anyone", body=SignIn, data=SignedIn),
    _route("POST", "/auth/logout", logout, "Sign out"),
    _route("GET", "/auth/me", me, "One's own account", data=User),
    _route("PUT", "/auth/password", change_password, "Change the password", body=ChangePassword),
    _route("GET", "/auth/app-passwords", app_passwords, "App passwords", data=list[AppPassword]),
    _route(
        "POST",
        "/auth/app-passwords",
        create_app_password,
        "Make an app password",
        body=Named,
        data=NewAppPassword,
        status=201,
    ),
    _route("DELETE", "/auth/app-passwords/{id}", revoke_app_password, "Revoke an app password"),
    _route("GET", "/auth/api-keys", api_keys, "API keys", data=list[ApiKey]),
    _route("POST", "/auth/api-keys", create_api_key, "Make an API key", body=NewKey, data=NewApiKey, status=201),
    _route("DELETE", "/auth/api-keys/{id}", revoke_api_key, "Revoke an API key"),
)
