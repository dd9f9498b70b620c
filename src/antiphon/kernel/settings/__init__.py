"""Settings that admins change while the server runs, and small facts the server keeps about itself."""

import time
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select

from antiphon.kernel.db import Reader, Statement, Transaction, insert_unless_there
from antiphon.kernel.settings.tables import setting

_value = select(setting.c.value).where(setting.c.name == bindparam("name"))
_VALUE = Statement(_value)
# Held until the transaction ends; SQLite has one writer at a time and needs no such words.
_HELD_VALUE = Statement(_value.with_for_update())


class RuntimeSettings:
    """Named JSON values in the database."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def get(self, name: str) -> Any:
        """The value of `name`, or None where it was never set."""
        row = await self._reader.fetch_one(_VALUE, name=name)
        return None if row is None else msgspec.json.decode(row[0])

    async def get_within(self, transaction: Transaction, name: str) -> Any:
        """The same inside a transaction: a value that it finds still holds when the transaction writes."""
        row = await transaction.fetch_one(_HELD_VALUE, name=name)
        return None if row is None else msgspec.json.decode(row[0])

    async def set(self, transaction: Transaction, name: str, value: Any) -> None:
        """Set `name` to a JSON value; None forgets it."""
        if value is None:
            await transaction.execute(delete(setting).where(setting.c.name == name))
            return
        row = {"value": msgspec.json.encode(value).decode(), "updated_at": time.time()}
        statement = insert_unless_there(transaction, setting).values(name=name, **row)
        await transaction.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))
