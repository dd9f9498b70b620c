"""The background work as every process wires it: the same registry, queue and schedules in web, worker and shell."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import msgspec

from antiphon.adapters.cache.memory import MemoryCache
from antiphon.adapters.pubsub.sockets import SocketPubSub
from antiphon.adapters.queue.hints import CelerySender, FolderSender, HintCourier
from antiphon.adapters.queue.names import Broker
from antiphon.bootstrap.settings import Settings
from antiphon.kernel.cache import Cache
from antiphon.kernel.db import Database
from antiphon.kernel.jobs import JobChanged, JobQueue, JobQueued, JobRegistry, Schedules
from antiphon.kernel.jobs.cleanup import Cleanup
from antiphon.kernel.jobs.executor import Executor, stop_task
from antiphon.kernel.jobs.heavy import HeavyRunner
from antiphon.kernel.jobs.leases import Leases
from antiphon.kernel.outbox import Outbox
from antiphon.kernel.pubsub import PubSub

Role = Literal["web", "worker", "beat", "heavy", "shell"]

JOB_TOPIC = "job"
_SIGN_OF_LIFE, _SIGN_EVERY_SECONDS, _SIGN_HOLDS_SECONDS = "worker:alive", 10.0, 30.0


class Companion(Protocol):
    """Something that runs for as long as a worker does."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Background(msgspec.Struct, frozen=True):
    """What a process needs to make and to follow jobs."""

    registry: JobRegistry
    queue: JobQueue
    schedules: Schedules
    sender: FolderSender | CelerySender
    courier: HintCourier
    outbox: Outbox
    cleanup: Cleanup
    companions: list[Companion] = []
    """What runs in a worker beside its jobs."""

    async def close(self) -> None:
        """Send the hints that wait."""
        await self.courier.close()


def wire_background(settings: Settings, database: Database, registry: JobRegistry, pubsub: PubSub) -> Background:
    """Make queue and schedules, and have the events of jobs carried to the workers and to the other processes."""
    queue = JobQueue(database, registry)
    sender = make_sender(broker_of(settings))
    courier = HintCourier(sender)

    async def tell_processes(event: JobChanged) -> None:
        await pubsub.publish(JOB_TOPIC, {"job_id": event.job_id, "owner_id": event.owner_id, "state": event.state})

    database.subscriptions.after_commit(JobQueued, courier.on_job_queued)
    database.subscriptions.after_commit(JobChanged, tell_processes)
    schedules = Schedules(database, registry, queue, ZoneInfo(settings.timezone))
    outbox, cleanup = Outbox(registry, queue), Cleanup(database, registry, queue)
    return Background(registry, queue, schedules, sender, courier, outbox, cleanup)


def make_executor(database: Database, registry: JobRegistry, leases: Leases, application: str) -> Executor:
    """What runs jobs in this process; `application`: path of the function that wires the server for heavy ones."""
    heavy = HeavyRunner([sys.executable, "-m", "antiphon.bootstrap.heavy", application])
    return Executor(database, registry, leases, heavy)


async def run_job_here(database: Database, background: Background, application: str, job_id: str) -> None:
    """Run one job in this process: for commands, where no worker is there to take it."""
    leases = Leases(database, f"command-{os.getpid()}")
    executor = make_executor(database, background.registry, leases, application)
    heartbeat = asyncio.create_task(executor.keep_alive())
    await executor.run(job_id)
    await stop_task(heartbeat)


def broker_of(settings: Settings) -> Broker:
    """BROKER_URL, else Redis, else the folder of the embedded worker."""
    address = settings.broker_url or settings.redis_url
    return Broker(address=address) if address else Broker(folder=settings.data / "run" / "queue")


def make_sender(broker: Broker) -> FolderSender | CelerySender:
    """Celery is loaded only where there is a broker to talk to."""
    if broker.folder is not None:
        return FolderSender(broker.folder)
    from antiphon.adapters.queue.application import make_celery

    return CelerySender(make_celery(broker))


def make_pubsub(settings: Settings) -> PubSub:
    """Redis where it is configured, else sockets between the processes of this machine."""
    if settings.redis_url:
        from antiphon.adapters.pubsub.redis import RedisPubSub

        return RedisPubSub(settings.redis_url)
    return SocketPubSub(news_folder(settings.data))


def make_cache(settings: Settings) -> Cache:
    """Redis where it is configured, else this process's memory."""
    if settings.redis_url:
        from antiphon.adapters.cache.redis import RedisCache

        return RedisCache(settings.redis_url)
    return MemoryCache()


async def show_worker(cache: Cache) -> None:
    """Leave a sign of life for the web processes every ten seconds, for ever."""
    while True:
        await cache.set(_SIGN_OF_LIFE, b"1", _SIGN_HOLDS_SECONDS)
        await asyncio.sleep(_SIGN_EVERY_SECONDS)


async def worker_is_alive(cache: Cache) -> bool:
    """Whether any worker has left a sign of life within half a minute. Only a shared cache can tell."""
    return await cache.get(_SIGN_OF_LIFE) is not None


def news_folder(data: Path) -> Path:
    """Where the processes of one machine listen."""
    return data / "run" / "news"
