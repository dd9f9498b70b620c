"""Applications without the outermost one around them, for tests of single parts."""

from typing import Any

import httpx2

from antiphon.api.http.answers import send_in_two
from antiphon.api.http.asgi import WHOLE_ANSWER, Application, Message, Receive, Scope, Send
from antiphon.api.http.exchange import Exchanges


class Sealed:
    """An application that gets its exchanges opened."""

    def __init__(self, application: Application, **options: Any) -> None:
        self._application = application
        self._exchanges = Exchanges(**options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sealed(message: Message) -> None:
            await (send_in_two(send, message) if message["type"] == WHOLE_ANSWER else send(message))

        self._exchanges.open(scope)
        await self._application(scope, receive, sealed)

    @property
    def transport(self) -> httpx2.ASGITransport:
        """For a client of the application."""
        return httpx2.ASGITransport(app=self, raise_app_exceptions=False)  # type: ignore[arg-type]
