"""The ceilings of persons in the database."""

from sqlalchemy import BigInteger, bindparam, delete, select

from antiphon.areas.accounts.views import person
from antiphon.areas.playback.internal.tables import stream_ceiling
from antiphon.kernel.db import Statement, Transaction, insert_unless_there

CEILINGS = Statement(
    select(stream_ceiling.c.user_id, person.c.username, stream_ceiling.c.bitrate)
    .join_from(stream_ceiling, person, person.c.id == stream_ceiling.c.user_id)
    .order_by(person.c.username)
)
PERSONAL = Statement(
    select(stream_ceiling.c.bitrate).where(stream_ceiling.c.user_id == bindparam("user_id", type_=BigInteger))
)
PERSON = Statement(select(person.c.username).where(person.c.id == bindparam("user_id", type_=BigInteger)))


async def write(transaction: Transaction, user_id: int, bitrate: int) -> None:
    """Set a person's ceiling; 0 takes it away."""
    if not bitrate:
        await transaction.execute(delete(stream_ceiling).where(stream_ceiling.c.user_id == user_id))
        return
    statement = insert_unless_there(transaction, stream_ceiling).values(user_id=user_id, bitrate=bitrate)
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=[stream_ceiling.c.user_id], set_={"bitrate": bitrate})
    )
