"""Every event that goes out, each with its schema. docs/dialects/realtime.md lists the same (a test compares)."""

from typing import Any, ClassVar, Literal

import msgspec

from antiphon.kernel.clock import iso
from antiphon.kernel.jobs import Job


class ServerEvent(msgspec.Struct, frozen=True):
    """What the server says. `event_name` is what clients listen for."""

    event_name: ClassVar[str]


class JobNews(ServerEvent, frozen=True):
    """A job of one's own (admins: any) has changed; the shape is that of `GET /api/v1/jobs/{id}`."""

    event_name: ClassVar[str] = "job"

    id: str
    kind: str
    state: Literal["queued", "running", "completed", "failed"]
    subject: str
    progress: float | None
    message: str
    result: Any
    error: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None


class LibraryNews(ServerEvent, frozen=True):
    """What people can browse has changed: lists may be read anew."""

    event_name: ClassVar[str] = "library_changed"

    revision: int


class NoticeNews(ServerEvent, frozen=True):
    """One has a new notice; the shape is that of `GET /api/v1/notices`."""

    event_name: ClassVar[str] = "notice"

    id: int
    kind: str
    details: dict[str, Any]
    created_at: str
    read_at: None = None


class CasesNews(ServerEvent, frozen=True):
    """Something was reported or decided: so many cases wait for a decision. Told to admins."""

    event_name: ClassVar[str] = "moderation"

    open: int


class QueueNews(ServerEvent, frozen=True):
    """One of one's own apps has something else lined up, or is elsewhere in it."""

    event_name: ClassVar[str] = "queue_changed"

    client: str


class TakenNews(ServerEvent, frozen=True):
    """What one's own app `client` played goes on in the app `by`: `client` has to pause."""

    event_name: ClassVar[str] = "playback_taken"

    client: str
    by: str


class ErrorNews(ServerEvent, frozen=True):
    """Something the client did was refused and no acknowledgement was asked for, or the connection is about to end."""

    event_name: ClassVar[str] = "error"

    code: str
    message: str


SERVER_EVENTS: tuple[type[ServerEvent], ...] = (
    CasesNews,
    ErrorNews,
    JobNews,
    LibraryNews,
    NoticeNews,
    QueueNews,
    TakenNews,
)


def job_news(job: Job) -> JobNews:
    """A job as its owner hears of it."""
    created_at = iso(job.created_at)
    assert created_at is not None
    return JobNews(
        job.id,
        job.kind,
        job.shown_state,
        job.subject,
        job.progress,
        job.message,
        job.decoded_result(),
        job.error,
        created_at,
        iso(job.started_at),
        iso(job.finished_at),
    )
