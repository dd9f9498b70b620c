"""The helper processes of servers inside the tests' own process are handed on from test to test: to start one costs the
processor half a second, and hundreds of tests need one. How they begin and end is tested where that is the matter, by
asking for `own_helpers`."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from antiphon.adapters.media.helping import process
from antiphon.adapters.media.helping.child import nothing
from antiphon.adapters.media.helping.process import Helper
from antiphon.kernel.frames import Garbage

ANSWER_SECONDS = 2.0
"""A process that does not answer within so long is not handed on."""

Place = tuple[asyncio.AbstractEventLoop, Callable[[], object]]


class HandedOn(Helper):
    """A process that goes to the next test that needs one which begins so, unless it was ended over its work."""

    free: ClassVar[dict[Place, list["HandedOn"]]] = defaultdict(list)
    place: Place

    @classmethod
    async def start(cls, begin: Callable[[], object]) -> "HandedOn":
        """One that another test has left, or a new one."""
        place = asyncio.get_running_loop(), begin
        while free := cls.free[place]:
            helper = free.pop()
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await helper.ask(nothing, ())
            except (OSError, EOFError, Garbage):
                helper.end()
            else:
                return helper
        started = await super().start(begin)
        assert isinstance(started, HandedOn)
        started.place = place
        return started

    def end(self) -> None:
        """Whoever had it needs it no more."""
        if self.is_at_work:
            super().end()
        else:
            self.free[self.place].append(self)


@pytest.fixture(scope="session", autouse=True)
def handed_on_helpers() -> Iterator[None]:
    """Helpers for servers inside the tests' own process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "Helper", HandedOn)
        yield
    for free in HandedOn.free.values():
        for helper in free:
            helper.process.kill()
            helper.process.wait()
    HandedOn.free.clear()


@pytest.fixture
def own_helpers(handed_on_helpers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Helpers that begin and end with who needs them."""
    monkeypatch.setattr(process, "Helper", Helper)
