"""Values that may be forgotten at any time, shared by the processes of one server where Redis is configured."""

from typing import Protocol


class Cache(Protocol):
    """Bytes by name. Where the store does not answer, everything is a miss: callers go to the database."""

    async def get(self, name: str) -> bytes | None:
        """The value, or None where there is none (any more)."""
        ...

    async def set(self, name: str, value: bytes, seconds: float) -> None:
        """Keep a value for so many seconds at most."""
        ...

    async def delete(self, *names: str) -> None:
        """Forget values."""
        ...

    async def increment(self, name: str, seconds: float, by: int = 1) -> int:
        """Count `by` more in the window of `seconds` that began with the first count; gives the count so far.

        For rate limits. Where a shared store does not answer, this process counts alone.
        """
        ...

    async def hold(self, name: str, holder: str, most: int, seconds: float) -> bool:
        """Take one of `most` places of `name` for `holder`, or keep it for so many more seconds; False where all are
        taken. A holder that dies loses its place when its time is over.

        Where a shared store does not answer, this process counts alone.
        """
        ...

    async def release(self, name: str, holder: str) -> None:
        """Give a place back."""
        ...

    async def is_reachable(self) -> bool:
        """Whether the store answers now (health)."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
