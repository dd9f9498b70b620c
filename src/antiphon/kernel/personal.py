"""What the server knows about a person: each area registers how to hand it out and how to erase it."""

from collections.abc import Awaitable, Callable
from typing import Any

from antiphon.kernel.db import Transaction

Export = Callable[[int], Awaitable[dict[str, Any]]]
"""From a user id to what the area knows about that person, as plain JSON values by name of the table."""

Erase = Callable[[Transaction, int], Awaitable[None]]
"""Removes what is personal to a user id inside the transaction that removes the account."""


class PersonalData:
    """The registry. Bootstrap fills it from the areas; exports and deletions walk it."""

    def __init__(self) -> None:
        self._areas: dict[str, tuple[Export, Erase]] = {}

    def register(self, area: str, export: Export, erase: Erase) -> None:
        """Make an area's personal data known. Each area registers once."""
        assert area not in self._areas, f"{area} has registered its personal data already"
        self._areas[area] = (export, erase)

    async def export(self, user_id: int) -> dict[str, dict[str, Any]]:
        """Everything every area knows about a person, by area."""
        return {area: await export(user_id) for area, (export, _) in self._areas.items()}

    async def erase(self, transaction: Transaction, user_id: int) -> None:
        """Erase a person from every area, the last registered first: higher areas hang on lower ones."""
        for _, erase in reversed(self._areas.values()):
            await erase(transaction, user_id)
