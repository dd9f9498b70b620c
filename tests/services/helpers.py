"""The helper processes of servers inside the tests' own process are handed on from test to test: to start one costs the
processor half a second, and hundreds of tests need one. How they begin and end is tested where that is the matter, by
asking for `own_helpers`."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

from antiphon.adapters.media.artwork import process

ANSWER_SECONDS = 2.0
"""A process that was still at work when its test ended, and does not end that work within so long, is not handed on."""


def _nothing() -> None:
    """Done only to see whether a process lives."""


class HandedOn:
    """Pools of one process each: those that nobody needs just now, by how they begin."""

    def __init__(self) -> None:
        self._free: dict[Callable[[], None], list[ProcessPoolExecutor]] = defaultdict(list)

    def take(
        self, size: int, *, mp_context: Any, initializer: Callable[..., None], initargs: tuple[Callable[[], None], int]
    ) -> "Lent":
        """A pool that begins so: what another test has left, or a new one."""
        free = self._free[initargs[0]]
        while free:
            pool = free.pop()
            try:
                pool.submit(_nothing).result(ANSWER_SECONDS)
            except (BrokenProcessPool, TimeoutError, RuntimeError):
                _end(pool)
            else:
                return Lent(pool, free)
        pool = ProcessPoolExecutor(size, mp_context=mp_context, initializer=initializer, initargs=initargs)
        return Lent(pool, free)

    def close(self) -> None:
        """End them all."""
        for free in self._free.values():
            for pool in free:
                _end(pool)
        self._free.clear()


def _end(pool: ProcessPoolExecutor) -> None:
    for one in list((pool._processes or {}).values()):
        one.kill()
    pool.shutdown(wait=False, cancel_futures=True)


class Lent:
    """A pool that goes back to the others when it is shut down."""

    def __init__(self, pool: ProcessPoolExecutor, free: list[ProcessPoolExecutor]) -> None:
        self._pool = pool
        self._free = free

    @property
    def _processes(self) -> Any:
        return self._pool._processes

    def submit(self, work: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """As the pool does."""
        return self._pool.submit(work, *arguments)

    def shutdown(self, *, wait: bool, cancel_futures: bool) -> None:
        """Whoever had it needs it no more."""
        self._free.append(self._pool)


@pytest.fixture(scope="session", autouse=True)
def handed_on_helpers() -> Iterator[None]:
    """Helpers for servers inside the tests' own process."""
    handed_on = HandedOn()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "ProcessPoolExecutor", handed_on.take)
        yield
    handed_on.close()


@pytest.fixture
def own_helpers(handed_on_helpers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Helpers that begin and end with who needs them."""
    monkeypatch.setattr(process, "ProcessPoolExecutor", ProcessPoolExecutor)
