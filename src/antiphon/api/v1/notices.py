"""Notices: what the server tells a person."""

from typing import Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import answer, answer_list
from antiphon.api.v1.values import Moment, moment, moment_or_none


class Which(msgspec.Struct, frozen=True, kw_only=True):
    """`unread=true` leaves out what was read."""

    unread: bool = False


class Notice(msgspec.Struct, frozen=True, gc=False):
    """Something one should know. `details` has what the sentence of its kind names; `read_at` is null until read."""

    id: int
    kind: str
    details: dict[str, Any]
    created_at: Moment
    read_at: Moment | None


class Unread(msgspec.Struct, frozen=True, gc=False):
    """How many notices were not read."""

    unread: int


async def notices(request: Request) -> Answer:
    """One's notices, the newest first."""
    wanted = request.values(Which)
    found = await request.areas.social.notices.list(request.principal, request.page(), only_unread=wanted.unread)
    shown = [
        Notice(one.id, one.kind, one.details, moment(one.created_at), moment_or_none(one.read_at)) for one in found.rows
    ]
    return answer_list(shown, found)


async def count(request: Request) -> Answer:
    """How many of one's notices were not read."""
    return answer(Unread(await request.areas.social.notices.count_unread(request.principal)))


async def read(request: Request) -> Answer:
    """Have read a notice."""
    await request.areas.social.notices.read(request.principal, request.id("notice"))
    return answer(None)


async def read_all(request: Request) -> Answer:
    """Have read all notices."""
    await request.areas.social.notices.read_all(request.principal)
    return answer(None)


async def delete(request: Request) -> Answer:
    """Delete a notice."""
    await request.areas.social.notices.delete(request.principal, request.id("notice"))
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1/notices{path}", handler=handler, summary=summary, tag="notices", **rest)


ROUTES = (
    _route("GET", "", notices, "One's notices", query=Which, paged=True, data=list[Notice]),
    _route("GET", "/count", count, "How many notices were not read", data=Unread),
    _route("PUT", "/read", read_all, "Count all notices as read"),
    _route("PUT", "/{id}/read", read, "Count a notice as read"),
    _route("DELETE", "/{id}", delete, "Delete a notice"),
)
