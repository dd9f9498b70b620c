"""SQLite as it is set up: what is acknowledged is on disk, readers never wait, a busy or full database says so."""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import bindparam, insert, literal_column, select, text

from antiphon.adapters.db.sqlite import open_sqlite
from antiphon.kernel.db import Database, Statement
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.events import Subscriptions
from antiphon.kernel.settings.tables import setting
from tests.bootstrap.disks import small_disk

NAMES = Statement(select(setting.c.name).order_by(setting.c.name))
# Counts so far that it takes a while.
SLOW = Statement(
    select(
        literal_column(
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT count(*) FROM n)"
        )
    )
)


async def open_with_table(file: Path) -> Database:
    database = open_sqlite(file, Subscriptions())
    async with database.transaction() as transaction:
        await transaction.execute(text("CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT, updated_at REAL)"))
    return database


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A database set up as a server's own."""
    opened = await open_with_table(tmp_path / "antiphon.db")
    yield opened
    await opened.close()


async def add(database: Database, name: str, value: str = "") -> None:
    async with database.transaction() as transaction:
        await transaction.execute(insert(setting).values(name=name, value=value, updated_at=0.0))


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process's writer that does not end: a connection of its own in the same way."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_what_is_acknowledged_survives_a_power_cut_and_links_hold(database: Database) -> None:
    async with database.engine.connect() as connection:
        pragmas = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


async def test_work_that_can_be_repeated_waits_less_for_the_disk(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "antiphon.db", Subscriptions(), synchronous="NORMAL")
    async with database.engine.connect() as connection:
        assert (await connection.exec_driver_sql("PRAGMA synchronous")).scalar() == 1
    await database.close()


async def test_reads_go_on_and_writes_are_told_while_another_process_writes(database: Database, tmp_path: Path) -> None:
    await add(database, "before")
    with held(tmp_path / "antiphon.db"):
        began = time.monotonic()
        writing = asyncio.gather(*(add(database, f"{number}") for number in range(5)), return_exceptions=True)
        await asyncio.sleep(0.1)
        slowest = 0.0
        for _ in range(50):
            start = time.monotonic()
            assert await database.reader.fetch(NAMES) == [("before",)]
            slowest = max(slowest, time.monotonic() - start)
            await asyncio.sleep(0.02)
        async with asyncio.timeout(12):
            refused = await writing
        took = time.monotonic() - began
    assert slowest < 1
    assert 4 < took < 12
    for error in refused:
        assert isinstance(error, AntiphonError)
        assert (error.kind, error.code, error.retry_after) == (Kind.UNAVAILABLE, "database_busy", 5.0)
    await add(database, "after")
    assert await database.reader.fetch(NAMES) == [("after",), ("before",)]


async def test_a_writer_waits_for_a_short_while_without_being_refused(database: Database, tmp_path: Path) -> None:
    released = threading.Event()

    def hold() -> None:
        with held(tmp_path / "antiphon.db"):
            released.wait(0.5)

    thread = threading.Thread(target=hold)
    thread.start()
    await asyncio.sleep(0.1)
    await add(database, "patient")
    thread.join()
    assert await database.reader.fetch(NAMES) == [("patient",)]


async def test_what_a_check_saw_still_holds_when_the_write_comes(database: Database, tmp_path: Path) -> None:
    """A transaction holds the one place for a writer from its beginning, not from its first write."""
    async with database.transaction() as transaction:
        assert await transaction.fetch(NAMES) == []
        other = sqlite3.connect(tmp_path / "antiphon.db", isolation_level=None, timeout=0.1)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO setting VALUES ('sly', '', 0)")
        other.close()


async def test_a_full_disk_refuses_writes_loses_nothing_and_recovers(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        database = await open_with_table(disk / "antiphon.db")
        await add(database, "before")
        disk.fill(leave=64 * 1024)
        written = []
        with pytest.raises(AntiphonError) as refused:
            for number in range(100):
                await add(database, f"full {number:03d}", "x" * 20_000)
                written.append(f"full {number:03d}")
        assert (refused.value.kind, refused.value.code) == (Kind.NO_SPACE, "disk_full")
        assert [row[0] for row in await database.reader.fetch(NAMES)] == ["before", *written]
        disk.empty()
        await add(database, "the space is back")
        assert [row[0] for row in await database.reader.fetch(NAMES)] == ["before", *written, "the space is back"]
        await database.close()


async def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "antiphon.db"
    database = await open_with_table(file)
    for number in range(200):
        await add(database, f"{number:03}", "x" * 900)
    await database.close()
    whole = bytearray(file.read_bytes())
    # All but the first page, which says what tables there are.
    whole[4096:] = b"\x5a" * (len(whole) - 4096)
    file.write_bytes(whole)
    database = open_sqlite(file, Subscriptions())
    for attempt in (database.reader.fetch(NAMES), database.reader.fetch_slow(NAMES), add(database, "more")):
        with pytest.raises(AntiphonError) as refused:
            await attempt
        assert (refused.value.kind, refused.value.code) == (Kind.UNAVAILABLE, "database_damaged")
        assert "restore the last backup" in refused.value.message
    await database.close()


async def test_a_disk_that_became_read_only_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        database = await open_with_table(disk / "antiphon.db")
        await add(database, "before")
        await database.close()
        disk.make_read_only()
        with pytest.raises(AntiphonError) as refused:
            await add(database, "after")
        assert refused.value.kind is Kind.UNAVAILABLE
        await database.close()


async def test_a_read_that_holds_the_event_loop_is_logged_without_its_values(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.adapters.db.sqlite.TOLD_ON_LOOP_SECONDS", 0.005)
    with caplog.at_level(logging.INFO):
        await database.reader.fetch(SLOW)
    assert "a read held the event loop" in caplog.text
    assert "WITH RECURSIVE" in caplog.text
    caplog.clear()
    by_name = Statement(
        select(setting.c.name, SLOW.expression("sqlite").scalar_subquery()).where(  # type: ignore[attr-defined]
            literal_column("1") == literal_column("1"), setting.c.name == bindparam("name")
        )
    )
    with caplog.at_level(logging.INFO):
        await database.reader.fetch(by_name, name="a private name")
    assert "a private name" not in caplog.text
    caplog.clear()
    monkeypatch.setattr("antiphon.adapters.db.sqlite.TOLD_ON_LOOP_SECONDS", 3600.0)
    with caplog.at_level(logging.DEBUG):
        await database.reader.fetch(SLOW)
    assert [record.levelname for record in caplog.records if "held the event loop" in record.message] == ["DEBUG"]


async def test_a_slow_read_beside_the_loop_does_not_hold_it(database: Database) -> None:
    ticks = 0
    reading = asyncio.gather(*(database.reader.fetch_slow(SLOW) for _ in range(8)))
    while not reading.done():
        await asyncio.sleep(0.001)
        ticks += 1
    assert ticks > 5
    assert await reading == [[(100_000,)]] * 8


async def test_a_name_with_odd_letters_is_a_file_like_any_other(tmp_path: Path) -> None:
    folder = tmp_path / "mü%23 #?&=☃"
    folder.mkdir()
    database = await open_with_table(folder / "antiphon.db")
    await add(database, "a")
    assert await database.reader.fetch(NAMES) == [("a",)]
    assert (folder / "antiphon.db").exists()
    await database.close()


async def test_closing_leaves_one_file(database: Database, tmp_path: Path) -> None:
    await add(database, "a")
    await database.reader.fetch(NAMES)
    await database.reader.fetch_slow(NAMES)
    await database.close()
    assert [file.name for file in tmp_path.iterdir()] == ["antiphon.db"]
