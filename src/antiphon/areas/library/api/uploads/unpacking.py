"""Archives: what is in them comes out file by file, each an upload of its own that becomes a draft like any other.

How far it is stands in the archive's row and is written together with each file that is taken, so that after a crash
the work goes on behind the last one.
"""

import logging
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Protocol

import msgspec
from msgspec import UNSET

from antiphon.areas.library.api.uploads.finishing import MAX_ATTEMPTS, PASSING, SHOWN_SECONDS, Finishing
from antiphon.areas.library.api.uploads.receiving import RESUMABLE_SECONDS, check_quota
from antiphon.areas.library.api.uploads.tools import Desk, check_may_upload
from antiphon.areas.library.data import HELPER_ENDED, ArchiveReport, LeftBehind, SongEdit, UploadRow
from antiphon.areas.library.data.words import WordsFile, first_words
from antiphon.areas.library.internal.uploading import rows
from antiphon.areas.library.internal.uploading.archives import MOST_REASONS, Archive, Entry
from antiphon.areas.library.internal.uploading.incoming import IncomingFile
from antiphon.areas.library.internal.uploading.making import StoredCover
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.ids import new_opaque_id
from antiphon.kernel.jobs import RetryLater

log = logging.getLogger(__name__)

PROCESS = "upload"
"""The kind of job that makes a song of an upload."""
UNPACK = "unpack"
"""The kind of job that makes uploads of an archive."""
BUSY_SECONDS = 5.0
# What is said of one song is no word about all of them.
OF_ONE_SONG = {"title": UNSET, "sort_title": UNSET, "disc": UNSET, "track": UNSET, "lyrics": UNSET}


class UnpackContext(Protocol):
    """What the job of an archive holds in its hands."""

    attempt: int

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Say how far it is."""
        ...


class CalledOff(Exception):
    """The archive's row has gone: nothing more is taken from it."""


class Unpacking:
    """Takes archives apart. This computes for a while: never in a web process."""

    def __init__(self, desk: Desk, finishing: Finishing) -> None:
        self._desk = desk
        self._finishing = finishing

    async def unpack(self, context: UnpackContext, upload_id: str) -> dict[str, int]:
        """Make uploads of the songs in an archive; tells how many were taken and refused. Raises RetryLater while
        another process does it, NO_SPACE and UNAVAILABLE where the same may work later."""
        found = await self._begin(upload_id)
        if found is None:
            return {}
        row, edit = found
        held = self._hold(row)
        try:
            report = await self._take_apart(context, row, edit)
        except CalledOff:
            await self._forget_begun(upload_id)
            return {}
        except AntiphonError as error:
            if error.kind in PASSING and context.attempt < MAX_ATTEMPTS:
                raise
            log.info("an archive was not unpacked: %s", error)
            report = await self._known(row)
            if not await self._end(row, report, error):
                return {}
        finally:
            held.close()
        return {"taken": report.taken, "refused": report.refused}

    async def _begin(self, upload_id: str) -> tuple[UploadRow, SongEdit] | None:
        desk = self._desk
        async with desk.tools.database.transaction() as transaction:
            # From here on its files count towards the quota, and no longer the archive itself.
            await rows.change(
                transaction, upload_id, "waiting", "unpacking", state="unpacking", reserved=0,
                expires_at=desk.tools.clock() + SHOWN_SECONDS,
            )  # fmt: skip
            row = await transaction.fetch_one(rows.BY_ID, id=upload_id)
        if row is None:
            await self._forget_begun(upload_id)
            return None
        waiting = self._finishing.waiting(row)
        if waiting.row.state != "unpacking":
            return None
        return waiting.row, msgspec.structs.replace(waiting.edit, **OF_ONE_SONG)

    def _hold(self, row: UploadRow) -> IncomingFile:
        try:
            return self._desk.incoming.open(row.id, row.received)
        except AntiphonError as error:
            if error.code != "upload_busy":
                raise
            raise RetryLater(BUSY_SECONDS, "Another process unpacks it.") from error

    async def _take_apart(self, context: UnpackContext, row: UploadRow, edit: SongEdit) -> ArchiveReport:
        desk = self._desk
        archive = Archive(desk.incoming.path(row.id), desk.archives)
        try:
            contents = archive.contents
            report = msgspec.json.decode(row.report, type=ArchiveReport)
            if not report.songs:
                report = ArchiveReport(
                    songs=len(contents.songs), refused=contents.refused, passed_over=contents.passed_over,
                    reasons=tuple(contents.reasons),
                )  # fmt: skip
            one = _OneArchive(desk, self._finishing, archive, row, edit, context)
            for number in range(report.at, len(contents.songs)):
                report = await one.take(number, report)
        finally:
            archive.close()
        await self._end(row, report, None if report.taken else _nothing_in_it(report))
        return report

    async def _known(self, row: UploadRow) -> ArchiveReport:
        """What has been written down of an archive so far."""
        latest = await self._desk.tools.database.reader.fetch_one(rows.BY_ID, id=row.id)
        report = row.report if latest is None else self._finishing.waiting(latest).row.report
        return msgspec.json.decode(report, type=ArchiveReport)

    async def _forget_begun(self, archive_id: str) -> None:
        """Forget what was just being taken out of an archive that has gone."""
        async with self._desk.tools.database.transaction() as transaction:
            begun = await rows.remove_begun(transaction, archive_id)
        for upload_id in begun:
            self._desk.incoming.remove(upload_id)

    async def _end(self, row: UploadRow, report: ArchiveReport, error: AntiphonError | None) -> bool:
        """Write down how it ended; False where the archive was called off."""
        desk, now = self._desk, self._desk.tools.clock()
        told = {} if error is None else {"error_code": error.code, "error": error.message}
        async with desk.tools.database.transaction() as transaction:
            is_wanted = await rows.change(
                transaction, row.id, "unpacking", state="failed" if error else "done", reserved=0,
                report=msgspec.json.encode(report).decode(), updated_at=now, expires_at=now + SHOWN_SECONDS, **told,
            )  # fmt: skip
            begun = await rows.remove_begun(transaction, row.id)
        for upload_id in (row.id, *begun):
            desk.incoming.remove(upload_id)
        return is_wanted


