"""Invitations: by whom, for whom, and whether they still hold."""

from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.callers import caller_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import answer, answer_list
from antiphon.api.v1.values import Moment, Text, moment
from antiphon.areas.accounts.data import Invitation as Invited


class Invite(msgspec.Struct, frozen=True, kw_only=True):
    """Who is invited. With `email` the invitation is for that address alone, and mailed there; without, for `most_uses`
    people who have the link. `role` is user or artist; it holds for `days`."""

    email: Text | None = None
    role: str = "user"
    note: Text = ""
    most_uses: int = 1
    days: int = 7


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """The `token` of an invitation's link."""

    token: Text


class Invitation(msgspec.Struct, frozen=True, gc=False):
    """An invitation, without its link. `created_by` is null where who made it is gone."""

    id: int
    email: str | None
    role: str
    note: str
    uses: int
    most_uses: int
    created_by: str | None
    created_at: Moment
    expires_at: Moment


class NewInvitation(Invitation, frozen=True, gc=False):
    """An invitation at the one moment when its link is shown."""

    link: str


class OpenInvitation(msgspec.Struct, frozen=True, gc=False):
    """What who was invited sees of it."""

    email: str | None
    role: str
    invited_by: str | None
    expires_at: Moment


def _shape(found: Invited) -> Invitation:
    return Invitation(**_values(found))


def _values(found: Invited) -> dict[str, Any]:
    return {
        "id": found.id,
        "email": found.email or None,
        "role": found.role,
        "note": found.note,
        "uses": found.uses,
        "most_uses": found.most_uses,
        "created_by": found.created_by or None,
        "created_at": moment(found.created_at),
        "expires_at": moment(found.expires_at),
    }


async def invitations(request: Request) -> Answer:
    """Every invitation, the newest first."""
    found = await request.areas.accounts.invitations.list(request.principal, request.page())
    return answer_list([_shape(one) for one in found.rows], found)


async def invite(request: Request) -> Answer:
    """Make an invitation."""
    given = await request.json(Invite)
    made = await request.areas.accounts.invitations.create(
        request.principal,
        email=given.email or "",
        role=given.role,
        note=given.note,
        most_uses=given.most_uses,
        days=given.days,
    )
    return answer(NewInvitation(**_values(made.invitation), link=made.link), HTTPStatus.CREATED)


async def revoke(request: Request) -> Answer:
    """Take an invitation back."""
    await request.areas.accounts.invitations.revoke(request.principal, request.id("invitation"))
    return answer(None)


async def check(request: Request) -> Answer:
    """Whether an invitation's link still holds, and what it gives."""
    given = await request.json(Check)
    found = await request.areas.accounts.invitations.check(given.token, caller_of(request.exchange))
    return answer(OpenInvitation(found.email or None, found.role, found.created_by or None, moment(found.expires_at)))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(
        method=method, path=f"/api/v1/invitations{path}", handler=handler, summary=summary, tag="accounts", **rest
    )


ROUTES = (
    _route("GET", "", invitations, "Invitations", access="admin", paged=True, data=list[Invitation]),
    _route("POST", "", invite, "Invite somebody", access="admin", body=Invite, data=NewInvitation, status=201),
    _route("DELETE", "/{id}", revoke, "Take an invitation back", access="admin"),
    _route(
        "POST", "/check", check, "Look at an invitation by its link", access="anyone", body=Check, data=OpenInvitation
    ),
)
