"""How songs sound: measured in the background, one file after the other, and read."""

from antiphon.areas.library.api.scans import SCAN
from antiphon.areas.library.data import (
    ArtworkMaker,
    MeasureStatus,
    OwnSound,
    OwnUnmeasured,
    ScanFinished,
    SongSound,
    SongUploaded,
    SoundTools,
    UnmeasuredSong,
    VectorRow,
)
from antiphon.areas.library.internal.covers_ahead import CoversAhead
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.areas.library.internal.sound import queries
from antiphon.areas.library.internal.sound.measuring import Measuring, Progress
from antiphon.areas.library.internal.uploading.copies import Copies
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, not_found, not_signed_in
from antiphon.kernel.jobs import Job, JobQueue, RetryLater
from antiphon.kernel.jobs.data import RUNNING
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal

MEASURE = "measure"
"""The kind of job that measures every song that has not been measured yet."""
PRIORITY = -10
MOST_NAMED = 50


class Sounds:
    """What is known of how songs sound."""

    def __init__(
        self,
        *,
        database: Database,
        jobs: JobQueue,
        clock: Clock,
        tools: SoundTools,
        copies: Copies,
        artwork_maker: ArtworkMaker,
    ) -> None:
        self._database = database
        self._reader = database.reader
        self._jobs = jobs
        self._clock = clock
        self._tools = tools
        self._copies = copies
        self._artwork_maker = artwork_maker

    async def song(self, principal: Principal, song_id: int) -> SongSound:
        """How one song sounds. Raises NOT_FOUND."""
        row = await self._reader.fetch_one(queries.SOUND, id=song_id, **viewing(principal))
        if row is None:
            raise not_found("song")
        return SongSound(*row)

    async def waveform(self, principal: Principal, song_id: int) -> bytes:
        """The outline of a song: 800 heights of 8 bits, empty while it has not been measured. Raises NOT_FOUND."""
        row = await self._reader.fetch_one(queries.WAVEFORM, id=song_id, **viewing(principal))
        if row is None:
            raise not_found("song")
        return bytes(row[1] or b"")

    async def status(self, principal: Principal) -> MeasureStatus:
        """How far the measuring is. Admins only."""
        _check_admin(principal)
        measured, unreadable, _ = (await self._reader.fetch_slow(queries.COUNTS))[0]
        waiting = (await self._reader.fetch_slow(queries.TO_MEASURE_COUNT))[0][0]
        return MeasureStatus(self._tools.is_on, int(measured), int(unreadable), int(waiting))

    async def own(self, principal: Principal) -> OwnSound:
        """How far the measuring of the caller's own songs is. Raises NOT_SIGNED_IN."""
        if principal.is_anonymous:
            raise not_signed_in()
        owner = principal.user_id
        measured, unreadable, waiting = (await self._reader.fetch_slow(queries.OWN_COUNTS, owner=owner))[0]
        rows = await self._reader.fetch_slow(queries.OWN_UNMEASURED, owner=owner, limit=MOST_NAMED)
        job = await self._jobs.latest(MEASURE)
        return OwnSound(
            is_on=self._tools.is_on,
            is_running=job is not None and job.state == RUNNING,
            measured=int(measured),
            unreadable=int(unreadable),
            waiting=int(waiting),
            songs=[OwnUnmeasured(*row) for row in rows],
        )

    async def unreadable(self, principal: Principal, page: Page) -> Slice[UnmeasuredSong]:
        """Songs whose files could not be measured, and why. Admins only."""
        _check_admin(principal)
        rows = await self._reader.fetch_slow(queries.UNREADABLE, limit=page.limit, offset=page.offset)
        total = (await self._reader.fetch_slow(queries.UNREADABLE_COUNT))[0][0]
        return Slice([UnmeasuredSong(*row) for row in rows], int(total), page)

    async def duplicates(self, principal: Principal, page: Page) -> Slice[tuple[int, ...]]:
        """The ids of songs that have the same audio under other tags, group by group. Admins only."""
        _check_admin(principal)
        rows = await self._reader.fetch_slow(queries.DUPLICATES, limit=page.limit, offset=page.offset)
        groups: dict[str, list[int]] = {}
        for audio, song_id in rows:
            groups.setdefault(audio, []).append(song_id)
        total = (await self._reader.fetch_slow(queries.DUPLICATE_COUNT))[0][0]
        return Slice([tuple(songs) for songs in groups.values()], int(total), page)

    async def newest_vector(self) -> int:
        """The position of the vector that was written last, 0 where there is none."""
        row = await self._reader.fetch_one(queries.NEWEST_VECTOR)
        return 0 if row is None else int(row[0])

    async def vectors(self, after: int, limit: int) -> list[VectorRow]:
        """Vectors that were written after the one at position `after`, of all songs there are, in their order."""
        rows = await self._reader.fetch_slow(queries.VECTORS, after=after, limit=limit)
        return [VectorRow(position, song_id, bytes(vector)) for position, song_id, vector in rows]

    async def latest(self) -> Job | None:
        """The job that measures or waits, else the last one that ended."""
        return await self._jobs.latest(MEASURE)

    async def request(self, principal: Principal) -> Job:
        """Have all be measured that has not been. Admins only. Raises CONFLICT `measuring_is_off`."""
        _check_admin(principal)
        if not self._tools.is_on:
            raise AntiphonError(Kind.CONFLICT, "measuring_is_off", "MEASURE_SOUND is off: songs are not measured.")
        async with self._database.transaction() as transaction:
            job_id = await self._queue(transaction)
        job = await self._jobs.find(job_id)
        assert job is not None
        return job

    async def on_scan_finished(self, event: ScanFinished, transaction: Transaction) -> None:
        """Measure what a scan has found."""
        if self._tools.is_on and (event.added or event.changed):
            await self._queue(transaction)

    async def on_song_uploaded(self, _event: SongUploaded, transaction: Transaction) -> None:
        """Measure what somebody has brought."""
        if self._tools.is_on:
            await self._queue(transaction)

    async def run(self, progress: Progress, job_id: str) -> dict[str, int]:
        """Make covers in the sizes of pages, then measure, for a while; gives how many songs were measured and how many
        could not be.

        Raises RetryLater while songs are left: the job goes on then, after those that wait for its place.
        """
        if not self._tools.is_on:
            return {}
        if await self._jobs.runs_elsewhere(MEASURE, job_id):
            raise RetryLater(30.0, "Songs are being measured already.")

        async def is_in_the_way() -> bool:
            return await self._jobs.heavy_waits(MEASURE)

        covers = CoversAhead(self._reader, self._artwork_maker, self._copies.file, is_in_the_way)
        if not await covers.run(progress):
            raise RetryLater(1.0)
        work = Measuring(
            self._database, self._tools.meter, self._copies.file, self._clock, progress, is_in_the_way, self._read_again
        )
        if not await work.run():
            raise RetryLater(1.0)
        return {"measured": work.measured, "unreadable": work.unreadable}

    async def _read_again(self, transaction: Transaction, song_ids: list[int]) -> None:
        """Songs have got or lost a file: have totals added up, and the tags read by a scan."""
        await stale_of_songs(transaction, as_list(song_ids))
        if await self._jobs.waiting(transaction, SCAN) is None:
            await self._jobs.add(transaction, SCAN, subject="Scan of moved files")

    async def _queue(self, transaction: Transaction) -> str:
        """One job that waits is enough: it takes all there is when it runs."""
        waiting = await self._jobs.waiting(transaction, MEASURE)
        if waiting is not None:
            return waiting
        return await self._jobs.add(transaction, MEASURE, subject="How songs sound", priority=PRIORITY)


def _check_admin(principal: Principal) -> None:
    if principal.is_admin:
        return
    if principal.is_anonymous:
        raise not_signed_in()
    raise forbidden("Only admins look after the measuring of songs.")
