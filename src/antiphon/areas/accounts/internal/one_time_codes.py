"""The second factor: time-based codes (RFC 6238) and recovery codes, checked inside a transaction."""

import hmac
import secrets

import pyotp
from sqlalchemy import delete, select, update

from antiphon.areas.accounts.internal.secrets import SecretBox, token_hash
from antiphon.areas.accounts.internal.tables import recovery_code, second_factor
from antiphon.kernel.db import Transaction

STEP_SECONDS = 30
DIGITS = 6
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """A secret of 160 bits in base 32, as authenticator apps take it."""
    return pyotp.random_base32()


def sealed_for(user_id: int) -> str:
    """What a person's secret is bound to."""
    return f"second_factor:{user_id}"


def new_recovery_codes() -> list[str]:
    """Ten codes of 50 bits, to be written down: `abcde-fghjk`."""
    codes = ("".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_hash(user_id: int, code: str) -> str:
    """What is kept of a recovery code. Case, blanks and the dash do not count."""
    plain = "".join(character for character in code.lower() if character in _LETTERS)
    return token_hash(f"{user_id}:{plain}")


def step_of(secret: str, code: str, now: float) -> int | None:
    """The time step that `code` belongs to: now, or one before or after; None where it is none of theirs."""
    digits = "".join(code.split())
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    current = int(now) // STEP_SECONDS
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


async def is_on(transaction: Transaction, user_id: int) -> bool:
    """Whether a person's sign-ins need a code."""
    wanted = select(second_factor.c.user_id).where(
        second_factor.c.user_id == user_id, second_factor.c.confirmed_at.is_not(None)
    )
    return await transaction.fetch_one(wanted) is not None


async def take_code(transaction: Transaction, box: SecretBox, user_id: int, code: str, now: float) -> bool:
    """True where `code` is right and was not used before; it is used up by this. A recovery code counts once."""
    row = await transaction.fetch_one(
        select(second_factor.c.secret_encrypted, second_factor.c.last_step)
        .where(second_factor.c.user_id == user_id)
        .with_for_update()
    )
    if row is None:
        return False
    secret = box.open(row[0], sealed_for(user_id))
    step = step_of(secret, code, now) if secret is not None else None
    if step is not None:
        if step <= row[1]:
            return False
        await transaction.execute(
            update(second_factor).where(second_factor.c.user_id == user_id).values(last_step=step)
        )
        return True
    gone = await transaction.execute(
        delete(recovery_code).where(
            recovery_code.c.user_id == user_id, recovery_code.c.code_hash == recovery_hash(user_id, code)
        )
    )
    return gone.rowcount > 0
