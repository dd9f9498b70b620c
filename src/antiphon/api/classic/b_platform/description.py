"""The dialect for the OpenAPI description."""

from antiphon.api.http.describing import Described, Schema
from antiphon.api.http.rest_framework import RestFrameworkError
from antiphon.api.http.routing import Route


def describe_b(routes: tuple[Route, ...]) -> Described:
    """The dialect with its routes."""
    return Described(
        name="b",
        about="The streaming platform dialect: paths end with a slash, bare objects and lists, errors as "
        '{"detail": …} or {"field": ["…"]}. People are under /api/users/, which it shares with the discovery dialect.',
        mount="/api/…/",
        routes=routes,
        wrap=_bare,
        problem=RestFrameworkError,
    )


def _bare(data: Schema, _is_list: bool) -> Schema:
    return data
