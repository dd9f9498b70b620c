"""A data folder with a server's parts in this process, and worker processes that can be killed."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from antiphon.adapters.queue.supervisor import WorkerSupervisor
from antiphon.bootstrap.settings import read_settings
from antiphon.kernel.jobs import Job
from tests.adapters.queue.application import EFFECTS, PATH, Application, open_application
from tests.services.processes import is_alive

ROOT = Path(__file__).parents[3]


class Site:
    """One installation."""

    def __init__(self, application: Application, environment: Mapping[str, str], data: Path) -> None:
        self.application = application
        self.environment = dict(environment)
        self.data = data

    def supervisor(self, **more: str) -> WorkerSupervisor:
        command = [sys.executable, "-m", "antiphon.bootstrap.worker", "--embedded", "--application", PATH]
        return WorkerSupervisor(command, self.environment | more)

    async def start(self, *options: str, **more: str) -> asyncio.subprocess.Process:
        """A worker or beat that nobody supervises."""
        command = [sys.executable, "-m", "antiphon.bootstrap.worker", "--application", PATH, *options]
        return await asyncio.create_subprocess_exec(*command, env=self.environment | more)

    async def add(self, kind: str, arguments: dict[str, Any], **options: Any) -> str:
        async with self.application.database.transaction() as transaction:
            return await self.application.background.queue.add(transaction, kind, arguments, **options)

    async def job(self, job_id: str) -> Job:
        found = await self.application.background.queue.find(job_id)
        assert found is not None
        return found

    async def finished(self, job_id: str, seconds: float = 30) -> Job:
        await until(lambda: self._has_finished(job_id), seconds)
        return await self.job(job_id)

    async def effects(self) -> list[tuple[str, str]]:
        return [(job_id, word) for job_id, word in await self.application.database.reader.fetch(EFFECTS)]

    async def _has_finished(self, job_id: str) -> bool:
        return (await self.job(job_id)).finished_at is not None


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Wait until `condition` holds; a TimeoutError where it does not within `seconds`."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.03)


async def written(file: Path, seconds: float = 15) -> list[int]:
    """The numbers that a job writes into its mark once it runs."""

    async def there() -> bool:
        return file.exists() and file.read_text() != ""

    await until(there, seconds)
    return [int(word) for word in file.read_text().split()]


async def gone(process_id: int, seconds: float = 12) -> None:
    async def has_ended() -> bool:
        return not is_alive(process_id)

    await until(has_ended, seconds)


@contextlib.asynccontextmanager
async def site_at(data: Path, **more: str) -> AsyncIterator[Site]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANTIPHON")}
    environment |= {"ANTIPHON_DATA": str(data), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **more}
    async with open_application(read_settings(environment), "web") as application:
        yield Site(application, environment, data)


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[Site]:
    """SQLite, the folder as broker; no worker yet."""
    async with site_at(tmp_path) as site:
        yield site


@pytest.fixture
async def with_redis(tmp_path: Path, redis_url: str) -> AsyncIterator[Site]:
    """SQLite, Redis as broker; no worker yet."""
    async with site_at(tmp_path, REDIS_URL=redis_url) as site:
        yield site
