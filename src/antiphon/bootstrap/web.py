"""The web process's own parts: dialects, real time, the player, and one callable in front of them."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.resources import files
from pathlib import Path

from sqlalchemy import literal_column, select

from antiphon.api.classic.a_streaming.description import describe_a
from antiphon.api.classic.a_streaming.encoding import Streaming
from antiphon.api.classic.a_streaming.routes import ROUTES as A_ROUTES
from antiphon.api.classic.b_platform.description import describe_b
from antiphon.api.classic.b_platform.routes import ROUTES as B_ROUTES
from antiphon.api.classic.d_catalogue.description import describe_d
from antiphon.api.classic.d_catalogue.encoding import Catalogue
from antiphon.api.classic.d_catalogue.routes import ROUTES as D_ROUTES
from antiphon.api.classic.e_discovery.description import describe_e
from antiphon.api.classic.e_discovery.users import ROUTES as E_ROUTES
from antiphon.api.http.access_log import AccessLog
from antiphon.api.http.areas import Address
from antiphon.api.http.asgi import Application as Asgi
from antiphon.api.http.dispatch import Dispatcher
from antiphon.api.http.draining import Draining
from antiphon.api.http.outer import Outer, Parts
from antiphon.api.http.rest_framework import RestFramework
from antiphon.api.opensubsonic import OpenSubsonic
from antiphon.api.opensubsonic.description import describe_opensubsonic
from antiphon.api.realtime.description import DESCRIPTION as REALTIME
from antiphon.api.realtime.service import Realtime
from antiphon.api.v1.application import v1_application, v1_routes
from antiphon.api.v1.description import Descriptions, describe_v1
from antiphon.api.v1.operation import Health, Probe
from antiphon.api.web.application import Player
from antiphon.api.web.shares import share_pages
from antiphon.bootstrap.data_folder import FREE_BYTES
from antiphon.bootstrap.jobs import worker_is_alive
from antiphon.bootstrap.jukebox import running_jukebox
from antiphon.bootstrap.wiring import Application
from antiphon.kernel.db import Statement
from antiphon.kernel.errors import AntiphonError

_ALIVE = Statement(select(literal_column("1")))


class Web:
    """What serves requests, and how it begins and ends."""

    def __init__(
        self,
        application: Asgi,
        realtime: Realtime,
        draining: Draining,
        log: AccessLog,
        beside: AbstractAsyncContextManager[None],
    ) -> None:
        """`beside` is what else runs as long as requests are served."""
        self.application = application
        self._beside = beside
        self._realtime = realtime
        self._draining = draining
        self._log = log
        self._sockets_ended = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What runs beside the requests, for as long as they are served."""
        await self._realtime.start()
        try:
            async with self._beside:
                yield
        finally:
            await self._end_sockets()
            self._log.flush()

    async def drain(self) -> None:
        """End streams soon and let other answers finish. Call it when no new connections are taken any more."""
        await asyncio.gather(self._end_sockets(), self._draining.drain())

    async def _end_sockets(self) -> None:
        if not self._sockets_ended:
            self._sockets_ended = True
            await self._realtime.close()


ERRORS = 500


def make_web(application: Application, *, worker_runs: Callable[[], bool]) -> Web:
    """Put the web process together. `worker_runs` tells whether the embedded worker is there."""
    settings, areas = application.settings, application.areas
    draining = Draining()
    # Whoever looks at a terminal sees what the server says; with a line for each request they would not.
    is_terminal = sys.stderr.isatty()
    quiet = is_terminal and not settings.debug
    log = AccessLog(sys.stderr.write, as_json=not is_terminal, least_status=ERRORS if quiet else 0)
    address = Address(
        public_url=settings.public_url,
        cors_allowed_origins=settings.cors_allowed_origins,
        trusted_proxies=settings.trusted_proxies,
        allowed_hosts=settings.allowed_hosts,
        accelerated=settings.x_accel_redirect,
    )
    realtime = Realtime(
        authenticate=areas.accounts.access.authenticate,
        jobs=areas.jobs,
        pubsub=application.pubsub,
        origins=settings.cors_allowed_origins,
        is_enabled=settings.enable_real_time,
    )
    routes = v1_routes(_probes(application, worker_runs), draining)
    descriptions = Descriptions(
        [describe_v1(routes), describe_a(A_ROUTES), describe_b(B_ROUTES), describe_d(D_ROUTES), describe_e(E_ROUTES)],
        [describe_opensubsonic(), REALTIME],
    )
    parts = Parts(
        v1=v1_application(areas, (*routes, *descriptions.routes())),
        web=Player(player_folder()),
        shares=share_pages(areas, public_url=settings.public_url),
        root=Dispatcher(D_ROUTES, Catalogue(), areas),
        unslashed=Dispatcher(A_ROUTES, Streaming(), areas),
        # B and E share paths: one table finds both.
        slashed=Dispatcher((*B_ROUTES, *E_ROUTES), RestFramework(), areas),
        opensubsonic=OpenSubsonic(areas),
        socketio=realtime,
    )
    jukebox = running_jukebox(settings, application.database, areas, application.pubsub)
    return Web(Outer(parts, address, draining=draining, log=log), realtime, draining, log, jukebox)


def player_folder() -> Path:
    """Where the built web player lies: inside the package."""
    return Path(str(files("antiphon.api.web") / "player"))


def _probes(application: Application, worker_runs: Callable[[], bool]) -> dict[str, Probe]:
    settings = application.settings

    async def database() -> Health:
        try:
            await application.database.reader.fetch(_ALIVE)
        except AntiphonError:
            return "down"
        return "ok" if settings.database_url else "embedded"

    async def cache() -> Health:
        if not settings.redis_url:
            return "embedded"
        return "ok" if await application.cache.is_reachable() else "down"

    async def worker() -> Health:
        if settings.redis_url:
            return "ok" if await worker_is_alive(application.cache) else "down"
        return "embedded" if worker_runs() else "down"

    async def storage() -> Health:
        if settings.object_storage is not None:
            return "ok" if await application.storage.is_reachable() else "down"
        free = await asyncio.to_thread(shutil.disk_usage, settings.data)
        return "embedded" if free.free > FREE_BYTES else "down"

    return {"database": database, "cache": cache, "worker": worker, "storage": storage}
