"""Playback's background entry points."""

from typing import Any

import msgspec

from antiphon.areas.accounts.api import Access
from antiphon.areas.playback.api import Playback
from antiphon.areas.playback.api.histories import HISTORY_JOB, LOVES_JOB
from antiphon.areas.playback.data.histories import HistoryEntry
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.jobs import JobContext, JobFailed, JobRegistry

DEADLINE_SECONDS = 3600.0


class HistoryArguments(msgspec.Struct):
    """Whose history it is, where from, and what is in it."""

    user_id: int
    source: str
    entries: list[HistoryEntry]


class LovesArguments(msgspec.Struct):
    """Whose loves, and at which service."""

    user_id: int
    service: str


def serve(registry: JobRegistry, playback: Playback, access: Access) -> None:
    """Make playback's kinds of jobs known."""

    async def history(context: JobContext, given: HistoryArguments) -> dict[str, Any]:
        principal, _ = await access.by_signature(given.user_id)
        report = await playback.histories.add(principal, given.source, given.entries, progress=context.progress)
        return dict(msgspec.to_builtins(report))

    async def loves(_context: JobContext, given: LovesArguments) -> dict[str, Any]:
        principal, _ = await access.by_signature(given.user_id)
        try:
            report = await playback.histories.add_loves(principal, given.service)
        except AntiphonError as error:
            if error.kind is Kind.UNAVAILABLE:
                raise
            raise JobFailed(error.message) from error
        return dict(msgspec.to_builtins(report))

    registry.light(HISTORY_JOB, history, arguments=HistoryArguments, deadline=DEADLINE_SECONDS, keeps_arguments=False)
    registry.light(LOVES_JOB, loves, arguments=LovesArguments, deadline=DEADLINE_SECONDS)
