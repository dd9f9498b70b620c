"""Releases that have passed."""

from antiphon.areas.library.api.editing import Tools
from antiphon.areas.library.internal import releasing


class Releases:
    """Everybody sees a song from its release on without anything being done. What is done at night makes it cheap: it
    is counted with the others again, instead of apart and at every look."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def settle(self) -> int:
        """Have songs whose release has passed count as all others do; how many there were."""
        settled, moment = 0, int(self._tools.clock())
        while True:
            async with self._tools.transaction() as transaction:
                some = await releasing.settle(transaction, moment)
                if not some:
                    return settled
                await self._tools.add_up_later(transaction, False)
            settled += some
