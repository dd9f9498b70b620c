"""The product with a real mail server, over HTTP, for tests of what goes by mail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.web import make_web
from antiphon.bootstrap.wiring import Application, wire
from tests.services.application import BASE_URL
from tests.services.mail import MailServer, do_what_waits

PASSWORD, OTHER_PASSWORD = "correct horse battery", "staple correct horse"
BOSS = "boss@example.org"


class Site:
    """The product with a mail server, and a clock for its links that the test moves."""

    def __init__(self, mail: MailServer) -> None:
        self.mail = mail
        self.ahead = 0.0
        self.application: Application
        self.asgi: Any
        self.client: httpx2.AsyncClient

    def clock(self) -> float:
        return 1_800_000_000.0 + self.ahead

    async def ask(self, method: str, path: str, status: int = 200, token: str = "", **rest: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= rest.pop("headers", {})
        answer = await self.client.request(method, f"/api/v1{path}", headers=headers, **rest)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        body = answer.json()
        return body["data"] if body["success"] else body["error"]

    async def register(self, name: str = "ada", email: str = "", **values: Any) -> Any:
        body = {"username": name, "email": email or f"{name}@example.org", "password": PASSWORD, **values}
        return await self.ask("POST", "/auth/register", 201, json=body)

    async def admin(self, name: str = "root") -> str:
        await self.application.areas.accounts.registration.create_admin(f"{name}@example.org", name, PASSWORD)
        signed_in = await self.sign_in(name)
        return str(signed_in["token"])

    async def sign_in(self, name: str, password: str = PASSWORD, status: int = 200) -> Any:
        return await self.ask("POST", "/auth/login", status, json={"username": name, "password": password})

    async def mails(self, address: str) -> list[Any]:
        """What an address has got, once all that waits was sent."""
        await do_what_waits(self.application)
        return self.mail.to(address)

    async def last_mail(self, address: str, subject: str) -> Any:
        found = [mail for mail in await self.mails(address) if mail["Subject"] == subject]
        assert found, [mail["Subject"] for mail in self.mail.mails]
        return found[-1]

    async def forgot(self, email: str, status: int = 200, **rest: Any) -> Any:
        return await self.ask("POST", "/auth/password/forgot", status, json={"email": email}, **rest)

    async def reset(self, token: str, status: int = 200, password: str = OTHER_PASSWORD) -> Any:
        return await self.ask("POST", "/auth/password/reset", status, json={"token": token, "new_password": password})

    async def verify(self, token: str, status: int = 200) -> Any:
        return await self.ask("POST", "/auth/verify-email", status, json={"token": token})


@asynccontextmanager
async def open_site(database_url: str, place: Path, mail: MailServer, **settings: str) -> AsyncIterator[Site]:
    environment = {
        "ANTIPHON_DATA": str(place / "data"),
        "SMTP_URL": mail.url,
        "MAIL_FROM": "Antiphon <music@example.org>",
        "RATE_LIMITS": "off",
        **settings,
    }
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    site = Site(mail)
    site.application = wire(read_settings(environment, place), clock=site.clock, synchronous="OFF")
    web = make_web(site.application, worker_runs=lambda: True)
    site.asgi = web.application
    await site.application.pubsub.start()
    async with web.running():
        transport = httpx2.ASGITransport(app=web.application, client=("203.0.113.9", 50_000))
        async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as site.client:
            yield site
    await site.application.close()
