"""PostgreSQL that is away, comes back, is busy or full: told as trouble that passes, and over when it is over."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import bindparam, insert, select, text

from antiphon.adapters.db.postgres import driver_address, open_postgres
from antiphon.kernel.db import Database, Statement
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.events import Subscriptions
from antiphon.kernel.settings.tables import setting
from tests.services.postgresql import PostgresqlServer, running_postgresql
from tests.services.programs import free_port

COUNT = Statement(select(setting.c.name))
SLEEP = Statement(select(text("pg_sleep(10)::text")))
pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresqlServer]:
    """A cluster that these tests may stop."""
    with running_postgresql() as server:
        server.run("CREATE TABLE setting (name text PRIMARY KEY, value text, updated_at double precision)")
        yield server


@pytest_asyncio.fixture
async def own_database(cluster: PostgresqlServer) -> AsyncIterator[Database]:
    """That cluster's database, with one table."""
    database = open_postgres(cluster.address(), Subscriptions(), pool_size=3)
    yield database
    await database.close()
    cluster.run("TRUNCATE setting")


async def add(database: Database, name: str) -> None:
    async with database.transaction() as transaction:
        await transaction.execute(insert(setting).values(name=name, value="", updated_at=0.0))


async def trouble_of(database: Database, *, with_write: bool) -> tuple[Kind, str, float | None]:
    """What a read or a write says of the database's state."""
    with pytest.raises(AntiphonError) as refused:
        await (add(database, "refused") if with_write else database.reader.fetch(COUNT))
    return refused.value.kind, refused.value.code, refused.value.retry_after


DOWN = (Kind.UNAVAILABLE, "database_down", 5.0)
BUSY = (Kind.UNAVAILABLE, "database_busy", 5.0)


@pytest.mark.parametrize("with_write", [False, True])
async def test_a_server_that_is_not_there_is_told_at_once(with_write: bool) -> None:
    database = open_postgres(f"postgresql://postgres@127.0.0.1:{free_port()}/none", Subscriptions())
    began = time.monotonic()
    assert await trouble_of(database, with_write=with_write) == DOWN
    assert time.monotonic() - began < 5
    await database.close()


@pytest.mark.parametrize("with_write", [False, True])
async def test_a_host_that_nobody_knows_is_told(with_write: bool) -> None:
    database = open_postgres("postgresql://postgres@nowhere.invalid/none", Subscriptions())
    assert await trouble_of(database, with_write=with_write) == DOWN
    await database.close()


async def test_a_host_that_says_nothing_is_given_up() -> None:
    """Something takes the connection and never answers."""
    silent = await asyncio.start_server(lambda _reader, _writer: asyncio.sleep(60), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    database = open_postgres(f"postgresql://postgres@127.0.0.1:{port}/none", Subscriptions())
    async with asyncio.timeout(15):
        told = await asyncio.gather(*(trouble_of(database, with_write=with_write) for with_write in (False, True)))
    assert told == [DOWN, DOWN]
    silent.close()
    await database.close()


async def test_a_server_that_stops_and_comes_back(cluster: PostgresqlServer, own_database: Database) -> None:
    await add(own_database, "before")
    assert await own_database.reader.fetch(COUNT) == [("before",)]
    cluster.program.stop()
    try:
        for _ in range(3):
            assert await trouble_of(own_database, with_write=True) == DOWN
            assert await trouble_of(own_database, with_write=False) == DOWN
    finally:
        cluster.start()
    assert await own_database.reader.fetch(COUNT) == [("before",)]
    await add(own_database, "after")
    assert sorted(await own_database.reader.fetch(COUNT)) == [("after",), ("before",)]


async def test_a_server_that_stops_under_way(cluster: PostgresqlServer, own_database: Database) -> None:
    """What waits for an answer, and what has a transaction open, is told; the transaction is undone."""
    await own_database.reader.fetch(COUNT)
    waiting = asyncio.create_task(own_database.reader.fetch(SLEEP))
    open_transaction = own_database.transaction()
    transaction = await open_transaction.__aenter__()
    await transaction.execute(insert(setting).values(name="undone", value="", updated_at=0.0))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(cluster.program.stop)
    try:
        with pytest.raises(AntiphonError) as refused:
            await waiting
        assert (refused.value.kind, refused.value.code) == DOWN[:2]
        with pytest.raises(AntiphonError) as refused:
            try:
                await transaction.execute(insert(setting).values(name="too late", value="", updated_at=0.0))
            except BaseException as error:
                assert not await open_transaction.__aexit__(type(error), error, error.__traceback__)
                raise
        assert (refused.value.kind, refused.value.code) == DOWN[:2]
    finally:
        cluster.start()
    await add(own_database, "after")
    assert await own_database.reader.fetch(COUNT) == [("after",)]


async def test_a_crashed_connection_harms_only_what_it_was_doing(
    cluster: PostgresqlServer, own_database: Database
) -> None:
    await own_database.reader.fetch(COUNT)
    await add(own_database, "before")
    cluster.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'antiphon'")
    await asyncio.sleep(0.2)
    await add(own_database, "after")
    assert sorted(await own_database.reader.fetch(COUNT)) == [("after",), ("before",)]


async def test_a_writer_that_waits_too_long_for_a_lock_is_told(
    cluster: PostgresqlServer, own_database: Database
) -> None:
    """The reads go on meanwhile."""
    await add(own_database, "held")
    other = open_postgres(cluster.address(), Subscriptions())
    change = text("UPDATE setting SET value = 'x'")
    async with other.transaction() as holding:
        await holding.execute(change)

        async def write() -> None:
            async with own_database.transaction() as transaction:
                await transaction.execute(change)

        began = time.monotonic()
        refused = asyncio.gather(*(write() for _ in range(3)), return_exceptions=True)
        assert await own_database.reader.fetch(COUNT) == [("held",)]
        assert time.monotonic() - began < 2
        async with asyncio.timeout(15):
            errors = await refused
    assert [(error.kind, error.code) for error in errors if isinstance(error, AntiphonError)] == [BUSY[:2]] * 3
    await write()
    await other.close()


async def test_too_many_writers_wait_for_their_turn(own_database: Database) -> None:
    await asyncio.gather(*(add(own_database, f"{number}") for number in range(60)))
    assert len(await own_database.reader.fetch(COUNT)) == 60


async def test_a_server_without_a_free_place_is_told(cluster: PostgresqlServer, own_database: Database) -> None:
    cluster.run("ALTER ROLE postgres CONNECTION LIMIT 100")
    cluster.run("CREATE ROLE crowd LOGIN CONNECTION LIMIT 0")
    address = cluster.address().replace("postgres@", "crowd@")
    database = open_postgres(address, Subscriptions())
    for with_write in (False, True):
        kind, _, retry_after = await trouble_of(database, with_write=with_write)
        assert (kind, retry_after) == (Kind.UNAVAILABLE, 5.0)
    await database.close()


async def test_a_zero_character_is_the_callers_mistake(own_database: Database) -> None:
    by_name = Statement(select(setting.c.name).where(setting.c.name == bindparam("name")))
    with pytest.raises(AntiphonError) as refused:
        await own_database.reader.fetch(by_name, name="a\0b")
    assert refused.value.kind is Kind.INVALID
    with pytest.raises(AntiphonError) as refused:
        await add(own_database, "a\0b")
    assert refused.value.kind is Kind.INVALID


def test_an_address_for_another_driver_is_taken() -> None:
    assert driver_address("postgres://me@db/music") == "postgresql://me@db/music"
    assert driver_address("postgresql+psycopg2://me:p%40ss@db:5/music") == "postgresql://me:p%40ss@db:5/music"
