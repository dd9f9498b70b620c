"""Shares in the database."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, Text, bindparam, delete, insert, or_, select, update

from antiphon.areas.accounts.views import person
from antiphon.areas.playback.data import SharedThing
from antiphon.areas.playback.internal.tables import share
from antiphon.kernel.db import Statement, Transaction

MOST_SHOWN = 1_000

_COLUMNS = (
    share.c.id,
    share.c.owner_id,
    person.c.username,
    share.c.token,
    share.c.description,
    share.c.expires_at,
    share.c.visits,
    share.c.last_visited_at,
    share.c.created_at,
    share.c.things,
    share.c.password_hash,
    share.c.may_download,
)
_SHARES = select(*_COLUMNS).select_from(share.join(person, person.c.id == share.c.owner_id))
_OWNER = bindparam("viewer_id", type_=BigInteger)

# One's own; admins see everybody's.
OWN_SHARES = Statement(
    _SHARES.where(or_(share.c.owner_id == _OWNER, bindparam("sees_all", type_=Integer) == 1))
    .order_by(share.c.id.desc())
    .limit(MOST_SHOWN)
)
OWN_SHARE = Statement(
    _SHARES.where(
        share.c.id == bindparam("id", type_=BigInteger),
        or_(share.c.owner_id == _OWNER, bindparam("sees_all", type_=Integer) == 1),
    )
)
SHARE_BY_TOKEN = Statement(_SHARES.where(share.c.token == bindparam("token", type_=Text)))

PERSONAL_SHARES = Statement(
    select(
        share.c.id, share.c.description, share.c.things, share.c.expires_at, share.c.visits, share.c.created_at
    ).where(share.c.owner_id == bindparam("user_id", type_=BigInteger))
)


def things_of(text: str) -> list[SharedThing]:
    """What a share holds."""
    return msgspec.json.decode(text, type=list[SharedThing])


async def insert_share(transaction: Transaction, **values: Any) -> int:
    """A new share's id."""
    key = (await transaction.execute(insert(share).values(**values))).inserted_primary_key
    assert key is not None
    return int(key[0])


async def update_share(transaction: Transaction, share_id: int, **values: Any) -> None:
    """Change columns of a share."""
    if values:
        await transaction.execute(update(share).where(share.c.id == share_id).values(**values))


async def count_visit(transaction: Transaction, share_id: int, now: float) -> None:
    """Somebody has opened the page."""
    await transaction.execute(
        update(share).where(share.c.id == share_id).values(visits=share.c.visits + 1, last_visited_at=now)
    )


async def delete_share(transaction: Transaction, share_id: int) -> None:
    """End a share."""
    await transaction.execute(delete(share).where(share.c.id == share_id))
