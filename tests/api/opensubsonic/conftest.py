"""People with their apps, over the music of the stage."""

import hashlib
from collections.abc import AsyncIterator

import pytest_asyncio

from antiphon.api.http.asgi import Application
from antiphon.bootstrap.web import make_web
from antiphon.kernel.principal import Principal
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.running import app
from tests.stage import Stage, stage

__all__ = ["app", "stage"]


class House:
    """The server, its music, and the apps of the people who live there."""

    def __init__(self, stage: Stage, application: Application) -> None:
        self.stage = stage
        self.application = application
        self.principals: dict[str, Principal] = {}
        self.passwords: dict[str, str] = {}

    async def move_in(self, name: str, *, admin: bool = False) -> Client:
        """Somebody new with an app that proves its password by a token."""
        principal = await self.stage.person(name, admin=admin)
        self.principals[name] = principal
        made = await self.stage.areas.accounts.keys.create_app_password(principal, "tests")
        self.passwords[name] = made.password
        return self.app(u=name, t=hashlib.md5(f"{made.password}salt".encode()).hexdigest(), s="salt")

    def app(self, **credentials: str) -> Client:
        """An app with credentials of one's own."""
        return Client(self.application, credentials)

    async def id(self, title: str) -> str:
        """The id of a song on the wire."""
        principal = next(iter(self.principals.values()))
        return f"so-{(await self.stage.songs(principal))[title].id}"


@pytest_asyncio.fixture
async def house(stage: Stage) -> AsyncIterator[House]:
    """A server with music and nobody in it."""
    web = make_web(stage.application, worker_runs=lambda: True)
    async with web.running():
        yield House(stage, web.application)


@pytest_asyncio.fixture
async def anna(house: House) -> Client:
    """The app of somebody without special rights."""
    return await house.move_in("anna")


@pytest_asyncio.fixture
async def root(house: House) -> Client:
    """The app of an admin."""
    return await house.move_in("root", admin=True)
