"""Routes as data: one record tells where a use case is reached, who may call it, and what goes in and out.

Requests are dispatched by these records, and the OpenAPI description is made from them.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.asgi import Application
from antiphon.api.http.requests import Request

Handler = Callable[[Request], Awaitable[Answer | Application]]
"""Gives a whole answer, or an application that sends one bit by bit."""

Access = Literal["anyone", "reader", "member", "admin"]
"""`anyone`: nobody is even asked who they are. `reader`: who has signed in as that person, others as nobody, unless the
owner has closed the catalogue to them."""
Scope = Literal["write", "upload"]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path. `{name}` in the path stands for one segment.

    `query` and `body` are the structs that handlers read from the address and from JSON, `data` is the type of what is
    answered (None: nothing), `media` the answer's type where it is not JSON, `body_media` that of a body which is taken
    as it is. An `{id}` is an integer, or an opaque text
    where `has_opaque_id`. `paged` lists take limit and offset; `validated` answers carry an ETag made from the
    library's and the caller's revisions. `scope` is what an API key needs to change something there; where only admins
    may, that is `admin`.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    tag: str
    access: Access = "member"
    scope: Scope = "write"
    query: Any = None
    body: Any = None
    data: Any = None
    status: int = 200
    media: str = "application/json"
    body_media: str = ""
    has_opaque_id: bool = False
    paged: bool = False
    validated: bool = False


class _Node:
    __slots__ = ("children", "name", "parameter", "routes")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.name = ""
        self.routes: dict[str, Route] = {}


class RouteTable:
    """Finds the routes of a path. A fixed segment counts before a named one."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._exact: dict[str, dict[str, Route]] = {}
        self._root = _Node()
        # The nodes of paths whose last segment alone is named, as those of most single things are.
        self._named_last: dict[str, _Node] = {}
        for route in routes:
            methods = self._exact.setdefault(route.path, {}) if "{" not in route.path else self._place(route.path)
            assert route.method not in methods, f"two routes for {route.method} {route.path}"
            methods[route.method] = route

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        """The routes by method and the named segments of `path`, or None where nothing is there."""
        exact = self._exact.get(path)
        if exact is not None:
            return exact, {}
        before, _, last = path.rpartition("/")
        node = self._named_last.get(before)
        if node is not None and last and last not in node.children:
            assert node.parameter is not None
            return node.parameter.routes, {node.name: last}
        return self._walk(path)

    def _walk(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        node: _Node | None = self._root
        parameters: dict[str, str] = {}
        for segment in path.split("/")[1:]:
            following = node.children.get(segment) if node else None
            if following is None and node is not None and node.parameter is not None and segment:
                parameters[node.name] = segment
                following = node.parameter
            if following is None:
                return None
            node = following
        return (node.routes, parameters) if node is not None and node.routes else None

    def _place(self, path: str) -> dict[str, Route]:
        node = before = self._root
        for segment in path.split("/")[1:]:
            before = node
            if segment.startswith("{"):
                name = segment[1:-1]
                node.parameter = node.parameter or _Node()
                assert node.name in ("", name), f"{path} names a segment otherwise than other routes do"
                node.name = name
                node = node.parameter
            else:
                node = node.children.setdefault(segment, _Node())
        fixed, _, last = path.rpartition("/")
        if last.startswith("{") and "{" not in fixed:
            self._named_last[fixed] = before
        return node.routes
