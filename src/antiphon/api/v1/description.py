"""What the server says about itself: the OpenAPI description, a page to read it on, and the list of dialects."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from antiphon import __version__
from antiphon.api.http.answers import HTML, JSON, Answer
from antiphon.api.http.asgi import Header
from antiphon.api.http.describing import Described, Schema, describe
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.v1.encoding import ErrorAnswer, PageInfo, answer
from antiphon.api.v1.page import page_policy, render_page
from antiphon.api.v1.shapes import Credit, Licence

FRESH: Header = (b"cache-control", b"no-cache")
DESCRIPTION = "/api/v1/openapi.json"


class DialectInfo(msgspec.Struct, frozen=True, gc=False):
    """A way to talk to the server: where it is mounted and where it is described."""

    name: str
    about: str
    mount: str
    description: str


def describe_v1(routes: tuple[Route, ...]) -> Described:
    """The native dialect for the description."""
    return Described(
        name="v1",
        about="The native interface.",
        mount="/api/v1",
        routes=routes,
        wrap=_enveloped,
        problem=ErrorAnswer,
        parts=(Credit, Licence, PageInfo),
    )


def _enveloped(data: Schema, is_list: bool) -> Schema:
    properties: Schema = {"success": {"const": True}, "data": data}
    if is_list:
        properties["page"] = {"$ref": "#/components/schemas/PageInfo"}
    properties["timestamp"] = {"type": "string", "format": "date-time"}
    return {"type": "object", "properties": properties, "required": list(properties)}


class Descriptions:
    """Makes the description when it is first asked for, and keeps it."""

    def __init__(self, dialects: Sequence[Described], beside: Sequence[Mapping[str, Any]] = ()) -> None:
        """`beside` are finished OpenAPI descriptions of dialects that bring their own."""
        self._dialects = tuple(dialects)
        self._beside = tuple(beside)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The whole description."""
        own = self._dialects[0]
        dialects = (msgspec.structs.replace(own, routes=(*own.routes, *self.routes())), *self._dialects[1:])
        return describe(dialects, version=__version__, beside=self._beside)

    @cached_property
    def _text(self) -> bytes:
        return msgspec.json.encode(self.document)

    @cached_property
    def _page(self) -> bytes:
        return render_page(self.document).encode()

    async def openapi(self, _request: Request) -> Answer:
        """The description for machines."""
        return Answer(self._text, 200, (JSON, FRESH))

    async def page(self, _request: Request) -> Answer:
        """The description for people."""
        return Answer(self._page, 200, (HTML, FRESH, page_policy()))

    async def dialects(self, _request: Request) -> Answer:
        """The dialects and where they are described."""
        shown = [DialectInfo(one.name, one.about, one.mount, f"/docs#{one.name}") for one in self._dialects]
        shown.extend(
            DialectInfo(tag["name"], tag.get("description", ""), tag.get("x-mount", ""), f"/docs#{tag['name']}")
            for part in self._beside
            for tag in part.get("tags", ())
        )
        return answer(shown)

    def routes(self) -> tuple[Route, ...]:
        """Where all of it is found, open to anyone."""
        return (
            _route("/api/", self.dialects, "The dialects and where they are described", data=list[DialectInfo]),
            _route(DESCRIPTION, self.openapi, "This description", data=dict[str, Any]),
            _route("/docs", self.page, "This description as a page", media="text/html"),
        )


def _route(path: str, handler: Any, summary: str, **rest: Any) -> Route:
    return Route(method="GET", path=path, handler=handler, summary=summary, tag="description", access="anyone", **rest)
