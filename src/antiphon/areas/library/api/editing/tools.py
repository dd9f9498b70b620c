"""What every kind of edit needs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from antiphon.areas.library.data import CreditEdit
from antiphon.areas.library.internal.editing import artists
from antiphon.areas.library.internal.editing.checks import LONGEST_NAME, checked_credits, checked_line
from antiphon.areas.library.internal.turns import take_turn
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.jobs import JobQueue
from antiphon.kernel.principal import Principal

TOTALS = "totals"
"""The kind of job that adds up what an edit has left."""


class Tools(msgspec.Struct, frozen=True):
    """The database, the clock, and who adds up what takes long."""

    database: Database
    clock: Clock
    jobs: JobQueue

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that changes what totals count. Open it before any other one of the same use case."""
        async with self.database.transaction() as transaction:
            await take_turn(transaction)
            yield transaction

    async def add_up_later(self, transaction: Transaction, is_complete: bool) -> None:
        """Queue the job that adds up what is stale, unless all was added up at once or it waits already."""
        if not is_complete and await self.jobs.unfinished(transaction, TOTALS) is None:
            await self.jobs.add(transaction, TOTALS, subject="Adding up albums, artists and genres")


def changes_of(facts: dict[str, Any], wanted: dict[str, Any], changed: Callable[..., Any], thing_id: int) -> list[Any]:
    """The fields of `wanted` that differ from `facts`."""
    return [changed(thing_id, field, facts[field], value) for field, value in wanted.items() if facts[field] != value]


def taken(what: str, thing_id: int) -> AntiphonError:
    """Something is called so already."""
    such = f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
    return AntiphonError(Kind.CONFLICT, "name_taken", f"There is such {such} already: number {thing_id}.")


async def named_credits(
    transaction: Transaction, principal: Principal, credits: list[CreditEdit]
) -> tuple[dict[str, Any], dict[str, int]]:
    """The fact of some credits, and the artists that they mean by id. Raises INVALID, NOT_FOUND for such an artist."""
    checked = checked_credits(credits)
    wanted = sorted({credit.id for credit in checked if credit.id is not None})
    names: dict[int, str] = {}
    if wanted:
        listed = msgspec.json.encode(wanted).decode()
        names = dict(await transaction.fetch(artists.NAMES, ids=listed, **viewing(principal)))
        if len(names) != len(wanted):
            raise not_found("artist")
    pairs = [[names[credit.id] if credit.id is not None else credit.name, credit.role] for credit in checked]
    text = ", ".join(name for name, role in pairs if role == "artist")
    return {"text": text, "credits": pairs}, {name: artist_id for artist_id, name in names.items()}


def worded(text: str, before: dict[str, Any]) -> dict[str, Any]:
    """The fact of artists who are given as one text: the same people where it says what it said, else one artist of
    that name; other credits stay."""
    said = checked_line("artist", text, LONGEST_NAME)
    if said == before["text"]:
        return before
    others = [credit for credit in before["credits"] if credit[1] != "artist"]
    return {"text": said, "credits": [[said, "artist"], *others]}
