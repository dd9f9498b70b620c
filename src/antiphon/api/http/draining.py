"""The end of the server's life, in order: answers that are being made are finished, endless ones are ended."""

import asyncio

from antiphon.api.http.exchange import Exchange
from antiphon.api.http.streaming import open_streams

STREAM_SECONDS = 5.0
REQUEST_SECONDS = 25.0


class Draining:
    """Which requests are under way, and whether the server is about to stop."""

    def __init__(self) -> None:
        self.has_begun = False
        self._running: dict[asyncio.Task[object], Exchange] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def enter(self, exchange: Exchange) -> asyncio.Task[object]:
        """A request is under way in the task that calls this; gives that task."""
        # To find out which loop runs, Python asks the system for the number of the process, each time.
        task = asyncio.current_task(self._loop) if self._loop is not None else None
        if task is None:
            self._loop = asyncio.get_running_loop()
            task = asyncio.current_task(self._loop)
            assert task is not None
        self._running[task] = exchange
        return task

    def leave(self, task: asyncio.Task[object]) -> None:
        """The request in `task` has its whole answer."""
        self._running.pop(task, None)

    async def drain(self, stream_seconds: float = STREAM_SECONDS, request_seconds: float = REQUEST_SECONDS) -> None:
        """Wait for the requests under way. Answers that have begun end within `stream_seconds`, others get
        `request_seconds`; what runs then is cancelled. Call it when the server has been told to stop."""
        self.has_begun = True
        open_streams.drain(stream_seconds)
        # A little after the streams' own end, so that they have the time to end by themselves.
        await self._wait(stream_seconds + 0.5)
        for task, exchange in list(self._running.items()):
            if exchange.status:
                task.cancel()
        await self._wait(request_seconds - stream_seconds)
        for task in list(self._running):
            task.cancel()

    async def _wait(self, seconds: float) -> None:
        others = {task for task in self._running if task is not asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=max(seconds, 0))
