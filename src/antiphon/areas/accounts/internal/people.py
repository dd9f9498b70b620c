"""Writes of people's accounts and profiles. Each runs inside the transaction it is given."""

from typing import Any

import msgspec
from sqlalchemy import delete, update

from antiphon.areas.accounts.data import Profile
from antiphon.areas.accounts.internal.tables import user_account, user_picture, user_profile
from antiphon.kernel.db import Transaction, insert_unless_there


async def update_account(transaction: Transaction, user_id: int, now: float, **values: Any) -> None:
    """Change columns of an account."""
    await transaction.execute(update(user_account).where(user_account.c.id == user_id).values(**values, updated_at=now))


async def end_signed_addresses(transaction: Transaction, user_id: int) -> None:
    """Have addresses that were signed for somebody open nothing any more."""
    await transaction.execute(
        update(user_account)
        .where(user_account.c.id == user_id)
        .values(access_revision=user_account.c.access_revision + 1)
    )


async def write_profile(transaction: Transaction, user_id: int, profile: Profile, now: float) -> None:
    """Replace a profile, and what is kept of it beside the account for searching."""
    row = {
        "favorite_genres": msgspec.json.encode(profile.favorite_genres).decode(),
        "favorite_artists": msgspec.json.encode(profile.favorite_artists).decode(),
        "moods": msgspec.json.encode(profile.moods).decode(),
        "preferences": msgspec.json.encode(profile.preferences).decode(),
        "updated_at": now,
    }
    statement = insert_unless_there(transaction, user_profile).values(user_id=user_id, **row)
    await transaction.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=row))
    hidden = int(profile.preferences.get("hidden") is True)
    await update_account(transaction, user_id, now, hidden=hidden)


async def write_picture(transaction: Transaction, user_id: int, image_hash: str, image: bytes) -> None:
    """Replace somebody's picture."""
    row = {"hash": image_hash, "image": image}
    statement = insert_unless_there(transaction, user_picture).values(user_id=user_id, **row)
    await transaction.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=row))


async def delete_picture(transaction: Transaction, user_id: int) -> None:
    """Take somebody's picture away."""
    await transaction.execute(delete(user_picture).where(user_picture.c.user_id == user_id))


async def delete_account(transaction: Transaction, user_id: int) -> None:
    """Remove an account with everything that hangs on it."""
    await transaction.execute(delete(user_account).where(user_account.c.id == user_id))
