"""What people report, and what admins decide about it."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import answer, answer_list
from antiphon.api.v1.values import Id, Moment, moment, moment_or_none
from antiphon.areas.administration.data import (
    CaseFilter,
    CaseRow,
    CaseSort,
    CaseState,
    Decision,
    EntryKind,
    EntryRow,
    HiddenRow,
    Outcome,
    ReportReason,
    ReportRow,
    Subject,
)

REPORTS_AN_HOUR = 30
Said = Annotated[str, msgspec.Meta(max_length=4000)]


class GivenReport(msgspec.Struct, frozen=True, kw_only=True):
    """What is reported, why, and what there is to say; `text` is needed where the reason is `other`."""

    subject: Subject
    subject_id: Id
    reason: ReportReason
    text: Said = ""


class ReportsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`mine` leaves admins their own reports; `state` those that are open or decided."""

    mine: bool = False
    state: Literal["", "open", "decided"] = ""


class CasesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out narrows nothing. `reason`: one of its reports gives it; `outcome`: of the latest decision."""

    state: CaseState | Literal[""] = ""
    subject: Subject | Literal[""] = ""
    reason: ReportReason | Literal[""] = ""
    outcome: Outcome = ""
    sort: CaseSort = "newest"


class GivenNote(msgspec.Struct, frozen=True, kw_only=True):
    """What an admin says about a case."""

    text: Said


class GivenDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What is decided on the case as it was at `revision`; the owner is told the reason."""

    revision: Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]
    decision: Decision
    reason: Said = ""


class GivenReopening(msgspec.Struct, frozen=True, kw_only=True):
    """The case as it was at `revision` is opened again; `undo` takes back what was decided."""

    revision: Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]
    undo: bool = False


class ModerationPerson(msgspec.Struct, frozen=True, gc=False):
    """Somebody."""

    id: int
    username: str


class FiledReport(msgspec.Struct, frozen=True, gc=False):
    """What somebody reports, and what became of it: `outcome` is empty while nobody has decided."""

    id: int
    subject: Subject
    subject_id: int
    name: str
    reporter: ModerationPerson
    reason: ReportReason
    text: str
    created_at: Moment
    outcome: Outcome
    decided_at: Moment | None


class ModerationCase(msgspec.Struct, frozen=True, gc=False):
    """What is known about one thing that was reported or hidden.

    `name`, `by`, `owner`, `hidden` and `hidden_reason` are as they are now; where it is gone (`exists` is false) the
    name is that of then. `reasons` says how many reports give each reason. `revision` goes into the decision.
    """

    id: int
    subject: Subject
    subject_id: int
    name: str
    by: str
    exists: bool
    hidden: bool
    hidden_reason: str
    owner: ModerationPerson | None
    state: CaseState
    outcome: Outcome
    reason: str
    decided_by: ModerationPerson | None
    decided_at: Moment | None
    revision: int
    open_reports: int
    reasons: dict[str, int]
    opened_at: Moment
    reported_at: Moment


class ModerationEntry(msgspec.Struct, frozen=True, gc=False):
    """What was done with a case, or said about it. `author` is null where the server did it, or the account is gone."""

    id: int
    kind: EntryKind
    author: ModerationPerson | None
    outcome: Outcome
    text: str
    at: Moment


class ModerationCaseDetail(ModerationCase, frozen=True, gc=False):
    """A case with its latest reports, and what admins did with it."""

    reports: list[FiledReport]
    entries: list[ModerationEntry]


class OpenCases(msgspec.Struct, frozen=True, gc=False):
    """How many cases nobody has decided."""

    open: int


class HiddenThing(msgspec.Struct, frozen=True, gc=False):
    """Something of one's own that an admin hides, and why. `because`: the thing `itself` is hidden, or its `artist`."""

    subject: Subject
    subject_id: int
    name: str
    because: Literal["itself", "artist"]
    reason: str
    since: Moment | None


async def report(request: Request) -> Answer:
    """Report something; 30 an hour at most."""
    given = await request.json(GivenReport)
    principal = request.principal
    who = "" if principal.is_anonymous else str(principal.user_id)
    await request.areas.limits.count("report", who, REPORTS_AN_HOUR, 3600)
    made = await request.areas.administration.reports.report(
        principal, given.subject, given.subject_id, given.reason, given.text
    )
    return answer(_report(made), HTTPStatus.CREATED)


async def reports(request: Request) -> Answer:
    """One's reports and what became of them; all reports for admins."""
    wanted = request.values(ReportsQuery)
    found = await request.areas.administration.reports.list(
        request.principal, request.page(), mine=wanted.mine, state=wanted.state
    )
    return answer_list([_report(row) for row in found.rows], found)


async def hidden(request: Request) -> Answer:
    """What of one's own an admin hides."""
    found = await request.areas.administration.reports.hidden(request.principal, request.page())
    return answer_list([_hidden(row) for row in found.rows], found)


