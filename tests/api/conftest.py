"""What tests of the dialects may ask for besides."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.api.house import House, furnished
from tests.audio.maker import AudioMaker
from tests.services.databases import DATABASES
from tests.services.scanned import Scanned


@pytest.fixture(scope="module", params=DATABASES)
def house_address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """The folder and the database of a module's house."""
    folder = tmp_path_factory.mktemp("house")
    if request.param == "sqlite":
        (folder / "data").mkdir()
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "data" / "antiphon.db")
        yield folder, "sqlite:"
    else:
        with request.getfixturevalue("postgresql_databases").take() as address:
            yield folder, address


@pytest.fixture(scope="module")
def scanned_music(request: pytest.FixtureRequest, house_address: tuple[Path, str]) -> Scanned:
    """The scanned stage for the database of a module's house."""
    found: Scanned = request.getfixturevalue(
        f"scanned_on_{'sqlite' if house_address[1] == 'sqlite:' else 'postgresql'}"
    )
    return found


@pytest_asyncio.fixture(scope="module")
async def house(house_address: tuple[Path, str], scanned_music: Scanned, audio: AudioMaker) -> AsyncIterator[House]:
    """One furnished house for all tests of a module, on SQLite and then on PostgreSQL."""
    folder, url = house_address
    async with furnished(folder, audio, url, scanned=scanned_music) as made:
        yield made
