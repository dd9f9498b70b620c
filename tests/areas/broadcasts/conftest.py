"""A server that may read feeds of this machine, and one that has them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.audio.maker import AudioMaker
from tests.feeds import PodcastServer, podcast_stage
from tests.stage import Stage


@pytest.fixture
def feeds() -> Iterator[PodcastServer]:
    """Another server, with podcasts."""
    started = PodcastServer()
    yield started
    started.close()


@pytest_asyncio.fixture
async def stage(database_url: str, tmp_path: Path, audio: AudioMaker) -> AsyncIterator[Stage]:
    """The application on SQLite and then on PostgreSQL; it may call 127.0.0.1."""
    async with podcast_stage(tmp_path, database_url, audio) as made:
        yield made
