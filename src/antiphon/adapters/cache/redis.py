"""Values in Redis, shared by all processes. Without Redis most is a miss, and nobody waits for it for long."""

import logging
import time
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from antiphon.adapters.cache.memory import MemoryCache
from antiphon.kernel.clock import Seldom

log = logging.getLogger(__name__)

ANSWER_SECONDS = 0.5
CONNECTIONS = 50
REST_SECONDS = 2.0
"""After a failure Redis is left alone for so long: one request waits, not every one."""
TELL_AGAIN_SECONDS = 60.0
REMEMBERED_BYTES = 64
"""Values so small, as limits are, are remembered here too: a Redis that is away for a moment lifts no limit."""
OWN_BYTES = 1024 * 1024
PREFIX = "antiphon:cache:"
_AWAY = (RedisError, OSError, TimeoutError)

_INCREMENT = """
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
if count == tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
"""

# Places are members of a sorted set, by the moment at which each is lost.
_HOLD = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""


class RedisCache:
    """While Redis is away, this process goes on from the counts and the small values that it saw last."""

    def __init__(self, url: str) -> None:
        # Who finds all connections taken waits for one: that many ask at once is no sign that Redis is away.
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=None,
        )
        self._client: Any = Redis.from_pool(pool)
        self._increment: Any = self._client.register_script(_INCREMENT)
        self._hold: Any = self._client.register_script(_HOLD)
        self._rest_until = 0.0
        self._telling = Seldom(TELL_AGAIN_SECONDS)
        self._own = MemoryCache(OWN_BYTES)

    async def get(self, name: str) -> bytes | None:
        """The value; None where there is none, or where Redis does not answer and this process set none itself."""
        if not self._is_resting():
            try:
                value: bytes | None = await self._client.get(PREFIX + name)
            except _AWAY as error:
                self._rest(error)
            else:
                return value
        return await self._own.get(name)

    async def set(self, name: str, value: bytes, seconds: float) -> None:
        """Keep a value for so many seconds at most."""
        if seconds <= 0:
            return
        if len(value) <= REMEMBERED_BYTES:
            await self._own.set(name, value, seconds)
        if self._is_resting():
            return
        try:
            await self._client.set(PREFIX + name, value, px=max(1, int(seconds * 1000)))
        except _AWAY as error:
            self._rest(error)

    async def delete(self, *names: str) -> None:
        """Forget values. While Redis is away they stay until their time is over: keep such times short."""
        await self._own.delete(*names)
        if not names or self._is_resting():
            return
        try:
            await self._client.delete(*(PREFIX + name for name in names))
        except _AWAY as error:
            self._rest(error)

    async def increment(self, name: str, seconds: float, by: int = 1) -> int:
        """Count `by` more in the window of `seconds` that began with the first count; gives the count so far."""
        if not self._is_resting():
            try:
                count = int(await self._increment(keys=[PREFIX + name], args=[max(1, int(seconds * 1000)), by]))
            except _AWAY as error:
                self._rest(error)
            else:
                self._own.remember_count(name, seconds, count)
                return count
        return await self._own.increment(name, seconds, by)

    async def hold(self, name: str, holder: str, most: int, seconds: float) -> bool:
        """Take one of `most` places of `name` for `holder`, or keep it; False where all are taken."""
        if not self._is_resting():
            try:
                milliseconds = max(1, int(seconds * 1000))
                has_place = bool(await self._hold(keys=[PREFIX + name], args=[holder, most, milliseconds]))
            except _AWAY as error:
                self._rest(error)
            else:
                if has_place:
                    # What is held here counts here while Redis is away.
                    await self._own.hold(name, holder, most, seconds)
                return has_place
        return await self._own.hold(name, holder, most, seconds)

    async def release(self, name: str, holder: str) -> None:
        """Give a place back. While Redis is away it stays taken there until its time is over."""
        await self._own.release(name, holder)
        if self._is_resting():
            return
        try:
            await self._client.zrem(PREFIX + name, holder)
        except _AWAY as error:
            self._rest(error)

    async def is_reachable(self) -> bool:
        """Whether Redis answers now."""
        try:
            return bool(await self._client.ping())
        except _AWAY:
            return False

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    def _is_resting(self) -> bool:
        return time.monotonic() < self._rest_until

    def _rest(self, error: BaseException) -> None:
        now = time.monotonic()
        self._rest_until = now + REST_SECONDS
        if self._telling.is_due():
            log.warning("the cache does without Redis (check REDIS_URL and that Redis runs): %s", error)
