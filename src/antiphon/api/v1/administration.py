"""What is on record, and everything that is known about a person."""

import asyncio
from typing import Annotated, Any

import msgspec

from antiphon.api.http.answers import NO_STORE, Answer
from antiphon.api.http.asgi import Application, Receive, Scope, Send
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.http.streaming import content_disposition
from antiphon.api.v1.encoding import answer_list
from antiphon.api.v1.values import Moment, moment
from antiphon.areas.administration.data import PersonalArchive


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`action` is one action (`account.removed`) or a thing for all of its actions (`account`); `user_id` leaves what
    this person did and what was done to their account."""

    action: Annotated[str, msgspec.Meta(max_length=100)] = ""
    user_id: Annotated[int, msgspec.Meta(ge=0, le=999_999_999_999_999_999)] = 0


class AuditEntry(msgspec.Struct, frozen=True, gc=False):
    """Something on record. `actor_id` is 0 for the server itself; names stand as they were then."""

    id: int
    at: Moment
    actor_id: int
    actor: str
    action: str
    subject: str
    subject_id: int
    subject_name: str
    details: dict[str, Any]


async def audit(request: Request) -> Answer:
    """What is on record, the latest first."""
    wanted = request.values(AuditQuery)
    found = await request.areas.administration.audit.entries(
        request.principal, request.page(), action=wanted.action, user_id=wanted.user_id
    )
    shown = [
        AuditEntry(
            one.id,
            moment(one.at),
            one.actor_id,
            one.actor,
            one.action,
            one.subject,
            one.subject_id,
            one.subject_name,
            one.details,
        )
        for one in found.rows
    ]
    return answer_list(shown, found)


async def export(request: Request) -> Application:
    """Everything the server knows about a person, as a ZIP."""
    archive = await request.areas.administration.persons.export(request.principal, request.id("user"))
    head_only = request.scope["method"] == "HEAD"

    async def send_archive(_scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/zip"), content_disposition(archive.filename), NO_STORE]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if not head_only:
            await _send_pieces(archive, receive, send)
        await send({"type": "http.response.body", "body": b""})

    return send_archive


async def _send_pieces(archive: PersonalArchive, receive: Receive, send: Send) -> None:
    """Hand an archive out until it is whole or nobody listens any more."""
    gone = asyncio.ensure_future(_gone(receive))
    try:
        async for piece in archive.pieces:
            if gone.done():
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        gone.cancel()
        await archive.pieces.aclose()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/audit",
        handler=audit,
        summary="What is on record, the latest first",
        tag="administration",
        access="admin",
        query=AuditQuery,
        data=list[AuditEntry],
        paged=True,
    ),
    Route(
        method="GET",
        path="/api/v1/users/{id}/export",
        handler=export,
        summary="Everything the server knows about a person",
        tag="administration",
        media="application/zip",
    ),
)
