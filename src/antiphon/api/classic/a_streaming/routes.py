"""Every route of the dialect."""

from antiphon.api.classic.a_streaming import catalogue, exports, playlists, uploads
from antiphon.api.http.routing import Route

ROUTES: tuple[Route, ...] = (*catalogue.ROUTES, *playlists.ROUTES, *uploads.ROUTES, *exports.ROUTES)
