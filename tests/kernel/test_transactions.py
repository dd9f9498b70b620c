"""One unit of work: all of it or nothing, joined by what runs inside it and by nothing beside it."""

import asyncio
import logging

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.events import Event
from antiphon.kernel.settings.tables import setting


class Named(Event, frozen=True):
    """A row has got a name."""

    name: str


class Undone(Exception):
    """What a use case raises in these tests."""


async def add(transaction: Transaction, name: str) -> None:
    await transaction.execute(insert(setting).values(name=name, value="1", updated_at=0.0))


async def names(database: Database) -> list[str]:
    """What is committed."""
    async with database.engine.connect() as connection:
        return list((await connection.execute(select(setting.c.name).order_by(setting.c.name))).scalars())


async def test_leaving_the_block_commits(database: Database) -> None:
    async with database.transaction() as transaction:
        await add(transaction, "a")
        await add(transaction, "b")
    assert await names(database) == ["a", "b"]


async def test_an_error_undoes_everything(database: Database) -> None:
    with pytest.raises(Undone):
        async with database.transaction() as transaction:
            await add(transaction, "a")
            raise Undone
    assert await names(database) == []


async def test_a_refused_statement_undoes_everything_and_the_next_transaction_is_fine(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.transaction() as transaction:
            await add(transaction, "a")
            await add(transaction, "a")
    assert await names(database) == []
    async with database.transaction() as transaction:
        await add(transaction, "a")
    assert await names(database) == ["a"]


async def test_what_runs_inside_joins(database: Database) -> None:
    with pytest.raises(Undone):
        async with database.transaction() as outer:
            await add(outer, "outer")
            async with database.transaction() as inner:
                assert inner is outer
                await add(inner, "inner")
            raise Undone
    assert await names(database) == []


async def test_a_transaction_reads_what_it_wrote_and_nobody_else_does(database: Database) -> None:
    seen_inside = select(setting.c.name)
    async with database.transaction() as transaction:
        await add(transaction, "a")
        assert await transaction.fetch(seen_inside) == [("a",)]
        assert await transaction.fetch_one(seen_inside) == ("a",)
    async with database.transaction() as transaction:
        assert await transaction.fetch_one(seen_inside.where(setting.c.name == "b")) is None


async def test_a_task_started_meanwhile_has_a_transaction_of_its_own(database: Database) -> None:
    """It must neither write into a transaction that may be undone, nor be committed by it."""
    started: list[asyncio.Task[None]] = []

    async def beside() -> None:
        async with database.transaction() as transaction:
            await add(transaction, "beside")

    with pytest.raises(Undone):
        async with database.transaction() as transaction:
            await add(transaction, "undone")
            started.append(asyncio.create_task(beside()))
            await asyncio.sleep(0.05)
            raise Undone
    await started[0]
    assert await names(database) == ["beside"]


async def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    async with database.transaction() as transaction:
        await add(transaction, "counter")

    async def count() -> None:
        async with database.transaction() as transaction:
            await transaction.execute(
                update(setting).where(setting.c.name == "counter").values(updated_at=setting.c.updated_at + 1)
            )

    await asyncio.gather(*(count() for _ in range(40)))
    async with database.engine.connect() as connection:
        assert (await connection.execute(select(setting.c.updated_at))).scalar() == 40.0


async def test_a_cancelled_transaction_is_undone_and_blocks_nobody(database: Database) -> None:
    waiting = asyncio.Event()

    async def stall() -> None:
        async with database.transaction() as transaction:
            await add(transaction, "cancelled")
            waiting.set()
            await asyncio.sleep(60)

    for _ in range(4):
        task = asyncio.create_task(stall())
        await waiting.wait()
        waiting.clear()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(4):
        async with database.transaction() as transaction:
            await add(transaction, "next")
    assert await names(database) == ["next"]


async def test_cancelling_in_the_middle_of_a_statement_blocks_nobody(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.transaction() as transaction:
            for part in range(50):
                await add(transaction, f"{number}-{part}")

    for number in range(20):
        task = asyncio.create_task(write(number))
        await asyncio.sleep(0.002 * (number % 5))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(4):
        async with database.transaction() as transaction:
            await add(transaction, "next")
    written = await names(database)
    assert "next" in written
    assert len(written) % 50 == 1, "each writer has written all of its rows or none"


async def test_many_parameters_run_a_statement_once_for_each(database: Database) -> None:
    rows = [{"name": f"{number:03d}", "value": "1", "updated_at": 0.0} for number in range(200)]
    async with database.transaction() as transaction:
        await transaction.execute(insert(setting), rows)
    assert len(await names(database)) == 200


async def test_an_empty_list_of_parameters_is_the_callers_mistake(database: Database) -> None:
    with pytest.raises(AssertionError):
        async with database.transaction() as transaction:
            await transaction.execute(insert(setting), [])


async def test_many_rows_go_to_the_driver_at_once(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.insert_rows(setting, ("updated_at", "name", "value"), [(1.0, "a", "x"), (2.0, "b", "y")])
        await transaction.insert_rows(setting, ("updated_at", "name", "value"), [])
        found = await transaction.fetch(select(setting).order_by(setting.c.name))
    assert found == [("a", "x", 1.0), ("b", "y", 2.0)]


async def test_a_subscriber_in_the_transaction_writes_with_its_cause(database: Database) -> None:
    async def follow(event: Named, transaction: Transaction) -> None:
        await add(transaction, f"{event.name}'s follower")

    database.subscriptions.in_transaction(Named, follow)
    async with database.transaction() as transaction:
        await add(transaction, "a")
        await transaction.publish(Named("a"))
    assert await names(database) == ["a", "a's follower"]
    with pytest.raises(Undone):
        async with database.transaction() as transaction:
            await transaction.publish(Named("b"))
            raise Undone
    assert await names(database) == ["a", "a's follower"]


async def test_a_subscriber_in_the_transaction_that_fails_undoes_its_cause(database: Database) -> None:
    async def refuse(_event: Named, _transaction: Transaction) -> None:
        raise AntiphonError(Kind.CONFLICT, "no", "No.")

    told: list[str] = []

    async def hear(event: Named) -> None:
        told.append(event.name)

    database.subscriptions.in_transaction(Named, refuse)
    database.subscriptions.after_commit(Named, hear)
    with pytest.raises(AntiphonError, match="No"):
        async with database.transaction() as transaction:
            await add(transaction, "a")
            await transaction.publish(Named("a"))
    assert await names(database) == []
    assert told == []


async def test_after_the_commit_subscribers_hear_in_order_and_may_write_themselves(database: Database) -> None:
    told: list[tuple[str, list[str]]] = []

    async def hear(event: Named) -> None:
        told.append((event.name, await names(database)))
        async with database.transaction() as transaction:
            await add(transaction, f"heard {event.name}")

    database.subscriptions.after_commit(Named, hear)
    async with database.transaction() as outer:
        await add(outer, "a")
        await outer.publish(Named("a"))
        async with database.transaction() as inner:
            await add(inner, "b")
            await inner.publish(Named("b"))
        assert told == []
    assert told == [("a", ["a", "b"]), ("b", ["a", "b", "heard a"])]


async def test_an_undone_transaction_tells_nobody_after_it(database: Database) -> None:
    told: list[Named] = []

    async def hear(event: Named) -> None:
        told.append(event)

    database.subscriptions.after_commit(Named, hear)
    with pytest.raises(Undone):
        async with database.transaction() as transaction:
            await transaction.publish(Named("a"))
            raise Undone
    assert told == []


async def test_a_failure_after_the_commit_is_logged_and_undoes_nothing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    async def fail(_event: Named) -> None:
        raise Undone("the bell is broken")

    async def hear(event: Named) -> None:
        told.append(event.name)

    database.subscriptions.after_commit(Named, fail)
    database.subscriptions.after_commit(Named, hear)
    with caplog.at_level(logging.ERROR):
        async with database.transaction() as transaction:
            await add(transaction, "a")
            await transaction.publish(Named("a"))
    assert await names(database) == ["a"]
    assert told == ["a"], "one broken subscriber does not keep the news from the others"
    assert "a subscriber of Named failed after the commit" in caplog.text
    assert "the bell is broken" in caplog.text


async def test_subscribers_hear_only_what_they_asked_for(database: Database) -> None:
    class Other(Event, frozen=True):
        """Something else."""

    told: list[Named] = []

    async def hear(event: Named) -> None:
        told.append(event)

    database.subscriptions.after_commit(Named, hear)
    async with database.transaction() as transaction:
        await transaction.publish(Other())
    assert told == []
