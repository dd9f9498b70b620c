"""One scan of all libraries, from the walk to the totals."""

import asyncio
import gc
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, case, func, select, update

from antiphon.areas.library.data import ScanReport, ScanTools
from antiphon.areas.library.data.libraries import Place
from antiphon.areas.library.internal import revisions
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.libraries import forget_look
from antiphon.areas.library.internal.paths import real_text
from antiphon.areas.library.internal.scan.albums import SongToWrite
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.compare import Comparison, ToRead, compare
from antiphon.areas.library.internal.scan.identity import Absent
from antiphon.areas.library.internal.scan.last_look import differences, keep_look
from antiphon.areas.library.internal.scan.moved_between import Compared, follow_moved_files
from antiphon.areas.library.internal.scan.moved_folders import follow_moved_folders
from antiphon.areas.library.internal.scan.narrowing import Narrowing, by_library, outermost
from antiphon.areas.library.internal.scan.prepare import Unreadable
from antiphon.areas.library.internal.scan.readers import Readers
from antiphon.areas.library.internal.scan.store import Store
from antiphon.areas.library.internal.scan.totals import refresh_totals
from antiphon.areas.library.internal.scan.walk import Walk, libraries_within
from antiphon.areas.library.internal.scan.worker import SELDOM
from antiphon.kernel.db import Database, Statement, Transaction, in_list, is_refused_value

log = logging.getLogger(__name__)

_LIBRARIES = Statement(
    select(t.library.c.id, t.library.c.name, t.library.c.path, t.library.c.scanned_at)
    .where(t.library.c.active == 1, t.library.c.path != "")
    .order_by(t.library.c.id)
)
_ALL_OF_ALBUM = select(func.count()).where(t.song.c.album_id == t.album.c.id).correlate(t.album).scalar_subquery()
_here = t.album.c.library_id == bindparam("library", type_=BigInteger)
# An album of another library comes from there with all that it has, or stays.
_ALBUM_SIZES = Statement(
    select(
        t.song.c.id,
        t.song.c.album_id,
        case((_here, t.album.c.song_count + t.album.c.hidden_count), else_=_ALL_OF_ALBUM),
    )
    .join(t.album, t.album.c.id == t.song.c.album_id)
    .where(in_list(t.song.c.id, bindparam("ids", type_=Text)))
)

# At the first scan of a library larger batches are worth it: they write each page of the indexes less often.
WRITE_SECONDS, FIRST_WRITE_SECONDS = 0.05, 0.25
TOTALS_SECONDS = 3.0
# Small at first, so that something is there soon; from then on as the clock allows, within these bounds.
FIRST_BATCH = 100
SMALLEST_BATCH = 250
LARGEST_BATCH = 4000
# The albums are added up once when this part of the songs is left to read.
ALBUMS_AT = 8
PRESENCE_BATCH = 500
MOST_WARNINGS = 100

Progress = Callable[[float | None, str], None]
"""Told the share that is done (None: not known yet) and a sentence."""


