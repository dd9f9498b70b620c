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

    async def is_reachable(self) -> bool:
        """Whether the store answers now (health)."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
