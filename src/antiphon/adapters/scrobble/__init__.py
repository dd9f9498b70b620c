"""Services that keep what people listen to: ListenBrainz, and Last.fm with those that speak its language.

What talks to them is loaded at the first call.
"""

import asyncio
import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from antiphon.areas.playback.data.scrobbling import ServiceAway

if TYPE_CHECKING:
    import httpx2

Transport = Callable[[], "httpx2.AsyncBaseTransport"]


class Reply(msgspec.Struct, frozen=True):
    """What a service answered. `body` is its JSON, None where it is none."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Calls:
    """Calls to one service, below its base address, whose path is kept."""

    def __init__(self, name: str, address: str, transport: Transport) -> None:
        self._name = name
        self._address = address.rstrip("/")
        self._transport = transport

    async def ask(
        self,
        method: str,
        path: str = "",
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One call. Raises ServiceAway where nobody answers."""
        # A moment's work of the processor, and none of the event loop's.
        await asyncio.to_thread(importlib.import_module, "httpx2")
        import httpx2

        async with httpx2.AsyncClient(transport=self._transport(), follow_redirects=False) as client:
            try:
                answer = await client.request(
                    method,
                    f"{self._address}{path}",
                    params=query,
                    data=form,
                    content=content,
                    headers=headers,
                )
            except httpx2.HTTPError as error:
                raise ServiceAway(f"{self._name} does not answer.") from error
        try:
            body = msgspec.json.decode(answer.content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            body = None
        return Reply(answer.status_code, body, answer.headers)


def seconds_in(headers: Mapping[str, str], *names: str) -> float | None:
    """How long a service wants to be left alone: the first of the named header fields that tells."""
    for name in names:
        text = headers.get(name, "").strip()
        if text.isascii() and text.replace(".", "", 1).isdigit():
            return float(text)
    return None


def field(value: Any, *path: str) -> Any:
    """What is at the end of a path into JSON, None where it ends before."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_in(value: Any, *path: str) -> str:
    """The text at the end of a path into JSON; empty where there is none."""
    found = field(value, *path)
    return found if isinstance(found, str) else ""
