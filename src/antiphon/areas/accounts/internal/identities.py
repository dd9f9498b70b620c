"""Accounts elsewhere that sign somebody in: their rows, and the tokens in them."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from antiphon.areas.accounts.data import ForeignAccount, Identity, IdentityState, Provider, ProviderTokens
from antiphon.areas.accounts.internal.secrets import SecretBox
from antiphon.areas.accounts.internal.tables import identity, user_account
from antiphon.kernel.db import Statement, Transaction
from antiphon.kernel.db.reader import Row
from antiphon.kernel.errors import AntiphonError, Kind

_COLUMNS = (
    identity.c.id,
    identity.c.provider,
    identity.c.shown_name,
    identity.c.created_at,
    identity.c.last_used_at,
    identity.c.tokens_encrypted,
    identity.c.tokens_expire_at,
)
OWN_IDENTITIES = Statement(select(*_COLUMNS).where(identity.c.user_id == bindparam("user_id")).order_by(identity.c.id))
OWN_IDENTITY = Statement(
    select(*_COLUMNS).where(identity.c.user_id == bindparam("user_id"), identity.c.id == bindparam("identity_id"))
)
LONGEST_NAME = 200
# From the fifth of Spotify's six months on.
SOON_SECONDS = 31 * 86_400.0


def identity_of(row: Row, provider: Provider | None, now: float) -> Identity:
    """An identity as its owner sees it; `provider` is None where the server does not know it (any more)."""
    return Identity(
        id=row[0],
        provider=row[1],
        name=provider.name if provider is not None else row[1],
        shown_name=row[2],
        created_at=row[3],
        last_used_at=row[4],
        state=_state(provider, bool(row[5]), row[6], now),
    )


def _state(provider: Provider | None, has_tokens: bool, expire_at: float | None, now: float) -> IdentityState:
    if provider is None:
        return "switched_off"
    if provider.tokens is None:
        return "connected"
    if not has_tokens or (expire_at is not None and expire_at <= now):
        return "reconnect"
    return "expiring" if expire_at is not None and expire_at - now < SOON_SECONDS else "connected"


async def find(transaction: Transaction, provider: str, account: ForeignAccount) -> tuple[int, int] | None:
    """The id of an identity and of its owner, also where it is known by an earlier subject."""
    for subject in (account.subject, *account.earlier_subjects):
        row = await transaction.fetch_one(
            select(identity.c.id, identity.c.user_id).where(
                identity.c.provider == provider, identity.c.subject == subject
            )
        )
        if row is not None:
            return row[0], row[1]
    return None


async def add(
    transaction: Transaction, box: SecretBox, provider: str, user_id: int, account: ForeignAccount, now: float
) -> int:
    """Link an account elsewhere with somebody. Raises CONFLICT where it was linked in this very moment."""
    statement = insert(identity).values(
        user_id=user_id,
        provider=provider,
        subject=account.subject,
        shown_name=account.shown_name[:LONGEST_NAME],
        created_at=now,
        last_used_at=now,
        **_sealed(box, provider, user_id, account.tokens),
    )
    try:
        result = await transaction.execute(statement)
    except IntegrityError as error:
        raise identity_taken() from error
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def renew(
    transaction: Transaction,
    box: SecretBox,
    provider: str,
    identity_id: int,
    user_id: int,
    account: ForeignAccount,
    now: float,
) -> None:
    """Write down what an account elsewhere is now, and that it was used."""
    await transaction.execute(
        update(identity)
        .where(identity.c.id == identity_id)
        .values(
            subject=account.subject,
            shown_name=account.shown_name[:LONGEST_NAME],
            last_used_at=now,
            **_sealed(box, provider, user_id, account.tokens),
        )
    )


async def is_there(transaction: Transaction, identity_id: int, user_id: int) -> bool:
    """Whether somebody's identity is still linked."""
    wanted = select(identity.c.id).where(identity.c.id == identity_id, identity.c.user_id == user_id)
    return await transaction.fetch_one(wanted) is not None


async def remove(transaction: Transaction, user_id: int, identity_id: int) -> bool:
    """Unlink an account elsewhere, its tokens with it; False where it is not this person's."""
    gone = await transaction.execute(
        delete(identity).where(identity.c.id == identity_id, identity.c.user_id == user_id)
    )
    return gone.rowcount > 0


async def has_other_way_in(
    transaction: Transaction, user_id: int, identity_id: int, providers: Collection[str]
) -> bool:
    """Whether somebody could sign in without this identity: by a password, or by an account at one of `providers`."""
    password = await transaction.fetch_one(
        select(user_account.c.password_hash).where(user_account.c.id == user_id).with_for_update()
    )
    others = await transaction.fetch_one(
        select(func.count())
        .select_from(identity)
        .where(identity.c.user_id == user_id, identity.c.id != identity_id, identity.c.provider.in_(providers))
    )
    return bool(password and password[0]) or bool(others and others[0])


async def address_is_taken(transaction: Transaction, email_key: str) -> bool:
    """Whether an account here has the address."""
    wanted = select(user_account.c.id).where(user_account.c.email_key == email_key)
    return await transaction.fetch_one(wanted) is not None


def opened(box: SecretBox, provider: str, user_id: int, sealed: str) -> ProviderTokens | None:
    """The tokens of an identity; None where there are none, or the key that sealed them is not known any more."""
    text = box.open(sealed, _owner(provider, user_id)) if sealed else None
    return None if text is None else msgspec.json.decode(text, type=ProviderTokens)


async def replace_tokens(
    transaction: Transaction,
    box: SecretBox,
    provider: str,
    user_id: int,
    identity_id: int,
    tokens: ProviderTokens | None,
    *,
    instead_of: str,
) -> bool:
    """Keep other tokens, or none, where the sealed ones are still `instead_of`; False where others have come."""
    changed = await transaction.execute(
        update(identity)
        .where(identity.c.id == identity_id, identity.c.tokens_encrypted == instead_of)
        .values(**(_sealed(box, provider, user_id, tokens) or {"tokens_encrypted": "", "tokens_expire_at": None}))
    )
    return changed.rowcount > 0


async def set_shown_name(transaction: Transaction, identity_id: int, shown_name: str) -> None:
    """Write down what somebody calls themselves elsewhere now."""
    await transaction.execute(
        update(identity).where(identity.c.id == identity_id).values(shown_name=shown_name[:LONGEST_NAME])
    )


def identity_taken() -> AntiphonError:
    """An account elsewhere signs in one person here."""
    return AntiphonError(
        Kind.CONFLICT, "identity_taken", "This account elsewhere signs somebody else in on this server."
    )


def _sealed(box: SecretBox, provider: str, user_id: int, tokens: ProviderTokens | None) -> dict[str, Any]:
    if tokens is None:
        return {}
    text = msgspec.json.encode(tokens).decode()
    return {"tokens_encrypted": box.seal(text, _owner(provider, user_id)), "tokens_expire_at": tokens.expire_at}


def _owner(provider: str, user_id: int) -> str:
    """What tokens are bound to: moved to somebody else's row they do not open."""
    return f"{provider}:{user_id}"
