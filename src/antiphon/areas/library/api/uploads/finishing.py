"""From what has come in to a song: looked at, stored, written down, in that order."""

import hashlib
import logging
import time
from typing import Any

import msgspec

from antiphon.areas.library.api.uploads.sameness import Sameness, StillUnknown
from antiphon.areas.library.api.uploads.tools import Desk, as_editor
from antiphon.areas.library.data import (
    HELPER_ENDED,
    MOST_HELPERS_ENDED,
    AlreadyUploaded,
    FoundLyrics,
    NewSong,
    SongEdit,
    SongUploaded,
    UploadRow,
)
from antiphon.areas.library.internal.uploading import making, rows
from antiphon.areas.library.internal.uploading.labels import clean_label
from antiphon.areas.library.internal.uploading.making import FoundSong, StoredCover, Uploader
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.ids import new_object_name
from antiphon.kernel.jobs import JobContext
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded

log = logging.getLogger(__name__)

JPEG = "image/jpeg"
SHOWN_SECONDS = 7 * 86_400.0
MAX_ATTEMPTS = 8
LISTEN = "upload-listen"
"""The kind of job that listens to the whole of a large file that came as a form."""
# What may pass by itself: such an upload is tried again later.
PASSING = (Kind.UNAVAILABLE, Kind.NO_SPACE, Kind.TOO_MANY_REQUESTS)


class Waiting(msgspec.Struct, frozen=True):
    """An upload that is to become a song: its row, what its owner says, what was found before a crash, and where it
    came in an archive the picture of its folder and the words beside it there."""

    row: UploadRow
    edit: SongEdit
    found: FoundSong | None
    stored_name: str
    picture: StoredCover | None = None
    sha256: str = ""
    words: FoundLyrics = FoundLyrics()


