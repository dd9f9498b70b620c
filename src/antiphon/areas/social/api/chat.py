"""The one room that everybody on the server shares: what Subsonic apps call chat."""

from antiphon.areas.social.data import ChatMessage
from antiphon.areas.social.internal import chat
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import forbidden, invalid, not_signed_in
from antiphon.kernel.principal import Principal
from antiphon.kernel.text import clean_lines

LONGEST_MESSAGE = 2_000
KEPT_SECONDS = 7 * 86_400.0
"""A week: the room is for talking, not for keeping."""


class Chat:
    """Messages of the last week, the newest first."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def messages(self, principal: Principal, since: float = 0.0) -> list[ChatMessage]:
        """What was said after `since` (seconds since 1970), the newest first. Raises NOT_SIGNED_IN."""
        if principal.is_anonymous:
            raise not_signed_in()
        after = max(since, self._clock() - KEPT_SECONDS)
        return [ChatMessage(*row) for row in await self._database.reader.fetch(chat.MESSAGES, since=after)]

    async def say(self, principal: Principal, message: str) -> None:
        """Say something to everybody. Raises NOT_SIGNED_IN, INVALID, FORBIDDEN for a key that may only read."""
        if principal.is_anonymous:
            raise not_signed_in()
        if principal.scopes is not None and "write" not in principal.scopes:
            raise forbidden("This key may only read.", "scope_missing")
        text = clean_lines(message)
        if not text or len(text) > LONGEST_MESSAGE:
            raise invalid(message=f"Say something, in at most {LONGEST_MESSAGE} characters.")
        async with self._database.transaction() as transaction:
            await chat.insert_message(transaction, principal.user_id, text, self._clock())

    async def own(self, user_id: int) -> list[dict[str, object]]:
        """Everything a person has said, for the registry of personal data."""
        rows = await self._database.reader.fetch_slow(chat.OWN, user_id=user_id)
        return [{"message": row[0], "at": row[1]} for row in rows]

    async def remove_old(self) -> int:
        """Forget what is older than a week; gives how much."""
        async with self._database.transaction() as transaction:
            return await chat.delete_old(transaction, self._clock() - KEPT_SECONDS)
