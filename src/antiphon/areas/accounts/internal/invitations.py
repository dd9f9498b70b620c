"""Invitations: made, listed, taken back, and taken up inside the transaction that makes the account."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, delete, func, insert, select, update

from antiphon.areas.accounts.data import Invitation
from antiphon.areas.accounts.internal.secrets import token_hash
from antiphon.areas.accounts.internal.tables import invitation, user_account
from antiphon.kernel.db import Statement, Transaction
from antiphon.kernel.errors import AntiphonError, forbidden

_invitation = select(
    invitation.c.id,
    invitation.c.email,
    invitation.c.role,
    invitation.c.note,
    invitation.c.uses,
    invitation.c.most_uses,
    func.coalesce(user_account.c.username, ""),
    invitation.c.created_at,
    invitation.c.expires_at,
).select_from(invitation.outerjoin(user_account, user_account.c.id == invitation.c.created_by))

INVITATIONS = Statement(
    _invitation.order_by(invitation.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=BigInteger))
)
INVITATIONS_COUNT = Statement(select(func.count()).select_from(invitation))
INVITATION_BY_ID = Statement(_invitation.where(invitation.c.id == bindparam("invitation_id")))
OPEN_INVITATION = Statement(
    _invitation.where(
        invitation.c.token_hash == bindparam("token_hash"),
        invitation.c.expires_at > bindparam("now"),
        invitation.c.uses < invitation.c.most_uses,
    )
)


class Taken(msgspec.Struct, frozen=True):
    """An invitation that was taken up: the role it gives, and who made it."""

    id: int
    role: str
    created_by: int | None


def invitation_of(row: tuple[Any, ...]) -> Invitation:
    """An invitation from a row of the statements above."""
    names = ("id", "email", "role", "note", "uses", "most_uses", "created_by", "created_at", "expires_at")
    return Invitation(**dict(zip(names, row, strict=True)))


async def insert_invitation(transaction: Transaction, **values: Any) -> int:
    """A new invitation's id."""
    result = await transaction.execute(insert(invitation).values(**values))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def delete_invitation(transaction: Transaction, invitation_id: int) -> bool:
    """Take an invitation back; False where there is no such one."""
    gone = await transaction.execute(delete(invitation).where(invitation.c.id == invitation_id))
    return gone.rowcount > 0


async def remove_old_invitations(transaction: Transaction, before: float) -> int:
    """Forget invitations that ended before then; gives how many."""
    result = await transaction.execute(delete(invitation).where(invitation.c.expires_at < before))
    return result.rowcount


async def take_invitation(transaction: Transaction, secret: str, email: str, now: float) -> Taken:
    """Take an invitation up: one of its uses is gone. Raises FORBIDDEN `invitation`.

    An invitation to an address is for that very address: a look-alike is another mailbox.
    """
    row = await transaction.fetch_one(
        select(invitation.c.id, invitation.c.email, invitation.c.role, invitation.c.created_by)
        .where(
            invitation.c.token_hash == token_hash(secret),
            invitation.c.expires_at > now,
            invitation.c.uses < invitation.c.most_uses,
        )
        .with_for_update()
    )
    if row is None or (row[1] and row[1].lower() != email.lower()):
        raise wrong_invitation()
    await transaction.execute(update(invitation).where(invitation.c.id == row[0]).values(uses=invitation.c.uses + 1))
    return Taken(row[0], row[2], row[3])


def wrong_invitation() -> AntiphonError:
    """The one answer for invitations that cannot be taken up."""
    return forbidden(
        "This invitation is not valid: it was used, taken back, is too old, or for someone else.", "invitation"
    )
