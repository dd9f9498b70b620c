"""The networks that somebody signs in from."""

from sqlalchemy import delete, select

from antiphon.areas.accounts.internal.tables import known_network
from antiphon.kernel.db import Transaction, insert_unless_there

KEPT_SECONDS = 400 * 86_400.0


async def is_new_network(transaction: Transaction, user_id: int, network: str, now: float) -> bool:
    """Note a sign-in from `network`; True where the account has used others before, but never this one."""
    if not network:
        return False
    known = await transaction.fetch(select(known_network.c.network).where(known_network.c.user_id == user_id))
    statement = insert_unless_there(transaction, known_network)
    await transaction.execute(
        statement.values(user_id=user_id, network=network, last_used_at=now).on_conflict_do_update(
            index_elements=["user_id", "network"], set_={"last_used_at": now}
        )
    )
    return bool(known) and (network,) not in known


async def remove_old_networks(transaction: Transaction, now: float) -> int:
    """Forget networks that were not used for more than a year; gives how many."""
    result = await transaction.execute(delete(known_network).where(known_network.c.last_used_at < now - KEPT_SECONDS))
    return result.rowcount