class Scan:
    """Scans every active library, or some places of them. Rows of what was done already survive a crash: the next scan
    goes on from there."""

    def __init__(self, database: Database, tools: ScanTools, progress: Progress) -> None:
        self._database = database
        self._tools = tools
        self._progress = progress
        self._report = ScanReport()
        self._done = 0
        self._to_do = 0
        self._apart: dict[str, frozenset[str]] = {}
        self._batch = FIRST_BATCH
        self._totals_pause = TOTALS_SECONDS
        self._has_added_albums = False
        self._totals_at = time.monotonic() + TOTALS_SECONDS

    async def run(self, *, full: bool, accept_missing: bool, places: Sequence[Place] = ()) -> ScanReport:
        """Scan. With `accept_missing`, more than a fifth of a library may be gone without stopping. With `places`, only
        these are looked at."""
        start = time.monotonic()
        narrowed = by_library(places)
        rows = await self._database.reader.fetch_slow(_LIBRARIES)
        self._apart = await asyncio.to_thread(libraries_within, [row[2] for row in rows])
        if not narrowed and (moved := await follow_moved_folders(self._database, self._apart)):
            self._report.warnings += moved
            rows = await self._database.reader.fetch_slow(_LIBRARIES)
        libraries = [row for row in rows if not narrowed or row[0] in narrowed]
        with _seldom_collected():
            async with Readers(self._tools) as readers:
                if any(scanned_at is None for *_, scanned_at in libraries):
                    # There will be much to read: they start while the folders are looked through.
                    await readers.start()
                found = await self._compare_all(libraries, narrowed, full=full, accept_missing=accept_missing)
                for library_id, _, path, first, comparison in found:
                    if not comparison.is_empty:
                        async with self._database.transaction() as transaction:
                            await forget_look(transaction, library_id)
                    store = Store(library_id, path, time.time(), first=first)
                    if comparison.to_read:
                        await self._read(readers, store, library_id, path, comparison)
                        await self._clear_pictures(readers, store, library_id, path)
                    else:
                        await self._finish(store, library_id, comparison)
        if await refresh_totals(self._database, time.time()) or self._changed():
            async with self._database.transaction() as transaction:
                await revisions.library_changed(transaction)
        self._report.seconds = round(time.monotonic() - start, 3)
        return self._report

    async def _compare_all(
        self,
        libraries: Sequence[tuple[Any, ...]],
        narrowed: Mapping[int, Sequence[Place]],
        *,
        full: bool,
        accept_missing: bool,
    ) -> list[Compared]:
        """What differs in each library that may be touched."""
        found: list[Compared] = []
        self._progress(None, "Looking through the music folders.")
        for library_id, name, path, scanned_at in libraries:
            narrowing = Narrowing(narrowed.get(library_id, ()) if scanned_at is not None else ())
            comparison = await self._compare(library_id, name, path, narrowing, full=full)
            if comparison is not None:
                found.append(Compared(library_id, name, path, scanned_at is None, comparison))
        into = [one for one in found if accept_missing or not one.comparison.looks_like_an_accident]
        await follow_moved_files(self._database.reader, found, into)
        if not accept_missing:
            found = [one for one in found if not self._is_accident(one)]
        self._to_do = sum(len(one.comparison.to_read) for one in found)
        return found

    def _is_accident(self, library: Compared) -> bool:
        """Whether so much is gone from a library that nothing is changed there; then that is told."""
        comparison = library.comparison
        if comparison.looks_like_an_accident:
            gone, known = len(comparison.gone), comparison.known_present
            self._report.warnings.append(
                f"{library.name}: {gone} of {known} files are gone, more than a fifth. Nothing was changed there. Is "
                "the disk connected? If they are meant to be gone, scan again and accept missing files."
            )
        return comparison.looks_like_an_accident

    def _changed(self) -> bool:
        report = self._report
        return bool(report.added or report.changed or report.moved or report.missing or report.returned)

    async def _compare(
        self, library_id: int, name: str, path: str, narrowing: Narrowing, *, full: bool
    ) -> Comparison | None:
        """What differs in one library; None where it is not there or nobody asks."""
        if not narrowing.is_whole and not narrowing.places:
            return None
        if not await asyncio.to_thread(os.path.isdir, real_text(path)):
            self._report.warnings.append(f"{name}: the folder {path} is not there. Its songs were left as they are.")
            return None
        walk = self._walk(path, () if narrowing.is_whole else narrowing.places)
        folders = await asyncio.to_thread(list, walk)
        self._report.warnings += walk.warnings[:MOST_WARNINGS]
        comparison = await differences(
            self._database.reader, library_id, folders, narrowing, unreadable=walk.unreadable, full=full
        )
        self._report.files += comparison.files
        self._report.growing += comparison.growing
        return comparison

    def _walk(self, path: str, places: Sequence[Place]) -> Walk:
        return Walk(Path(real_text(path)), places, self._apart[path])

    async def _read(self, readers: Readers, store: Store, library_id: int, path: str, comparison: Comparison) -> None:
        absent = await Absent.load(self._database.reader, comparison.absent)
        renamed = _Renames(await self._album_sizes(library_id, comparison), comparison)
        by_path = {entry.file.path: entry for entry in comparison.to_read}
        waiting: list[SongToWrite] = []
        damaged: list[ToRead] = []
        async with aclosing(readers.outcomes(path, comparison.to_read)) as outcomes:
            async for outcome in outcomes:
                self._report.warnings += outcome.warnings[: max(0, MOST_WARNINGS - len(self._report.warnings))]
                if outcome.unreadable:
                    await self._unreadable(store, outcome.unreadable)
                    damaged += [entry for file in outcome.unreadable if (entry := by_path[file.path]).song_id]
                for song in outcome.songs:
                    entry = by_path[song.path]
                    waiting.append(self._recognised(SongToWrite(song, entry.song_id, entry.cover, entry.moved), absent))
                while len(waiting) >= (size := self._next_batch()):
                    batch, waiting = waiting[:size], waiting[size:]
                    await self._write(store, batch, renamed, comparison.broken)
        while waiting:
            batch, waiting = waiting[: self._batch], waiting[self._batch :]
            await self._write(store, batch, renamed, comparison.broken)
        comparison.gone = {path: song_id for path, song_id in comparison.gone.items() if absent.still_absent(song_id)}
        _take_damaged(comparison, damaged)
        await self._finish(store, library_id, comparison)

    async def _clear_pictures(self, readers: Readers, store: Store, library_id: int, path: str) -> None:
        """Let albums whose picture has gone show one of their other songs', or none."""
        reader = self._database.reader
        if left := await store.bare.left_to_ask(reader):
            narrowing = Narrowing(outermost(left.values()))
            folders = await asyncio.to_thread(list, self._walk(path, narrowing.places))
            found = await compare(reader, library_id, folders, narrowing, full=True)
            again = [entry for entry in found.to_read if entry.song_id in left]
            self._to_do += len(again)
            await self._read(readers, store, library_id, path, Comparison(to_read=again))
            await store.bare.left_to_ask(reader)
        async with self._database.transaction() as transaction:
            if await store.bare.clear(transaction, time.time()):
                await revisions.raise_revision(transaction, revisions.LIBRARY)

    def _next_batch(self) -> int:
        """How many songs are written next. Towards the end fewer and fewer: nobody reads any more while what is left
        then is written."""
        return min(self._batch, max(SMALLEST_BATCH, (self._to_do - self._done) // 3))

    def _recognised(self, entry: SongToWrite, absent: Absent) -> SongToWrite:
        if entry.song_id is None:
            entry.song_id = absent.take(entry.song)
            if entry.song_id is None:
                self._report.added += 1
            else:
                entry.moved = True
                self._report.moved += 1
        elif entry.moved:
            self._report.moved += 1
        else:
            self._report.changed += 1
        return entry

    async def _write(self, store: Store, batch: list[SongToWrite], renamed: "_Renames", broken: frozenset[str]) -> None:
        albums = renamed.of(batch)
        try:
            took = await self._write_together(store, batch, albums, broken)
        except Exception as error:
            if not is_refused_value(error):
                raise
            await self._write_singly(store, batch, albums, broken)
            return
        # Others write too: a batch may hold the database for so long and no longer.
        allowed = FIRST_WRITE_SECONDS if store.is_first else WRITE_SECONDS
        wanted = int(len(batch) * allowed / max(took, 0.001))
        self._batch = max(SMALLEST_BATCH, min(LARGEST_BATCH, wanted))
        self._done += len(batch)
        self._progress(self._done / max(self._to_do, 1), f"{self._done} of {self._to_do} songs read.")
        if time.monotonic() > self._totals_at:
            await self._add_up()
        elif not self._has_added_albums and 0 < self._to_do - self._done <= self._to_do // ALBUMS_AT:
            # Most albums are whole by now. Added up while files are still read, they keep nobody waiting at the end.
            self._has_added_albums = True
            await self._add_up_these(("album",))

    async def _write_together(
        self, store: Store, batch: list[SongToWrite], renamed: dict[str, int], broken: frozenset[str]
    ) -> float:
        """Write songs in one transaction; gives the seconds that it held the database. Where it is undone, nothing of
        it is believed any more."""
        known = [entry.song_id for entry in batch]
        try:
            async with self._database.transaction() as transaction:
                start = time.monotonic()
                await store.songs(transaction, batch, renamed)
                await store.readable(transaction, [entry.song.path for entry in batch if entry.song.path in broken])
                await revisions.raise_revision(transaction, revisions.LIBRARY)
        except BaseException:
            store.forget()
            for entry, song_id in zip(batch, known, strict=True):
                entry.song_id = song_id
            raise
        return time.monotonic() - start

    async def _write_singly(
        self, store: Store, batch: list[SongToWrite], renamed: dict[str, int], broken: frozenset[str]
    ) -> None:
        """Write the songs of a batch of which the database refuses one: that one is listed as broken."""
        for entry in batch:
            try:
                await self._write_together(store, [entry], renamed, broken)
                self._done += 1
            except Exception as error:
                if not is_refused_value(error):
                    raise
                log.warning("the database refuses what a file says: %s", type(error).__name__)
                song = entry.read or entry.song
                reason = "The database cannot keep what this file says of itself."
                self._uncount(entry)
                await self._unreadable(store, [Unreadable(song.path, song.size, song.modified_ns, reason)])

    def _uncount(self, entry: SongToWrite) -> None:
        """Take back what `_recognised` has counted."""
        if entry.moved:
            self._report.moved -= 1
        elif entry.song_id is None:
            self._report.added -= 1
        else:
            self._report.changed -= 1

    async def _add_up_these(self, things: Sequence[str]) -> None:
        if await refresh_totals(self._database, time.time(), things):
            async with self._database.transaction() as transaction:
                await revisions.library_changed(transaction)

    async def _add_up(self) -> None:
        """Show what has come so far: soon at first, then more and more seldom, since all totals are stale each time."""
        await self._add_up_these(("album", "artist", "genre"))
        self._totals_pause *= 3
        self._totals_at = time.monotonic() + self._totals_pause

    async def _unreadable(self, store: Store, files: list[Unreadable]) -> None:
        self._report.broken += len(files)
        self._done += len(files)
        async with self._database.transaction() as transaction:
            await store.unreadable(transaction, files)

    async def _finish(self, store: Store, library_id: int, comparison: Comparison) -> None:
        gone, returned = list(comparison.gone.values()), comparison.returned
        self._report.missing += len(gone)
        self._report.returned += len(returned)
        for ids, missing in ((gone, True), (returned, False)):
            for start in range(0, len(ids), PRESENCE_BATCH):
                async with self._database.transaction() as transaction:
                    await store.presence(transaction, ids[start : start + PRESENCE_BATCH], missing=missing)
                    # Whoever asks now whether what they have still holds hears the truth; all are told at the end.
                    await revisions.raise_revision(transaction, revisions.LIBRARY)
        async with self._database.transaction() as transaction:
            await store.signatures(transaction, comparison.signatures)
            await store.readable(transaction, comparison.mended)
            if comparison.look and not comparison.growing:
                await keep_look(transaction, library_id, comparison.look, comparison.files)
            await _scanned(transaction, library_id)

    async def _album_sizes(self, library_id: int, comparison: Comparison) -> dict[int, tuple[int, int]]:
        """Of each song that is read again: its album, and how many songs that album has."""
        ids = as_list(entry.song_id for entry in comparison.to_read if entry.song_id is not None)
        rows = await self._database.reader.fetch_slow(_ALBUM_SIZES, library=library_id, ids=ids)
        return {song_id: (album_id, size) for song_id, album_id, size in rows}


def _take_damaged(comparison: Comparison, damaged: list[ToRead]) -> None:
    """A song whose file has changed and can no longer be read is missing until it can be. One whose file is the same as
    ever stays: then it may be the disk that does not answer."""
    returned = set(comparison.returned)
    lost = {entry.song_id for entry in damaged}
    for entry in damaged:
        if entry.song_id is not None and entry.song_id not in returned and (entry.is_changed or entry.moved):
            comparison.gone[entry.file.path] = entry.song_id
    comparison.returned = [song_id for song_id in comparison.returned if song_id not in lost]


async def _scanned(transaction: Transaction, library_id: int) -> None:
    await transaction.execute(update(t.library).where(t.library.c.id == library_id).values(scanned_at=time.time()))


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Do not look through all that a large scan holds for garbage again and again."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class _Renames:
    """Albums whose every song is read again may go by a new match key: they were retagged, and stay the same album."""

    def __init__(self, of_song: dict[int, tuple[int, int]], comparison: Comparison) -> None:
        self._album_of = {song_id: album_id for song_id, (album_id, _) in of_song.items()}
        read_again: dict[int, int] = {}
        sizes = dict(of_song.values())
        for album_id, _ in of_song.values():
            read_again[album_id] = read_again.get(album_id, 0) + 1
        self._whole = {album_id for album_id, count in read_again.items() if count >= sizes[album_id]}

    def of(self, batch: list[SongToWrite]) -> dict[str, int]:
        """From match keys to the albums that go by them now. Each album is renamed once."""
        renamed: dict[str, int] = {}
        for entry in batch:
            album_id = self._album_of.get(entry.song_id or 0)
            if entry.song.album and album_id in self._whole and entry.song.album.match_key not in renamed:
                assert album_id is not None
                renamed[entry.song.album.match_key] = album_id
                self._whole.discard(album_id)
        return renamed
