"""Writes of second factors. Each runs inside the transaction it is given."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from antiphon.areas.accounts.internal.tables import recovery_code, second_factor
from antiphon.kernel.db import Transaction, insert_unless_there


async def begin(transaction: Transaction, user_id: int, sealed: str, now: float) -> None:
    """Keep a secret that no code has confirmed yet, in the place of one that was begun before."""
    row = {"secret_encrypted": sealed, "confirmed_at": None, "last_step": 0, "created_at": now}
    statement = insert_unless_there(transaction, second_factor).values(user_id=user_id, **row)
    await transaction.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=row))


async def is_begun(transaction: Transaction, user_id: int) -> bool:
    """Whether there is a secret, confirmed or not."""
    wanted = select(second_factor.c.user_id).where(second_factor.c.user_id == user_id)
    return await transaction.fetch_one(wanted) is not None


async def turn_on(transaction: Transaction, user_id: int, now: float) -> None:
    """Have sign-ins need a code from now on."""
    await transaction.execute(update(second_factor).where(second_factor.c.user_id == user_id).values(confirmed_at=now))


async def turn_off(transaction: Transaction, user_id: int) -> None:
    """Forget the secret and the recovery codes."""
    await transaction.execute(delete(second_factor).where(second_factor.c.user_id == user_id))
    await transaction.execute(delete(recovery_code).where(recovery_code.c.user_id == user_id))


async def replace_recovery_codes(transaction: Transaction, user_id: int, hashes: Sequence[str]) -> None:
    """Keep these recovery codes and no others."""
    await transaction.execute(delete(recovery_code).where(recovery_code.c.user_id == user_id))
    await transaction.execute(insert(recovery_code), [{"user_id": user_id, "code_hash": one} for one in hashes])
