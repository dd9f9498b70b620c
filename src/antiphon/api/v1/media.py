"""Sound and pictures."""

from antiphon.api.http.asgi import Application
from antiphon.api.http.media import ImageQuery, Thing, audio, image
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route


async def stream(request: Request) -> Application:
    """The original audio of a song."""
    return audio(request, await request.areas.playback.audio(request.principal, request.id("song")))


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
    Route(
        method="GET",
        path="/api/v1/songs/{id}/stream",
        handler=stream,
        summary="The original audio of a song",
        tag="media",
        media="audio/*",
    ),
    _image_route("songs", "song"),
    _image_route("albums", "album"),
    _image_route("artists", "artist"),
)