async def cases(request: Request) -> Answer:
    """The queue."""
    wanted = request.values(CasesQuery)
    narrowed = CaseFilter(wanted.state, wanted.subject, wanted.reason, wanted.outcome)
    moderation = request.areas.administration.moderation
    found = await moderation.cases(request.principal, narrowed, wanted.sort, request.page())
    return answer_list([ModerationCase(*_case_values(row)) for row in found.rows], found)


async def count(request: Request) -> Answer:
    """How many cases are open."""
    return answer(OpenCases(await request.areas.administration.moderation.count_open(request.principal)))


async def case(request: Request) -> Answer:
    """One case, with what is said about it."""
    return await _detail(request, await request.areas.administration.moderation.case(request.principal, _id(request)))


async def note(request: Request) -> Answer:
    """Say something about a case, for admins only."""
    given, moderation = await request.json(GivenNote), request.areas.administration.moderation
    await moderation.note(request.principal, _id(request), given.text)
    return await _detail(request, await moderation.case(request.principal, _id(request)), HTTPStatus.CREATED)


async def decide(request: Request) -> Answer:
    """Decide a case, and do what was decided."""
    given = await request.json(GivenDecision)
    row = await request.areas.administration.moderation.decide(
        request.principal, _id(request), given.decision, given.revision, given.reason
    )
    return await _detail(request, row)


async def reopen(request: Request) -> Answer:
    """Open a decided case again, or undo what was decided."""
    given = await request.json(GivenReopening)
    row = await request.areas.administration.moderation.reopen(
        request.principal, _id(request), given.revision, undo=given.undo
    )
    return await _detail(request, row)


async def _detail(request: Request, row: CaseRow, status: int = HTTPStatus.OK) -> Answer:
    moderation = request.areas.administration.moderation
    made = [_report(one) for one in await moderation.reports(request.principal, row.id)]
    entries = [_entry(one) for one in await moderation.entries(request.principal, row.id)]
    values: tuple[Any, ...] = (*_case_values(row), made, entries)
    return answer(ModerationCaseDetail(*values), status)


def _id(request: Request) -> int:
    return request.id("case")


def _person(user_id: int | None, username: str | None) -> ModerationPerson | None:
    return None if user_id is None or username is None else ModerationPerson(user_id, username)


def _report(row: ReportRow) -> FiledReport:
    return FiledReport(
        row.id,
        row.subject,
        row.subject_id,
        row.subject_name,
        ModerationPerson(row.user_id, row.username),
        row.reason,
        row.text,
        moment(row.created_at),
        row.outcome,
        moment_or_none(row.decided_at),
    )


def _case_values(row: CaseRow) -> tuple[Any, ...]:
    return (
        row.id,
        row.subject,
        row.subject_id,
        row.name,
        row.by,
        row.exists,
        row.hidden,
        row.hidden_reason,
        _person(row.owner_id, row.owner),
        row.state,
        row.outcome,
        row.reason,
        _person(row.decided_by, row.decider),
        moment_or_none(row.decided_at),
        row.revision,
        row.open_reports,
        row.reasons,
        moment(row.opened_at),
        moment(row.reported_at),
    )


def _entry(row: EntryRow) -> ModerationEntry:
    return ModerationEntry(row.id, row.kind, _person(row.author_id, row.author), row.outcome, row.text, moment(row.at))


def _hidden(row: HiddenRow) -> HiddenThing:
    return HiddenThing(row.subject, row.subject_id, row.name, row.because, row.reason, moment_or_none(row.since))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="moderation", **rest)


_ADMIN: dict[str, Any] = {"access": "admin"}
_CHANGES: dict[str, Any] = {"access": "admin", "data": ModerationCaseDetail}
ROUTES = (
    _route("POST", "/reports", report, "Report something", body=GivenReport, data=FiledReport, status=201),
    _route("GET", "/reports", reports, "One's reports", query=ReportsQuery, paged=True, data=list[FiledReport]),
    _route("GET", "/hidden", hidden, "What of one's own an admin hides", paged=True, data=list[HiddenThing]),
    _route(
        "GET", "/moderation/cases", cases, "What was reported or hidden", query=CasesQuery, paged=True,
        data=list[ModerationCase], **_ADMIN,
    ),
    _route("GET", "/moderation/cases/count", count, "How many cases are open", data=OpenCases, **_ADMIN),
    _route("GET", "/moderation/cases/{id}", case, "One case", **_CHANGES),
    _route("POST", "/moderation/cases/{id}/notes", note, "Note something", body=GivenNote, status=201, **_CHANGES),
    _route("POST", "/moderation/cases/{id}/decision", decide, "Decide a case", body=GivenDecision, **_CHANGES),
    _route("POST", "/moderation/cases/{id}/reopening", reopen, "Open a case again", body=GivenReopening, **_CHANGES),
)  # fmt: skip
