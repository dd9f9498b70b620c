"""Telling a service what waits: in batches, once, and for as long as it takes.

What waits is in the table `scrobble_waiting`; a message of the outbox only wakes the delivery. So a service may be away
for days: the next message is for the moment when it is asked again.
"""

import logging
import time
from collections.abc import Mapping, Sequence

from antiphon.areas.playback.data.scrobbling import (
    ForeignListener,
    LinkEnded,
    ListensRefused,
    ScrobbleService,
    ServiceAway,
    SongUnknown,
    Verdict,
)
from antiphon.areas.playback.internal import scrobbles
from antiphon.areas.playback.internal.scrobbles import Linked, Told
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.outbox import Outbox, OutgoingMessage
from antiphon.kernel.secret_box import SecretBox

log = logging.getLogger(__name__)

KIND = "scrobbles"
# One delivery tells so long, then lets others have the worker; a message may take a minute.
TELLING_SECONDS = 30.0
BUSY_SECONDS = 90.0
LOVES_AT_ONCE = 10
FIRST_REST_SECONDS, LONGEST_REST_SECONDS, LONGEST_PARKED_SECONDS = 5.0, 3600.0, 86_400.0
# What a service says it cannot take today it may take in an hour.
LATER_SECONDS = 3600.0


class Delivery:
    """What waits, told. One delivery at a time for each connection."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        outbox: Outbox,
        box: SecretBox,
        services: Mapping[str, ScrobbleService],
    ) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox
        self._box = box
        self._services = services
        outbox.register(KIND, self._deliver)

    async def wake(self, transaction: Transaction, connection_id: int) -> None:
        """Have what waits for a connection told, as soon as its service may be asked."""
        found = await scrobbles.next_wake(transaction, connection_id)
        if found is None:
            return
        user_id, number, resumes_at = found
        await self._outbox.put(
            transaction,
            KIND,
            {"connection_id": connection_id},
            key=f"{connection_id}:{number}",
            about_user=user_id,
            not_before=resumes_at if resumes_at > self._clock() else None,
        )

    async def sweep(self) -> int:
        """Forget what is too old to be told, and wake what waits nevertheless; how much was forgotten."""
        forgotten = 0
        async with self._database.transaction() as transaction:
            for connection_id, service_id in await scrobbles.forgotten_ones(transaction):
                service = self._services.get(service_id)
                if service is not None:
                    before = self._clock() - service.keeps_seconds
                    forgotten += await scrobbles.drop_older(transaction, connection_id, before)
                    await scrobbles.wake_anew(transaction, connection_id)
                    await self.wake(transaction, connection_id)
        return forgotten

    async def _deliver(self, message: OutgoingMessage) -> None:
        connection_id = int(message.payload["connection_id"])
        now = self._clock()
        async with self._database.transaction() as transaction:
            linked = await scrobbles.claim(transaction, connection_id, now, now + BUSY_SECONDS)
            if isinstance(linked, float):
                await self._wake_at(transaction, connection_id, linked)
        service = self._services.get(linked.service) if isinstance(linked, Linked) else None
        if not isinstance(linked, Linked):
            return
        if service is None:
            await self._release(connection_id, failed="This server does not know the service any more.")
            return
        secret = self._box.open(linked.sealed, scrobbles.owner_of_secret(linked.service, linked.user_id))
        try:
            if secret is None:
                raise LinkEnded
            rests = await self._tell(service, linked, ForeignListener(linked.name, secret))
        except LinkEnded:
            async with self._database.transaction() as transaction:
                await scrobbles.end_link(transaction, linked, f"{service.name} asks to be connected again.")
        except ServiceAway as away:
            log.info("%s cannot take what was listened to: %s", service.name, away.message)
            await self._release(connection_id, failed=away.message, rest=_rest(linked.failures, away.retry_after))
        else:
            await self._release(connection_id, rest=rests)

    async def _tell(self, service: ScrobbleService, linked: Linked, who: ForeignListener) -> float:
        """Tell plays, then loves, as long as there is time; the seconds that the service wants to rest."""
        begun = time.monotonic()
        async with self._database.transaction() as transaction:
            old = await scrobbles.drop_older(transaction, linked.id, self._clock() - service.keeps_seconds)
            if old:
                await scrobbles.done(
                    transaction, linked, [], ["It was too old when it could be told."] * old, self._clock()
                )
        while time.monotonic() - begun < TELLING_SECONDS:
            async with self._database.transaction() as transaction:
                batch = await scrobbles.oldest(transaction, linked.id, True, service.batch)
            if not batch:
                break
            if await self._tell_plays(service, linked, who, batch):
                return LATER_SECONDS
        async with self._database.transaction() as transaction:
            loves = await scrobbles.oldest(transaction, linked.id, False, LOVES_AT_ONCE)
        for told in loves:
            await self._tell_love(service, linked, who, told)
        return 0.0

    async def _tell_love(self, service: ScrobbleService, linked: Linked, who: ForeignListener, told: Told) -> None:
        refusals: list[str] = []
        try:
            await service.love(who, told.listen, told.action == "love")
        except ListensRefused as refused:
            refusals.append(str(refused))
        except SongUnknown:
            if told.action == "love":
                async with self._database.transaction() as transaction:
                    await scrobbles.keep_unknown(transaction, told.id)
                return
        await self._done(service, linked, [told.id], refusals)

    async def _tell_plays(
        self, service: ScrobbleService, linked: Linked, who: ForeignListener, batch: Sequence[Told]
    ) -> bool:
        """Tell a batch; where all of it is refused for one that is bad, its halves. Whether some are for later."""
        try:
            verdicts = await service.scrobble(who, [told.listen for told in batch])
        except ListensRefused as refused:
            if len(batch) > 1:
                half = len(batch) // 2
                first = await self._tell_plays(service, linked, who, batch[:half])
                return await self._tell_plays(service, linked, who, batch[half:]) or first
            verdicts = [Verdict("refused", str(refused))]
        pairs = list(zip(batch, verdicts, strict=True))
        refusals = [verdict.reason for _, verdict in pairs if verdict.outcome == "refused"]
        ended = [told.id for told, verdict in pairs if verdict.outcome != "later"]
        await self._done(service, linked, ended, refusals)
        return len(ended) < len(batch)

    async def _done(
        self, service: ScrobbleService, linked: Linked, row_ids: Sequence[int], refusals: Sequence[str]
    ) -> None:
        if refusals:
            log.warning("%s refuses %d of what was listened to: %s", service.name, len(refusals), refusals[-1])
        async with self._database.transaction() as transaction:
            await scrobbles.done(transaction, linked, row_ids, refusals, self._clock())

    async def _release(self, connection_id: int, *, failed: str = "", rest: float = 0.0) -> None:
        now = self._clock()
        async with self._database.transaction() as transaction:
            until = now + (rest or LONGEST_REST_SECONDS) if rest or failed else 0.0
            if await scrobbles.release(transaction, connection_id, until=until, failed=failed):
                await self.wake(transaction, connection_id)

    async def _wake_at(self, transaction: Transaction, connection_id: int, moment: float) -> None:
        found = await scrobbles.next_wake(transaction, connection_id)
        if found is not None:
            await self._outbox.put(
                transaction,
                KIND,
                {"connection_id": connection_id},
                key=f"{connection_id}:{found[1]}",
                about_user=found[0],
                not_before=moment,
            )


def _rest(failures: int, asked_for: float | None) -> float:
    if asked_for is not None:
        return min(max(asked_for, 1.0), LONGEST_PARKED_SECONDS)
    rest: float = min(FIRST_REST_SECONDS * 2.0 ** min(failures, 20), LONGEST_REST_SECONDS)
    return rest
