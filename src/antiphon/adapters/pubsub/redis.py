"""News between machines by Redis. While Redis is away, a process still hears itself."""

import asyncio
import logging
import secrets
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from antiphon.adapters.pubsub.dispatch import Dispatcher
from antiphon.kernel.clock import Seldom
from antiphon.kernel.pubsub import Message, Subscriber

log = logging.getLogger(__name__)

CHANNEL = "antiphon:news"
ANSWER_SECONDS = 1.0
PING_SECONDS = 15.0
LONGEST_PAUSE = 5.0
TELL_AGAIN_SECONDS = 60.0
_AWAY = (RedisError, OSError, TimeoutError)


class RedisPubSub:
    """One channel carries all topics; a message names its sender, who does not hear it a second time."""

    def __init__(self, url: str) -> None:
        self._dispatcher = Dispatcher()
        self._name = secrets.token_hex(8)
        self._client: Any = Redis.from_url(
            url, socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS, retry=None
        )
        self._listener: Any = Redis.from_url(url, socket_connect_timeout=ANSWER_SECONDS, retry=None)
        self._task: asyncio.Task[None] | None = None
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue(1000)
        self._sender: asyncio.Task[None] | None = None
        self._is_listening = asyncio.Event()
        self._telling = Seldom(TELL_AGAIN_SECONDS)

    def subscribe(self, topic: str, subscriber: Subscriber) -> None:
        """Have `subscriber` called for each message on `topic`."""
        self._dispatcher.subscribe(topic, subscriber)

    async def publish(self, topic: str, message: Message) -> None:
        """Tell this process at once and all others by way of Redis."""
        self._dispatcher.accept(topic, message)
        if self._sender is None:
            self._sender = asyncio.create_task(self._send(), name="pubsub sender")
        try:
            self._outgoing.put_nowait(msgspec.json.encode((self._name, topic, message)))
        except asyncio.QueueFull:
            log.warning("Redis is slow: a message on %s reaches this process only", topic)

    async def start(self) -> None:
        """Begin to listen; where Redis does not answer now, as soon as it does."""
        self._task = asyncio.create_task(self._listen(), name="pubsub listener")
        try:
            await asyncio.wait_for(self._is_listening.wait(), ANSWER_SECONDS)
        except TimeoutError:
            log.warning("Redis does not answer: news from other processes is missing until it does")

    async def close(self) -> None:
        """Send what waits, for a second at most, and stop."""
        if self._sender is not None:
            try:
                await asyncio.wait_for(self._outgoing.join(), ANSWER_SECONDS)
            except TimeoutError:
                log.warning("%d messages were not sent", self._outgoing.qsize())
        for task in (self._sender, self._task):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self._client.aclose()
        await self._listener.aclose()
        await self._dispatcher.close()

    async def _send(self) -> None:
        while True:
            packet = await self._outgoing.get()
            try:
                await self._client.publish(CHANNEL, packet)
            except _AWAY as error:
                self._tell(error)
            finally:
                self._outgoing.task_done()

    async def _listen(self) -> None:
        pause = 0.1
        while True:
            try:
                async with self._listener.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    pause = 0.1
                    await self._receive(channel)
            except _AWAY as error:
                self._tell(error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _tell(self, error: BaseException) -> None:
        """Once a minute at most: while Redis is away, everything that is sent and every new try fails alike."""
        if self._telling.is_due():
            log.warning("Redis is away, and processes miss each other's news (check REDIS_URL): %s", error)

    async def _receive(self, channel: Any) -> None:
        """Hand on what arrives; ends with an error where Redis is gone, noticed by a ping after silence."""
        while True:
            packet = await channel.get_message(timeout=PING_SECONDS)
            if packet is None:
                await asyncio.wait_for(channel.ping(), ANSWER_SECONDS)
                continue
            if packet["type"] == "subscribe":
                self._is_listening.set()
            elif packet["type"] == "message":
                self._accept(packet["data"])

    def _accept(self, packet: bytes) -> None:
        try:
            sender, topic, message = msgspec.json.decode(packet, type=tuple[str, str, dict[str, object]])
        except msgspec.DecodeError:
            log.warning("a message that cannot be read was dropped")
            return
        if sender != self._name:
            self._dispatcher.accept(topic, message)
