"""Every route of the dialect."""

from antiphon.api.classic.b_platform import accounts, catalogue
from antiphon.api.http.routing import Route

ROUTES: tuple[Route, ...] = (*accounts.ROUTES, *catalogue.ROUTES)
