"""Telling services elsewhere what a person listens to."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Sequence
from urllib.parse import urlencode

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.data import AnnotationChanged
from antiphon.areas.playback.data import PlayRecorded, PlayStarted
from antiphon.areas.playback.data.scrobbling import (
    IMPORT_CLIENTS,
    ConnectionChange,
    ForeignListener,
    LinkEnded,
    ListensRefused,
    LovedSong,
    ScrobbleConnection,
    ScrobbleService,
    ServiceAway,
    ServiceInfo,
    connection_expired,
    service_refused,
    service_unavailable,
)
from antiphon.areas.playback.internal import scrobbles
from antiphon.areas.playback.internal.reports import counts_as_play
from antiphon.areas.playback.internal.scrobble_delivery import Delivery
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import invalid, not_found, not_signed_in
from antiphon.kernel.outbox import Outbox
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.secret_box import SecretBox

log = logging.getLogger(__name__)

BEGINNING_SECONDS = 600.0
LONGEST_TOKEN = 500
# What plays now is told by so many at once; who comes then is passed over.
MOST_TELLING_NOW = 20


class Scrobbling:
    """Connections to ListenBrainz and Last.fm: each hears what its person listens to, and what they love."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        outbox: Outbox,
        box: SecretBox,
        services: Sequence[ScrobbleService],
        address: str,
    ) -> None:
        """`address` is where people reach the server, for services that lead them back."""
        self._database = database
        self._clock = clock
        self._box = box
        self._services: dict[str, ScrobbleService] = {service.id: service for service in services}
        self._address = address.rstrip("/")
        self._delivery = Delivery(
            database=database,
            clock=clock,
            outbox=outbox,
            box=box,
            services=self._services,
        )
        self._telling: set[asyncio.Task[None]] = set()
        database.subscriptions.in_transaction(PlayRecorded, self._on_play)
        database.subscriptions.in_transaction(AnnotationChanged, self._on_star)
        database.subscriptions.after_commit(PlayStarted, self._on_start)

    def services(self) -> list[ServiceInfo]:
        """What people may connect."""
        return [
            ServiceInfo(service.id, service.name, service.sign_in_address("") is None)
            for service in self._services.values()
        ]

    async def connections(self, principal: Principal) -> list[ScrobbleConnection]:
        """One's own connections."""
        if principal.is_anonymous:
            raise not_signed_in()
        rows = await self._database.reader.fetch(scrobbles.CONNECTIONS, user_id=principal.user_id)
        return [scrobbles.shown(row, self._clock()) for row in rows]

    async def connection(self, principal: Principal, service_id: str) -> ScrobbleConnection:
        """One's connection to a service. Raises NOT_FOUND."""
        for connection in await self.connections(principal):
            if connection.service == service_id:
                return connection
        raise not_found("connection")

    async def connect(self, principal: Principal, service_id: str, token: str) -> ScrobbleConnection:
        """Connect a service by a token that the person brings, anew where it is connected already.

        Raises INVALID for a token that the service does not take, NOT_FOUND, UNAVAILABLE.
        """
        check_may_write(principal)
        service = self._service(service_id)
        if service.sign_in_address("") is not None:
            raise invalid(token=f"{service.name} is connected on its own page.")
        return await self._connected(principal, service, token.strip())

    async def begin(self, principal: Principal, service_id: str) -> str:
        """The address of a service's page where the person allows the server to speak for them.

        Raises NOT_FOUND, INVALID for a service that is connected by a token.
        """
        check_may_write(principal)
        service = self._service(service_id)
        state = secrets.token_urlsafe(32)
        back = f"{self._address}/api/v1/scrobbling/{service.id}/callback?{urlencode({'state': state})}"
        address = service.sign_in_address(back)
        if address is None:
            raise invalid(service=f"{service.name} is connected by a token.")
        now = self._clock()
        async with self._database.transaction() as transaction:
            await scrobbles.begin(
                transaction, _hash(state), principal.user_id, service.id, now, now + BEGINNING_SECONDS
            )
        return address

    async def finish(self, principal: Principal, service_id: str, state: str, token: str) -> ScrobbleConnection:
        """Come back from a service's page. Whose connection it becomes, only the sign-in here tells.

        Raises NOT_SIGNED_IN, FORBIDDEN `connection_expired` unless this person has begun it within ten minutes, INVALID
        for a token that the service does not take, NOT_FOUND, UNAVAILABLE.
        """
        check_may_write(principal)
        service = self._service(service_id)
        async with self._database.transaction() as transaction:
            is_theirs = await scrobbles.take_beginning(
                transaction, _hash(state), principal.user_id, service.id, self._clock()
            )
        if not is_theirs:
            raise connection_expired()
        return await self._connected(principal, service, token)

    async def change(self, principal: Principal, service_id: str, change: ConnectionChange) -> ScrobbleConnection:
        """Other settings of a connection. Raises NOT_FOUND."""
        check_may_write(principal)
        given = {"scrobbles": change.scrobbles, "loves": change.loves}
        values = {name: int(value) for name, value in given.items() if value is not None}
        if values:
            async with self._database.transaction() as transaction:
                if not await scrobbles.change(transaction, principal.user_id, service_id, values):
                    raise not_found("connection")
        return await self.connection(principal, service_id)

    async def disconnect(self, principal: Principal, service_id: str) -> None:
        """Forget a connection, its secret and what waits for it. Raises NOT_FOUND."""
        check_may_write(principal)
        async with self._database.transaction() as transaction:
            if not await scrobbles.disconnect(transaction, principal.user_id, service_id):
                raise not_found("connection")
            await transaction.publish(
                recorded(
                    principal,
                    "account.scrobbling_disconnected",
                    "account",
                    principal.user_id,
                    principal.username,
                    service=service_id,
                )
            )

    async def loved(self, principal: Principal, service_id: str, page: int) -> list[LovedSong]:
        """A page of what somebody loves at a service, from 0 on; nothing after the last.

        Raises NOT_FOUND without a connection, INVALID `service_refused`, UNAVAILABLE.
        """
        service = self._service(service_id)
        row = await self._database.reader.fetch_one(scrobbles.SECRET, user_id=principal.user_id, service=service_id)
        if row is None:
            raise not_found("connection")
        secret = self._box.open(row[1], scrobbles.owner_of_secret(service_id, principal.user_id))
        try:
            if secret is None:
                raise LinkEnded
            return await service.loved(ForeignListener(row[0], secret), page)
        except (LinkEnded, ListensRefused) as error:
            raise service_refused(service.name) from error
        except ServiceAway as error:
            raise service_unavailable(service.name, error.retry_after) from error

    async def take_loves_back(
        self, transaction: Transaction, principal: Principal, service_id: str, song_ids: Sequence[int]
    ) -> None:
        """Do not tell a service the loves that it has told itself."""
        for connection_id, service, _ in await scrobbles.those_who_hear(transaction, principal.user_id, "loves"):
            if service == service_id:
                await scrobbles.take_loves_back(transaction, connection_id, song_ids)

    async def sweep(self) -> int:
        """At night: forget what is too old to be told and wake what was forgotten; how much is gone."""
        return await self._delivery.sweep()

    async def close(self) -> None:
        """Stop telling what plays now."""
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _connected(self, principal: Principal, service: ScrobbleService, token: str) -> ScrobbleConnection:
        if not token or len(token) > LONGEST_TOKEN or not token.isprintable() or not token.isascii():
            raise service_refused(service.name)
        who = await self._asked(service, token)
        async with self._database.transaction() as transaction:
            connection_id = await scrobbles.connect(
                transaction, self._box, principal.user_id, service.id, who, self._clock()
            )
            await scrobbles.wake_anew(transaction, connection_id)
            await self._delivery.wake(transaction, connection_id)
            await transaction.publish(
                recorded(
                    principal,
                    "account.scrobbling_connected",
                    "account",
                    principal.user_id,
                    principal.username,
                    service=service.id,
                )
            )
        return await self.connection(principal, service.id)

    async def _asked(self, service: ScrobbleService, token: str) -> ForeignListener:
        try:
            return await service.listener(token)
        except (LinkEnded, ListensRefused) as error:
            raise service_refused(service.name) from error
        except ServiceAway as error:
            raise service_unavailable(service.name, error.retry_after) from error

    def _service(self, service_id: str) -> ScrobbleService:
        service = self._services.get(service_id)
        if service is None:
            raise not_found("service")
        return service

    async def _on_play(self, event: PlayRecorded, transaction: Transaction) -> None:
        if event.client in IMPORT_CLIENTS:
            return
        hearers = await scrobbles.those_who_hear(transaction, event.user_id, "scrobbles")
        if not hearers:
            return
        # Clocks of phones go wrong, and no service takes what lies ahead.
        listen = await scrobbles.song_told(transaction, event.song_id, min(event.played_at, self._clock()))
        if listen is None or not listen.artist or not listen.title:
            return
        if event.seconds is not None and not counts_as_play(listen.duration, event.seconds, event.seconds, 1.0):
            return
        for connection_id, service_id, _ in hearers:
            service = self._services.get(service_id)
            if service is None or service.takes(listen):
                await scrobbles.wait(transaction, connection_id, "play", event.song_id, listen)
                await self._delivery.wake(transaction, connection_id)

    async def _on_star(self, event: AnnotationChanged, transaction: Transaction) -> None:
        if event.thing != "song" or event.starred is None:
            return
        hearers = await scrobbles.those_who_hear(transaction, event.user_id, "loves")
        if not hearers:
            return
        listen = await scrobbles.song_told(transaction, event.thing_id, self._clock())
        if listen is None or not listen.artist or not listen.title:
            return
        action = "love" if event.starred else "unlove"
        for connection_id, _, _ in hearers:
            await scrobbles.wait(transaction, connection_id, action, event.thing_id, listen)
            await self._delivery.wake(transaction, connection_id)

    async def _on_start(self, event: PlayStarted) -> None:
        if self._services and len(self._telling) < MOST_TELLING_NOW:
            task = asyncio.create_task(self._tell_start(event))
            self._telling.add(task)
            task.add_done_callback(self._told)

    def _told(self, task: asyncio.Task[None]) -> None:
        self._telling.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("what plays now was not told", exc_info=task.exception())

    async def _tell_start(self, event: PlayStarted) -> None:
        """Tell what plays now; whatever goes wrong, it is not told again: by then something else plays."""
        reader = self._database.reader
        for service_id, name, sealed in await reader.fetch(scrobbles.LISTENERS, user_id=event.user_id):
            service = self._services.get(service_id)
            secret = self._box.open(sealed, scrobbles.owner_of_secret(service_id, event.user_id))
            row = await reader.fetch_one(scrobbles.SONG_TOLD, song_id=event.song_id)
            if service is None or secret is None or row is None:
                continue
            try:
                await service.now_playing(ForeignListener(name, secret), scrobbles.listen_of(row, 0.0))
            except (LinkEnded, ListensRefused, ServiceAway) as error:
                log.info("%s was not told what plays now: %s", service.name, type(error).__name__)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
