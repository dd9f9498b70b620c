"""Where one is signed in: seen and ended."""

from typing import Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.values import Moment, moment


class Session(msgspec.Struct, frozen=True, gc=False):
    """A sign-in that lasts. `client` is the browser or app in readable words, `network` is where it signed in from,
    `current` is the one that asks."""

    id: int
    client: str
    network: str
    created_at: Moment
    last_used_at: Moment
    current: bool


async def sessions(request: Request) -> Answer:
    """One's sessions, the last used first."""
    found = await request.areas.accounts.sessions.list(request.principal)
    shown = [
        Session(one.id, one.client, one.network, moment(one.created_at), moment(one.last_used_at), one.is_current)
        for one in found
    ]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def end_session(request: Request) -> Answer:
    """End one of one's sessions."""
    await request.areas.accounts.sessions.end(request.principal, request.id("session"))
    return answer(None)


async def end_other_sessions(request: Request) -> Answer:
    """End all of one's sessions but the one that asks."""
    await request.areas.accounts.sessions.end_others(request.principal)
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="accounts", **rest)


ROUTES = (
    _route("GET", "/auth/sessions", sessions, "Where one is signed in", data=list[Session]),
    _route("DELETE", "/auth/sessions/{id}", end_session, "End a session"),
    _route("DELETE", "/auth/sessions", end_other_sessions, "End all other sessions"),
)
