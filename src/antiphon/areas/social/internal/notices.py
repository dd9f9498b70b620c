"""Reads and writes of notices. Writes run inside the transaction they are given."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, delete, func, or_, select, update

from antiphon.areas.accounts.views import active_admin
from antiphon.areas.social.data import Notice
from antiphon.areas.social.internal.tables import chat_message, notice
from antiphon.kernel.db import Statement, Transaction, insert_unless_there

_own = notice.c.user_id == bindparam("user_id")
_wanted = or_(bindparam("only_unread", type_=Integer) == 0, notice.c.read_at.is_(None))

NOTICES = Statement(
    select(notice.c.id, notice.c.kind, notice.c.details, notice.c.created_at, notice.c.read_at)
    .where(_own, _wanted)
    .order_by(notice.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=BigInteger))
)
NOTICES_COUNT = Statement(select(func.count()).select_from(notice).where(_own, _wanted))
ADMINS = Statement(select(active_admin.c.id).order_by(active_admin.c.id))


def notice_of(row: tuple[Any, ...]) -> Notice:
    """A notice from a row of `NOTICES`."""
    return Notice(row[0], row[1], msgspec.json.decode(row[2]), row[3], row[4])


async def insert_notice(
    transaction: Transaction, user_id: int, kind: str, details: dict[str, Any], key: str | None, now: float
) -> int | None:
    """A new notice's id; None where the person has one of the same key."""
    made = await transaction.execute(
        insert_unless_there(transaction, notice)
        .values(user_id=user_id, kind=kind, details=msgspec.json.encode(details).decode(), key=key, created_at=now)
        .on_conflict_do_nothing()
        .returning(notice.c.id)
    )
    row = made.first()
    return None if row is None else int(row[0])


async def mark_read(transaction: Transaction, user_id: int, now: float, notice_id: int | None = None) -> int:
    """Write down that a person has read one of their notices (None: all); gives how many were unread."""
    statement = update(notice).where(notice.c.user_id == user_id, notice.c.read_at.is_(None)).values(read_at=now)
    if notice_id is not None:
        statement = statement.where(notice.c.id == notice_id)
    return (await transaction.execute(statement)).rowcount


async def is_own(transaction: Transaction, user_id: int, notice_id: int) -> bool:
    """Whether a notice is that person's."""
    wanted = select(notice.c.id).where(notice.c.id == notice_id, notice.c.user_id == user_id)
    return await transaction.fetch_one(wanted) is not None


async def delete_notice(transaction: Transaction, user_id: int, notice_id: int) -> bool:
    """Delete one of a person's notices; False where there is no such one."""
    gone = await transaction.execute(delete(notice).where(notice.c.id == notice_id, notice.c.user_id == user_id))
    return gone.rowcount > 0


async def delete_unread(transaction: Transaction, user_id: int, key: str) -> None:
    """Delete a person's notice of this key if they have not read it."""
    wanted = (notice.c.user_id == user_id, notice.c.key == key, notice.c.read_at.is_(None))
    await transaction.execute(delete(notice).where(*wanted))


async def mark_settled(transaction: Transaction, key_start: str, now: float) -> None:
    """Count the notices of admins as read whose key begins so: somebody has seen to it."""
    await transaction.execute(
        update(notice)
        .where(
            notice.c.user_id.in_(select(active_admin.c.id)),
            notice.c.key.startswith(key_start, autoescape=True),
            notice.c.read_at.is_(None),
        )
        .values(read_at=now)
    )


async def delete_old(transaction: Transaction, read_before: float, created_before: float) -> int:
    """Delete what was read before one moment, or made before another; gives how many."""
    gone = await transaction.execute(
        delete(notice).where(or_(notice.c.read_at < read_before, notice.c.created_at < created_before))
    )
    return gone.rowcount


async def delete_all(transaction: Transaction, user_id: int) -> None:
    """Delete all notices and words of a person, and what notices of others tell of them."""
    await transaction.execute(delete(chat_message).where(chat_message.c.user_id == user_id))
    await transaction.execute(delete(notice).where(notice.c.user_id == user_id))
    for kind in ("somebody_waits", "artist_asked", "invitation_taken"):
        about = notice.c.key.startswith(f"{kind}:{user_id}:", autoescape=True)
        await transaction.execute(delete(notice).where(notice.c.kind == kind, about))
