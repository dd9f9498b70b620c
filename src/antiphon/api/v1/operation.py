"""The server itself: its health, scans and jobs."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.draining import Draining
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.values import Id, Moment, moment, moment_or_none
from antiphon.areas.library.data.libraries import Place
from antiphon.kernel.errors import invalid
from antiphon.kernel.jobs import Job as JobRow

Health = Literal["ok", "embedded", "down"]
Probe = Callable[[], Awaitable[Health]]
PROBE_SECONDS = 3.0


class HealthOfParts(msgspec.Struct, frozen=True, gc=False):
    """How the parts are: `ok` (a service that answers), `embedded` (inside this server) or `down`."""

    database: Health
    cache: Health
    worker: Health
    storage: Health


class Ready(msgspec.Struct, frozen=True, gc=False):
    """Whether requests can be answered."""

    ready: bool


class Alive(msgspec.Struct, frozen=True, gc=False):
    """The process answers."""

    alive: bool


class StartScan(msgspec.Struct, frozen=True, kw_only=True):
    """`full` reads every file anew; `accept_missing` lets a scan count vanished files as missing however many;
    `library_id` is the only music folder that is wanted."""

    full: bool = False
    accept_missing: bool = False
    library_id: Id | None = None


class JobQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`before` is the id of the last job of the page before."""

    before: str | None = None


class Job(msgspec.Struct, frozen=True, gc=False):
    """Work in the background. `progress` is 0 to 1, null where nobody can tell."""

    id: str
    kind: str
    state: Literal["queued", "running", "completed", "failed"]
    subject: str
    progress: float | None
    message: str
    result: Any
    error: str | None
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class BrokenFile(msgspec.Struct, frozen=True, gc=False):
    """A file that could not be read as music, and why."""

    library_id: int
    path: str
    reason: str
    found_at: Moment


def job_shape(job: JobRow) -> Job:
    """A job as its owner sees it."""
    return Job(
        job.id,
        job.kind,
        job.shown_state,
        job.subject,
        job.progress,
        job.message,
        job.decoded_result(),
        job.error,
        moment(job.created_at),
        moment_or_none(job.started_at),
        moment_or_none(job.finished_at),
    )


class HealthRoutes:
    """Health as load balancers, orchestrators and people ask for it."""

    def __init__(self, probes: Mapping[str, Probe], draining: Draining) -> None:
        """`probes` asks `database`, `cache`, `worker` and `storage` how they are."""
        self._probes = probes
        self._draining = draining

    async def health(self, _request: Request) -> Answer:
        """How every part is; 503 where one that is configured is down."""
        names = HealthOfParts.__struct_fields__
        found = await asyncio.gather(*(self._ask(name) for name in names))
        status = HTTPStatus.SERVICE_UNAVAILABLE if "down" in found else HTTPStatus.OK
        return answer(HealthOfParts(*found), status, success="down" not in found)

    async def live(self, _request: Request) -> Answer:
        """The process answers."""
        return answer(Alive(True))

    async def ready(self, _request: Request) -> Answer:
        """The database answers, and the server is not about to stop."""
        is_ready = not self._draining.has_begun and await self._ask("database") != "down"
        status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return answer(Ready(is_ready), status, success=is_ready)

    async def _ask(self, name: str) -> Health:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return await self._probes[name]()
        except TimeoutError:
            return "down"

    def routes(self) -> tuple[Route, ...]:
        """The routes of health, open to anyone."""
        return (
            _route("GET", "/health", self.health, "How every part is", access="anyone", data=HealthOfParts),
            _route("GET", "/health/live", self.live, "The process answers", access="anyone", data=Alive),
            _route("GET", "/health/ready", self.ready, "Requests can be answered", access="anyone", data=Ready),
        )


async def start_scan(request: Request) -> Answer:
    """Queue a scan of the music folders, or give the one that waits or runs."""
    given = await request.json(StartScan)
    place = None if given.library_id is None else Place(given.library_id)
    job = await request.areas.library.scans.request(
        request.principal, full=given.full, accept_missing=given.accept_missing, place=place
    )
    return answer(job_shape(job), HTTPStatus.ACCEPTED)


async def broken_files(request: Request) -> Answer:
    """Files that could not be read as music."""
    found = await request.areas.library.scans.broken_files(request.principal, request.page())
    shown = [BrokenFile(row.library_id, row.path, row.reason, moment(row.found_at)) for row in found.rows]
    return answer_list(shown, found)


async def jobs(request: Request) -> Answer:
    """One's own jobs, all for admins, the newest first."""
    page = request.page()
    if page.offset:
        raise invalid(offset="Jobs are paged by before, the id of the last one you have.")
    before = request.values(JobQuery).before
    found = await request.areas.jobs.list(request.principal, limit=page.limit, before=before)
    shown = [job_shape(job) for job in found.jobs]
    return answer_list(shown, PageInfo(page.limit, 0, found.total, found.next_cursor))


async def job(request: Request) -> Answer:
    """One job."""
    return answer(job_shape(await request.areas.jobs.get(request.principal, request.parameters["id"])))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="operation", **rest)


ROUTES = (
    _route("POST", "/scan", start_scan, "Scan the music folders", access="admin", body=StartScan, data=Job, status=202),
    _route(
        "GET",
        "/scan/broken",
        broken_files,
        "Files that are no readable music",
        access="admin",
        data=list[BrokenFile],
        paged=True,
    ),
    _route("GET", "/jobs", jobs, "Jobs, the newest first", query=JobQuery, data=list[Job], paged=True),
    _route("GET", "/jobs/{id}", job, "A job", data=Job, has_opaque_id=True),
)
