"""The few types of ASGI, named once."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

WHOLE_ANSWER = "antiphon.whole_answer"
"""A message with `status`, `headers` and `body`: a whole answer in one. Parts send it to the outermost application,
which adds what every answer carries: `lines`, further headers as they are written (RFC 9112 §5), each with its end. A
server that takes it says so among the extensions of its scopes."""
