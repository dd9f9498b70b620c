"""Keeping the libraries as their folders are: what changes on disk is scanned soon, that and nothing else."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from antiphon.areas.library.api.scans import SCAN, ScanArguments, Scans
from antiphon.areas.library.data import ScanReport
from antiphon.areas.library.data.libraries import Place, WatchState
from antiphon.areas.library.data.watching import FolderWatch, WatchEnded, WatchTools
from antiphon.areas.library.internal import libraries
from antiphon.areas.library.internal.paths import real_text
from antiphon.areas.library.internal.pending import Pending, place_of
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs import Job, JobQueue
from antiphon.kernel.jobs.data import FINISHED

log = logging.getLogger(__name__)

# How long the worker waits for the first watches before it takes jobs: then the scan at the start is not made twice.
READY_SECONDS = 3.0
TICK_SECONDS = 0.25
LIBRARIES_SECONDS = 5.0
# Between looks for a folder that is not there, and before a file is looked at again that was still written to.
MISSING_SECONDS, GROWING_SECONDS = 3.0, 3.0
TROUBLE_SECONDS = 30.0


class Watching:
    """Watches the folders of all libraries for as long as it runs: in a worker, beside the jobs."""

    def __init__(self, *, database: Database, scans: Scans, jobs: JobQueue, tools: WatchTools) -> None:
        self._database = database
        self._scans = scans
        self._jobs = jobs
        self._open = tools.open
        self._mode = tools.mode
        self._pending = Pending()
        self._tasks: list[asyncio.Task[None]] = []
        self._watched: dict[int, tuple[str, asyncio.Task[None]]] = {}
        self._shown: dict[int, tuple[WatchState, str]] = {}
        self._late: set[int] = set()

    async def start(self) -> None:
        """Begin; returns when the folders are watched, or after some seconds while that goes on."""
        ready = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._follow_libraries(ready), name="watched libraries"),
            asyncio.create_task(self._scan_changes(), name="scans of changes"),
        ]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                await ready.wait()

    async def stop(self) -> None:
        """Watch nothing any more."""
        tasks = [*self._tasks, *(task for _, task in self._watched.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks, self._watched = [], {}

    async def _follow_libraries(self, ready: asyncio.Event) -> None:
        """Watch what becomes a library, and no more what ceases to be one."""
        first = True
        while True:
            with _carrying_on("libraries"):
                rows = await self._database.reader.fetch(libraries.FOLDERS)
                opened = await self._adjust(dict(rows))
                if first:
                    await self._cover_what_was_missed(opened)
                    first = False
            ready.set()
            await asyncio.sleep(LIBRARIES_SECONDS)

    async def _adjust(self, folders: dict[int, str]) -> list[int]:
        """Have these folders watched and no others; gives the libraries that are watched from now on."""
        for library_id, (path, task) in list(self._watched.items()):
            if folders.get(library_id) != path or task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                del self._watched[library_id]
                self._shown.pop(library_id, None)
                self._late.discard(library_id)
        beginning: dict[int, asyncio.Event] = {}
        for library_id, path in folders.items():
            if library_id in self._watched:
                continue
            if self._mode == "off":
                await self._show(library_id, "off", "")
                continue
            begun = asyncio.Event()
            task = asyncio.create_task(self._watch(library_id, Path(real_text(path)), begun), name="watched folder")
            self._watched[library_id] = (path, task)
            beginning[library_id] = begun
        return await self._begun(beginning)

    async def _begun(self, beginning: Mapping[int, asyncio.Event]) -> list[int]:
        """The libraries whose watches begin soon. A folder that does not answer keeps no other waiting; what changed
        meanwhile is looked at when it does."""
        waiting = [asyncio.create_task(begun.wait()) for begun in beginning.values()]
        if waiting:
            _, left = await asyncio.wait(waiting, timeout=READY_SECONDS)
            for task in left:
                task.cancel()
        self._late |= {library_id for library_id, begun in beginning.items() if not begun.is_set()}
        return [library_id for library_id in beginning if library_id not in self._late]

    async def _cover_what_was_missed(self, library_ids: list[int]) -> None:
        """What changed before the watches were there is found by a scan; one that waits or has begun since will do."""
        now, latest = time.time(), await self._jobs.latest(SCAN)
        if latest is not None and latest.started_at is None and latest.state not in FINISHED and _is_whole(latest):
            return
        self._pending.add([Place(library_id) for library_id in library_ids], now)

    async def _watch(self, library_id: int, root: Path, begun: asyncio.Event) -> None:
        """Watch one library until it is called off, whatever becomes of its folder."""
        try:
            await self._keep_watching(library_id, root, begun)
        finally:
            # Who waits for it waits no longer, even where it ends by what nobody has thought of.
            begun.set()

    async def _keep_watching(self, library_id: int, root: Path, begun: asyncio.Event) -> None:
        mode, trouble, was_missing = self._mode, "", False
        while True:
            try:
                identity = await asyncio.to_thread(_identity, root)
                if identity is None:
                    await self._show(library_id, "missing", "The folder is not there. Its songs stay as they are.")
                    was_missing = True
                    begun.set()
                    await asyncio.sleep(MISSING_SECONDS)
                    continue
                watch = await self._open(root, mode)
                try:
                    if was_missing or library_id in self._late:
                        self._pending.add([Place(library_id)], time.time())
                        was_missing = False
                        self._late.discard(library_id)
                    await self._show(library_id, watch.how, trouble or watch.note)
                    begun.set()
                    await self._listen(library_id, root, identity, watch)
                finally:
                    await watch.close()
                # It was taken away, or something else is mounted there.
                was_missing = True
            except WatchEnded as error:
                was_missing = True
                if await asyncio.to_thread(_identity, root) is not None:
                    log.warning("%s: %s", root, error)
                    # What events can no longer tell is looked for.
                    mode, trouble = "poll", str(error)
                    begun.set()
                    await asyncio.sleep(MISSING_SECONDS)
            except (AntiphonError, OSError) as error:
                log.warning("%s is not watched for a while: %s", root, error)
                begun.set()
                await asyncio.sleep(TROUBLE_SECONDS)

    async def _listen(self, library_id: int, root: Path, identity: tuple[int, int], watch: FolderWatch) -> None:
        """Note what changes, until another folder or none is at the path."""
        while await asyncio.to_thread(_identity, root) == identity:
            changes = await watch.changes()
            places = {place_of(library_id, change) for change in changes}
            self._pending.add([place for place in places if place is not None], time.time())

    async def _scan_changes(self) -> None:
        """Have scanned what is due; while a scan waits or runs, changes gather."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = time.time()
            places = self._pending.due(now)
            if not places:
                continue
            with _carrying_on("scans of changes"):
                job = await self._scans.look_at(places)
                if job is None:
                    await asyncio.sleep(4 * TICK_SECONDS)
                    continue
                self._pending.done(places, now)
                await self._follow(job.id, places)

    async def _follow(self, job_id: str, places: list[Place]) -> None:
        """Wait for a scan, and come back to what was still written to meanwhile."""
        while True:
            await asyncio.sleep(2 * TICK_SECONDS)
            job = await self._jobs.find(job_id)
            if job is None or job.state in FINISHED:
                break
        result = None if job is None else job.decoded_result()
        if result is not None and msgspec.convert(result, ScanReport).growing:
            await asyncio.sleep(GROWING_SECONDS)
            self._pending.add(places, time.time())

    async def _show(self, library_id: int, watch: WatchState, note: str) -> None:
        """Let admins see how a library is watched."""
        if self._shown.get(library_id) == (watch, note):
            return
        async with self._database.transaction() as transaction:
            await libraries.set_watch(transaction, library_id, watch, note)
        self._shown[library_id] = (watch, note)


def _identity(root: Path) -> tuple[int, int] | None:
    """What lies at a path, None where that is no folder."""
    try:
        status = root.stat()
        return (status.st_dev, status.st_ino) if root.is_dir() else None
    except OSError:
        return None


def _is_whole(job: Job) -> bool:
    return not msgspec.json.decode(job.arguments, type=ScanArguments).places


@contextlib.contextmanager
def _carrying_on(what: str) -> Iterator[None]:
    """A database that is away for a moment ends nothing."""
    try:
        yield
    except AntiphonError as error:
        log.warning("%s have to wait: %s", what, error)
