"""Finding the route of a path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route, RouteTable


async def nothing(_request: Request) -> Answer:
    return Answer(b"")


def route(method: str, path: str) -> Route:
    return Route(method=method, path=path, handler=nothing, summary="", tag="")


TABLE = RouteTable(
    [
        route("GET", "/songs"),
        route("GET", "/songs/{id}"),
        route("PUT", "/songs/{id}"),
        route("GET", "/songs/newest"),
        route("GET", "/songs/{id}/image"),
        route("GET", "/lists/"),
        route("GET", "/lists/{name}/"),
        route("GET", "/albums/{id}"),
        route("GET", "/albums/newest/{number}"),
    ]
)


@pytest.mark.parametrize(
    ("path", "methods", "parameters"),
    [
        ("/songs", {"GET"}, {}),
        ("/songs/7", {"GET", "PUT"}, {"id": "7"}),
        ("/songs/newest", {"GET"}, {}),
        ("/songs/7/image", {"GET"}, {"id": "7"}),
        ("/lists/", {"GET"}, {}),
        ("/lists/a b/", {"GET"}, {"name": "a b"}),
        ("/albums/oldest", {"GET"}, {"id": "oldest"}),
        ("/albums/newest/3", {"GET"}, {"number": "3"}),
    ],
)
def test_a_path_has_its_routes(path: str, methods: set[str], parameters: dict[str, str]) -> None:
    found = TABLE.find(path)
    assert found is not None
    assert (set(found[0]), found[1]) == (methods, parameters)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/songs/",
        "/songs//image",
        "/songs/7/",
        "/songs/7/image/",
        "//songs",
        "/Songs",
        "/lists",
        "/lists//",
        # A fixed segment counts before a named one, also where it leads to nothing.
        "/albums/newest",
        "/albums/oldest/songs",
    ],
)
def test_nearly_a_path_is_none(path: str) -> None:
    assert TABLE.find(path) is None


@given(st.text())
def test_any_path_is_found_or_not(path: str) -> None:
    found = TABLE.find(path)
    assert found is None or found[0]


def test_two_routes_cannot_share_a_method_and_a_path() -> None:
    with pytest.raises(AssertionError, match="two routes"):
        RouteTable([route("GET", "/a/{id}"), route("GET", "/a/{id}")])
    with pytest.raises(AssertionError, match="otherwise"):
        RouteTable([route("GET", "/a/{id}"), route("GET", "/a/{name}/b")])
