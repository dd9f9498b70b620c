"""Writes of moderation, inside the transaction they are given."""

from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, not_, select, update

from antiphon.areas.administration.data import CasesChanged, EntryKind, Outcome
from antiphon.areas.administration.internal import cases
from antiphon.areas.administration.internal import tables as t
from antiphon.kernel.db import Transaction, insert_unless_there

_case = t.moderation_case
_report = t.moderation_report


async def ensure_case(
    transaction: Transaction, subject: str, subject_id: int, name: str, owner_id: int | None, now: float
) -> tuple[int, str, int]:
    """The case of a thing (its id, state and revision), held until the transaction ends; made where there is none."""
    await transaction.execute(
        insert_unless_there(transaction, _case)
        .values(
            subject=subject,
            subject_id=subject_id,
            subject_name=name,
            owner_id=owner_id,
            opened_at=now,
            reported_at=now,
        )
        .on_conflict_do_nothing(index_elements=["subject", "subject_id"])
    )
    row = await transaction.fetch_one(cases.OF_SUBJECT, subject=subject, subject_id=subject_id)
    assert row is not None
    return row[0], row[1], row[2]


async def insert_report(
    transaction: Transaction, case_id: int, user_id: int, reason: str, text: str, now: float
) -> int | None:
    """A new report's id; None where the person has an open one about the same thing."""
    made = await transaction.execute(
        insert_unless_there(transaction, _report)
        .values(case_id=case_id, user_id=user_id, reason=reason, text=text, created_at=now)
        .on_conflict_do_nothing()
        .returning(_report.c.id)
    )
    row = made.first()
    return None if row is None else int(row[0])


async def insert_entry(
    transaction: Transaction,
    case_id: int,
    author_id: int,
    kind: EntryKind,
    now: float,
    *,
    outcome: Outcome = "",
    text: str = "",
) -> int:
    """Note what somebody (0: the server) did with a case; the entry's id."""
    made = await transaction.execute(
        insert(t.moderation_entry).values(
            case_id=case_id, author_id=author_id or None, kind=kind, decision=outcome, text=text, at=now
        )
    )
    key = made.inserted_primary_key
    assert key is not None
    return int(key[0])


async def change_case(transaction: Transaction, case_id: int, revision: int, **values: Any) -> bool:
    """Change a case that is still at `revision`, which grows by one. False where somebody was quicker."""
    changed = await transaction.execute(
        update(_case).where(_case.c.id == case_id, _case.c.revision == revision).values(revision=revision + 1, **values)
    )
    return changed.rowcount == 1


async def decide_reports(transaction: Transaction, case_id: int, outcome: Outcome, revision: int, now: float) -> None:
    """What becomes of the open reports of a case, by the decision that led to `revision`."""
    await transaction.execute(
        update(_report)
        .where(_report.c.case_id == case_id, _report.c.outcome == "")
        .values(outcome=outcome, decided_at=now, decided_in=revision)
    )


async def reopen_reports(transaction: Transaction, case_id: int, revision: int) -> None:
    """Have the reports be open again that the decision of `revision` has closed."""
    await transaction.execute(
        update(_report)
        .where(_report.c.case_id == case_id, _report.c.decided_in == revision)
        .values(outcome="", decided_at=None, decided_in=None)
    )


async def count_open(transaction: Transaction, *wanted: Any, **values: Any) -> None:
    """Have cases say how many of their reports are open."""
    number = select(func.count()).where(_report.c.case_id == _case.c.id, _report.c.outcome == "").scalar_subquery()
    await transaction.execute(update(_case).where(*wanted).values(open_reports=number, **values))


async def tell(transaction: Transaction) -> None:
    """Say how many cases are open now."""
    row = await transaction.fetch_one(cases.OPEN_COUNT)
    assert row is not None
    await transaction.publish(CasesChanged(row[0]))


async def erase(transaction: Transaction, user_id: int) -> None:
    """Delete what a person has reported and the cases about what is theirs, and take their name off the rest."""
    await transaction.execute(delete(_case).where(_case.c.owner_id == user_id))
    touched = select(_report.c.case_id).where(_report.c.user_id == user_id)
    ids = [row[0] for row in await transaction.fetch(touched.distinct())]
    await transaction.execute(delete(_report).where(_report.c.user_id == user_id))
    entry = t.moderation_entry
    for column in (_case.c.decided_by, entry.c.author_id):
        await transaction.execute(update(column.table).where(column == user_id).values({column.name: None}))
    for case_id in ids:
        await count_open(transaction, _case.c.id == case_id)
    unfounded = and_(
        _case.c.decision == "",
        not_(exists(select(_report.c.id).where(_report.c.case_id == _case.c.id))),
        not_(exists(select(entry.c.id).where(entry.c.case_id == _case.c.id))),
    )
    await transaction.execute(delete(_case).where(unfounded))
    await tell(transaction)
