"""How many transcodes run at once, for each person and in all. Who finds no place hears so at once, but for those who
leap: players end one stream and begin the next in one breath, and their new request may well come before the server
knows that they have left the old one. So they may look a little longer.
"""

import asyncio
import itertools
import secrets

from antiphon.kernel.cache import Cache
from antiphon.kernel.errors import AntiphonError, Kind

RETRY_SECONDS = 5.0
# A process that dies gives nothing back: a place that nobody has renewed for so long is free again.
HELD_SECONDS = 60.0
RENEWED_SECONDS = 20.0
LEAP_SECONDS = 1.5
_LOOKS_EVERY = 0.05


class Places:
    """Counts what is being made: for each person in the cache, which all web processes share; in all, for the
    processor's sake, in this process."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._process = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._taken: dict[str, tuple[str, int]] = {}
        self._renewing: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._taken)

    async def take(self, listener: str, *, per_person: int, most: int, patience: float = 0.0) -> str:
        """Take a place for a person, or for whoever else counts as one, and give its name. Raises TOO_MANY_REQUESTS
        where none is free, or becomes so within `patience` seconds."""
        until = asyncio.get_running_loop().time() + patience
        while True:
            try:
                return await self._take(listener, per_person, most)
            except AntiphonError:
                if asyncio.get_running_loop().time() >= until:
                    raise
            await asyncio.sleep(_LOOKS_EVERY)

    async def _take(self, listener: str, per_person: int, most: int) -> str:
        if len(self._taken) >= most:
            raise _full("The server makes sound for as many listeners as it can. Try again in a moment.")
        place = f"{self._process}-{next(self._numbers)}"
        # Taken before anything is waited for: others who ask meanwhile see it.
        self._taken[place] = (listener, per_person)
        try:
            has_place = await self._cache.hold(_name(listener), place, per_person, HELD_SECONDS)
        except BaseException:
            del self._taken[place]
            raise
        if not has_place:
            del self._taken[place]
            raise _full("You listen to as much at once as one account may. End another song first.")
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.get_running_loop().create_task(self._renew())
        return place

    async def free(self, place: str) -> None:
        """Give a place back."""
        taken = self._taken.pop(place, None)
        if taken is not None:
            await self._cache.release(_name(taken[0]), place)

    async def close(self) -> None:
        """Stop renewing; places that are still taken are lost in time."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)

    async def _renew(self) -> None:
        while self._taken:
            await asyncio.sleep(RENEWED_SECONDS)
            for place, (listener, per_person) in list(self._taken.items()):
                await self._cache.hold(_name(listener), place, per_person, HELD_SECONDS)
                if place not in self._taken:
                    # It was given back while it was being renewed.
                    await self._cache.release(_name(listener), place)


def _name(listener: str) -> str:
    return f"transcodes:{listener}"


def _full(message: str) -> AntiphonError:
    return AntiphonError(Kind.TOO_MANY_REQUESTS, "too_many_transcodes", message, retry_after=RETRY_SECONDS)
