"""The dialect for the OpenAPI description."""

from antiphon.api.classic.a_streaming.encoding import StreamingError
from antiphon.api.http.describing import Described, Schema
from antiphon.api.http.routing import Route


def describe_a(routes: tuple[Route, ...]) -> Described:
    """The dialect with its routes."""
    return Described(
        name="a",
        about='The streaming application dialect: {"message", "data"}, errors as {"message"}. Paths have no slash at '
        "their end.",
        mount="/api/…",
        routes=routes,
        wrap=_wrapped,
        problem=StreamingError,
    )


def _wrapped(data: Schema, _is_list: bool) -> Schema:
    return {
        "type": "object",
        "required": ["message", "data"],
        "properties": {"message": {"type": "string"}, "data": data},
    }
