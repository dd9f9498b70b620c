"""HTTP/1.1 as uvicorn speaks it with httptools, and what it lacks: an end to heads of requests that are too long or
never come to their end, and answers as `http_answers` writes them."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from antiphon.api.http.asgi import WHOLE_ANSWER, Message, Receive, Scope, Send
from antiphon.api.http.streaming import ZERO_COPY
from antiphon.bootstrap.http_answers import Answering

EXTENSIONS: dict[str, dict[str, Any]] = {ZERO_COPY: {}, WHOLE_ANSWER: {}}
# Large enough for long request lines of OpenSubsonic clients.
HEAD_BYTES = 65536
# Who has not asked anything whole after this time, or twice this time, is not waited for any longer.
HEAD_SECONDS = 30.0


class HttpProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, config: Config, state: ServerState) -> None:
        super().__init__(config=config, server_state=state, app_state={})
        self._application = config.loaded_app
        self.app = self._answer
        self._heads = 0
        self._heads_seen = -1
        self._head_bytes = 0
        self._in_body = False
        self._look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has connected."""
        super().connection_made(transport)
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._look_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come in, and end what is no request within its limits."""
        heads = self._heads
        super().data_received(data)
        if self._heads != heads or self._is_busy():
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self._refuse_head()

    def on_headers_complete(self) -> None:
        """A request begins."""
        self._heads += 1
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request has come in whole."""
        self._in_body = False
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """A socket takes the connection over."""
        self._look_no_more()
        super().handle_websocket_upgrade()

    def _is_busy(self) -> bool:
        return self._in_body or (self.cycle is not None and not self.cycle.response_complete)

    def _refuse_head(self) -> None:
        status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        fields = b"content-type: text/plain\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + fields)
        self.transport.close()

    def _look_later(self) -> None:
        self._look = self.loop.call_later(HEAD_SECONDS, self._end_if_stuck)

    def _look_no_more(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None

    def _end_if_stuck(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        waits = answering or self.timeout_keep_alive_task is not None
        if not waits and self._heads == self._heads_seen:
            self.transport.close()
            return
        self._heads_seen = -1 if waits else self._heads
        self._look_later()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        cycle: RequestResponseCycle = send.__self__  # type: ignore[attr-defined]
        scope["extensions"] = EXTENSIONS
        try:
            await self._application(scope, partial(_receive, cycle, receive), Answering(cycle).send)
        except asyncio.CancelledError:
            # What the server's stop calls off ends as what ends before its length: with its connection.
            cycle.disconnected = True
        if not cycle.response_complete:
            cycle.disconnected = True
            self.transport.close()


async def _receive(cycle: RequestResponseCycle, receive: Receive) -> Message:
    """The next message of a request. What came before its connection broke counts: it may be a part of an upload."""
    message = await receive()
    if cycle.body and message["type"] == "http.disconnect" and not cycle.response_complete:
        message = {"type": "http.request", "body": bytes(cycle.body), "more_body": cycle.more_body}
        cycle.body = bytearray()
    return message
