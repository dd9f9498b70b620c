"""A request as handlers see it: who asks, for what, with which values."""

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import unquote_plus

import msgspec

from antiphon.api.http import bodies
from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import Receive, Scope
from antiphon.api.http.exchange import Exchange
from antiphon.kernel.errors import invalid, not_found
from antiphon.kernel.ids import parse_id
from antiphon.kernel.paging import DEFAULT_LIMIT, Page, parse_page
from antiphon.kernel.principal import Principal

Value = TypeVar("Value")


class Request(msgspec.Struct, gc=False):
    """One call of a use case over HTTP. `parameters` are the parts of the path that its pattern names."""

    areas: Areas
    scope: Scope
    receive: Receive
    exchange: Exchange
    parameters: Mapping[str, str]
    principal: Principal
    said: dict[str, str] | None = None

    def __repr__(self) -> str:
        """Neither headers nor values: they may be secrets."""
        return f"Request({self.exchange!r})"

    def id(self, what: str) -> int:
        """The integer in the path. Raises NOT_FOUND for `what` where there is none: such a thing cannot exist."""
        found = parse_id(self.parameters["id"])
        if found is None:
            raise not_found(what)
        return found

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address; of a name that stands twice, the last. Raises INVALID for a zero character."""
        if self.said is None:
            self.said = read_query(self.scope["query_string"])
        return self.said

    def values(self, shape: type[Value]) -> Value:
        """The parameters of the address as `shape` names them; others are ignored. Raises INVALID by field."""
        return bodies.parse_values(self.query, shape)

    def page(self, default: int = DEFAULT_LIMIT) -> Page:
        """The page that `limit` and `offset` ask for. Raises INVALID by field."""
        query = self.query
        return parse_page(query.get("limit"), query.get("offset"), default)

    async def body(self, maximum: int) -> bytes:
        """The whole body. Raises TOO_LARGE above `maximum` bytes."""
        return await bodies.read_body(self.receive, self.exchange.headers, maximum)

    async def json(self, shape: type[Value]) -> Value:
        """The body, read as JSON into `shape`. An empty body counts as an empty object.

        Raises UNREADABLE, INVALID by field, TOO_LARGE.
        """
        return bodies.parse_json(await self.body(bodies.MAXIMUM_JSON_BYTES) or b"{}", shape)


def read_query(text: bytes) -> dict[str, str]:
    """The names and values of a query string or form; letters that are not escaped are UTF-8. Raises INVALID for a zero
    character, which no text column takes."""
    if not text:
        return {}
    found: dict[str, str] = {}
    for part in text.decode(errors="replace").split("&"):
        name, _, value = part.partition("=")
        if "%" in value or "+" in value:
            value = unquote_plus(value, errors="replace")
        if "\0" in value:
            raise invalid(**{unquote_plus(name): "A text cannot hold a zero character."})
        if "%" in name or "+" in name:
            name = unquote_plus(name, errors="replace")
        if name:
            found[name] = value
    return found
