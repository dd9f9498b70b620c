"""Moderation: the queue of what people have reported, and what admins decide."""

import asyncio
from typing import Any

import msgspec

from antiphon.areas.administration.api.verdicts import Verdicts
from antiphon.areas.administration.data import (
    OUTCOMES,
    CaseFilter,
    CaseRow,
    CaseSort,
    Decision,
    EntryKind,
    EntryRow,
    Outcome,
    ReportRow,
    Subject,
)
from antiphon.areas.administration.internal import case_writes, cases
from antiphon.areas.library.data import ThingFlagged
from antiphon.areas.playlists.data import PlaylistFlagged
from antiphon.areas.social.api import Social
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.db.reader import Row
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid, not_found, not_signed_in
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_line, clean_lines

LONGEST_NOTE = 2000
LONGEST_REASON = 1000
# Of one case so many are told; nobody reads more before deciding.
SHOWN_REPORTS, SHOWN_ENTRIES = 200, 500


class Moderation:
    """For admins. What they decide is done at once, told to owners and reporters, and put on record."""

    def __init__(self, *, database: Database, clock: Clock, verdicts: Verdicts, social: Social) -> None:
        self._database = database
        self._reader = database.reader
        self._clock = clock
        self._verdicts = verdicts
        self._social = social
        # Tasks that carry out a decision: what things tell meanwhile is written down by the decision itself.
        self._deciding: set[object] = set()
        database.subscriptions.in_transaction(ThingFlagged, self._thing_flagged)
        database.subscriptions.in_transaction(PlaylistFlagged, self._playlist_flagged)

    async def cases(self, principal: Principal, wanted: CaseFilter, sort: CaseSort, page: Page) -> Slice[CaseRow]:
        """One page of cases. Raises FORBIDDEN."""
        _check_admin(principal)
        filters = msgspec.structs.asdict(wanted)
        found = await self._reader.fetch_slow(cases.CASES[sort], **filters, limit=page.limit, offset=page.offset)
        total = await self._reader.fetch_slow(cases.CASE_COUNT, **filters)
        return Slice(await self._with_reasons(found), total[0][0], page)

    async def count_open(self, principal: Principal) -> int:
        """How many cases nobody has decided. Raises FORBIDDEN."""
        _check_admin(principal)
        row = await self._reader.fetch_one(cases.OPEN_COUNT)
        assert row is not None
        return int(row[0])

    async def case(self, principal: Principal, case_id: int) -> CaseRow:
        """One case. Raises NOT_FOUND, FORBIDDEN."""
        _check_admin(principal)
        row = await self._reader.fetch_one(cases.CASE, id=case_id)
        if row is None:
            raise not_found("case")
        return (await self._with_reasons([row]))[0]

    async def reports(self, principal: Principal, case_id: int) -> list[ReportRow]:
        """The latest reports of a case, the latest first. Raises FORBIDDEN."""
        _check_admin(principal)
        found = await self._reader.fetch_slow(cases.REPORTS_OF_CASE, id=case_id, limit=SHOWN_REPORTS)
        return [ReportRow(*row) for row in found]

    async def entries(self, principal: Principal, case_id: int) -> list[EntryRow]:
        """What admins did with a case and said about it, in its order. Raises FORBIDDEN."""
        _check_admin(principal)
        found = await self._reader.fetch_slow(cases.ENTRIES, id=case_id, limit=SHOWN_ENTRIES)
        return [EntryRow(*row) for row in found]

    async def note(self, principal: Principal, case_id: int, text: str) -> None:
        """Say something about a case, for admins only. Raises NOT_FOUND, FORBIDDEN, INVALID."""
        _check_admin(principal)
        said = clean_lines(text)
        if not said or len(said) > LONGEST_NOTE or "\0" in said:
            raise invalid(text=f"A note has 1 to {LONGEST_NOTE} characters.")
        async with self._database.transaction() as transaction:
            case = await _open(transaction, case_id)
            await case_writes.insert_entry(transaction, case_id, principal.user_id, "note", self._clock(), text=said)
            await transaction.publish(recorded(principal, "case.noted", case.subject, case.subject_id, case.name))

    async def decide(
        self, principal: Principal, case_id: int, decision: Decision, revision: int, reason: str = ""
    ) -> CaseRow:
        """Decide a case as the caller has seen it (`revision`), and do what was decided; the owner is told `reason`.

        Raises FORBIDDEN, NOT_FOUND for the case or what it is about, INVALID, CONFLICT `decided_meanwhile` where
        somebody was quicker, CONFLICT `still_hidden` for dismissing what is hidden.
        """
        _check_admin(principal)
        said = _checked_reason(reason)
        async with self._database.transaction() as transaction:
            case = await _open(transaction, case_id)
            _check_revision(case, revision)
            if decision == "dismiss" and case.hidden:
                raise AntiphonError(
                    Kind.CONFLICT, "still_hidden", "This is hidden: show it again, or leave it hidden by hiding it."
                )
            await self._quietly(self._verdicts.carry_out(principal, decision, case.subject, case.subject_id, said))
            await self._close(transaction, case, OUTCOMES[decision], principal.user_id, said)
            if decision == "remove" and case.owner_id not in (None, principal.user_id):
                assert case.owner_id is not None
                details = {"subject": case.subject, "id": case.subject_id, "name": case.name, "reason": said}
                await self._social.notices.put(transaction, case.owner_id, "item_removed", details)
            told = {"decision": OUTCOMES[decision], "reason": said}
            await transaction.publish(
                recorded(principal, "case.decided", case.subject, case.subject_id, case.name, **told)
            )
        return await self.case(principal, case_id)

    async def reopen(self, principal: Principal, case_id: int, revision: int, *, undo: bool = False) -> CaseRow:
        """Open a decided case again. What was decided stays done, or with `undo` is taken back: reporters who have not
        read of it never hear of it.

        Raises FORBIDDEN, NOT_FOUND, CONFLICT `not_decided`, `decided_meanwhile`, `gone_for_good`.
        """
        _check_admin(principal)
        async with self._database.transaction() as transaction:
            case = await _open(transaction, case_id)
            _check_revision(case, revision)
            if case.state == "open":
                raise AntiphonError(Kind.CONFLICT, "not_decided", "This case is open.")
            values: dict[str, Any] = {"state": "open", "opened_at": self._clock()}
            if undo:
                values |= await self._take_back(transaction, principal, case)
            if not await case_writes.change_case(transaction, case_id, revision, **values):
                raise _decided_meanwhile(case)
            kind: EntryKind = "undone" if undo else "reopened"
            await case_writes.insert_entry(transaction, case_id, principal.user_id, kind, self._clock())
            await case_writes.count_open(transaction, cases.is_case(case_id))
            await transaction.publish(recorded(principal, f"case.{kind}", case.subject, case.subject_id, case.name))
            await case_writes.tell(transaction)
        return await self.case(principal, case_id)

    async def _take_back(self, transaction: Transaction, principal: Principal, case: CaseRow) -> dict[str, Any]:
        """Have everything be as before the latest decision; gives what the case says then."""
        before = _decision_before(
            [EntryRow(*row) for row in await transaction.fetch(cases.ENTRIES, id=case.id, limit=SHOWN_ENTRIES)]
        )
        subject, subject_id = case.subject, case.subject_id
        if case.outcome == "removed":
            await self._quietly(self._verdicts.bring_back(principal, subject, subject_id))
        elif case.outcome in ("hidden", "restored"):
            was_hidden = case.outcome == "restored" or (before is not None and before.outcome == "hidden")
            reason = before.text if before is not None else ""
            await self._quietly(self._verdicts.hide(principal, subject, subject_id, was_hidden, reason))
        decided = await transaction.fetch(cases.DECIDED_REPORTS, id=case.id, revision=case.revision)
        for row in decided:
            report = ReportRow(*row)
            await self._social.notices.take_back(transaction, report.user_id, _key(report, case.revision))
        await case_writes.reopen_reports(transaction, case.id, case.revision)
        if before is None:
            return {"decision": "", "decision_reason": "", "decided_by": None, "decided_at": None}
        told = {"decision": before.outcome, "decision_reason": before.text, "decided_by": before.author_id}
        return {**told, "decided_at": before.at, "state": "open" if decided else "decided"}

    async def _close(
        self, transaction: Transaction, case: CaseRow, outcome: Outcome, decided_by: int, reason: str
    ) -> None:
        now, revision = self._clock(), case.revision + 1
        is_mine = await case_writes.change_case(
            transaction,
            case.id,
            case.revision,
            state="decided",
            decision=outcome,
            decision_reason=reason,
            decided_by=decided_by or None,
            decided_at=now,
        )
        if not is_mine:
            raise _decided_meanwhile(await _open(transaction, case.id))
        await case_writes.insert_entry(transaction, case.id, decided_by, "decided", now, outcome=outcome, text=reason)
        for row in await transaction.fetch(cases.OPEN_REPORTS, id=case.id):
            report = ReportRow(*row)
            if report.user_id != decided_by:
                details = {
                    "subject": case.subject,
                    "id": case.subject_id,
                    "name": report.subject_name,
                    "outcome": outcome,
                }
                await self._social.notices.put(
                    transaction, report.user_id, "report_decided", details, key=_key(report, revision)
                )
        await case_writes.decide_reports(transaction, case.id, outcome, revision, now)
        await case_writes.count_open(transaction, cases.is_case(case.id))
        await case_writes.tell(transaction)

    async def _thing_flagged(self, event: ThingFlagged, transaction: Transaction) -> None:
        await self._flagged(
            transaction, event.thing, event.thing_id, event.name, event.owner_id, event.flagged, event.reason,
            event.actor_id,
        )  # fmt: skip

    async def _playlist_flagged(self, event: PlaylistFlagged, transaction: Transaction) -> None:
        await self._flagged(
            transaction, "playlist", event.playlist_id, event.title, event.owner_id, event.flagged, event.reason,
            event.actor_id,
        )  # fmt: skip

    async def _flagged(
        self,
        transaction: Transaction,
        subject: Subject,
        subject_id: int,
        name: str,
        owner_id: int | None,
        flagged: bool,
        reason: str,
        actor_id: int,
    ) -> None:
        """Something was hidden or shown again elsewhere than in the queue: that decides its case, too."""
        if asyncio.current_task() in self._deciding:
            return
        case_id, _, _ = await case_writes.ensure_case(transaction, subject, subject_id, name, owner_id, self._clock())
        case = await _open(transaction, case_id)
        await self._close(transaction, case, "hidden" if flagged else "restored", actor_id, reason)

    async def _quietly(self, work: Any) -> None:
        task = asyncio.current_task()
        self._deciding.add(task)
        try:
            await work
        finally:
            self._deciding.discard(task)

    async def _with_reasons(self, found: list[Row]) -> list[CaseRow]:
        ids = msgspec.json.encode([row[0] for row in found]).decode()
        reasons: dict[int, dict[str, int]] = {}
        for case_id, reason, count in await self._reader.fetch_slow(cases.REASONS, ids=ids):
            reasons.setdefault(case_id, {})[reason] = count
        return [_case_of(row, reasons.get(row[0], {})) for row in found]


