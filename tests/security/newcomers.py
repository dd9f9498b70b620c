"""People for the calls that may change something: made many at once, as rows, and signed in already.

Each such call gets people of its own, hundreds in all, of whom nothing but their rows matters. Those who own the things
that nobody else may be told of have registered as anybody does.
"""

import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import insert, select

from antiphon.areas.accounts.internal.names import folded, name_key
from antiphon.areas.accounts.internal.rows import principal_of
from antiphon.areas.accounts.internal.secrets import new_api_key, new_token, token_hash
from antiphon.areas.accounts.internal.tables import api_key, user_account, user_role, user_session
from antiphon.kernel.db.database import Transaction
from antiphon.kernel.principal import ARTIST, USER, USUAL_RIGHTS, Principal
from tests.api.house import House

AT_ONCE = 40
_RIGHTS = " ".join(sorted(USUAL_RIGHTS))


class Named(NamedTuple):
    """Who is to be made; the number is theirs alone."""

    number: int
    username: str
    email: str


class Newcomer(NamedTuple):
    """Somebody with a session, and with a key for `/rest` that may do what they may."""

    number: int
    principal: Principal
    token: str
    key: str


class Newcomers:
    """People of one house who have done nothing yet, by the column that they are of."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._waiting: dict[str, list[Newcomer]] = {}
        self._password_hash = ""

    async def next(self, column: str, names: Iterator[Named]) -> Newcomer:
        """Somebody whom no call has had yet; `names` are for those who have to be made."""
        waiting = self._waiting.setdefault(column, [])
        if not waiting:
            role = ARTIST if column.endswith(ARTIST) else column if column == "admin" else USER
            waiting += reversed(await self._make([next(names) for _ in range(AT_ONCE)], sorted({USER, role})))
        return waiting.pop()

    async def _make(self, names: list[Named], roles: list[str]) -> list[Newcomer]:
        if not self._password_hash:
            self._password_hash = await _hash_of_the_password(self._house)
        tokens, keys = [new_token() for _ in names], [new_api_key() for _ in names]
        async with self._house.application.database.transaction() as transaction:
            ids = await self._accounts(transaction, names)
            of_roles = [{"user_id": user_id, "role": role} for user_id in ids for role in roles]
            await transaction.execute(insert(user_role), of_roles)
            sessions = await _sessions(transaction, zip(ids, tokens, strict=True))
            scopes = "read write admin" if "admin" in roles else "read write"
            await _insert_keys(transaction, zip(ids, keys, strict=True), scopes)
        return [
            Newcomer(
                named.number,
                principal_of((sessions[user_id], user_id, named.username, " ".join(roles), _RIGHTS, ""), "session"),
                token,
                key,
            )
            for named, user_id, token, key in zip(names, ids, tokens, keys, strict=True)
        ]

    async def _accounts(self, transaction: Transaction, names: list[Named]) -> list[int]:
        now = time.time()
        rows = [
            {
                "username": named.username,
                "username_key": name_key(named.username),
                "email": named.email,
                "email_key": name_key(named.email),
                "search_text": folded(f"{named.username} "),
                "password_hash": self._password_hash,
                "rights": _RIGHTS,
                "created_at": now,
                "updated_at": now,
            }
            for named in names
        ]
        made = await transaction.execute(
            insert(user_account).returning(user_account.c.username, user_account.c.id), rows
        )
        ids = {row.username: int(row.id) for row in made}
        return [ids[named.username] for named in names]


async def _sessions(transaction: Transaction, tokens: Iterable[tuple[int, str]]) -> dict[int, int]:
    now = time.time()
    rows = [
        {"user_id": user_id, "token_hash": token_hash(token), "created_at": now, "last_used_at": now}
        for user_id, token in tokens
    ]
    made = await transaction.execute(insert(user_session).returning(user_session.c.user_id, user_session.c.id), rows)
    return {int(row.user_id): int(row.id) for row in made}


async def _insert_keys(transaction: Transaction, keys: Iterable[tuple[int, str]], scopes: str) -> None:
    now = time.time()
    others = {"name": "rest", "scopes": scopes, "created_at": now, "last_used_at": now}
    rows = [{"user_id": user_id, "key_hash": token_hash(key), **others} for user_id, key in keys]
    await transaction.execute(insert(api_key), rows)


async def _hash_of_the_password(house: House) -> str:
    """What is kept of the password that everybody of a house has."""
    async with house.application.database.transaction() as transaction:
        kept = select(user_account.c.password_hash).where(user_account.c.username == "housekeeper")
        ((found,),) = await transaction.fetch(kept)
    return str(found)


_OF_HOUSE: WeakKeyDictionary[House, Newcomers] = WeakKeyDictionary()


def newcomers_of(house: House) -> Newcomers:
    """Those of one house."""
    if house not in _OF_HOUSE:
        _OF_HOUSE[house] = Newcomers(house)
    return _OF_HOUSE[house]
