"""A server small enough to kill: a few kinds of jobs whose effects are rows, wired like the real one."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select

from antiphon.adapters.db.postgres import open_postgres
from antiphon.adapters.db.sqlite import open_sqlite
from antiphon.bootstrap.jobs import Background, Role, make_cache, make_pubsub, wire_background
from antiphon.bootstrap.settings import Settings
from antiphon.kernel.cache import Cache
from antiphon.kernel.db import Database, Statement, metadata
from antiphon.kernel.events import Subscriptions
from antiphon.kernel.jobs import JobContext, JobRegistry
from antiphon.kernel.jobs.heavy_process import HeavyContext
from antiphon.kernel.pubsub import PubSub

PATH = "tests.adapters.queue.application:open_application"

own_metadata = MetaData()
effect = Table(
    "effect", own_metadata, Column("id", Integer, primary_key=True), Column("job_id", Text), Column("word", Text)
)
EFFECTS = Statement(select(effect.c.job_id, effect.c.word))


class Application(msgspec.Struct, frozen=True):
    """What the worker asks for."""

    database: Database
    background: Background
    pubsub: PubSub
    cache: Cache


@asynccontextmanager
async def open_application(settings: Settings, role: Role) -> AsyncIterator[Application]:
    """Wire it."""
    subscriptions = Subscriptions()
    database = (
        open_postgres(settings.database_url, subscriptions, pool_size=3)
        if settings.database_url
        else open_sqlite(settings.data / "antiphon.db", subscriptions)
    )
    if role == "web":
        async with database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            await connection.run_sync(own_metadata.create_all)
    pubsub, cache = make_pubsub(settings), make_cache(settings)
    await pubsub.start()
    registry = JobRegistry()
    register(registry, database)
    background = wire_background(settings, database, registry, pubsub)
    try:
        yield Application(database, background, pubsub, cache)
    finally:
        await cache.close()
        await background.close()
        await pubsub.close()
        await database.close()


def register(registry: JobRegistry, database: Database) -> None:
    """The kinds of jobs."""

    async def write(context: JobContext, arguments: dict[str, Any]) -> None:
        async with database.transaction() as transaction:
            await context.complete(transaction)
            await transaction.execute(insert(effect).values(job_id=context.job_id, word=arguments.get("word", "")))

    async def wait(context: JobContext, arguments: dict[str, Any]) -> str:
        Path(arguments["mark"]).write_text(f"{os.getpid()} {context.attempt}")
        for step in range(100):
            context.progress(step / 100, f"step {step}")
            await asyncio.sleep(arguments["seconds"] / 100)
        async with database.transaction() as transaction:
            await context.complete(transaction, {"attempt": context.attempt})
            await transaction.execute(insert(effect).values(job_id=context.job_id, word="waited"))
        return "not used"

    async def told(_context: JobContext, arguments: dict[str, Any]) -> float:
        return time.time() - float(arguments["at"])

    registry.light("write", write)
    registry.light("wait", wait)
    registry.light("told", told)
    registry.heavy("burn", "tests.adapters.queue.application:burn")
    if os.environ.get("TEST_SCHEDULE"):
        registry.schedule("each-second", "write", os.environ["TEST_SCHEDULE"], {"word": "scheduled"})


async def burn(context: HeavyContext, arguments: dict[str, Any]) -> dict[str, Any]:
    """Keeps a core busy, tells how far it is, writes a row."""
    Path(arguments["mark"]).write_text(f"{os.getpid()} {context.attempt} {os.nice(0)}")
    until = time.monotonic() + arguments["seconds"]
    while (left := until - time.monotonic()) > 0:
        context.progress(1 - left / arguments["seconds"], "burning")
        sum(range(10_000))
    async with context.application() as application, application.database.transaction() as transaction:
        await transaction.execute(insert(effect).values(job_id=context.job_id, word="burnt"))
    return {"attempt": context.attempt}
