"""The jukebox wired: its use cases in every process, its output in one."""

import asyncio
import fcntl
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from antiphon.adapters.media.jukebox import AlsaPlayer
from antiphon.api.http.areas import Areas
from antiphon.areas.library.data import LibraryChanged
from antiphon.areas.playback.api.jukebox import Jukebox
from antiphon.areas.playback.api.jukebox_runner import JukeboxRunner
from antiphon.areas.playback.data.jukebox import JukeboxChanged
from antiphon.bootstrap.settings import Settings
from antiphon.kernel.clock import Clock, system_clock
from antiphon.kernel.db import Database
from antiphon.kernel.pubsub import Message, PubSub

log = logging.getLogger(__name__)

TOPIC = "jukebox"


def wire_jukebox(settings: Settings, database: Database, clock: Clock, pubsub: PubSub) -> Jukebox:
    """What people do with the jukebox; whoever has the output hears of it."""

    async def knock(_event: JukeboxChanged | LibraryChanged) -> None:
        await pubsub.publish(TOPIC, {})

    if settings.jukebox_device:
        database.subscriptions.after_commit(JukeboxChanged, knock)
        # What plays may have been flagged.
        database.subscriptions.after_commit(LibraryChanged, knock)
    return Jukebox(database=database, clock=clock, has_output=bool(settings.jukebox_device))


class _Chosen:
    """Several web processes share a data folder: the one that gets this lock has the output, until it ends."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock: IO[bytes] | None = None

    def __call__(self) -> bool:
        if self._lock is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            lock = self._file.open("ab")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                return False
            self._lock = lock
        return True

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


@asynccontextmanager
async def running_jukebox(settings: Settings, database: Database, areas: Areas, pubsub: PubSub) -> AsyncIterator[None]:
    """The output of this server, where it has one, for as long as the block runs."""
    if not settings.jukebox_device:
        yield
        return
    chosen = _Chosen(settings.data / "run" / "jukebox.lock")
    runner = JukeboxRunner(
        database=database,
        clock=system_clock,
        library=areas.library,
        access=areas.accounts.access,
        player=AlsaPlayer(settings.jukebox_device),
        listening=areas.playback,
        is_chosen=chosen,
    )

    async def knocked(_message: Message) -> None:
        runner.knock()

    pubsub.subscribe(TOPIC, knocked)
    running = asyncio.create_task(_kept_running(runner), name="jukebox")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        chosen.close()


async def _kept_running(runner: JukeboxRunner) -> None:
    """What goes wrong there must neither end the server nor the jukebox."""
    while True:
        try:
            await runner.run()
        except Exception:
            log.exception("the jukebox has stumbled")
            await asyncio.sleep(1.0)
