"""Sign-ins that are under way elsewhere, and those that still need a code: each taken up once, by the browser that it
began in.

Both are rows of one table. What stands for a code carries a provider's name that no provider can have, so that one
never passes for the other.
"""

import msgspec
from sqlalchemy import delete, func, insert, select

from antiphon.areas.accounts.data import Handshake, SignInAttempt
from antiphon.areas.accounts.internal.secrets import SecretBox, new_token, token_hash
from antiphon.areas.accounts.internal.tables import sign_in_attempt
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, forbidden, unavailable

LASTS_SECONDS = 600.0
TICKET_LASTS_SECONDS = 300.0
MOST_AT_ONCE = 10_000
_CODE = ":code"


class _Kept(msgspec.Struct, frozen=True):
    nonce: str
    verifier: str
    to: str
    invitation: str


class Ticket(msgspec.Struct, frozen=True):
    """Who has shown the first half, and by which account elsewhere."""

    user_id: int
    identity_id: int


def new_handshake() -> Handshake:
    """Secrets of 256 random bits each."""
    return Handshake(new_token(), new_token(), new_token())


async def keep(transaction: Transaction, box: SecretBox, attempt: SignInAttempt, browser: str, now: float) -> None:
    """Write a beginning down; what is too old goes. Raises UNAVAILABLE where too many have begun at once."""
    await transaction.execute(delete(sign_in_attempt).where(sign_in_attempt.c.expires_at <= now))
    waiting = await transaction.fetch_one(select(func.count()).select_from(sign_in_attempt))
    if waiting is not None and waiting[0] >= MOST_AT_ONCE:
        raise unavailable("too_many_sign_ins", "Too many people sign in at once. Try again in some minutes.", 60)
    handshake = attempt.handshake
    state_hash = token_hash(handshake.state)
    kept = _Kept(handshake.nonce, handshake.verifier, attempt.to, attempt.invitation)
    await transaction.execute(
        insert(sign_in_attempt).values(
            state_hash=state_hash,
            provider=attempt.provider,
            browser_hash=token_hash(browser),
            user_id=attempt.user_id or None,
            secrets_encrypted=box.seal(msgspec.json.encode(kept).decode(), _owner(state_hash)),
            expires_at=now + LASTS_SECONDS,
        )
    )


async def take(
    transaction: Transaction, box: SecretBox, provider: str, state: str, browser: str, now: float
) -> SignInAttempt:
    """The beginning that `state` belongs to, which is gone by this.

    Raises FORBIDDEN `sign_in_expired` where there is none for this provider in this browser, or it is too old.
    """
    state_hash = token_hash(state)
    row = await _take(transaction, state_hash, provider, browser, now)
    text = box.open(row[1], _owner(state_hash)) if row is not None else None
    if row is None or text is None:
        raise expired()
    kept = msgspec.json.decode(text, type=_Kept)
    handshake = Handshake(state, kept.nonce, kept.verifier)
    return SignInAttempt(
        provider=provider, handshake=handshake, to=kept.to, user_id=row[0] or 0, invitation=kept.invitation
    )


async def keep_ticket(
    transaction: Transaction, box: SecretBox, provider: str, kept: Ticket, browser: str, now: float
) -> str:
    """A new ticket for somebody who has to give a code yet."""
    ticket = new_token()
    ticket_hash = token_hash(ticket)
    await transaction.execute(
        insert(sign_in_attempt).values(
            state_hash=ticket_hash,
            provider=f"{provider}{_CODE}",
            browser_hash=token_hash(browser),
            user_id=kept.user_id,
            secrets_encrypted=box.seal(msgspec.json.encode(kept).decode(), _owner(ticket_hash)),
            expires_at=now + TICKET_LASTS_SECONDS,
        )
    )
    return ticket


async def look_at_ticket(
    transaction: Transaction, box: SecretBox, ticket: str, browser: str, now: float
) -> Ticket | None:
    """Whom a ticket stands for in this browser, None for a wrong, used or old one. It stays."""
    ticket_hash = token_hash(ticket)
    row = await transaction.fetch_one(
        select(sign_in_attempt.c.secrets_encrypted).where(
            sign_in_attempt.c.state_hash == ticket_hash,
            sign_in_attempt.c.provider.endswith(_CODE),
            sign_in_attempt.c.browser_hash == token_hash(browser),
            sign_in_attempt.c.expires_at > now,
        )
    )
    text = box.open(row[0], _owner(ticket_hash)) if row is not None else None
    return None if text is None else msgspec.json.decode(text, type=Ticket)


async def use_ticket(transaction: Transaction, ticket: str) -> None:
    """Take a ticket away. Raises FORBIDDEN `sign_in_expired` where somebody else was quicker."""
    gone = await transaction.execute(delete(sign_in_attempt).where(sign_in_attempt.c.state_hash == token_hash(ticket)))
    if not gone.rowcount:
        raise expired()


def expired() -> AntiphonError:
    """The one answer for a state that is unknown, used, too old, or another browser's."""
    return forbidden(
        "This sign-in has expired, was used already, or began in another browser. Start again.", "sign_in_expired"
    )


async def _take(
    transaction: Transaction, state_hash: str, provider: str, browser: str, now: float
) -> tuple[int | None, str] | None:
    is_it = (
        sign_in_attempt.c.state_hash == state_hash,
        sign_in_attempt.c.provider == provider,
        sign_in_attempt.c.browser_hash == token_hash(browser),
        sign_in_attempt.c.expires_at > now,
    )
    row = await transaction.fetch_one(
        select(sign_in_attempt.c.user_id, sign_in_attempt.c.secrets_encrypted).where(*is_it)
    )
    if row is None:
        return None
    gone = await transaction.execute(delete(sign_in_attempt).where(*is_it))
    return (row[0], row[1]) if gone.rowcount else None


def _owner(state_hash: str) -> str:
    return f"sign_in_attempt:{state_hash}"
