"""Telling ListenBrainz and Last.fm what one listens to.

ListenBrainz is connected by the token of one's page there. Last.fm leads a browser to its own page and back to
`/app/settings/listening`, with `connected=lastfm` or `error=<code>` added: `connection_expired` (too old, used before,
or begun by somebody else), `service_refused`, `service_unavailable`, `service_not_found`, `not_signed_in`.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import msgspec

from antiphon.api.http.answers import NO_STORE, Answer
from antiphon.api.http.problems import STATUSES, problem_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.http.signin import sign_in
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.operation import Job, job_shape
from antiphon.api.v1.values import Moment, Text, moment, moment_or_none
from antiphon.areas.playback.data.histories import HistorySource
from antiphon.areas.playback.data.scrobbling import ConnectionChange, ScrobbleConnection

SETTINGS_PAGE = "/app/settings/listening"
MAXIMUM_EXPORT_BYTES = 16 * 1024 * 1024


class Service(msgspec.Struct, frozen=True):
    """A service that one can connect: `by_token` with a token from one's page there, else on the service's own page."""

    id: str
    name: str
    by_token: bool


class Connection(msgspec.Struct, frozen=True):
    """A service that is told what one listens to. `state` is `connected`, `failing` (it does not answer, and is asked
    again at `resumes_at`) or `reconnect` (connect it again; what waits is told then). `waiting` listens and loves have
    not been told, `refused` are not taken by the service; of the songs that one loves it does not know
    `unknown_loves`; `problem` says what was wrong last."""

    service: str
    name: str
    state: str
    scrobbles: bool
    loves: bool
    waiting: int
    refused: int
    unknown_loves: int
    problem: str
    created_at: Moment
    delivered_at: Moment | None
    resumes_at: Moment | None


class Connect(msgspec.Struct, frozen=True, kw_only=True):
    """The token from one's page at the service; none for a service with a page of its own."""

    token: Text = ""


class Connecting(msgspec.Struct, frozen=True):
    """The connection, or the `address` of the service's page to open in the browser."""

    connection: Connection | None = None
    address: str | None = None


class ChangeConnection(msgspec.Struct, frozen=True, kw_only=True):
    """Whether listens are told, and whether stars are; null stays as it is."""

    scrobbles: bool | None = None
    loves: bool | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where an export is from: `listenbrainz` (JSON lines) or `lastfm` (CSV or JSON, as its tools write it)."""

    source: HistorySource


class ComeBack(msgspec.Struct, frozen=True, kw_only=True):
    """What a service sends back by the browser."""

    state: str = ""
    token: str = ""


def _shape(one: ScrobbleConnection) -> Connection:
    return Connection(
        service=one.service,
        name=one.name,
        state=one.state,
        scrobbles=one.scrobbles,
        loves=one.loves,
        waiting=one.waiting,
        refused=one.refused,
        unknown_loves=one.unknown_loves,
        problem=one.problem,
        created_at=moment(one.created_at),
        delivered_at=moment_or_none(one.delivered_at),
        resumes_at=moment_or_none(one.resumes_at),
    )


async def list_services(request: Request) -> Answer:
    """What can be connected."""
    found = request.areas.playback.scrobbling.services()
    return answer_list([Service(one.id, one.name, one.by_token) for one in found], PageInfo(len(found), 0, len(found)))


async def list_connections(request: Request) -> Answer:
    """What is connected."""
    found = await request.areas.playback.scrobbling.connections(request.principal)
    return answer_list([_shape(one) for one in found], PageInfo(len(found), 0, len(found)))


async def connect(request: Request) -> Answer:
    """Connect a service by a token, or begin to on its page."""
    given = await request.json(Connect)
    scrobbling, service = request.areas.playback.scrobbling, request.parameters["service"]
    if given.token:
        return answer(Connecting(connection=_shape(await scrobbling.connect(request.principal, service, given.token))))
    return answer(Connecting(address=await scrobbling.begin(request.principal, service)))


async def come_back(request: Request) -> Answer:
    """Come back from a service's page, as who is signed in in this browser."""
    service = request.parameters["service"]
    try:
        given = request.values(ComeBack)
        principal = await sign_in(request.scope, request.exchange, request.areas.accounts)
        await request.areas.playback.scrobbling.finish(principal, service, given.state, given.token)
        told = {"connected": service}
    except Exception as error:  # noqa: BLE001 - told to the person; what nobody expected is logged on the way
        told = {"error": problem_of(error, STATUSES, request.exchange.request_id).code}
    address = f"{SETTINGS_PAGE}?{urlencode(told)}"
    return Answer(b"", HTTPStatus.FOUND, ((b"location", address.encode("ascii")), NO_STORE))


async def import_history(request: Request) -> Answer:
    """Take an export over."""
    source = request.values(Source).source
    content = await request.body(MAXIMUM_EXPORT_BYTES)
    job = await request.areas.playback.histories.request(request.principal, source, content)
    return answer(job_shape(job), HTTPStatus.ACCEPTED)


async def import_loves(request: Request) -> Answer:
    """Star what one loves at a service."""
    job = await request.areas.playback.histories.request_loves(request.principal, request.parameters["service"])
    return answer(job_shape(job), HTTPStatus.ACCEPTED)


async def change_connection(request: Request) -> Answer:
    """Other settings."""
    given = await request.json(ChangeConnection)
    change = ConnectionChange(scrobbles=given.scrobbles, loves=given.loves)
    changed = await request.areas.playback.scrobbling.change(request.principal, request.parameters["service"], change)
    return answer(_shape(changed))


async def disconnect(request: Request) -> Answer:
    """Forget a service."""
    await request.areas.playback.scrobbling.disconnect(request.principal, request.parameters["service"])
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(
        method=method, path=f"/api/v1/scrobbling{path}", handler=handler, summary=summary, tag="listening", **rest
    )


ROUTES = (
    _route("GET", "", list_connections, "Services that are told what one listens to", data=list[Connection]),
    _route("GET", "/services", list_services, "Services that can be connected", data=list[Service]),
    _route("POST", "/{service}", connect, "Connect a service", body=Connect, data=Connecting, has_opaque_id=True),
    _route(
        "PATCH",
        "/{service}",
        change_connection,
        "Choose what a service is told",
        body=ChangeConnection,
        data=Connection,
        has_opaque_id=True,
    ),
    _route(
        "POST",
        "/import",
        import_history,
        "Take an export of listens over, in the background",
        query=Source,
        body_media="application/octet-stream",
        data=Job,
        status=HTTPStatus.ACCEPTED.value,
    ),
    _route(
        "POST",
        "/{service}/loves",
        import_loves,
        "Star what one loves at a service, in the background",
        data=Job,
        status=HTTPStatus.ACCEPTED.value,
        has_opaque_id=True,
    ),
    _route("DELETE", "/{service}", disconnect, "Disconnect a service", has_opaque_id=True),
    _route(
        "GET",
        "/{service}/callback",
        come_back,
        "Come back from a service's page",
        access="anyone",
        query=ComeBack,
        status=HTTPStatus.FOUND.value,
        media="text/html",
        has_opaque_id=True,
    ),
)
