"""The whole product inside the test's own process, over an HTTP client that needs no network."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from antiphon.bootstrap.wiring import Application

BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def application_settings() -> dict[str, str]:
    """What a test sets besides, by its own fixture of this name."""
    return {}


@pytest_asyncio.fixture
async def application(
    database_url: str, tmp_path: Path, application_settings: dict[str, str]
) -> "AsyncIterator[Application]":
    """The wired product without music, on SQLite and then on PostgreSQL; what it writes is in the folder `data`."""
    # Here, not above: a test of one part need not load the whole product.
    from antiphon.bootstrap.settings import read_settings
    from antiphon.bootstrap.wiring import wire

    environment = {
        "ANTIPHON_DATA": str(tmp_path / "data"),
        "ANTIPHON_MUSIC": str(tmp_path / "music"),
        **application_settings,
    }
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    (tmp_path / "music").mkdir()
    wired = wire(read_settings(environment, tmp_path), synchronous="OFF")
    await wired.pubsub.start()
    yield wired
    await wired.close()


@pytest_asyncio.fixture
async def client(application: "Application") -> AsyncIterator[httpx2.AsyncClient]:
    """A client of that product, from the loopback address."""
    from antiphon.bootstrap.web import make_web

    web = make_web(application, worker_runs=lambda: True)
    async with web.running():
        transport = httpx2.ASGITransport(app=web.application, client=("127.0.0.1", 50_000))
        async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as opened:
            yield opened
