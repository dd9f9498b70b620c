"""Settings that change while the server runs, and the registry of what is known about a person."""

import asyncio
from typing import Any

import pytest

from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.personal import PersonalData
from antiphon.kernel.settings import RuntimeSettings

VALUES: list[Any] = ["text", "", 0, 1.5, True, False, [], ["a", 1, None], {"name": {"deep": [1]}}, "naïve – ☃"]


async def write(database: Database, name: str, value: Any) -> None:
    async with database.transaction() as transaction:
        await RuntimeSettings(database.reader).set(transaction, name, value)


async def test_a_value_is_read_back_as_it_was_set(database: Database) -> None:
    settings = RuntimeSettings(database.reader)
    assert await settings.get("value") is None
    for value in VALUES:
        await write(database, "value", value)
        read = await settings.get("value")
        assert read == value
        assert type(read) is type(value)


async def test_nothing_forgets_a_value(database: Database) -> None:
    await write(database, "value", "kept")
    await write(database, "other", "kept too")
    await write(database, "value", None)
    await write(database, "value", None)
    settings = RuntimeSettings(database.reader)
    assert await settings.get("value") is None
    assert await settings.get("other") == "kept too"


async def test_inside_a_transaction_one_sees_what_one_set(database: Database) -> None:
    settings = RuntimeSettings(database.reader)
    async with database.transaction() as transaction:
        await settings.set(transaction, "value", 1)
        assert await settings.get_within(transaction, "value") == 1
        await settings.set(transaction, "value", None)
        assert await settings.get_within(transaction, "value") is None


async def test_who_comes_first_at_the_same_time_does_not_matter(database: Database) -> None:
    await asyncio.gather(*(write(database, "value", number) for number in range(20)))
    assert await RuntimeSettings(database.reader).get("value") in range(20)


async def test_a_value_that_was_read_inside_still_holds_when_one_writes(database: Database) -> None:
    """Several who each take one away from what they saw have taken all of it away in the end."""
    settings = RuntimeSettings(database.reader)
    await write(database, "left", 10)

    async def take() -> None:
        async with database.transaction() as transaction:
            left = await settings.get_within(transaction, "left")
            await asyncio.sleep(0.002)
            await settings.set(transaction, "left", left - 1)

    await asyncio.gather(*(take() for _ in range(10)))
    assert await settings.get("left") == 0


class Area:
    """An area that knows something about everybody."""

    def __init__(self, name: str, erased: list[tuple[str, int]]) -> None:
        self.name = name
        self.erased = erased

    async def export(self, user_id: int) -> dict[str, Any]:
        return {"rows": [f"{self.name} of {user_id}"]}

    async def erase(self, _transaction: Transaction, user_id: int) -> None:
        self.erased.append((self.name, user_id))


async def test_everything_known_about_a_person_is_handed_out_and_erased_from_above(database: Database) -> None:
    erased: list[tuple[str, int]] = []
    personal = PersonalData()
    for name in ("accounts", "playback", "playlists"):
        area = Area(name, erased)
        personal.register(name, area.export, area.erase)
    assert {area: tables async for area, tables in personal.export(7)} == {
        "accounts": {"rows": ["accounts of 7"]},
        "playback": {"rows": ["playback of 7"]},
        "playlists": {"rows": ["playlists of 7"]},
    }
    async with database.transaction() as transaction:
        await personal.erase(transaction, 7)
    assert erased == [("playlists", 7), ("playback", 7), ("accounts", 7)]


def test_an_area_registers_once() -> None:
    area = Area("accounts", [])
    personal = PersonalData()
    personal.register("accounts", area.export, area.erase)
    with pytest.raises(AssertionError, match="already"):
        personal.register("accounts", area.export, area.erase)
