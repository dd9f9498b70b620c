"""Who letters go to."""

import msgspec
from sqlalchemy import bindparam, select

from antiphon.areas.accounts.internal.tables import user_account, user_role
from antiphon.kernel.db import Statement, Transaction

_columns = (
    user_account.c.id,
    user_account.c.username,
    user_account.c.email,
    user_account.c.standing,
    user_account.c.email_proven_at,
)
_BY_ID = Statement(select(*_columns).where(user_account.c.id == bindparam("user_id")))
_HELD_BY_ID = Statement(select(*_columns).where(user_account.c.id == bindparam("user_id")).with_for_update())
_BY_KEY = Statement(select(*_columns).where(user_account.c.email_key == bindparam("email_key")))
_ADMINS = Statement(
    select(*_columns)
    .join_from(user_account, user_role)
    .where(user_role.c.role == "admin", user_account.c.standing == "active")
    .order_by(user_account.c.id)
)


class Recipient(msgspec.Struct, frozen=True):
    """An account as letters see it. `email` may be empty."""

    id: int
    username: str
    email: str
    standing: str
    email_proven_at: float | None


async def recipient(transaction: Transaction, user_id: int) -> Recipient | None:
    """Whose account it is, None where it is gone."""
    row = await transaction.fetch_one(_BY_ID, user_id=user_id)
    return None if row is None else Recipient(*row)


async def held_recipient(transaction: Transaction, user_id: int) -> Recipient | None:
    """The same; nobody changes the account until the transaction ends."""
    row = await transaction.fetch_one(_HELD_BY_ID, user_id=user_id)
    return None if row is None else Recipient(*row)


async def recipient_by_key(transaction: Transaction, email_key: str) -> Recipient | None:
    """Whose address has this key; it may be written otherwise, and be another mailbox then."""
    row = await transaction.fetch_one(_BY_KEY, email_key=email_key)
    return None if row is None else Recipient(*row)


async def admins(transaction: Transaction) -> list[Recipient]:
    """Every admin who can sign in."""
    return [Recipient(*row) for row in await transaction.fetch(_ADMINS)]
