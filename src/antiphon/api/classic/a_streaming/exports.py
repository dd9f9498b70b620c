"""Tables to take away: asked for, waited for, and then answered as files."""

from http import HTTPStatus
from typing import Literal

import msgspec

from antiphon.api.classic.a_streaming.encoding import answer
from antiphon.api.http.answers import Answer
from antiphon.api.http.asgi import Application
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.http.tables import MEDIA, sending_table
from antiphon.areas.library.data import ExportKind


class StreamingNewExport(msgspec.Struct, frozen=True, kw_only=True):
    """Which table is wanted: one's own songs, unless `kind` says otherwise. `bom` puts a byte order mark before it."""

    kind: ExportKind = "songs"
    bom: bool = True


class StreamingTask(msgspec.Struct, frozen=True, gc=False):
    """A table that is being made."""

    task_id: str
    status: Literal["queued", "running", "completed", "failed"] = "queued"
    progress: float | None = None


async def create(request: Request) -> Answer:
    """Have a table made."""
    given = await request.json(StreamingNewExport)
    row = await request.areas.library.exports.begin(request.principal, given.kind, with_bom=given.bom)
    return answer("The export has begun.", StreamingTask(row.id), HTTPStatus.ACCEPTED)


async def export(request: Request) -> Answer | Application:
    """How far a table is, and the table itself once it is ready."""
    doors = request.areas.library.exports
    row = await doors.get(request.principal, request.parameters["id"])
    if row.size:
        return sending_table(doors, row)
    job = await request.areas.jobs.find(row.id)
    if job is None or job.shown_state in ("failed", "completed"):
        told = job.error if job is not None and job.error else "It has ended without a table."
        return answer(f"The export has failed. {told}", StreamingTask(row.id, "failed"))
    task = StreamingTask(row.id, job.shown_state, job.progress)
    return answer("The export is not ready yet.", task, HTTPStatus.ACCEPTED)


ROUTES = (
    Route(
        method="POST",
        path="/api/export/csv",
        handler=create,
        summary="Have a table of one's own songs made, or another one",
        tag="exports",
        body=StreamingNewExport,
        data=StreamingTask,
        status=202,
    ),
    Route(
        method="GET",
        path="/api/export/csv/{id}",
        handler=export,
        summary="How far a table is (202), then the table itself",
        tag="exports",
        media=MEDIA.partition(";")[0],
        has_opaque_id=True,
    ),
)
