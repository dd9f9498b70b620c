"""News between the processes of one server: a knock on the door, never the only copy of anything."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

Message = Mapping[str, Any]
"""Plain JSON values; small, at most a few kilobytes."""

Subscriber = Callable[[Message], Awaitable[None]]


class PubSub(Protocol):
    """Every started process hears every message once, the one that published it too.

    A message may get lost (a process starts anew, Redis is away) or overtake another: whoever hears one looks into the
    database.
    """

    def subscribe(self, topic: str, subscriber: Subscriber) -> None:
        """Have `subscriber` called for each message on `topic`. Its failures are logged."""
        ...

    async def publish(self, topic: str, message: Message) -> None:
        """Tell everyone. Returns at once and raises nothing: what cannot be told is logged."""
        ...

    async def start(self) -> None:
        """Begin to listen."""
        ...

    async def close(self) -> None:
        """Hand out what has arrived, and stop."""
        ...
