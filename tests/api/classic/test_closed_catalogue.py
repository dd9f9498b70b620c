"""CATALOGUE_ACCESS=members closes what is open otherwise, and an empty library is no error."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.api.house import House, furnished
from tests.audio.maker import AudioMaker


@pytest_asyncio.fixture(scope="module")
async def closed_house(house_address: tuple[Path, str], audio: AudioMaker) -> AsyncIterator[House]:
    """A house without music whose catalogue is for members."""
    folder, url = house_address
    async with furnished(folder, audio, url, files=(), CATALOGUE_ACCESS="members") as made:
        yield made


async def test_a_closed_catalogue_asks_for_a_sign_in(closed_house: House) -> None:
    paths = ("/songs", "/songs/1", "/albums", "/artists", "/songs/1/image", "/api/songs/", "/api/songs/featured/",
             "/api/albums/")  # fmt: skip
    async with closed_house.door() as door, closed_house.caller("anna") as anna:
        for path in paths:
            assert (await door.get(path)).status_code == 401, path
            assert (await anna.client.get(path)).status_code in (200, 404), path


async def test_an_empty_library_is_no_error(closed_house: House) -> None:
    async with closed_house.caller("anna") as anna:
        for path in ("songs", "songs/featured", "songs/made-for-you", "songs/trending", "albums"):
            assert await anna.ask("GET", f"/api/{path}/") == []
        assert (await anna.ask("GET", "/api/all_genre"))["data"] == []
