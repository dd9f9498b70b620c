"""The server that bench/jobs.py starts workers of: one kind of job that notes when it began, and one that burns."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from antiphon.bootstrap.jobs import Background, Role, make_cache, make_pubsub, wire_background
from antiphon.bootstrap.settings import Settings
from antiphon.bootstrap.wiring import open_database
from antiphon.kernel.cache import Cache
from antiphon.kernel.db import Database, metadata
from antiphon.kernel.events import Subscriptions
from antiphon.kernel.jobs import JobContext, JobRegistry
from antiphon.kernel.jobs.heavy_process import HeavyContext
from antiphon.kernel.pubsub import PubSub

PATH = "bench.jobs_application:open_application"


class Application(msgspec.Struct, frozen=True):
    """What the worker asks for."""

    database: Database
    background: Background
    pubsub: PubSub
    cache: Cache


async def note(_context: JobContext, arguments: dict[str, Any]) -> float:
    """The seconds from being queued to running."""
    return time.time() - float(arguments["queued_at"])


def burn(context: HeavyContext, arguments: dict[str, Any]) -> None:
    """Keep a core busy."""
    until = time.monotonic() + float(arguments["seconds"])
    while time.monotonic() < until:
        context.progress(None, "burning")
        sum(range(10_000))


@asynccontextmanager
async def open_application(settings: Settings, role: Role) -> AsyncIterator[Application]:
    """Wire it like the real one."""
    subscriptions = Subscriptions()
    database = open_database(settings, subscriptions)
    pubsub, cache = make_pubsub(settings), make_cache(settings)
    if role == "web":
        async with database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
    await pubsub.start()
    registry = JobRegistry()
    registry.light("note", note)
    registry.heavy("burn", "bench.jobs_application:burn")
    background = wire_background(settings, database, registry, pubsub)
    try:
        yield Application(database, background, pubsub, cache)
    finally:
        await cache.close()
        await background.close()
        await pubsub.close()
        await database.close()
