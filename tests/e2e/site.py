"""A running server with the demo library, its admin, and as many people as tests want."""

import asyncio
import itertools
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from playwright.async_api import BrowserContext

from tests.services.server import Server, ServerFactory

PASSWORD = "correct horse battery"
ADMIN = "keeper"
DEMO_SONGS = 30
SCAN_SECONDS = 60


def demo_data_folder(place: Path, demo: Path) -> Path:
    """A data folder in which the demo library is made already, so that the server need not compose it anew."""
    shutil.copytree(demo, place / "demo-music", copy_function=os.link)
    return place


def start_with_demo(servers: ServerFactory, place: Path, demo: Path, **settings: str) -> Server:
    """A server as a first start makes it: no music folder set, so the demo is there."""
    data = demo_data_folder(place, demo)
    return servers.embedded(**{"ANTIPHON_DATA": str(data), "ANTIPHON_MUSIC": "", **settings})


class Site:
    """A server and its people."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.base_url = server.base_url
        self.admin: dict[str, Any] = {}
        self._numbers = itertools.count(1)

    async def open(self, songs: int) -> "Site":
        """Make the admin, and wait until the first scan has found so many songs."""
        await self.set_up()
        await self.until(lambda health: len(health) >= songs, "/api/v1/songs?limit=500", SCAN_SECONDS)
        await self.until(lambda jobs: all(job["state"] == "completed" for job in jobs), "/api/v1/jobs", SCAN_SECONDS)
        return self

    async def set_up(self) -> None:
        """Make the admin."""
        token = self.server.setup_link().partition("token=")[2]
        self.admin = await self._enter(
            "/api/v1/setup",
            {"username": ADMIN, "email": f"{ADMIN}@example.org", "password": PASSWORD, "setup_token": token},
        )

    async def until(self, is_so: Callable[[Any], bool], path: str, seconds: float = 15) -> Any:
        """The `data` of what an admin reads at `path`, as soon as it is so."""
        deadline = time.monotonic() + seconds
        while not is_so(found := await self.read(path)):
            assert time.monotonic() < deadline, f"{path} stayed {str(found)[:500]}"
            await asyncio.sleep(0.1)
        return found

    async def read(self, path: str) -> Any:
        """The `data` of what an admin reads."""
        return await self.ask("GET", path)

    async def count_of(self, things: str) -> int:
        """How many songs, albums or artists an admin sees."""
        async with self._client(**self._as_admin()) as client:
            answer = await client.get(f"/api/v1/{things}?limit=1")
        total: int = answer.json()["page"]["total"]
        return total

    async def scan(self, seconds: float = SCAN_SECONDS) -> None:
        """Let the server look for music, and wait until it has."""
        job = await self.ask("POST", "/api/v1/scan", json={"full": False})
        await self.until(
            lambda jobs: any(one["id"] == job["id"] and one["state"] == "completed" for one in jobs),
            "/api/v1/jobs",
            seconds,
        )

    async def ask(self, method: str, path: str, **rest: Any) -> Any:
        """The `data` of an admin's request, which must succeed."""
        async with self._client(**self._as_admin()) as client:
            answer = await client.request(method, path, **rest)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:500]}\n{self._complaints()}"
        return answer.json()["data"] if answer.content else None

    def new_name(self, name: str) -> str:
        """A name that nobody and nothing has, also where the same test runs again."""
        return f"{name}{next(self._numbers)}"

    async def newcomer(self, context: BrowserContext) -> str:
        """Register somebody new whose session lies in the context's cookies; the user name."""
        name = self.new_name("listener")
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, "cookie": True}
        answer = await context.request.post(f"{self.base_url}/api/v1/auth/register", data=body)
        assert answer.ok, await answer.text()
        return name

    async def as_admin(self, context: BrowserContext) -> str:
        """Sign the admin in, in this context; the user name."""
        body = {"username": ADMIN, "password": PASSWORD, "cookie": True}
        answer = await context.request.post(f"{self.base_url}/api/v1/auth/login", data=body)
        assert answer.ok, await answer.text()
        return ADMIN

    async def _enter(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        async with self._client() as client:
            answer = await client.post(path, json=body)
        assert answer.is_success, f"{answer.text}\n{self._complaints()}"
        entered: dict[str, Any] = answer.json()["data"]
        return entered

    def _client(self, **headers: str) -> httpx2.AsyncClient:
        """Who asks the server, without the machine's certificates: to read them takes longer than most calls."""
        return httpx2.AsyncClient(base_url=self.base_url, headers=headers, verify=False)

    def _complaints(self) -> str:
        """What the server's log says went wrong."""
        return "\n".join(line for line in self.server.program.output.splitlines() if '"error"' in line)[-3000:]

    def _as_admin(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.admin['token']}"}
