"""What moderation knows about a person."""

from typing import Any

import msgspec

from antiphon.areas.administration.data import ReportRow
from antiphon.areas.administration.internal import cases
from antiphon.kernel.db import Reader

_CASE = ("subject", "subject_id", "name", "decision", "reason")
_ENTRY = ("case_id", "kind", "decision", "text", "at")


async def export(reader: Reader, user_id: int) -> dict[str, Any]:
    """What somebody has reported, what was decided about what is theirs, and what they did as an admin."""
    reports = [ReportRow(*row) for row in await reader.fetch_slow(cases.REPORTS_BY, user_id=user_id)]
    about = await reader.fetch_slow(cases.CASES_ABOUT, user_id=user_id)
    entries = await reader.fetch_slow(cases.ENTRIES_BY, user_id=user_id)
    return {
        "moderation_report": [msgspec.to_builtins(one) for one in reports],
        "moderation_case": [dict(zip(_CASE, row, strict=True)) for row in about],
        "moderation_entry": [dict(zip(_ENTRY, row, strict=True)) for row in entries],
    }
