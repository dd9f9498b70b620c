"""A server whose people have accounts elsewhere, and the browsers that they go there and back with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from antiphon.areas.accounts.data import Registration
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.web import make_web
from antiphon.bootstrap.wiring import Application, wire
from antiphon.kernel.clock import Clock, system_clock
from tests.services import spotify_stand_in, strict_provider
from tests.services.application import BASE_URL
from tests.services.spotify_stand_in import SpotifyStandIn
from tests.services.strict_provider import StrictProvider
from tests.stage import PASSWORD

COMPANY_LOGIN = "/api/v1/auth/oidc/company/login"


class Browser:
    """A browser: it keeps cookies, follows nothing by itself, and says which page leads where."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def go(self, address: str, *, site: str = "same-origin") -> str:
        """Where an address leads to."""
        answer = await self.client.get(address, headers={"sec-fetch-site": site})
        assert answer.status_code == 302, answer.text
        assert answer.content == b""
        assert answer.headers["cache-control"] == "no-store"
        target: str = answer.headers["location"]
        return target

    async def tell(self, method: str, path: str, status: int = 200, body: Any = None) -> Any:
        """The JSON of an answer to one of the player's own calls."""
        headers = {"sec-fetch-site": "same-origin"}
        answer = await self.client.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        return answer.json()

    async def me(self) -> dict[str, Any]:
        """Who is signed in."""
        found: dict[str, Any] = (await self.tell("GET", "/auth/me"))["data"]
        return found

    async def sign_in(self, name: str) -> None:
        """Sign in with the password."""
        await self.tell("POST", "/auth/login", body={"username": name, "password": PASSWORD, "cookie": True})

    async def identities(self) -> list[dict[str, Any]]:
        """One's accounts elsewhere."""
        found: list[dict[str, Any]] = (await self.tell("GET", "/auth/identities"))["data"]
        return found


class Server:
    """The product, with the providers that a test has set."""

    def __init__(self, application: Application, asgi: Any) -> None:
        self.application = application
        self.accounts = application.areas.accounts
        self._asgi = asgi

    @asynccontextmanager
    async def browser(self, base_url: str = BASE_URL) -> AsyncIterator[Browser]:
        """A fresh browser."""
        transport = httpx2.ASGITransport(app=self._asgi, client=("127.0.0.1", 50_000))
        async with httpx2.AsyncClient(transport=transport, base_url=base_url) as client:
            yield Browser(client)

    async def register(self, name: str, email: str = "") -> int:
        """Somebody with a password."""
        given = Registration(username=name, email=email or f"{name}@example.org", password=PASSWORD)
        return (await self.accounts.registration.register(given)).user.id


@asynccontextmanager
async def serving(
    folder: Path, database_url: str, clock: Clock = system_clock, **settings: str
) -> AsyncIterator[Server]:
    """The product for as long as the block runs."""
    environment = {
        "ANTIPHON_DATA": str(folder / "data"),
        "ANTIPHON_MUSIC": str(folder / "music"),
        "RATE_LIMITS": "off",
        **settings,
    }
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    (folder / "music").mkdir(exist_ok=True)
    application = wire(read_settings(environment, folder), clock=clock, synchronous="OFF")
    web = make_web(application, worker_runs=lambda: True)
    async with web.running():
        yield Server(application, web.application)
    await application.close()


def company(provider: StrictProvider, **settings: str) -> dict[str, str]:
    """The settings of the strict provider under the name `company`."""
    return {
        "OIDC_PROVIDERS": "company",
        "OIDC_COMPANY_ISSUER": provider.address,
        "OIDC_COMPANY_CLIENT_ID": strict_provider.CLIENT_ID,
        "OIDC_COMPANY_CLIENT_SECRET": strict_provider.CLIENT_SECRET,
        "OIDC_COMPANY_NAME": "The Company",
        **settings,
    }


def with_spotify(stand_in: SpotifyStandIn, **settings: str) -> dict[str, str]:
    """The settings of the stand-in for Spotify."""
    return {
        "SPOTIFY_CLIENT_ID": spotify_stand_in.CLIENT_ID,
        "SPOTIFY_CLIENT_SECRET": spotify_stand_in.CLIENT_SECRET,
        "SPOTIFY_ACCOUNTS_URL": f"{stand_in.address}/accounts",
        "SPOTIFY_API_URL": f"{stand_in.address}/v1/",
        **settings,
    }


async def dance(browser: Browser, provider: StrictProvider, login: str = COMPANY_LOGIN) -> str:
    """There and back again. Where the browser is led in the end."""
    return await browser.go(provider.consent(await browser.go(login)), site="cross-site")


def error_in(address: str) -> str:
    """The code that a page is told."""
    return parse_qs(urlsplit(address).query)["error"][0]
