"""Sending hints: into the embedded worker's folder without Celery's weight, or to a broker by Celery."""

import asyncio
import base64
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from antiphon.adapters.queue.bell import Bell
from antiphon.adapters.queue.folder import MessageFolder
from antiphon.adapters.queue.names import QUEUES, TASKS
from antiphon.kernel.errors import unavailable
from antiphon.kernel.jobs import JobQueued
from antiphon.kernel.jobs.data import Lane
from antiphon.kernel.jobs.leases import HINTS_AT_ONCE
from antiphon.kernel.jobs.sweeper import Hint

if TYPE_CHECKING:
    from celery import Celery

log = logging.getLogger(__name__)

SEND_SECONDS = 5.0


class FolderSender:
    """Writes hints as message files. A job has one file: sending again replaces it."""

    lost_after = 15.0

    def __init__(self, folder: Path) -> None:
        self._folders = {lane: MessageFolder(folder / queue) for lane, queue in QUEUES.items()}
        self._bell = bell_of(folder)

    async def send(self, hints: Sequence[Hint], lane: Lane = "light") -> None:
        """Write a file for each. Raises UNAVAILABLE `broker_down` where the disk refuses."""
        try:
            for job_id, priority, run_at in hints:
                name = f"{min(max(5000 - priority, 0), 9999):04d}-{int(run_at * 1000):014d}-{job_id}"
                self._folders[lane].put(name, celery_message(TASKS[lane], QUEUES[lane], job_id))
        except OSError as error:
            raise unavailable("broker_down", f"The queue folder cannot be written: {error.strerror}.") from error
        finally:
            self._bell.ring()

    async def forget(self) -> bool:
        """Empty the folders: this machine's worker is the only reader."""
        for folder in self._folders.values():
            folder.clear()
        return True


class CelerySender:
    """Sends hints to Redis or RabbitMQ, in a thread: a broker that hangs holds up nobody."""

    lost_after = 60.0

    def __init__(self, application: "Celery") -> None:
        self._application = application

    async def send(self, hints: Sequence[Hint], lane: Lane = "light") -> None:
        """Publish each. Raises UNAVAILABLE `broker_down` where the broker does not answer within five seconds."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await asyncio.to_thread(self._publish, list(hints), lane)
        except Exception as error:  # every broker library has errors of its own
            raise unavailable("broker_down", f"The broker did not take a message ({type(error).__name__}).") from error

    async def forget(self) -> bool:
        """Nothing is dropped: other workers read from the broker too."""
        return False

    def _publish(self, hints: list[Hint], lane: Lane) -> None:
        with self._application.producer_or_acquire() as producer:
            for job_id, _priority, _run_at in hints:
                self._application.send_task(
                    TASKS[lane],
                    args=[job_id],
                    queue=QUEUES[lane],
                    producer=producer,
                    retry=False,
                    ignore_result=True,
                    expires=None,
                )


def bell_of(folder: Path) -> Bell:
    """The bell that hangs in the broker's folder."""
    return Bell(folder / "bell")


def celery_message(task: str, queue: str, job_id: str) -> dict[str, Any]:
    """A message as kombu's virtual transports keep it, in version 2 of Celery's task protocol."""
    body = msgspec.json.encode([[job_id], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    return {
        "body": base64.b64encode(body).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py",
            "task": task,
            "id": job_id,
            "root_id": job_id,
            "parent_id": None,
            "retries": 0,
            "eta": None,
            "expires": None,
            "timelimit": [None, None],
            "ignore_result": True,
        },
        "properties": {
            "correlation_id": job_id,
            "delivery_mode": 1,
            "delivery_info": {"exchange": "", "routing_key": queue},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": job_id,
        },
    }


def is_celery_message(value: Any) -> bool:
    """Whether kombu can read `value` without stumbling; what Celery makes of it is Celery's to refuse."""
    if not isinstance(value, dict):
        return False
    headers, properties = value.get("headers"), value.get("properties")
    return (
        isinstance(value.get("body"), str)
        and isinstance(headers, dict)
        and isinstance(properties, dict)
        and isinstance(properties.get("delivery_info"), dict)
        and {"task", "id"} <= headers.keys()
        and {"delivery_tag", "correlation_id"} <= properties.keys()
    )


class HintCourier:
    """Carries hints of committed jobs to the broker, beside the requests that made the jobs."""

    def __init__(self, sender: "FolderSender | CelerySender") -> None:
        self._sender = sender
        self._waiting: asyncio.Queue[JobQueued] = asyncio.Queue(maxsize=1000)
        self._task: asyncio.Task[None] | None = None

    async def on_job_queued(self, event: JobQueued) -> None:
        """The subscriber after the commit: returns at once. What does not fit is found by the sweeper."""
        if not event.hint:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._carry(), name="hints")
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            log.warning("the broker is slow: the hint of %s is left to the sweeper", event.job_id)

    async def close(self) -> None:
        """Send what waits, for a second at most, and stop."""
        if self._task is None:
            return
        try:
            async with asyncio.timeout(1):
                await self._waiting.join()
        except TimeoutError:
            log.warning("%d hints were left to the sweeper", self._waiting.qsize())
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _carry(self) -> None:
        while True:
            events = [await self._waiting.get()]
            while not self._waiting.empty() and len(events) < HINTS_AT_ONCE:
                events.append(self._waiting.get_nowait())
            for lane in QUEUES:
                await self._send([event for event in events if event.lane == lane], lane)
            for _ in events:
                self._waiting.task_done()

    async def _send(self, events: list[JobQueued], lane: Lane) -> None:
        try:
            if events:
                await self._sender.send([(event.job_id, event.priority, event.run_at) for event in events], lane)
        except Exception as error:  # noqa: BLE001 - a hint may get lost, its carrier may not
            log.warning("%d hints are left to the sweeper: %s", len(events), error)
