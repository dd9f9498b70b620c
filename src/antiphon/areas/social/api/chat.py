"""The one room that everybody on the server shares: what Subsonic apps call chat."""

from sqlalchemy import BigInteger, Double, bindparam, delete, insert, select

from antiphon.areas.accounts.views import person
from antiphon.areas.social.data import ChatMessage
from antiphon.areas.social.internal.tables import chat_message
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Statement
from antiphon.kernel.errors import forbidden, invalid, not_signed_in
from antiphon.kernel.principal import Principal

LONGEST_MESSAGE = 2_000
SHOWN = 500
KEPT_SECONDS = 7 * 86_400.0
"""A week: the room is for talking, not for keeping."""

_MESSAGES = Statement(
    select(chat_message.c.id, person.c.username, chat_message.c.message, chat_message.c.at)
    .select_from(chat_message.join(person, person.c.id == chat_message.c.user_id))
    .where(chat_message.c.at > bindparam("since", type_=Double))
    .order_by(chat_message.c.at.desc(), chat_message.c.id.desc())
    .limit(SHOWN)
)
_OWN = Statement(
    select(chat_message.c.message, chat_message.c.at)
    .where(chat_message.c.user_id == bindparam("user_id", type_=BigInteger))
    .order_by(chat_message.c.id)
)


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
        return [ChatMessage(*row) for row in await self._database.reader.fetch(_MESSAGES, since=after)]

    async def say(self, principal: Principal, message: str) -> None:
        """Say something to everybody. Raises NOT_SIGNED_IN, INVALID, FORBIDDEN for a key that may only read."""
        if principal.is_anonymous:
            raise not_signed_in()
        if principal.scopes is not None and "write" not in principal.scopes:
            raise forbidden("This key may only read.", "scope_missing")
        text = message.strip()
        if not text or len(text) > LONGEST_MESSAGE:
            raise invalid(message=f"Say something, in at most {LONGEST_MESSAGE} characters.")
        async with self._database.transaction() as transaction:
            await transaction.execute(
                insert(chat_message).values(user_id=principal.user_id, message=text, at=self._clock())
            )

    async def own(self, user_id: int) -> list[dict[str, object]]:
        """Everything a person has said, for the registry of personal data."""
        rows = await self._database.reader.fetch(_OWN, user_id=user_id)
        return [{"message": row[0], "at": row[1]} for row in rows]

    async def remove_old(self) -> int:
        """Forget what is older than a week; gives how much."""
        async with self._database.transaction() as transaction:
            gone = await transaction.execute(
                delete(chat_message).where(chat_message.c.at <= self._clock() - KEPT_SECONDS)
            )
        return gone.rowcount
