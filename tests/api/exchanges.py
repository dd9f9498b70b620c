"""Applications without the outermost one around them, for tests of single parts."""

from typing import Any

import httpx2

from antiphon.api.http.asgi import Application, Receive, Scope, Send
from antiphon.api.http.exchange import Exchanges


class Sealed:
    """An application that gets its exchanges opened."""

    def __init__(self, application: Application, **options: Any) -> None:
        self._application = application
        self._exchanges = Exchanges(**options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._exchanges.open(scope)
        await self._application(scope, receive, send)

    @property
    def transport(self) -> httpx2.ASGITransport:
        """For a client of the application."""
        return httpx2.ASGITransport(app=self, raise_app_exceptions=False)  # type: ignore[arg-type]
