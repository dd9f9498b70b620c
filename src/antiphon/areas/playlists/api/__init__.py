"""The door of playlists."""

from typing import Any

from antiphon.areas.library.api import Library
from antiphon.areas.library.data import SongsRemoved
from antiphon.areas.playlists.api.browse import Browse
from antiphon.areas.playlists.api.edit import Edit
from antiphon.areas.playlists.api.flags import Flags
from antiphon.areas.playlists.internal import personal
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction

__all__ = ["Browse", "Edit", "Flags", "Playlists"]


class Playlists:
    """Playlists that people can `browse` and `edit`, and admins hide (`flags`)."""

    def __init__(self, *, database: Database, clock: Clock, library: Library) -> None:
        self._reader = database.reader
        self.browse = Browse(database.reader, library)
        self.edit = Edit(database=database, clock=clock)
        self.flags = Flags(database=database)
        database.subscriptions.in_transaction(SongsRemoved, self.edit.forget_songs)

    async def export_personal(self, user_id: int) -> dict[str, Any]:
        """A person's playlists with their tracks, for the registry of personal data."""
        return await personal.export(self._reader, user_id)

    async def erase_personal(self, transaction: Transaction, user_id: int) -> None:
        """Delete a person's playlists for good, and take their name off those of others."""
        await personal.erase(transaction, user_id)
