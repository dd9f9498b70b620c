"""What the server knows about a person: each area registers how to hand it out and how to erase it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec

from antiphon.kernel.db import Transaction

Export = Callable[[int], Awaitable[dict[str, Any]]]
"""From a user id to what the area knows about that person, by name of the table: plain JSON values, a `PersonalFile`,
or, of a table that may be long, an async iterator of lists of rows."""

Erase = Callable[[Transaction, int], Awaitable[None]]
"""Removes what is personal to a user id inside the transaction that removes the account."""


class PersonalFile(msgspec.Struct, frozen=True):
    """Something that is handed out as a file of its own, such as a picture."""

    name: str
    content: bytes


class PersonalData:
    """The registry. Bootstrap fills it from the areas; exports and deletions walk it."""

    def __init__(self) -> None:
        self._areas: dict[str, tuple[Export, Erase]] = {}

    def register(self, area: str, export: Export, erase: Erase) -> None:
        """Make an area's personal data known. Each area registers once."""
        assert area not in self._areas, f"{area} has registered its personal data already"
        self._areas[area] = (export, erase)

    async def export(self, user_id: int) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Every area with what it knows about a person, one after the other."""
        for area, (export, _) in self._areas.items():
            yield area, await export(user_id)

    async def erase(self, transaction: Transaction, user_id: int) -> None:
        """Erase a person from every area, the last registered first: higher areas hang on lower ones."""
        for _, erase in reversed(self._areas.values()):
            await erase(transaction, user_id)
