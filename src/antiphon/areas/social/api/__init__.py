"""The door of social."""

from typing import Any

from antiphon.areas.social.api.chat import Chat
from antiphon.areas.social.api.notices import Notices
from antiphon.areas.social.internal.notices import delete_all
from antiphon.areas.social.internal.personal import export
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction

__all__ = ["Chat", "Notices", "Social"]


class Social:
    """What people are told (`notices`) and tell each other (`chat`)."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._reader = database.reader
        self.notices = Notices(database=database, clock=clock)
        self.chat = Chat(database=database, clock=clock)

    async def export_personal(self, user_id: int) -> dict[str, Any]:
        """A person's notices and what they said, for the registry of personal data."""
        return {**await export(self._reader, user_id), "chat_message": await self.chat.own(user_id)}

    async def erase_personal(self, transaction: Transaction, user_id: int) -> None:
        """Delete a person's notices and words for good, and notices that tell admins of them."""
        await delete_all(transaction, user_id)
