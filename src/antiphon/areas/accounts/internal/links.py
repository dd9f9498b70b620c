"""Links that leave by mail: 256 random bits, kept as a hash, good once, for a while, and for one address."""

from typing import Any, Literal

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from antiphon.areas.accounts.internal.secrets import new_token, token_hash
from antiphon.areas.accounts.internal.tables import mailed_link, user_account
from antiphon.kernel.db import Statement, Transaction
from antiphon.kernel.errors import AntiphonError, forbidden

Purpose = Literal["verify", "reset", "change"]

HOUR, DAY = 3600.0, 86_400.0
SECONDS: dict[Purpose, float] = {"verify": 7 * DAY, "reset": HOUR, "change": DAY}
WELCOME_SECONDS = 7 * DAY
"""How long somebody for whom an account was made has to choose a password."""


OPEN_LINK = Statement(
    select(mailed_link.c.id).where(
        mailed_link.c.token_hash == bindparam("token_hash"), mailed_link.c.expires_at > bindparam("now")
    )
)


class Link(msgspec.Struct, frozen=True):
    """A link that was taken: whose it is, what it is for and the address it was sent to."""

    user_id: int
    purpose: Purpose
    address: str


async def new_link(
    transaction: Transaction, user_id: int, purpose: Purpose, address: str, now: float, seconds: float | None = None
) -> str:
    """The secret of a new link; an older one of the same purpose is good for nothing any more."""
    await transaction.fetch(select(user_account.c.id).where(user_account.c.id == user_id).with_for_update())
    await drop_links(transaction, user_id, purpose)
    token = new_token()
    await transaction.execute(
        insert(mailed_link).values(
            user_id=user_id,
            purpose=purpose,
            token_hash=token_hash(token),
            address=address,
            created_at=now,
            expires_at=now + (SECONDS[purpose] if seconds is None else seconds),
        )
    )
    return token


async def take_link(transaction: Transaction, token: str, purposes: tuple[Purpose, ...], now: float) -> Link:
    """Use a link up. Of several takers one has it. Raises FORBIDDEN `mailed_link`."""
    taken = await transaction.execute(
        delete(mailed_link)
        .where(
            mailed_link.c.token_hash == token_hash(token),
            mailed_link.c.purpose.in_(purposes),
            mailed_link.c.expires_at > now,
        )
        .returning(mailed_link.c.user_id, mailed_link.c.purpose, mailed_link.c.address)
    )
    row = taken.first()
    if row is None:
        raise wrong_link()
    values: tuple[Any, ...] = tuple(row)
    return Link(*values)


async def drop_links(transaction: Transaction, user_id: int, *purposes: Purpose) -> None:
    """Have a person's links of these purposes open nothing any more."""
    await transaction.execute(
        delete(mailed_link).where(mailed_link.c.user_id == user_id, mailed_link.c.purpose.in_(purposes))
    )


async def remove_old_links(transaction: Transaction, now: float) -> int:
    """Forget links that are too old; gives how many."""
    result = await transaction.execute(delete(mailed_link).where(mailed_link.c.expires_at <= now))
    return result.rowcount


def wrong_link() -> AntiphonError:
    """The one answer for links that are used, replaced, too old, cut short or guessed."""
    return forbidden("This link is not valid: it was used, replaced by a newer one, or is too old.", "mailed_link")
