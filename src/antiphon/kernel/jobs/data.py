"""What crosses the door of the jobs: their states, a job as it is read, the events and what a handler may raise."""

from typing import Any, Final, Literal

import msgspec

from antiphon.kernel.events import Event

Lane = Literal["light", "heavy"]

QUEUED: Final = "queued"
RUNNING: Final = "running"
COMPLETED: Final = "completed"
FAILED: Final = "failed"
"""The handler said that trying again makes no sense."""
DEAD: Final = "dead"
"""Given up after the last attempt; admins see these."""
CANCELLED: Final = "cancelled"

INTERNAL_PREFIX: Final = "outbox."
"""Kinds that begin so are the server's own affair: people do not see them among their jobs."""

FINISHED = (COMPLETED, FAILED, DEAD, CANCELLED)


class Job(msgspec.Struct, frozen=True):
    """A job as people read it. Times are seconds since 1970, `progress` is 0 to 1 or None where nobody can tell."""

    id: str
    kind: str
    lane: str
    arguments: str
    key: str | None
    owner_id: int | None
    subject: str
    priority: int
    run_at: float
    state: str
    attempts: int
    max_attempts: int
    progress: float | None
    message: str
    result: str | None
    error: str | None
    created_at: float
    started_at: float | None
    finished_at: float | None
    updated_at: float

    @property
    def is_internal(self) -> bool:
        """Whether it is the server's own affair: the person it belongs to does not see it."""
        return self.kind.startswith(INTERNAL_PREFIX)

    @property
    def shown_state(self) -> Literal["queued", "running", "completed", "failed"]:
        """The state in the four words that the dialects use."""
        if self.state in (QUEUED, RUNNING, COMPLETED):
            return self.state  # type: ignore[return-value]
        return FAILED

    def decoded_arguments(self) -> dict[str, Any]:
        """The arguments as they were given to `JobQueue.add`."""
        return msgspec.json.decode(self.arguments, type=dict[str, Any])

    def decoded_result(self) -> Any:
        """What the handler gave back, None while there is nothing."""
        return None if self.result is None else msgspec.json.decode(self.result)


class JobQueued(Event, frozen=True):
    """A job row was written. `hint` says that the broker may be told now; otherwise the sweeper will."""

    job_id: str
    lane: Lane
    priority: int
    run_at: float
    hint: bool


class JobChanged(Event, frozen=True):
    """A job's state, progress or message changed. `state` is the one it has now."""

    job_id: str
    kind: str
    owner_id: int | None
    state: str


class RetryLater(Exception):
    """Raised by a handler: try again after `seconds` (an outside service said so). Does not count as an attempt."""

    def __init__(self, seconds: float, message: str = "") -> None:
        super().__init__(message)
        self.seconds = seconds
        self.message = message


class JobFailed(Exception):
    """Raised by a handler: trying again makes no sense. The message is shown to the owner."""


class LeaseLost(Exception):
    """The job was cancelled, or another worker has taken it: nothing more may be written in its name."""
