"""One contract for the fast way to read, on both databases: the same rows as plain tuples of plain values."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import bindparam, func, insert, literal, literal_column, select

from antiphon.kernel.db import Database, Statement, in_list
from antiphon.kernel.db.tables import Id
from antiphon.kernel.settings.tables import setting

ROWS = [
    ("a", "first", 1.5),
    ("b", "", 0.0),
    ("ü ☃ 🎵", 'it\'s 100% "quoted" \\ and :colon ?', -1.0),
    ("d", "last", 1e300),
]

ALL = Statement(select(setting.c.name, setting.c.value, setting.c.updated_at).order_by(setting.c.updated_at))
BY_NAME = Statement(select(setting.c.value, setting.c.updated_at).where(setting.c.name == bindparam("name")))
PAGE = Statement(
    select(setting.c.name)
    .where(setting.c.updated_at >= bindparam("least"), setting.c.name != "nobody")
    .order_by(setting.c.updated_at, setting.c.name)
    .limit(bindparam("limit", type_=Id))
    .offset(bindparam("offset", type_=Id))
)
IN_TEXTS = Statement(
    select(setting.c.name).where(in_list(setting.c.name, bindparam("names"))).order_by(setting.c.updated_at)
)
_numbers = (
    select(literal_column("1", Id).label("number"))
    .union_all(select(literal_column("7", Id)), select(literal_column("9007199254740993", Id)))
    .subquery("numbers")
)
IN_NUMBERS = Statement(
    select(_numbers.c.number).where(in_list(_numbers.c.number, bindparam("ids"))).order_by(_numbers.c.number)
)


@pytest.fixture
async def filled(database: Database) -> Database:
    """A database with some rows."""
    async with database.transaction() as transaction:
        rows = [dict(zip(("name", "value", "updated_at"), row, strict=True)) for row in ROWS]
        await transaction.execute(insert(setting), rows)
    return database


async def test_rows_are_tuples_of_plain_values_in_order(filled: Database) -> None:
    found = await filled.reader.fetch(ALL)
    assert [tuple(row) for row in found] == sorted(ROWS, key=lambda row: row[2])
    assert all(type(value) in (str, float) for row in found for value in row)


async def test_the_first_row_or_none(filled: Database) -> None:
    assert await filled.reader.fetch_one(BY_NAME, name="a") == ("first", 1.5)
    assert await filled.reader.fetch_one(BY_NAME, name="nobody") is None
    assert await filled.reader.fetch(BY_NAME, name="nobody") == []


async def test_slow_statements_give_the_same(filled: Database) -> None:
    assert await filled.reader.fetch_slow(ALL) == await filled.reader.fetch(ALL)


async def test_parameters_and_constants_find_their_places(filled: Database) -> None:
    found = await filled.reader.fetch(PAGE, limit=2, offset=1, least=-5.0)
    assert [row[0] for row in found] == ["b", "a"]
    assert await filled.reader.fetch(PAGE, limit=10, offset=0, least=2.0) == [("d",)]


async def test_a_forgotten_parameter_is_named(filled: Database) -> None:
    with pytest.raises(KeyError, match="least"):
        await filled.reader.fetch(PAGE, limit=2, offset=1)


async def test_what_looks_like_sql_is_a_value(filled: Database) -> None:
    for name in ("' OR '1'='1", "a'; DELETE FROM setting; --", '"', "\\", "%", "_", "$1", "?", ":name"):
        assert await filled.reader.fetch(BY_NAME, name=name) == []
    assert len(await filled.reader.fetch(ALL)) == len(ROWS)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("[]", []),
        ('["a"]', ["a"]),
        ('["d", "nobody", "a", "a"]', ["a", "d"]),
        ('["\\u00fc ☃ 🎵", "x\'; --"]', ["ü ☃ 🎵"]),
    ],
)
async def test_a_list_of_texts_is_one_parameter(filled: Database, names: str, found: list[str]) -> None:
    assert [row[0] for row in await filled.reader.fetch(IN_TEXTS, names=names)] == found


@pytest.mark.parametrize(
    ("ids", "found"),
    [("[]", []), ("[7]", [7]), ("[9007199254740993, 1, 2, 1]", [1, 9007199254740993]), ("[9007199254740992]", [])],
)
async def test_a_list_of_numbers_is_one_parameter(database: Database, ids: str, found: list[int]) -> None:
    assert [row[0] for row in await database.reader.fetch(IN_NUMBERS, ids=ids)] == found


async def test_a_list_may_be_long(filled: Database) -> None:
    names = "[" + ",".join(f'"{number}"' for number in range(50_000)) + ',"a"]'
    assert await filled.reader.fetch(IN_TEXTS, names=names) == [("a",)]


async def test_a_transaction_reads_the_same_statements(filled: Database) -> None:
    async with filled.transaction() as transaction:
        assert await transaction.fetch_one(BY_NAME, name="a") == ("first", 1.5)
        assert await transaction.fetch(IN_TEXTS, names='["d", "a"]') == [("a",), ("d",)]
        assert [row[0] for row in await transaction.fetch(PAGE, limit=2, offset=1, least=-5.0)] == ["b", "a"]


async def test_a_reader_sees_what_is_committed_and_nothing_else(filled: Database) -> None:
    async with filled.transaction() as transaction:
        await transaction.execute(insert(setting).values(name="new", value="", updated_at=5.0))
        assert await filled.reader.fetch_one(BY_NAME, name="new") is None
    assert await filled.reader.fetch_one(BY_NAME, name="new") == ("", 5.0)


async def test_a_reader_cannot_write(filled: Database) -> None:
    write = Statement(insert(setting).values(name="sly", value="", updated_at=0.0).returning(setting.c.name))
    with pytest.raises(Exception, match=r"read-?\s?only"):
        await filled.reader.fetch(write)
    assert await filled.reader.fetch_one(BY_NAME, name="sly") is None


async def test_many_readers_at_once(filled: Database) -> None:
    found = await asyncio.gather(
        *(filled.reader.fetch(ALL) for _ in range(60)), *(filled.reader.fetch_slow(ALL) for _ in range(60))
    )
    assert all([tuple(row) for row in rows] == [tuple(row) for row in found[0]] for rows in found)


async def test_a_closed_reader_opens_again(filled: Database) -> None:
    await filled.reader.fetch(ALL)
    await filled.reader.fetch_slow(ALL)
    await filled.reader.close()
    await filled.reader.close()
    assert len(await filled.reader.fetch(ALL)) == len(ROWS)


async def test_a_mistake_in_a_statement_is_not_told_as_trouble_with_the_database(database: Database) -> None:
    """A fault of the program must not look like one that passes."""
    wrong = Statement(select(literal_column("no_such_column")).select_from(setting))
    with pytest.raises(Exception, match="no_such_column") as raised:
        await database.reader.fetch(wrong)
    assert type(raised.value).__name__ != "AntiphonError"


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**30])
async def test_a_number_that_no_database_holds_is_not_told_as_trouble_either(database: Database, value: Any) -> None:
    echo = Statement(select(_numbers.c.number).where(_numbers.c.number == bindparam("value", type_=Id)))
    with pytest.raises(Exception, match=r"(?i)int|range") as raised:
        await database.reader.fetch(echo, value=value)
    assert type(raised.value).__name__ != "AntiphonError"


def test_a_statement_is_compiled_once_for_each_database() -> None:
    statement = Statement(select(func.count()).where(setting.c.name == bindparam("name"), literal(3) == literal(3)))
    compiled = {dialect: statement.compiled(dialect) for dialect in ("sqlite", "postgresql")}
    assert compiled["sqlite"].text != compiled["postgresql"].text
    for dialect, made in compiled.items():
        assert statement.compiled(dialect) is made
        assert "name" in made.names
        assert made.arguments({"name": "x"}).count("x") == 1


def test_a_statement_may_differ_between_the_databases() -> None:
    statement = Statement(sqlite=select(literal_column("1")), postgresql=select(literal_column("2")))
    assert "1" in statement.compiled("sqlite").text
    assert "2" in statement.compiled("postgresql").text
