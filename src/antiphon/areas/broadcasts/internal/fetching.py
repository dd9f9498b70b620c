"""What jobs do for podcasts: read feeds, and bring episodes onto the disk."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from antiphon.areas.broadcasts.data.podcasts import COMPLETED, DOWNLOAD, DOWNLOADING, ERROR, NEW, Feed, FeedReader
from antiphon.areas.broadcasts.internal import podcasts
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.ids import new_object_name
from antiphon.kernel.jobs import JobChanged, JobFailed
from antiphon.kernel.jobs.data import CANCELLED, DEAD

log = logging.getLogger(__name__)

AT_ONCE = 4
LEFT_SECONDS = 86_400.0
Progress = Callable[[float | None, str], None]


class Fetching:
    """Runs in the worker. `episode_bytes` is how large an episode may be."""

    def __init__(
        self, *, database: Database, clock: Clock, feeds: FeedReader, folder: Path, episode_bytes: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._feeds = feeds
        self._folder = folder
        self._episode_bytes = episode_bytes
        database.subscriptions.in_transaction(JobChanged, self._job_changed)

    async def refresh(self, progress: Progress, channel_id: int | None) -> dict[str, int]:
        """Read the feeds of all channels, or of one. What goes wrong stands at the channel; gives how many there were,
        how many episodes were new, and how many feeds could not be read."""
        if channel_id is not None:
            ids = [channel_id]
        else:
            ids = [int(row[0]) for row in await self._database.reader.fetch(podcasts.CHANNEL_IDS)]
        added = failed = done = 0
        places = asyncio.Semaphore(AT_ONCE)

        async def read(one: int) -> None:
            nonlocal added, failed, done
            found = None
            async with places:
                try:
                    found = await self._read_channel(one)
                except Exception:
                    log.exception("podcast %d was not read", one)
            done += 1
            added += found or 0
            failed += found is None
            progress(done / len(ids), f"{done} of {len(ids)} podcasts read")

        async with asyncio.TaskGroup() as group:
            for one in ids:
                group.create_task(read(one))
        return {"channels": len(ids), "episodes": added, "failed": failed}

    async def _read_channel(self, channel_id: int) -> int | None:
        """How many episodes were new; None where the feed could not be read."""
        row = await self._database.reader.fetch_one(podcasts.FEED, id=channel_id)
        if row is None:
            return 0
        url, title, etag, modified, image_url, image_source, _ = row
        try:
            feed = await self._feeds.read(url, etag, modified)
        except AntiphonError as error:
            async with self._database.transaction() as transaction:
                await podcasts.change_channel(
                    transaction, channel_id, status=ERROR, error=error.message, refreshed_at=self._clock()
                )
            return None
        added = await self._write_feed(channel_id, feed, title)
        wanted = feed.image_url if feed is not None else image_url
        if wanted and wanted != image_source:
            await self._fetch_picture(channel_id, wanted)
        return added

    async def _write_feed(self, channel_id: int, feed: Feed | None, title: str) -> int:
        now, added = self._clock(), 0
        values = {"status": COMPLETED, "error": "", "refreshed_at": now}
        if feed is not None:
            values |= {name: getattr(feed, name) for name in ("description", "homepage_url", "image_url")}
            values |= {"title": feed.title or title, "etag": feed.etag, "modified": feed.modified}
        async with self._database.transaction() as transaction:
            if await podcasts.change_channel(transaction, channel_id, **values) and feed is not None:
                added = await podcasts.write_episodes(transaction, channel_id, feed.episodes, now)
                await podcasts.forget_old_episodes(transaction, channel_id)
        return added

    async def _fetch_picture(self, channel_id: int, address: str) -> None:
        """Bring a channel's picture onto the disk. Without one it has a pattern; the next reading tries again."""
        name = new_object_name("picture")
        file = self._folder / name
        try:
            digest = await self._feeds.picture(address, file)
        except AntiphonError as error:
            log.info("the picture of podcast %d was not fetched: %s", channel_id, error)
            return
        async with self._database.transaction() as transaction:
            former = await transaction.fetch_one(podcasts.CHANNEL_PICTURE, id=channel_id)
            is_there = await podcasts.change_channel(
                transaction, channel_id, image_file=name, image_hash=digest, image_source=address
            )
        useless = (former[0] if former is not None else "") if is_there else name
        if useless:
            await asyncio.to_thread((self._folder / useless).unlink, missing_ok=True)

    async def download(self, progress: Progress, job_id: str, episode_id: int) -> dict[str, int]:
        """Bring an episode onto the disk. Raises JobFailed with the reason, which then stands at the episode too."""
        async with self._database.transaction() as transaction:
            state = await podcasts.episode_state(transaction, episode_id)
        if state is None or state[0] != DOWNLOADING or state[1] != job_id:
            return {"bytes": 0}
        name = new_object_name("audio")
        file = self._folder / name
        try:
            found = await self._feeds.audio(state[3], file, most=self._episode_bytes, progress=progress)
        except AntiphonError as error:
            async with self._database.transaction() as transaction:
                await podcasts.end_download(transaction, job_id, ERROR, error.message)
            raise JobFailed(error.message) from error
        async with self._database.transaction() as transaction:
            is_wanted = await podcasts.finish_download(
                transaction,
                job_id,
                file_name=name,
                content_type=found.content_type,
                suffix=found.suffix,
                size=found.size,
                format=found.format,
                bitrate=found.bitrate,
                sample_rate=found.sample_rate,
                channels=found.channels,
                **({"duration": found.duration} if found.duration else {}),
            )
        if not is_wanted:
            await asyncio.to_thread(file.unlink, missing_ok=True)
        return {"bytes": found.size}

    async def remove_leftovers(self) -> int:
        """Remove files that no row names, once they are a day old: what a crash left between the disk and the database.

        Gives how many."""
        kept = {str(row[0]) for row in await self._database.reader.fetch_slow(podcasts.FILES)}
        kept |= {str(row[0]) for row in await self._database.reader.fetch_slow(podcasts.PICTURES)}
        return await asyncio.to_thread(_remove_all_but, self._folder, kept, self._clock() - LEFT_SECONDS)

    async def _job_changed(self, event: JobChanged, transaction: Transaction) -> None:
        """A download that was called off, or given up after its worker died again and again, is no longer under way."""
        if event.kind != DOWNLOAD or event.state not in (CANCELLED, DEAD):
            return
        status, error = (NEW, "") if event.state == CANCELLED else (ERROR, "The server gave up after several attempts.")
        await podcasts.end_download(transaction, event.job_id, status, error)


def _remove_all_but(folder: Path, kept: set[str], before: float) -> int:
    removed = 0
    for file in folder.glob("*/*/*"):
        if str(file.relative_to(folder)) not in kept and file.stat().st_mtime < before:
            file.unlink(missing_ok=True)
            removed += 1
    return removed
