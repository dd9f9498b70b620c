"""What has to leave the house (mails, scrobbles, chat messages): promised in a transaction, delivered afterwards.

A message is a light job of the kind `outbox.<kind>`: so it is written with its cause or not at all, delivered soon,
tried again for more than a day, and shown to admins when it was given up. What was delivered is forgotten, its key is
kept.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from antiphon.kernel.clock import Clock, system_clock
from antiphon.kernel.db import Transaction
from antiphon.kernel.jobs.context import JobContext
from antiphon.kernel.jobs.data import INTERNAL_PREFIX, RetryLater
from antiphon.kernel.jobs.queue import JobQueue
from antiphon.kernel.jobs.registry import JobRegistry

ATTEMPTS = 36
"""With the delays of jobs this is a good day."""
SEND_SECONDS = 60.0


class OutgoingMessage(msgspec.Struct, frozen=True):
    """What a sender is asked to deliver. A message that broke off half-way comes again with the same `key`: pass it on
    to receivers that know such keys, so that it counts once. Where delivering is nothing but rows of this database,
    `complete`, called in their transaction, has it happen exactly once."""

    key: str
    payload: dict[str, Any]
    attempt: int
    complete: Callable[[Transaction], Awaitable[None]]


Sender = Callable[[OutgoingMessage], Awaitable[None]]
"""Delivers, or raises: RetryLater parks all messages of its kind, JobFailed gives this one up, UNAVAILABLE and anything
unforeseen is tried again."""


class _Envelope(msgspec.Struct):
    key: str
    payload: dict[str, Any]


class Outbox:
    """Messages by kind, and who delivers them."""

    def __init__(self, registry: JobRegistry, queue: JobQueue, clock: Clock = system_clock) -> None:
        self._registry = registry
        self._queue = queue
        self._clock = clock
        self._parked_until: dict[str, float] = {}

    def register(self, kind: str, send: Sender) -> None:
        """Have messages of `kind` delivered by `send`. For every process, like kinds of jobs."""

        async def deliver(context: JobContext, envelope: _Envelope) -> None:
            rest = self._parked_until.get(kind, 0.0) - self._clock()
            if rest > 0:
                raise RetryLater(rest, "The receiver asked for a rest.")
            try:
                await send(OutgoingMessage(envelope.key, envelope.payload, context.attempt, context.complete))
            except RetryLater as error:
                self._parked_until[kind] = self._clock() + error.seconds
                raise

        self._registry.light(
            f"{INTERNAL_PREFIX}{kind}",
            deliver,
            arguments=_Envelope,
            max_attempts=ATTEMPTS,
            deadline=SEND_SECONDS,
            keeps_arguments=False,
        )

    async def put(
        self,
        transaction: Transaction,
        kind: str,
        payload: dict[str, Any],
        *,
        key: str,
        about_user: int | None = None,
        not_before: float | None = None,
    ) -> None:
        """Promise a message. One that was put with the same kind and key before is the same message.

        `about_user` has it erased with that person's account; `not_before` is seconds since 1970.
        """
        await self._queue.add(
            transaction,
            f"{INTERNAL_PREFIX}{kind}",
            _Envelope(key, payload),
            key=f"{INTERNAL_PREFIX}{kind}:{key}",
            owner_id=about_user,
            priority=-1,
            run_at=not_before,
        )
