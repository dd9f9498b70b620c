"""News that travels upwards: a lower area publishes, a higher one subscribes.

Two kinds of subscribers. *In the transaction*: they write rows, and what they write is committed with its cause.
*After the commit*: they only wake, push and drop cache entries; what is lost there is found again by a sweeper or the
next read.
"""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

log = logging.getLogger(__name__)


class Event(msgspec.Struct, frozen=True):
    """Something that happened. Subclasses are named in the past tense and hold ids and plain values only."""


Happened = TypeVar("Happened", bound=Event)


class Subscriptions:
    """Who wants to hear what. Filled once by bootstrap, read by every transaction."""

    def __init__(self) -> None:
        self._in_transaction: dict[type[Event], list[Callable[[Any, Any], Awaitable[None]]]] = defaultdict(list)
        self._after_commit: dict[type[Event], list[Callable[[Any], Awaitable[None]]]] = defaultdict(list)

    def in_transaction(self, event: type[Happened], subscriber: Callable[[Happened, Any], Awaitable[None]]) -> None:
        """Run `subscriber(event, transaction)` inside the publishing transaction; its failure undoes all."""
        self._in_transaction[event].append(subscriber)

    def after_commit(self, event: type[Happened], subscriber: Callable[[Happened], Awaitable[None]]) -> None:
        """Run `subscriber` once the transaction is committed; its failure is logged and undoes nothing."""
        self._after_commit[event].append(subscriber)

    async def publish_in_transaction(self, event: Event, transaction: object) -> None:
        """Tell the subscribers that write rows."""
        for subscriber in self._in_transaction[type(event)]:
            await subscriber(event, transaction)

    async def publish_after_commit(self, event: Event) -> None:
        """Tell the subscribers that wake and push."""
        for subscriber in self._after_commit[type(event)]:
            try:
                await subscriber(event)
            except Exception:
                log.exception("a subscriber of %s failed after the commit", type(event).__name__)
