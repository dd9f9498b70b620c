"""What tests of the security rules may ask for besides."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.web import make_web
from antiphon.bootstrap.wiring import wire
from antiphon.kernel.clock import Clock, system_clock
from tests.api.conftest import house, house_address, scanned_music
from tests.api.house import House
from tests.audio.maker import AudioMaker
from tests.stage import Stage

__all__ = ["house", "house_address", "scanned_music"]

Open = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path, audio: AudioMaker) -> Open:
    """Opens the product without music, with settings of the test's own; ceilings and limits are on."""

    @asynccontextmanager
    async def open_with(clock: Clock = system_clock, **settings: str) -> AsyncIterator[House]:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        if not (folder / "antiphon.db").exists():
            shutil.copyfile(sqlite_template, folder / "antiphon.db")
        environment = {"ANTIPHON_DATA": str(folder), "ANTIPHON_MUSIC": str(tmp_path / "music"), **settings}
        application = wire(read_settings(environment, tmp_path), clock=clock, synchronous="OFF")
        web = make_web(application, worker_runs=lambda: True)
        async with web.running():
            yield House(application, web.application, Stage(application, tmp_path, audio))
        await application.close()

    return open_with
