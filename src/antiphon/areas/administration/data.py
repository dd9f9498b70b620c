"""What crosses the door of administration."""

from collections.abc import AsyncGenerator
from typing import Any, Literal

import msgspec

from antiphon.kernel.events import Event

Subject = Literal["song", "album", "artist", "playlist", "user"]
"""What people can report."""

ReportReason = Literal["copyright", "offensive", "wrong_information", "broken_audio", "other"]

Decision = Literal["dismiss", "hide", "restore", "remove"]
"""What an admin decides: there is nothing wrong; hidden from all but owner and admins (a person: blocked); shown again;
taken out of the catalogue, or deleted."""

Outcome = Literal["", "dismissed", "hidden", "restored", "removed"]
"""What became of it; empty while nobody has decided."""

OUTCOMES: dict[Decision, Outcome] = {
    "dismiss": "dismissed",
    "hide": "hidden",
    "restore": "restored",
    "remove": "removed",
}

CaseState = Literal["open", "decided"]
CaseSort = Literal["newest", "oldest", "most_reported"]
EntryKind = Literal["note", "decided", "reopened", "undone"]


class AuditEntry(msgspec.Struct, frozen=True):
    """Something on record. `at` is seconds since 1970, `actor_id` 0 for the server itself; names stay as they were."""

    id: int
    at: float
    actor_id: int
    actor: str
    action: str
    subject: str
    subject_id: int
    subject_name: str
    details: dict[str, Any]


class PersonalArchive(msgspec.Struct, frozen=True):
    """A ZIP with everything that is known about a person: `pieces` makes its bytes as they are asked for."""

    filename: str
    pieces: AsyncGenerator[bytes]


class ReportRow(msgspec.Struct, frozen=True):
    """What a person reports of a thing, and what became of it. Moments are seconds since 1970."""

    id: int
    case_id: int
    subject: Subject
    subject_id: int
    subject_name: str
    user_id: int
    username: str
    reason: ReportReason
    text: str
    created_at: float
    outcome: Outcome
    decided_at: float | None


class CaseFilter(msgspec.Struct, frozen=True):
    """Which cases; what is empty narrows nothing."""

    state: CaseState | Literal[""] = ""
    subject: Subject | Literal[""] = ""
    reason: ReportReason | Literal[""] = ""
    outcome: Outcome = ""


class CaseRow(msgspec.Struct, frozen=True):
    """What is known about one thing that was reported or hidden.

    `name`, `by` (its artists, or whose playlist it is), `owner`, `hidden` and `hidden_reason` are as they are now;
    of what is gone (`exists` is False) the name is that of then. `revision` grows with every decision and opening.
    """

    id: int
    subject: Subject
    subject_id: int
    name: str
    by: str
    exists: bool
    hidden: bool
    hidden_reason: str
    owner_id: int | None
    owner: str | None
    state: CaseState
    outcome: Outcome
    reason: str
    decided_by: int | None
    decider: str | None
    decided_at: float | None
    revision: int
    open_reports: int
    opened_at: float
    reported_at: float
    reasons: dict[str, int] = {}


class EntryRow(msgspec.Struct, frozen=True):
    """What somebody did with a case or said about it. `author` is None where the account has gone, or the server did
    it."""

    id: int
    kind: EntryKind
    author_id: int | None
    author: str | None
    outcome: Outcome
    text: str
    at: float


class HiddenRow(msgspec.Struct, frozen=True):
    """Something of a person's own that an admin hides. `because` is what is hidden: the thing `itself`, or the
    `artist` that it names."""

    subject: Subject
    subject_id: int
    name: str
    because: Literal["itself", "artist"]
    reason: str
    since: float | None


class CasesChanged(Event, frozen=True):
    """Cases were opened or decided: so many are open now."""

    open_cases: int
