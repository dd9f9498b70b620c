"""From a request to a route's handler and back: sign-in, ETag, answer, and every error in the dialect's own words."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Protocol

from antiphon.api.http.answers import JSON, Answer, send_answer
from antiphon.api.http.areas import Areas
from antiphon.api.http.asgi import Receive, Scope, Send
from antiphon.api.http.bodies import ClientGone
from antiphon.api.http.etags import CatalogueTags, is_named
from antiphon.api.http.exchange import Exchange, exchange_of
from antiphon.api.http.problems import Problem, Refusal, problem_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route, RouteTable
from antiphon.api.http.signin import check_scope, known_caller, sign_in
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, not_signed_in
from antiphon.kernel.principal import ANONYMOUS, Principal


class Dialect(Protocol):
    """How a dialect tells errors."""

    @property
    def statuses(self) -> Mapping[Kind, int]:
        """The HTTP status of each kind."""
        ...

    def tell(self, problem: Problem) -> Answer:
        """A problem in the dialect's own shape."""
        ...


class Dispatcher:
    """An ASGI application made of routes."""

    def __init__(self, routes: Iterable[Route], dialect: Dialect, areas: Areas) -> None:
        self.routes = tuple(routes)
        self._table = RouteTable(self.routes)
        self._dialect = dialect
        self._areas = areas
        self._tags = CatalogueTags(areas.library)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. An error after the answer has begun is raised: only the server can end it then."""
        exchange = exchange_of(scope)
        try:
            route, parameters = self._find(scope)
            principal = None if route.access == "anyone" else known_caller(scope, exchange, self._areas.accounts)
            if principal is None:
                principal = await self._sign_in(route, scope, exchange)
            # A call counts for the person, or for its address where nobody has signed in.
            if self._areas.ceilings.count(principal.user_id, exchange.address):
                await self._areas.ceilings.tell(principal.user_id, exchange.address)
            self._check(route, principal, scope["method"])
            tag = None
            # A random order is another one each time.
            if route.validated and b"sort=random" not in scope["query_string"]:
                tag = self._tags.known(principal, scope) or await self._tags.tag(principal, scope)
                condition = exchange.headers.get(b"if-none-match")
                if condition is not None and is_named(condition, tag):
                    await send_answer(send, Answer(b"", HTTPStatus.NOT_MODIFIED, (JSON,)), tag=tag)
                    return
            answer = await route.handler(Request(self._areas, scope, receive, exchange, parameters, principal))
            if isinstance(answer, Answer):
                await send_answer(send, answer, head_only=scope["method"] == "HEAD", tag=tag)
            else:
                await answer(scope, receive, send)
        except ClientGone:
            return
        except Exception as error:
            problem = problem_of(error, self._dialect.statuses, exchange.request_id)
            if exchange.status:
                raise
            await send_answer(send, self._dialect.tell(problem), head_only=scope["method"] == "HEAD")

    def _find(self, scope: Scope) -> tuple[Route, dict[str, str]]:
        found = self._table.find(scope["path"])
        if found is None:
            raise AntiphonError(Kind.NOT_FOUND, "no_such_route", "There is nothing at this address.")
        methods, parameters = found
        method = scope["method"]
        route = methods.get("GET" if method == "HEAD" else method)
        if route is None:
            allowed = sorted({*methods, *(("HEAD",) if "GET" in methods else ())})
            raise Refusal(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "method_not_allowed",
                f"This address takes {', '.join(allowed)}.",
                ((b"allow", ", ".join(allowed).encode()),),
            )
        return route, parameters

    async def _sign_in(self, route: Route, scope: Scope, exchange: Exchange) -> Principal:
        """Who calls the route."""
        if route.access == "anyone":
            return ANONYMOUS
        try:
            return await sign_in(scope, exchange, self._areas.accounts)
        except AntiphonError:
            await self._areas.ceilings.admit(0, exchange.address)
            raise

    def _check(self, route: Route, principal: Principal, method: str) -> None:
        """Raise NOT_SIGNED_IN or FORBIDDEN for who may not call the route."""
        access = route.access
        if access == "anyone":
            return
        if principal.user_id == 0:
            if access == "reader" and self._areas.catalogue_is_open:
                return
            raise not_signed_in()
        if access == "admin" and not principal.is_admin:
            raise forbidden("Only admins may do this.", "admins_only")
        if principal.scopes is not None:
            check_scope(principal, method, "admin" if access == "admin" else route.scope)
