"""The dialect for the OpenAPI description."""

from antiphon.api.classic.d_catalogue.encoding import CatalogueError
from antiphon.api.http.describing import Described, Schema
from antiphon.api.http.routing import Route


def describe_d(routes: tuple[Route, ...]) -> Described:
    """The dialect with its routes."""
    return Described(
        name="d",
        about='The catalogue and playlists dialect: bare objects and lists, errors as {"error": …}.',
        mount="/",
        routes=routes,
        wrap=_bare,
        problem=CatalogueError,
    )


def _bare(data: Schema, _is_list: bool) -> Schema:
    return data
