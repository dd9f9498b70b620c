"""Which kinds of jobs there are. Bootstrap fills it the same way in every process."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec

from antiphon.kernel.jobs.data import Lane
from antiphon.kernel.jobs.recurrence import parse_recurrence

if TYPE_CHECKING:
    from antiphon.kernel.jobs.context import JobContext

LightHandler = Callable[["JobContext", Any], Awaitable[Any]]

MINUTE = 60.0


class JobKind(msgspec.Struct, frozen=True):
    """One kind of job: a light one has a `handler`, a heavy one the `path` of a function (`module:function`).

    `arguments` is the type that the JSON arguments are read into; `deadline` is how many seconds one attempt may take;
    the arguments of a kind with `keeps_arguments` False are forgotten when the job is completed.
    """

    name: str
    lane: Lane
    handler: LightHandler | None
    path: str
    arguments: Any
    max_attempts: int
    deadline: float | None
    keeps_arguments: bool = True


class ScheduledKind(msgspec.Struct, frozen=True):
    """A schedule that the program brings along: at which times a job of which kind is made."""

    name: str
    kind: str
    recurrence: str
    arguments: dict[str, Any]


class JobRegistry:
    """All kinds of jobs and all schedules by name."""

    def __init__(self) -> None:
        self._kinds: dict[str, JobKind] = {}
        self._schedules: dict[str, ScheduledKind] = {}

    def light(
        self,
        name: str,
        handler: LightHandler,
        *,
        arguments: Any = dict[str, Any],
        max_attempts: int = 5,
        deadline: float | None = 15 * MINUTE,
        keeps_arguments: bool = True,
    ) -> None:
        """A job that waits more than it computes: `await handler(context, arguments)` on the worker's event loop.

        What it gives back (plain JSON values or None) becomes the job's result.
        """
        self._register(JobKind(name, "light", handler, "", arguments, max_attempts, deadline, keeps_arguments))

    def heavy(self, name: str, path: str, *, max_attempts: int = 3, deadline: float | None = None) -> None:
        """A job that computes: the function at `path` (`module:function`, plain or async) runs as
        `function(context, arguments)` in a process of its own that is gone when it is done."""
        module, colon, function = path.partition(":")
        assert module and colon and function, f"{path} must read module:function"
        self._register(JobKind(name, "heavy", None, path, dict[str, Any], max_attempts, deadline))

    def schedule(self, name: str, kind: str, recurrence: str, arguments: dict[str, Any] | None = None) -> None:
        """Make a job of `kind` at the times that `recurrence` tells (see recurrence.py)."""
        assert name not in self._schedules, f"there are two schedules {name}"
        parse_recurrence(recurrence)
        self._schedules[name] = ScheduledKind(name, self.kind(kind).name, recurrence, arguments or {})

    def kind(self, name: str) -> JobKind:
        """The kind by its name. KeyError for one that nobody registered."""
        return self._kinds[name]

    def find(self, name: str) -> JobKind | None:
        """The same, but None for an unknown one: a row may be older than the program."""
        return self._kinds.get(name)

    @property
    def schedules(self) -> list[ScheduledKind]:
        """Every schedule."""
        return list(self._schedules.values())

    def _register(self, kind: JobKind) -> None:
        assert kind.name not in self._kinds, f"there are two kinds of job {kind.name}"
        self._kinds[kind.name] = kind
