"""Taking an invitation up, inside the transaction that makes the account."""

from sqlalchemy import select, update

from antiphon.areas.accounts.internal.secrets import token_hash
from antiphon.areas.accounts.internal.tables import invitation
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import forbidden


async def take_invitation(transaction: Transaction, secret: str, email: str, now: float) -> str:
    """The role that an invitation gives, one of its uses taken. Raises FORBIDDEN `invitation`.

    An invitation to an address is for that very address: a look-alike is another mailbox.
    """
    row = await transaction.fetch_one(
        select(invitation.c.id, invitation.c.email, invitation.c.role)
        .where(
            invitation.c.token_hash == token_hash(secret),
            invitation.c.expires_at > now,
            invitation.c.uses < invitation.c.most_uses,
        )
        .with_for_update()
    )
    if row is None or (row[1] and row[1].lower() != email.lower()):
        raise forbidden(
            "This invitation is not valid: it was used, taken back, is too old, or for someone else.", "invitation"
        )
    await transaction.execute(update(invitation).where(invitation.c.id == row[0]).values(uses=invitation.c.uses + 1))
    role: str = row[2]
    return role
