"""What the tests in the browser ask for: one server with the demo library, and people who listen to it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.front_end import FrontEnd
from tests.e2e.listener import PHONE, Listener, somebody
from tests.e2e.site import DEMO_SONGS, Site, start_with_demo
from tests.services.listenbrainz_stand_in import ListenBrainzStandIn
from tests.services.programs import folder
from tests.services.server import ServerFactory

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def player_is_built() -> None:
    """Without the player's build there is nothing to look at."""
    from antiphon.bootstrap import entry

    built = Path(entry.__file__).parents[1] / "api" / "web" / "player" / "index.html"
    if not built.is_file():
        pytest.fail("the web player is not built: make player", pytrace=False)


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where pictures of pages are kept for people to look at: the folder that ANTIPHON_TEST_SCREENSHOTS names, else one
    that git leaves alone."""
    kept = Path(os.environ.get("ANTIPHON_TEST_SCREENSHOTS") or Path(__file__).with_name("shots"))
    kept.mkdir(parents=True, exist_ok=True)
    return kept


@pytest.fixture(scope="session")
def session_servers(request: pytest.FixtureRequest) -> Iterator[ServerFactory]:
    """Servers that live as long as the run."""
    factory = ServerFactory(request)
    yield factory
    factory.close()


@pytest.fixture(scope="session")
def listens_elsewhere() -> Iterator[ListenBrainzStandIn]:
    """A stand-in for ListenBrainz, which the server of all tests knows."""
    stand_in = ListenBrainzStandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture(scope="session")
def front_end() -> Iterator[FrontEnd]:
    """Where the front end of another backend comes from; the server of all tests lets it in."""
    started = FrontEnd()
    yield started
    started.close()


@pytest_asyncio.fixture(scope="session")
async def site(
    player_is_built: None,
    session_servers: ServerFactory,
    demo_library: Path,
    listens_elsewhere: ListenBrainzStandIn,
    front_end: FrontEnd,
) -> AsyncIterator[Site]:
    """One server for all tests that leave nothing behind but their own people."""
    settings = {
        "RATE_LIMITS": "off",
        "OUTGOING_ALLOW": "127.0.0.1",
        "LISTENBRAINZ_URL": listens_elsewhere.base,
        "CORS_ALLOWED_ORIGINS": front_end.address,
    }
    with folder("site") as place:
        server = start_with_demo(session_servers, place / "data", demo_library, **settings)
        yield await Site(server).open(DEMO_SONGS)
        server.stop()


@pytest_asyncio.fixture
async def visitor(browser: Browser, site: Site) -> AsyncIterator[Listener]:
    """Somebody who is not signed in."""
    async with somebody(browser, site.base_url) as person:
        yield person


@pytest_asyncio.fixture
async def listener(browser: Browser, site: Site) -> AsyncIterator[Listener]:
    """Somebody new, signed in, at a laptop."""
    async with somebody(browser, site.base_url) as person:
        person.name = await site.newcomer(person.page.context)
        yield person


@pytest_asyncio.fixture
async def phone(browser: Browser, site: Site) -> AsyncIterator[Listener]:
    """Somebody new, signed in, with a small phone."""
    async with somebody(browser, site.base_url, viewport=PHONE, has_touch=True, is_mobile=True) as person:
        person.name = await site.newcomer(person.page.context)
        yield person


@pytest.fixture
def own_place() -> Iterator[Path]:
    """A folder for a server of the test's own; gone afterwards."""
    with folder("e2e") as place:
        yield place
    shutil.rmtree(place, ignore_errors=True)