class _OneArchive:
    """One archive while it is taken apart."""

    def __init__(
        self,
        desk: Desk,
        finishing: Finishing,
        archive: Archive,
        row: UploadRow,
        edit: SongEdit,
        context: UnpackContext,
    ) -> None:
        self._desk = desk
        self._finishing = finishing
        self._archive = archive
        self._row = row
        self._wanted = msgspec.json.encode(edit).decode()
        self._context = context
        self._covers: dict[PurePosixPath, StoredCover | None] = {}
        self._left_out: list[LeftBehind] = []

    async def take(self, number: int, report: ArchiveReport) -> ArchiveReport:
        """Take out one song, or note why it stays; gives the report as it stands afterwards."""
        song = self._archive.contents.songs[number]
        try:
            upload_id = await self._open(number, song)
        except AntiphonError as error:
            if error.kind is not Kind.TOO_LARGE:
                raise
            return await self._refuse(report, song, error, None)
        try:
            self._write(upload_id, song, self._progress(number, report.songs))
        except AntiphonError as error:
            if error.kind is not Kind.UNSUPPORTED_MEDIA:
                raise
            return await self._refuse(report, song, error, upload_id)
        return await self._hand_on(report, song, upload_id)

    async def _open(self, number: int, song: Entry) -> str:
        """The id of the song's own upload, for which there is room. Raises TOO_LARGE, NO_SPACE, CalledOff, and
        FORBIDDEN where whoever sent the archive may not upload any more."""
        desk, row = self._desk, self._row
        principal, _ = await desk.access.by_signature(row.user_id)
        check_may_upload(principal)
        now = desk.tools.clock()
        async with desk.tools.database.transaction() as transaction:
            await self._check_wanted(transaction)
            begun = await transaction.fetch_one(rows.OF_ARCHIVE, archive_id=row.id, entry=number)
            if begun is not None:
                return str(begun[0])
            await rows.lock_person(transaction, row.user_id)
            size = song.size + sum(words.size for words in self._archive.contents.words_for(song))
            await check_quota(transaction, desk, row.user_id, size, is_admin=principal.is_admin)
            desk.incoming.check_space(song.size)
            upload_id = new_opaque_id("upload")
            values = {
                "id": upload_id, "user_id": row.user_id, "label": song.name, "size": song.size, "reserved": size,
                "state": "unpacking", "is_resumable": 1, "draft": row.draft, "wanted": self._wanted, "stored_name": "",
                "created_at": now, "updated_at": now, "expires_at": now + RESUMABLE_SECONDS, "archive_id": row.id,
                "entry": number,
            }  # fmt: skip
            await rows.add(transaction, values)
        return upload_id

    def _write(self, upload_id: str, song: Entry, progress: Callable[[int], None]) -> None:
        file = self._desk.incoming.open(upload_id, 0)
        try:
            self._archive.copy(song, file.write, progress)
            file.keep()
        finally:
            file.close()

    async def _hand_on(self, report: ArchiveReport, song: Entry, upload_id: str) -> ArchiveReport:
        """Have the song looked at in the background, like any that was sent."""
        desk = self._desk
        cover, words = await self._cover(song), self._words(song)
        reasons = (*report.reasons, *(one for one in self._left_out if one not in report.reasons))[:MOST_REASONS]
        following = msgspec.structs.replace(report, at=report.at + 1, taken=report.taken + 1, reasons=reasons)
        async with desk.tools.database.transaction() as transaction:
            await self._keep(transaction, following)
            pictured = {} if cover is None else {"cover_name": cover.name, "cover_hash": cover.hash}
            await rows.change(
                transaction, upload_id, "unpacking", state="waiting", received=song.size, words=words, **pictured
            )
            await desk.tools.jobs.add(
                transaction,
                PROCESS,
                {"upload_id": upload_id},
                key=f"{PROCESS}:{upload_id}",
                owner_id=self._row.user_id,
                subject=song.name,
            )
        return following

    async def _refuse(
        self, report: ArchiveReport, song: Entry, error: AntiphonError, upload_id: str | None
    ) -> ArchiveReport:
        reason = LeftBehind(song.name, error.code, error.message)
        following = msgspec.structs.replace(
            report,
            at=report.at + 1,
            refused=report.refused + 1,
            reasons=(*report.reasons, reason)[:MOST_REASONS],
        )
        async with self._desk.tools.database.transaction() as transaction:
            await self._keep(transaction, following)
            if upload_id is not None:
                await rows.remove(transaction, upload_id)
        if upload_id is not None:
            self._desk.incoming.remove(upload_id)
        return following

    async def _keep(self, transaction: Transaction, report: ArchiveReport) -> None:
        kept = msgspec.json.encode(report).decode()
        changed = {"report": kept, "updated_at": self._desk.tools.clock()}
        if not await rows.change(transaction, self._row.id, "unpacking", **changed):
            raise CalledOff

    async def _check_wanted(self, transaction: Transaction) -> None:
        row = await transaction.fetch_one(rows.BY_ID, id=self._row.id)
        if row is None:
            raise CalledOff

    async def _cover(self, song: Entry) -> StoredCover | None:
        picture = self._archive.contents.picture_for(song)
        if picture is None:
            return None
        if picture.folder not in self._covers:
            self._covers[picture.folder] = await self._make_cover(picture)
        return self._covers[picture.folder]

    async def _make_cover(self, picture: Entry) -> StoredCover | None:
        try:
            return await self._finishing.store_cover(await self._desk.covers.cover(self._archive.content(picture)))
        except AntiphonError as error:
            if error.kind in PASSING and error.code != HELPER_ENDED:
                raise
            log.info("a picture in an archive was left out: %s", error)
            sentences = [sentence for told in error.fields.values() for sentence in told]
            self._left_out.append(LeftBehind(picture.name, error.code, " ".join(sentences) or error.message))
            return None

    def _words(self, song: Entry) -> str:
        """The words beside a song, as JSON; empty where there are none that can be read."""
        found, unread = first_words(self._words_files(song), self._desk.words)
        self._left_out += [LeftBehind(name, "no_words", problem) for name, problem in unread]
        return msgspec.json.encode(found).decode() if found.synced or found.plain else ""

    def _words_files(self, song: Entry) -> Iterator[WordsFile]:
        for entry in self._archive.contents.words_for(song):
            try:
                content = self._archive.content(entry)
            except AntiphonError as error:
                self._left_out.append(LeftBehind(entry.name, "no_words", error.message))
            else:
                yield WordsFile(entry.name, entry.ending, content)

    def _progress(self, number: int, songs: int) -> Callable[[int], None]:
        song = self._archive.contents.songs[number]

        def tell(done: int) -> None:
            fraction = (number + done / song.size) / songs
            self._context.progress(fraction, f"{number + 1} of {songs}: {song.name}")

        return tell


def _nothing_in_it(report: ArchiveReport) -> AntiphonError:
    sentence = "There is no music in this ZIP."
    if report.refused:
        sentence = f"Nothing in this ZIP could be taken. {report.reasons[0].name}: {report.reasons[0].message}"
    return AntiphonError(Kind.UNSUPPORTED_MEDIA, "nothing_taken", sentence)