def _case_of(row: Row, reasons: dict[str, int]) -> CaseRow:
    values: tuple[Any, ...] = (*row[:5], bool(row[5]), bool(row[6]), *row[7:], reasons)
    return CaseRow(*values)


async def _open(transaction: Transaction, case_id: int) -> CaseRow:
    row = await transaction.fetch_one(cases.CASE, id=case_id)
    if row is None:
        raise not_found("case")
    return _case_of(row, {})


def _decision_before(entries: list[EntryRow]) -> EntryRow | None:
    """The decision before the latest one, of those that were not undone."""
    standing: list[EntryRow] = []
    for entry in entries:
        if entry.kind == "decided":
            standing.append(entry)
        elif entry.kind == "undone" and standing:
            standing.pop()
    return standing[-2] if len(standing) > 1 else None


def _check_admin(principal: Principal) -> None:
    if principal.is_anonymous and not principal.is_admin:
        raise not_signed_in()
    if not principal.is_admin:
        raise forbidden("Only admins may do this.", "admins_only")


def _check_revision(case: CaseRow, revision: int) -> None:
    if case.revision != revision:
        raise _decided_meanwhile(case)


def _decided_meanwhile(case: CaseRow) -> AntiphonError:
    if case.state == "open":
        said = "This case was opened again meanwhile. Look at it once more."
    else:
        said = (
            f"{case.decider or 'Somebody'} was quicker: it is decided already ({case.outcome}). Look at it once more."
        )
    return AntiphonError(Kind.CONFLICT, "decided_meanwhile", said)


def _checked_reason(text: str) -> str:
    said = clean_line(text)
    if len(said) > LONGEST_REASON or "\0" in said:
        raise invalid(reason=f"This has at most {LONGEST_REASON} characters.")
    return said


def _key(report: ReportRow, revision: int) -> str:
    return f"report_decided:{report.id}:{revision}"
