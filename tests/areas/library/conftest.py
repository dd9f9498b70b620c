"""A stage without any music yet, for tests that say themselves what is there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import wire
from tests.audio.maker import AudioMaker
from tests.stage import Stage


@pytest_asyncio.fixture
async def empty_stage(database_url: str, tmp_path: Path, audio: AudioMaker) -> AsyncIterator[Stage]:
    """The application on SQLite and then on PostgreSQL, with an empty music folder."""
    music = tmp_path / "music"
    music.mkdir()
    environment = {"ANTIPHON_DATA": str(tmp_path / "data"), "ANTIPHON_MUSIC": str(music)}
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    application = wire(read_settings(environment, tmp_path), synchronous="OFF")
    yield Stage(application, music, audio)
    await application.close()
