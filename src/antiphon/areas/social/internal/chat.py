"""The room's messages in the database."""

from sqlalchemy import BigInteger, Double, bindparam, delete, insert, select

from antiphon.areas.accounts.views import person
from antiphon.areas.social.internal.tables import chat_message
from antiphon.kernel.db import Statement, Transaction

SHOWN = 500

MESSAGES = Statement(
    select(chat_message.c.id, person.c.username, chat_message.c.message, chat_message.c.at)
    .select_from(chat_message.join(person, person.c.id == chat_message.c.user_id))
    .where(chat_message.c.at > bindparam("since", type_=Double))
    .order_by(chat_message.c.at.desc(), chat_message.c.id.desc())
    .limit(SHOWN)
)
OWN = Statement(
    select(chat_message.c.message, chat_message.c.at)
    .where(chat_message.c.user_id == bindparam("user_id", type_=BigInteger))
    .order_by(chat_message.c.id)
)


async def insert_message(transaction: Transaction, user_id: int, message: str, now: float) -> None:
    """Somebody says something."""
    await transaction.execute(insert(chat_message).values(user_id=user_id, message=message, at=now))


async def delete_old(transaction: Transaction, until: float) -> int:
    """Forget what was said up to a moment; gives how much."""
    return (await transaction.execute(delete(chat_message).where(chat_message.c.at <= until))).rowcount
