"""What all ways of carrying news share: handing messages to subscribers one after the other."""

import asyncio
import logging
from collections import defaultdict

from antiphon.kernel.pubsub import Message, Subscriber

log = logging.getLogger(__name__)

MOST_WAITING = 10_000


class Dispatcher:
    """A queue of messages and one task that hands them out in order."""

    def __init__(self) -> None:
        self._subscribers: dict[str, list[Subscriber]] = defaultdict(list)
        self._waiting: asyncio.Queue[tuple[str, Message]] = asyncio.Queue(MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    def subscribe(self, topic: str, subscriber: Subscriber) -> None:
        """Have `subscriber` called for each message on `topic`."""
        self._subscribers[topic].append(subscriber)

    def accept(self, topic: str, message: Message) -> None:
        """Queue a message; one too many is dropped with a word in the log."""
        if topic not in self._subscribers:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._hand_out(), name="pubsub")
        try:
            self._waiting.put_nowait((topic, message))
        except asyncio.QueueFull:
            log.warning("subscribers are slow: a message on %s is dropped", topic)

    async def close(self) -> None:
        """Hand out what waits, for a second at most, and stop."""
        if self._task is None:
            return
        try:
            async with asyncio.timeout(1):
                await self._waiting.join()
        except TimeoutError:
            log.warning("%d messages were not handed out", self._waiting.qsize())
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def _hand_out(self) -> None:
        while True:
            topic, message = await self._waiting.get()
            for subscriber in self._subscribers[topic]:
                try:
                    await subscriber(message)
                except Exception:
                    log.exception("a subscriber of %s failed", topic)
            self._waiting.task_done()
