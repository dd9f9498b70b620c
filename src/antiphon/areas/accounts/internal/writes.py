"""Writes of accounts. Each runs inside the transaction it is given."""

import json
import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from antiphon.areas.accounts.internal import queries
from antiphon.areas.accounts.internal.names import folded, name_key
from antiphon.areas.accounts.internal.tables import api_key, app_password, user_account, user_role, user_session
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.principal import USUAL_RIGHTS


async def insert_user(
    transaction: Transaction, *, username: str, email: str, password_hash: str, now: float, **others: Any
) -> int:
    """A new account's id; `others` are columns by name.

    Raises CONFLICT where the name or the address is taken, also by a look-alike.
    """
    statement = insert(user_account).values(
        username=username,
        username_key=name_key(username),
        email=email,
        email_key=name_key(email),
        search_text=folded(f"{username} {others.get('full_name', '')}"),
        password_hash=password_hash,
        rights=" ".join(sorted(USUAL_RIGHTS)),
        created_at=now,
        updated_at=now,
        **others,
    )
    try:
        result = await transaction.execute(statement)
    except IntegrityError as error:
        # The first line names the constraint; PostgreSQL's second one repeats what was given.
        taken = "email" if "email_key" in str(error.orig).partition("\n")[0] else "username"
        sentence = f"This {'address' if taken == 'email' else 'user name'} is taken."
        raise AntiphonError(Kind.CONFLICT, f"{taken}_taken", sentence, fields={taken: [sentence]}) from error
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def check_free(transaction: Transaction, user_id: int, username_key: str) -> None:
    """Raise CONFLICT where somebody else has the user name."""
    taken = select(user_account.c.id).where(user_account.c.username_key == username_key, user_account.c.id != user_id)
    if await transaction.fetch_one(taken) is not None:
        sentence = "This user name is taken."
        raise AntiphonError(Kind.CONFLICT, "username_taken", sentence, fields={"username": [sentence]})


async def free_username(transaction: Transaction, wished: str) -> str:
    """`wished`, or with the first number that makes it nobody's: `ada`, `ada2`, `ada3` …"""
    names = [wished, *(f"{wished}{number}" for number in range(2, 100))]
    taken = await transaction.fetch(queries.TAKEN_NAMES, keys=json.dumps([name_key(name) for name in names]))
    keys = {key for (key,) in taken}
    return next((name for name in names if name_key(name) not in keys), f"{wished}{secrets.randbelow(10**7)}")


async def set_roles(transaction: Transaction, user_id: int, roles: Iterable[str]) -> None:
    """Replace a person's roles."""
    await transaction.execute(delete(user_role).where(user_role.c.user_id == user_id))
    await transaction.execute(insert(user_role), [{"user_id": user_id, "role": role} for role in sorted(set(roles))])


async def set_password(transaction: Transaction, user_id: int, password_hash: str, now: float) -> None:
    """Replace a person's password hash. Addresses that were signed for them open nothing any more."""
    await transaction.execute(
        update(user_account)
        .where(user_account.c.id == user_id)
        .values(password_hash=password_hash, access_revision=user_account.c.access_revision + 1, updated_at=now)
    )


async def insert_session(
    transaction: Transaction, *, user_id: int, token_hash: str, client: str, network: str, now: float
) -> int:
    """A new session's id."""
    result = await transaction.execute(
        insert(user_session).values(
            user_id=user_id, token_hash=token_hash, client=client, network=network, created_at=now, last_used_at=now
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def delete_session(transaction: Transaction, session_id: int) -> None:
    """End one session."""
    await transaction.execute(delete(user_session).where(user_session.c.id == session_id))


async def delete_own_session(transaction: Transaction, user_id: int, session_id: int) -> bool:
    """End one of a person's own sessions; False where there is no such one."""
    result = await transaction.execute(
        delete(user_session).where(user_session.c.id == session_id, user_session.c.user_id == user_id)
    )
    return result.rowcount > 0


async def delete_other_sessions(transaction: Transaction, user_id: int, kept_session_id: int) -> None:
    """End all sessions of a person but one."""
    await transaction.execute(
        delete(user_session).where(user_session.c.user_id == user_id, user_session.c.id != kept_session_id)
    )


async def insert_app_password(transaction: Transaction, *, user_id: int, name: str, sealed: str, now: float) -> int:
    """A new app password's id."""
    result = await transaction.execute(
        insert(app_password).values(user_id=user_id, name=name, secret_encrypted=sealed, created_at=now)
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def insert_api_key(
    transaction: Transaction, *, user_id: int, name: str, key_hash: str, scopes: str, now: float
) -> int:
    """A new API key's id."""
    result = await transaction.execute(
        insert(api_key).values(user_id=user_id, name=name, key_hash=key_hash, scopes=scopes, created_at=now)
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def delete_app_password(transaction: Transaction, user_id: int, password_id: int) -> bool:
    """Revoke one of a person's own app passwords; False where there is no such one."""
    result = await transaction.execute(
        delete(app_password).where(app_password.c.id == password_id, app_password.c.user_id == user_id)
    )
    return result.rowcount > 0


async def set_app_password(transaction: Transaction, user_id: int, password_id: int, sealed: str) -> None:
    """Give an app password another secret."""
    await transaction.execute(
        update(app_password)
        .where(app_password.c.id == password_id, app_password.c.user_id == user_id)
        .values(secret_encrypted=sealed)
    )


async def delete_app_passwords_named(transaction: Transaction, user_id: int, name: str) -> None:
    """Revoke a person's app passwords of this name."""
    await transaction.execute(
        delete(app_password).where(app_password.c.user_id == user_id, app_password.c.name == name)
    )


async def delete_api_key(transaction: Transaction, user_id: int, key_id: int) -> bool:
    """Revoke one of a person's own API keys; False where there is no such one."""
    result = await transaction.execute(delete(api_key).where(api_key.c.id == key_id, api_key.c.user_id == user_id))
    return result.rowcount > 0


_USED = {"session": user_session, "api_key": api_key, "app_password": app_password}


async def touch(transaction: Transaction, via: str, row_id: int, now: float) -> None:
    """Write down that a session, key or app password has been used."""
    table = _USED[via]
    await transaction.execute(update(table).where(table.c.id == row_id).values(last_used_at=now))
