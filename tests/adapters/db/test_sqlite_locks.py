"""SQLite without locks of its own: in every process of the product, and safe under many threads and a sudden end."""

import subprocess
import sys
from pathlib import Path

import pytest

MANY_AT_ONCE = """
import asyncio, sys, time
from pathlib import Path
from sqlalchemy import literal_column, select, text
from antiphon.adapters.db.sqlite import open_sqlite
from antiphon.adapters.db.sqlite_locks import HAS_NO_LOCKS
from antiphon.kernel.db import Statement
from antiphon.kernel.events import Subscriptions

def counting(most):
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most})"
    return Statement(select(literal_column(f"({numbers} SELECT count(*) FROM n)")))

NOTES = Statement(select(literal_column("count(*)")).select_from(text("note")))
SLOW, ENDLESS = counting(20_000), counting(10**12)

async def main():
    database = open_sqlite(Path(sys.argv[1]), Subscriptions())
    async with database.transaction() as transaction:
        await transaction.execute(text("CREATE TABLE note (words TEXT)"))

    async def write():
        for number in range(100):
            async with database.transaction() as transaction:
                await transaction.execute(text("INSERT INTO note VALUES (:words)"), {"words": "x" * number})

    async def read():
        for _ in range(50):
            assert (await database.reader.fetch(NOTES))[0][0] <= 200
            assert await database.reader.fetch_slow(SLOW) == [(20_000,)]

    await asyncio.gather(write(), write(), *[read() for _ in range(6)])
    assert await database.reader.fetch_one(NOTES) == (200,)
    endless = [asyncio.create_task(database.reader.fetch_slow(ENDLESS)) for _ in range(4)]
    await asyncio.sleep(0.3)
    for task in endless:
        task.cancel()
    await asyncio.gather(*endless, return_exceptions=True)
    start = time.monotonic()
    await database.close()
    assert time.monotonic() - start < 5
    print(HAS_NO_LOCKS)

asyncio.run(main())
"""


def run(program: str, *arguments: str) -> str:
    """What a new process writes that runs the program; it has to end well."""
    command = [sys.executable, "-X", "dev", "-W", "ignore", "-c", program, *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


@pytest.mark.parametrize("module", ["serve", "working", "commands", "wiring"])
def test_every_process_of_the_product_does_without(module: str) -> None:
    asked = "from antiphon.adapters.db.sqlite_locks import HAS_NO_LOCKS; print(HAS_NO_LOCKS)"
    assert run(f"import antiphon.bootstrap.{module}; {asked}") == "True"


def test_who_has_used_sqlite_before_keeps_its_locks() -> None:
    asked = "from antiphon.adapters.db.sqlite_locks import HAS_NO_LOCKS, sqlite3; print(HAS_NO_LOCKS, sqlite3.__name__)"
    assert run(f"import sqlite3; {asked}") == "False sqlite3"


def test_many_threads_at_once_and_an_end_in_the_middle_of_reads(tmp_path: Path) -> None:
    assert run(MANY_AT_ONCE, str(tmp_path / "notes.db")) == "True"
