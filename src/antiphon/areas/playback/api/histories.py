"""Listening histories that people bring along."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from antiphon.areas.library.api import Library
from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.playback.api.scrobbling import Scrobbling
from antiphon.areas.playback.data import Play
from antiphon.areas.playback.data.histories import HistoryEntry, HistoryReport, HistorySource
from antiphon.areas.playback.internal import histories, writes
from antiphon.areas.playback.internal.histories import Found, Songs
from antiphon.areas.playback.internal.history_formats import entries_in
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind, invalid
from antiphon.kernel.jobs import Job, JobQueue
from antiphon.kernel.principal import Principal

HISTORY_JOB, LOVES_JOB = "history", "loves"
ENTRIES_AT_ONCE = 500
MOST_ENTRIES = 500_000
Record = Callable[[Principal, Sequence[Play]], Awaitable[int]]


class Histories:
    """What was played and loved elsewhere, taken over: each play once, however often it is brought."""

    def __init__(
        self, *, database: Database, library: Library, scrobbling: Scrobbling, jobs: JobQueue, record: Record
    ) -> None:
        self._database = database
        self._library = library
        self._scrobbling = scrobbling
        self._jobs = jobs
        self._record = record

    async def request(self, principal: Principal, source: HistorySource, content: bytes) -> Job:
        """Take an export over in the background. Raises INVALID where there is no listen in it."""
        check_may_write(principal)
        entries = await asyncio.to_thread(lambda: list(entries_in(source, content)))
        if not 0 < len(entries) <= MOST_ENTRIES:
            raise invalid(file="There is no listen in this file." if not entries else "These are too many listens.")
        arguments = {"user_id": principal.user_id, "source": source, "entries": msgspec.to_builtins(entries)}
        return await self._queued(principal, HISTORY_JOB, arguments, f"Listening history from {source}")

    async def request_loves(self, principal: Principal, service_id: str) -> Job:
        """Star what somebody loves at a service, in the background. Raises NOT_FOUND without a connection."""
        check_may_write(principal)
        await self._scrobbling.connection(principal, service_id)
        arguments = {"user_id": principal.user_id, "service": service_id}
        return await self._queued(principal, LOVES_JOB, arguments, f"Loved songs from {service_id}")

    async def songs(self, principal: Principal) -> Songs:
        """What histories are compared with: all songs that somebody may hear."""
        return await Songs.read(self._database.reader, principal)

    async def add(
        self,
        principal: Principal,
        source: str,
        entries: Sequence[HistoryEntry],
        songs: Songs | None = None,
        *,
        progress: Callable[[float], None] = lambda _: None,
    ) -> HistoryReport:
        """Take entries over, at most `ENTRIES_AT_ONCE` in a transaction. `source` says where they are from; `progress`
        is told how much is done, 0 to 1."""
        songs = songs or await self.songs(principal)
        known = msgspec.structs.replace(principal, client=f"import:{source}")
        report = HistoryReport()
        for begin in range(0, len(entries), ENTRIES_AT_ONCE):
            part = entries[begin : begin + ENTRIES_AT_ONCE]
            pairs = [(songs.find(entry.artist, entry.title, entry.album), entry) for entry in part]
            matched = [(found, entry) for found, entry in pairs if found is not None]
            report += HistoryReport(len(matched), len(part) - len(matched), await self._add(known, matched))
            progress((begin + len(part)) / len(entries))
        return report

    async def add_loves(self, principal: Principal, service_id: str) -> HistoryReport:
        """Star all songs that somebody loves at a service. Raises UNAVAILABLE, INVALID `service_refused`, NOT_FOUND."""
        songs = await self.songs(principal)
        report, page = HistoryReport(), 0
        while loved := await self._scrobbling.loved(principal, service_id, page):
            found = [songs.find(one.artist, one.title, one.album) for one in loved]
            ids = list(dict.fromkeys(one.song_id for one in found if one is not None))
            rows = await self._library.browse.songs_by_ids(principal, ids)
            new = [row.id for row in rows if row.starred_at is None]
            if new:
                async with self._database.transaction() as transaction:
                    await self._library.annotations.star(principal, "song", new)
                    await self._scrobbling.take_loves_back(transaction, principal, service_id, new)
            matched = sum(one is not None for one in found)
            report += HistoryReport(matched, len(found) - matched, len(new))
            page += 1
        return report

    async def _add(self, principal: Principal, pairs: Sequence[tuple[Found, HistoryEntry]]) -> int:
        added = 0
        try:
            async with self._database.transaction() as transaction:
                plays = [(found, entry) for found, entry in pairs if entry.action == "play"]
                if plays:
                    plays = await histories.unknown_plays(transaction, principal.user_id, plays)
                if plays:
                    added += await self._record(principal, [_play(found, entry) for found, entry in plays])
                for found, entry in pairs:
                    if entry.action != "play" and not await histories.is_logged(
                        transaction, principal.user_id, found.song_id, entry
                    ):
                        await writes.insert_activity(
                            transaction,
                            user_id=principal.user_id,
                            song_id=found.song_id,
                            action=entry.action,
                            at=entry.at,
                            client=principal.client,
                            completion=entry.completion,
                        )
                        added += 1
        except AntiphonError as error:
            # None of these songs is for this person's ears.
            if error.kind is not Kind.NOT_FOUND:
                raise
            return 0
        return added

    async def _queued(self, principal: Principal, kind: str, arguments: dict[str, object], subject: str) -> Job:
        async with self._database.transaction() as transaction:
            job_id = await self._jobs.add(transaction, kind, arguments, owner_id=principal.user_id, subject=subject)
        return await self._jobs.get(principal, job_id)


def _play(found: Found, entry: HistoryEntry) -> Play:
    seconds = None if entry.completion is None else min(max(entry.completion, 0.0), 1.0) * found.duration
    return Play(found.song_id, entry.at, seconds)
