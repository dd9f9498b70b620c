"""Every route of the dialect."""

from antiphon.api.classic.b_platform import accounts, catalogue, uploads
from antiphon.api.http.routing import Route

ROUTES: tuple[Route, ...] = (*accounts.ROUTES, *catalogue.ROUTES, *uploads.ROUTES)
