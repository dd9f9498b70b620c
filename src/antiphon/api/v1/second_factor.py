"""The second factor of one's account."""

from typing import Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import answer


class SecondFactor(msgspec.Struct, frozen=True, gc=False):
    """Whether sign-ins need a code, and how many recovery codes have not been used."""

    enabled: bool
    recovery_codes_left: int


class NewSecondFactor(msgspec.Struct, frozen=True, gc=False):
    """A secret for an authenticator app: to type, as an `otpauth:` address, and as a QR code (the text of an SVG
    picture). Nothing is asked for until a first code has confirmed it."""

    secret: str
    uri: str
    qr: str


class RecoveryCodes(msgspec.Struct, frozen=True, gc=False):
    """Ten codes that sign in once each, shown this once."""

    recovery_codes: list[str]


class OwnPassword(msgspec.Struct, frozen=True, kw_only=True):
    """The account's password, empty for an account that has none."""

    password: str = ""


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code of the authenticator app, or a recovery code."""

    code: str


async def state(request: Request) -> Answer:
    """Whether sign-ins need a code."""
    found = await request.areas.accounts.second_factor.state(request.principal)
    return answer(SecondFactor(found.is_on, found.recovery_codes_left))


async def begin(request: Request) -> Answer:
    """Take a new secret for the authenticator app."""
    given = await request.json(OwnPassword)
    made = await request.areas.accounts.second_factor.begin(request.principal, given.password)
    return answer(NewSecondFactor(made.secret, made.uri, made.qr))


async def confirm(request: Request) -> Answer:
    """Turn the second factor on; other sessions end."""
    given = await request.json(Code)
    return answer(RecoveryCodes(await request.areas.accounts.second_factor.confirm(request.principal, given.code)))


async def new_recovery_codes(request: Request) -> Answer:
    """Have ten new recovery codes; the old ones end."""
    given = await request.json(Code)
    codes = await request.areas.accounts.second_factor.new_recovery_codes(request.principal, given.code)
    return answer(RecoveryCodes(codes))


async def turn_off(request: Request) -> Answer:
    """Turn the second factor off."""
    given = await request.json(Code)
    await request.areas.accounts.second_factor.turn_off(request.principal, given.code)
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="accounts", **rest)


ROUTES = (
    _route("GET", "/auth/mfa", state, "Whether there is a second factor", data=SecondFactor),
    _route("POST", "/auth/mfa", begin, "Begin a second factor", body=OwnPassword, data=NewSecondFactor),
    _route("POST", "/auth/mfa/confirm", confirm, "Turn the second factor on", body=Code, data=RecoveryCodes),
    _route("POST", "/auth/mfa/recovery-codes", new_recovery_codes, "New recovery codes", body=Code, data=RecoveryCodes),
    _route("DELETE", "/auth/mfa", turn_off, "Turn the second factor off", body=Code),
)
