"""Every route of the dialect."""

from antiphon.api.classic.d_catalogue import accounts, catalogue, playlists, uploads
from antiphon.api.http.routing import Route

ROUTES: tuple[Route, ...] = (*accounts.ROUTES, *catalogue.ROUTES, *playlists.ROUTES, *uploads.ROUTES)
