"""Saying the same kind of thing not too often, but always its last word."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

Action = Callable[[], Awaitable[None]]


class Throttle:
    """For each key at most one action every `seconds`; of several within that time the last one runs at its end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: dict[str, Action | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, key: str, action: Action) -> None:
        """Run `action` now or soon. Its failure is logged."""
        if key in self._waiting:
            self._waiting[key] = action
            return
        self._waiting[key] = action
        task = asyncio.create_task(self._run(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Forget what waits."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, key: str) -> None:
        try:
            while (action := self._waiting[key]) is not None:
                self._waiting[key] = None
                try:
                    await action()
                except Exception:
                    log.exception("news of %s were not told", key)
                await asyncio.sleep(self._seconds)
        finally:
            del self._waiting[key]
