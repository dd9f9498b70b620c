"""The Socket.IO server with its guards: nobody floods it, lingers without signing in, or lets its memory grow."""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from antiphon.api.http.asgi import Scope
from antiphon.api.realtime.library import load_socketio

socketio = load_socketio()
engineio = sys.modules["engineio"]

log = logging.getLogger(__name__)

NAMESPACE = "/realtime"
LARGEST_MESSAGE = 64 * 1024
MESSAGES_AT_ONCE, MESSAGES_PER_SECOND = 60.0, 20.0
MOST_DROPPED = 200
SIGN_IN_SECONDS = 10.0
LINGER_SECONDS = 5.0
MOST_UNREAD = 500
"""A client that does not read is dropped when so many packets wait for it."""

_TASK = "antiphon.realtime.task"

Dispatch = Callable[[str, str, list[Any], bool], Awaitable[Any]]
"""Socket id, event, arguments, whether an acknowledgement is asked for; gives what the acknowledgement says."""


class Allowance:
    """How many messages one connection may still send: a bucket that fills again."""

    __slots__ = ("_filled_at", "_left", "dropped")

    def __init__(self) -> None:
        self._left = MESSAGES_AT_ONCE
        self._filled_at = time.monotonic()
        self.dropped = 0

    def take(self) -> bool:
        """Whether one more message is allowed now."""
        now = time.monotonic()
        self._left = min(MESSAGES_AT_ONCE, self._left + (now - self._filled_at) * MESSAGES_PER_SECOND)
        self._filled_at = now
        if self._left < 1:
            self.dropped += 1
            return False
        self._left -= 1
        self.dropped = 0
        return True


class Engine(engineio.AsyncServer):  # type: ignore[misc, name-defined]
    """Ends a connection without waiting until its client has read everything: it may never do so."""

    async def disconnect(self, sid: str | None = None) -> None:
        """End one connection, or all."""
        for connection in [sid] if sid is not None else list(self.sockets):
            found = self.sockets.pop(connection, None)
            if found is not None:
                await found.close(wait=False)


class GuardedServer(socketio.AsyncServer):  # type: ignore[misc, name-defined]
    """Connections are named by their Engine.IO id, signed-in sockets by the id in the namespace."""

    def __init__(self, dispatch: Dispatch) -> None:
        quiet = logging.getLogger("antiphon.api.realtime.socketio")
        quiet.setLevel(logging.CRITICAL)
        super().__init__(
            async_mode="asgi",
            namespaces=[NAMESPACE],
            async_handlers=False,
            cors_allowed_origins=[],
            max_http_buffer_size=LARGEST_MESSAGE,
            logger=quiet,
            engineio_logger=quiet,
        )
        self._dispatch = dispatch
        self._allowances: dict[str, Allowance] = {}
        self._wires: dict[str, asyncio.Task[Any]] = {}

    async def refuse(self, socket_id: str) -> None:
        """End a socket for good: the client is told and does not come back by itself."""
        connection = self.manager.eio_sid_from_sid(socket_id, NAMESPACE)
        await self.disconnect(socket_id, namespace=NAMESPACE)
        if connection is not None:
            await self.drop(connection)

    async def drop(self, connection: str) -> None:
        """End a connection, by force where the client does not read; one that lives on connects again."""
        found = self.eio.sockets.get(connection)
        if found is not None:
            await found.close(wait=False)
            found.queue.put_nowait(None)  # after the last packet the writer ends, and with it the websocket
        wire = self._wires.get(connection)
        if wire is not None:
            asyncio.get_running_loop().call_later(LINGER_SECONDS, wire.cancel)

    def note_wire(self, scope: Scope) -> None:
        """Remember the task that serves a websocket, so that it can be ended."""
        task = asyncio.current_task()
        assert task is not None
        scope[_TASK] = task
        for connection in parse_qs(scope.get("query_string", b"").decode("latin-1")).get("sid", []):
            self._keep_wire(connection, task)

    async def drop_all(self) -> None:
        """End every connection."""
        for connection in list(self.eio.sockets):
            await self.drop(connection)

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        self._allowances[eio_sid] = Allowance()
        wire = environ["asgi.scope"].get(_TASK)
        if wire is not None:
            self._keep_wire(eio_sid, wire)
        asyncio.get_running_loop().call_later(SIGN_IN_SECONDS, self._check_signed_in, eio_sid)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: Any) -> None:
        self._allowances.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)
        found = self.eio.sockets.get(eio_sid)
        if found is not None and reason == self.reason.CLIENT_DISCONNECT:
            found.queue.put_nowait(None)  # ends a long poll that still waits for news

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        allowance = self._allowances.get(eio_sid)
        if allowance is None:
            return
        if not allowance.take():
            await self._drop_message(eio_sid, allowance)
            return
        try:
            if not isinstance(data, str) or data[:1] in ("", "5", "6"):
                raise ValueError("binary messages are not spoken here")
            await super()._handle_eio_message(eio_sid, data)
        except Exception as error:  # noqa: BLE001 - whatever the library stumbles over was sent by the client
            log.info("a connection that cannot be understood is ended: %s", error)
            await self.drop(eio_sid)

    async def _drop_message(self, eio_sid: str, allowance: Allowance) -> None:
        if allowance.dropped > MOST_DROPPED:
            await self.drop(eio_sid)
        elif allowance.dropped == 1:
            socket_id = self.manager.sid_from_eio_sid(eio_sid, NAMESPACE)
            if socket_id is not None:
                problem = {"code": "too_many_messages", "message": "Messages come too fast; some were dropped."}
                await self.emit("error", problem, to=socket_id, namespace=NAMESPACE)

    async def _handle_event_internal(
        self, server: Any, sid: str, eio_sid: str, data: list[Any], namespace: str, id: int | None
    ) -> None:
        answer = await self._dispatch(sid, data[0], data[1:], id is not None)
        if id is not None:
            packet = self.packet_class(socketio.packet.ACK, namespace=namespace, id=id, data=[answer])
            await self._send_packet(eio_sid, packet)

    async def _send_packet(self, eio_sid: str, pkt: Any) -> None:
        if await self._reads(eio_sid):
            await super()._send_packet(eio_sid, pkt)

    async def _send_eio_packet(self, eio_sid: str, eio_pkt: Any) -> None:
        if await self._reads(eio_sid):
            await super()._send_eio_packet(eio_sid, eio_pkt)

    async def _reads(self, eio_sid: str) -> bool:
        found = self.eio.sockets.get(eio_sid)
        if found is None or found.queue.qsize() < MOST_UNREAD:
            return True
        log.info("a client that does not read is dropped")
        await self.drop(eio_sid)
        return False

    def _keep_wire(self, connection: str, task: "asyncio.Task[Any]") -> None:
        self._wires[connection] = task
        task.add_done_callback(lambda _: self._wires.pop(connection, None))

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    def _check_signed_in(self, eio_sid: str) -> None:
        if eio_sid in self.eio.sockets and self.manager.sid_from_eio_sid(eio_sid, NAMESPACE) is None:
            self.start_background_task(self.drop, eio_sid)
