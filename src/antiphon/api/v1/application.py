"""The native dialect put together."""

from collections.abc import Mapping

from antiphon.api.http.areas import Areas
from antiphon.api.http.dispatch import Dispatcher
from antiphon.api.http.draining import Draining
from antiphon.api.http.routing import Route
from antiphon.api.v1 import (
    accounts,
    administration,
    broadcasts,
    catalogue,
    demo,
    desk,
    downloads,
    editing,
    elsewhere,
    invitations,
    jukebox,
    letters,
    libraries,
    listening,
    live,
    media,
    moderation,
    notices,
    operation,
    people,
    playlists,
    podcasts,
    saved,
    scrobbling,
    second_factor,
    sessions,
    shares,
    sound,
    streaming,
    uploads,
)
from antiphon.api.v1.encoding import V1
from antiphon.api.v1.operation import HealthRoutes, Probe


def v1_routes(probes: Mapping[str, Probe], draining: Draining) -> tuple[Route, ...]:
    """Every route of the native dialect. `probes` asks `database`, `cache`, `worker` and `storage` how they are."""
    return (
        *accounts.ROUTES,
        *sessions.ROUTES,
        *second_factor.ROUTES,
        *letters.ROUTES,
        *elsewhere.ROUTES,
        *invitations.ROUTES,
        *notices.ROUTES,
        *people.ROUTES,
        *catalogue.ROUTES,
        *sound.ROUTES,
        *editing.ROUTES,
        *media.ROUTES,
        *live.ROUTES,
        *downloads.ROUTES,
        *listening.ROUTES,
        *saved.ROUTES,
        *jukebox.ROUTES,
        *streaming.ROUTES,
        *scrobbling.ROUTES,
        *shares.ROUTES,
        *broadcasts.ROUTES,
        *podcasts.ROUTES,
        *playlists.ROUTES,
        *libraries.ROUTES,
        *operation.ROUTES,
        *demo.ROUTES,
        *administration.ROUTES,
        *moderation.ROUTES,
        *uploads.ROUTES,
        *desk.ROUTES,
        *HealthRoutes(probes, draining).routes(),
    )


def v1_application(areas: Areas, routes: tuple[Route, ...]) -> Dispatcher:
    """The native dialect as an application."""
    return Dispatcher(routes, V1(), areas)