class Finishing:
    """Makes songs of what has come in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def finish(
        self,
        principal: Principal,
        row: UploadRow,
        *,
        label: str,
        edit: SongEdit,
        draft: bool,
        cover: bytes | None,
        sha256: str = "",
    ) -> NewSong:
        """Make a song at once of an upload that came in one request; on any error nothing of it is left. `sha256` is
        that of its bytes where it is known already.

        Raises UNSUPPORTED_MEDIA, AlreadyUploaded, INVALID by field, NOT_FOUND, FORBIDDEN, NO_SPACE, UNAVAILABLE.
        """
        desk = self._desk
        try:
            await desk.editing.songs.check(as_editor(principal), edit)
            made = None if cover is None else await desk.covers.cover(cover)
            shown = msgspec.structs.replace(row, label=clean_label(label), draft=int(draft))
            async with desk.tools.database.transaction() as transaction:
                is_wanted = await rows.change(
                    transaction, row.id, "receiving", state="checking", label=shown.label, draft=shown.draft
                )
            if not is_wanted:
                raise not_found("upload")
            return await self._take_in(principal, Waiting(shown, edit, None, "", sha256=sha256), made)
        except BaseException:
            await self.drop(row.id)
            raise

    async def drop(self, upload_id: str) -> bool:
        """Forget an upload that has become nothing, with all that is left of it; False where it has ended meanwhile:
        then its file may be that of a song."""
        desk = self._desk
        async with desk.tools.database.transaction() as transaction:
            stored = await rows.remove_unfinished(transaction, upload_id)
        desk.incoming.remove(upload_id)
        if stored:
            await self._remove_stored(stored)
        return stored is not None

    def waiting(self, row: tuple[Any, ...]) -> Waiting:
        """An upload from its row."""
        *columns, wanted, found, cover_name, cover_hash, words, stored_name = row
        edit = msgspec.json.decode(wanted, type=SongEdit)
        known = msgspec.json.decode(found, type=FoundSong) if found else None
        picture = StoredCover(cover_name, cover_hash) if cover_name else None
        sung = msgspec.json.decode(words, type=FoundLyrics) if words else FoundLyrics()
        return Waiting(UploadRow(*columns), edit, known, stored_name, picture, words=sung)

    async def process(self, context: JobContext, upload_id: str) -> dict[str, Any]:
        """The same for an upload that came bit by bit, as a job: it goes on where a crash has stopped it."""
        desk = self._desk
        async with desk.tools.database.transaction() as transaction:
            await rows.change(transaction, upload_id, "waiting", state="checking")
            row = await transaction.fetch_one(rows.BY_ID, id=upload_id)
        if row is None or row[5] != "checking":
            return {}
        waiting = self.waiting(row)
        context.progress(None, "Looking at the file.")
        try:
            principal, _ = await desk.access.by_signature(waiting.row.user_id)
            made = await self._take_in(principal, waiting, None)
        except AntiphonError as error:
            is_the_file = error.code == HELPER_ENDED and context.attempt >= MOST_HELPERS_ENDED
            if error.kind in PASSING and context.attempt < MAX_ATTEMPTS and not is_the_file:
                raise
            told = _unreadable() if is_the_file else error
            await self._fail(waiting.row, told)
            return {"error": told.code}
        return {"song_id": made.song_id}

    async def _take_in(self, principal: Principal, waiting: Waiting, cover: bytes | None) -> NewSong:
        found, name = waiting.found, waiting.stored_name
        if found is None:
            found = await self._look(waiting, cover)
            name = new_object_name(found.sound.tags.suffix)
            async with self._desk.tools.database.transaction() as transaction:
                kept = msgspec.json.encode(found).decode()
                if not await rows.change(transaction, waiting.row.id, "checking", found=kept, stored_name=name):
                    raise not_found("upload")
        await self._store(waiting.row.id, name, found)
        try:
            return await self._write(principal, waiting, found, name)
        except AntiphonError as error:
            if error.kind not in PASSING:
                await self._remove_stored(name)
            raise

    async def _look(self, waiting: Waiting, cover: bytes | None) -> FoundSong:
        desk, row = self._desk, waiting.row
        file, size = desk.incoming.path(row.id), desk.incoming.size(row.id)
        whole = not desk.reads_later(size, is_resumable=bool(row.is_resumable))
        sound = await desk.sounds.check(file, row.label, sha256=waiting.sha256, whole=whole)
        sameness = Sameness(desk, row.user_id, size, sound.sha256)
        await sameness.compare(file)
        # A picture beside songs counts before the ones that they carry, as in music folders.
        stored, picture = waiting.picture, sound.tags.picture
        if cover is None and stored is None and picture is not None:
            cover = await self._own_cover(picture)
        tags = making.told_by_owner(msgspec.structs.replace(sound.tags, picture=None), waiting.edit)
        if cover is not None:
            stored = await self.store_cover(cover)
        sound = msgspec.structs.replace(sound, tags=tags, sha256=sameness.sha256)
        # What an owner says stands before what lies beside, as it does before tags.
        words = waiting.words if waiting.edit.lyrics is msgspec.UNSET else FoundLyrics()
        return FoundSong(sound, size, stored, words)

    async def _own_cover(self, picture: bytes) -> bytes | None:
        """The cover that a file carries; one that cannot be read is no reason to refuse the music."""
        try:
            return await self._desk.covers.cover(picture)
        except AntiphonError as error:
            log.info("the picture in an upload was left out: %s", error)
            return None

    async def store_cover(self, cover: bytes) -> StoredCover:
        """Keep a cover that was made anew. One that something shows already is kept once; any other has a name that no
        other file ever had, so that tidying up cannot mistake it for one that nobody needs."""
        digest = hashlib.sha256(cover).hexdigest()
        known = await self._desk.tools.database.reader.fetch_one(rows.KNOWN_COVER, hash=digest)
        if known is not None:
            return StoredCover(str(known[0]), digest)
        name = new_object_name("jpg")
        file = self._desk.incoming.write(name.rpartition("/")[2].partition(".")[0], cover)
        await self._desk.storage.put(name, file, JPEG)
        return StoredCover(name, digest)

    async def _store(self, upload_id: str, name: str, found: FoundSong) -> None:
        desk = self._desk
        if desk.incoming.size(upload_id):
            await desk.storage.put(name, desk.incoming.path(upload_id), found.sound.tags.content_type)
        elif await desk.storage.size(name) != found.size:
            raise AntiphonError(Kind.NOT_FOUND, "file_missing", "The file that was sent has vanished.")

    async def _write(self, principal: Principal, waiting: Waiting, found: FoundSong, name: str) -> NewSong:
        sameness = Sameness(self._desk, waiting.row.user_id, found.size, found.sound.sha256)
        while True:
            try:
                return await self._write_new(principal, waiting, found, name, sameness)
            except StillUnknown:
                # A file of this size has come meanwhile.
                await sameness.compare(await self._desk.copies.file(name))
                found = _summed_up(found, sameness.sha256)

    async def _write_new(
        self, principal: Principal, waiting: Waiting, found: FoundSong, name: str, sameness: Sameness
    ) -> NewSong:
        desk, row = self._desk, waiting.row
        now = desk.tools.clock()
        async with desk.tools.database.transaction() as transaction:
            await rows.lock_person(transaction, row.user_id)
            await sameness.check(transaction)
            same = await same_audio(transaction, row.user_id, found.sound.audio_sha256)
            uploader = Uploader(row.user_id, principal.username)
            # Read again: it may have been published meanwhile.
            latest = await transaction.fetch_one(rows.BY_ID, id=row.id)
            if latest is None:
                raise not_found("upload")
            song_id, is_complete = await making.make_song(
                transaction, found, name, uploader, draft=bool(latest[7]), now=now
            )
            await desk.tools.add_up_later(transaction, is_complete)
            left = making.left_to_say(waiting.edit)
            if left is not None:
                await desk.editing.songs.change(as_editor(principal), song_id, left)
            done = {"state": "done", "song_id": song_id, "same_audio_id": same, "found": "", "words": "", "reserved": 0}
            if not await rows.change(
                transaction, row.id, "checking", **done, updated_at=now, expires_at=now + SHOWN_SECONDS
            ):
                raise not_found("upload")
            if not found.sound.audio_sha256:
                await desk.tools.jobs.add(transaction, LISTEN, {"song_id": song_id}, subject=row.label)
            title = found.sound.tags.title or row.label
            await transaction.publish(recorded(principal, "song.uploaded", "song", song_id, title))
            await transaction.publish(SongUploaded(song_id))
        return NewSong(song_id, bool(latest[7]), same)

    async def _fail(self, row: UploadRow, error: AntiphonError) -> None:
        desk, now = self._desk, self._desk.tools.clock()
        desk.incoming.remove(row.id)
        song_id = error.song_id if isinstance(error, AlreadyUploaded) else None
        failed = {
            "state": "failed", "error_code": error.code, "error": error.message,
            "found": "", "words": "", "reserved": 0,
        }  # fmt: skip
        async with desk.tools.database.transaction() as transaction:
            await rows.change(
                transaction,
                row.id,
                "checking",
                **failed,
                song_id=song_id,
                stored_name="",
                updated_at=now,
                expires_at=now + SHOWN_SECONDS,
            )

    async def _remove_stored(self, name: str) -> None:
        try:
            await self._desk.storage.delete([name])
        except AntiphonError as error:
            log.warning("a stored file is left over: %s", error)


async def same_audio(transaction: Transaction, user_id: int, audio_sha256: str) -> int | None:
    """Another song with this audio: of the same person, else of a music folder that they may browse."""
    if not audio_sha256:
        return None
    row = await transaction.fetch_one(rows.SAME_AUDIO, user_id=user_id, hash=audio_sha256)
    if row is None:
        person = {"viewer": user_id, "admin": 0, "now": int(time.time())}
        row = await transaction.fetch_one(rows.SAME_HEARD, hash=audio_sha256, **person)
    return None if row is None else int(row[0])


def _unreadable() -> AntiphonError:
    said = "This file is no music that can be taken: it ended the program that looked at it, again and again."
    return AntiphonError(Kind.UNSUPPORTED_MEDIA, "not_audio", said)


def _summed_up(found: FoundSong, sha256: str) -> FoundSong:
    return msgspec.structs.replace(found, sound=msgspec.structs.replace(found.sound, sha256=sha256))
