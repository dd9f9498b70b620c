"""Pictures."""

from antiphon.api.http.media import ImageQuery, Thing, image
from antiphon.api.http.routing import Route


def _image_route(things: str, thing: Thing) -> Route:
    return Route(
        method="GET",
        path=f"/api/v1/{things}/{{id}}/image",
        handler=image(thing),
        summary=f"The cover of {'an' if thing[0] == 'a' else 'a'} {thing}",
        tag="media",
        query=ImageQuery,
        media="image/*",
    )


ROUTES = (
    _image_route("songs", "song"),
    _image_route("albums", "album"),
    _image_route("artists", "artist"),
)
