"""What people bring: received bit by bit, looked at, stored, and then a song."""

import asyncio
import logging
from typing import Any

import msgspec

from antiphon.areas.library.api.editing import Editing, Tools
from antiphon.areas.library.api.uploads.covers import Covers
from antiphon.areas.library.api.uploads.drafts import Drafts
from antiphon.areas.library.api.uploads.finishing import LISTEN, Finishing
from antiphon.areas.library.api.uploads.integrity import CHECK_FILES, Integrity
from antiphon.areas.library.api.uploads.listening import Listening
from antiphon.areas.library.api.uploads.pictures import Pictures
from antiphon.areas.library.api.uploads.receiving import (
    MOST_BYTES,
    ONE_REQUEST_SECONDS,
    RESUMABLE_SECONDS,
    STEP,
    Receiving,
    check_quota,
    room_of,
    too_large,
)
from antiphon.areas.library.api.uploads.tidying import Tidying
from antiphon.areas.library.api.uploads.tools import Desk, UploadTools, as_editor, check_may_upload, make_desk
from antiphon.areas.library.api.uploads.unpacking import PROCESS, UNPACK, Unpacking
from antiphon.areas.library.api.uploads.words import Words
from antiphon.areas.library.data import ArchiveReport, NewSong, Room, SongEdit, UploadRow
from antiphon.areas.library.internal.uploading import rows
from antiphon.areas.library.internal.uploading.archives import MOST_WORDS_BYTES, is_archive
from antiphon.areas.library.internal.uploading.labels import clean_label
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind, invalid, not_found
from antiphon.kernel.ids import new_opaque_id
from antiphon.kernel.jobs import JobContext
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal

__all__ = [
    "CHECK_FILES",
    "LISTEN",
    "MOST_BYTES",
    "MOST_WORDS_BYTES",
    "PROCESS",
    "UNPACK",
    "Receiving",
    "UploadTools",
    "Uploads",
]

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
LONGEST_KEY = 200


class Uploads:
    """What artists bring. `drafts` are songs that only their owner and admins see, `covers` pictures of songs and
    albums, `pictures` those beside songs that are still to come, `words` those beside songs under way, `unpacking`
    archives, `listening` to large files, `integrity` of what is stored, `tidying` what is left over."""

    def __init__(self, tools: Tools, editing: Editing, given: UploadTools) -> None:
        self._desk: Desk = make_desk(tools, editing, given)
        self._finishing = Finishing(self._desk)
        self.drafts = Drafts(tools, editing)
        self.covers = Covers(self._desk, self._finishing)
        self.pictures = Pictures(self._desk, self._finishing)
        self.words = Words(self._desk)
        self.tidying = Tidying(self._desk)
        self.integrity = Integrity(self._desk, self.tidying)
        self.listening = Listening(self._desk)
        self.unpacking = Unpacking(self._desk, self._finishing)

    def check_right(self, principal: Principal) -> None:
        """Raise NOT_SIGNED_IN or FORBIDDEN where the caller may not upload at all."""
        check_may_upload(principal)

    async def begin(
        self,
        principal: Principal,
        *,
        size: int | None,
        label: str = "",
        edit: SongEdit | None = None,
        draft: bool = False,
        is_resumable: bool = False,
        key: str = "",
        picture_id: str = "",
    ) -> UploadRow:
        """Ask for room for a file of `size` bytes (None: nobody knows yet), before any of them is sent. With a `key`
        that an upload of the same person has, that one is given. `picture_id` names one of `pictures` as the cover.

        Raises NOT_SIGNED_IN, FORBIDDEN, TOO_LARGE (also `quota_exceeded`), NO_SPACE, TOO_MANY_REQUESTS, INVALID by
        field.
        """
        check_may_upload(principal)
        desk, wanted = self._desk, edit or SongEdit()
        if size is not None and size > MOST_BYTES:
            raise too_large()
        if len(key) > LONGEST_KEY or "\0" in key:
            raise invalid(idempotency_key=f"This has at most {LONGEST_KEY} characters.")
        await desk.editing.songs.check(as_editor(principal), wanted)
        now = desk.tools.clock()
        row = UploadRow(
            id=new_opaque_id("upload"),
            user_id=principal.user_id,
            label=clean_label(label),
            size=size,
            is_resumable=int(is_resumable),
            draft=int(draft),
            created_at=now,
            updated_at=now,
            expires_at=now + (RESUMABLE_SECONDS if is_resumable else ONE_REQUEST_SECONDS),
        )
        async with desk.tools.database.transaction() as transaction:
            return await self._add(transaction, principal, row, wanted, key, picture_id)

    async def _add(
        self,
        transaction: Transaction,
        principal: Principal,
        row: UploadRow,
        wanted: SongEdit,
        key: str,
        picture_id: str,
    ) -> UploadRow:
        await rows.lock_person(transaction, principal.user_id)
        if key:
            known = await transaction.fetch_one(rows.BY_KEY, user_id=principal.user_id, idempotency_key=key)
            if known is not None:
                return UploadRow(*known)
        reserved = STEP if row.size is None else row.size
        await self._check_room(transaction, principal, reserved)
        stated = {"reserved": reserved, "wanted": msgspec.json.encode(wanted).decode(), "stored_name": ""}
        if picture_id:
            stated |= await self.pictures.chosen(transaction, principal.user_id, picture_id)
        await rows.add(transaction, {**msgspec.structs.asdict(row), **stated, "idempotency_key": key or None})
        return row

    async def _check_room(self, transaction: Transaction, principal: Principal, wanted: int) -> None:
        sending = await check_quota(transaction, self._desk, principal.user_id, wanted, is_admin=principal.is_admin)
        if sending >= MOST_AT_ONCE:
            sentence = f"{MOST_AT_ONCE} uploads of yours are under way. Finish or call off some first."
            raise AntiphonError(Kind.TOO_MANY_REQUESTS, "too_many_uploads", sentence, retry_after=60)
        promised = await transaction.fetch_one(rows.PROMISED)
        assert promised is not None
        self._desk.incoming.check_space(int(promised[0]) + wanted)

    async def receive(self, principal: Principal, upload_id: str, offset: int | None = None) -> Receiving:
        """Take bytes of an upload from `offset` on (None: from where it stands). Close what is given.

        Raises NOT_FOUND, CONFLICT `offset_wrong` where it stands elsewhere, `upload_busy`, `upload_complete`.
        """
        check_may_upload(principal)
        row = await self.get(principal, upload_id)
        if not row.is_resumable:
            self._desk.sounds.prepare()
        if row.state != "receiving":
            raise AntiphonError(Kind.CONFLICT, "upload_complete", "This upload takes no more bytes.")
        if offset is not None and offset != row.received:
            raise AntiphonError(Kind.CONFLICT, "offset_wrong", f"This upload stands at byte {row.received}.")
        file = await asyncio.to_thread(self._desk.incoming.open, row.id, row.received)
        # Whoever had the file before may have gone on meanwhile.
        latest = await self.get(principal, upload_id)
        if latest.received != row.received or latest.state != "receiving":
            file.close()
            raise AntiphonError(Kind.CONFLICT, "offset_wrong", f"This upload stands at byte {latest.received}.")
        return Receiving(self._desk, row, file)

    async def finish(
        self,
        principal: Principal,
        row: UploadRow,
        *,
        label: str,
        edit: SongEdit,
        draft: bool = False,
        cover: bytes | None = None,
        sha256: str = "",
    ) -> NewSong:
        """Make a song at once of an upload that came in one request; on any error nothing of it is left. `sha256` is
        that of its bytes where it is known already.

        Raises UNSUPPORTED_MEDIA, AlreadyUploaded, INVALID by field, NOT_FOUND, FORBIDDEN, NO_SPACE, UNAVAILABLE.
        """
        return await self._finishing.finish(
            principal, row, label=label, edit=edit, draft=draft, cover=cover, sha256=sha256
        )

    async def drop(self, row: UploadRow) -> None:
        """Forget an upload of one request that was not finished."""
        await self._finishing.drop(row.id)

    async def complete(self, principal: Principal, upload_id: str) -> UploadRow:
        """Where all bytes of a resumable upload are there, have it looked at, or unpacked, in the background. Raises
        NOT_FOUND."""
        desk = self._desk
        upload = await self.get(principal, upload_id)
        if upload.received != upload.size:
            return upload
        holds_more = await asyncio.to_thread(is_archive, desk.incoming.path(upload_id))
        kind = UNPACK if holds_more else PROCESS
        told: dict[str, Any] = {"state": "waiting", "updated_at": desk.tools.clock()}
        if holds_more:
            # Words are of one song: those in the archive itself come with its songs.
            told |= {"report": msgspec.json.encode(ArchiveReport()).decode(), "words": "", "reserved": upload.size}
        async with desk.tools.database.transaction() as transaction:
            if await rows.change(transaction, upload_id, "receiving", **told):
                await desk.tools.jobs.add(
                    transaction,
                    kind,
                    {"upload_id": upload_id},
                    key=f"{kind}:{upload_id}",
                    owner_id=principal.user_id,
                    subject=upload.label,
                )
        return await self.get(principal, upload_id)

    async def process(self, context: JobContext, upload_id: str) -> dict[str, Any]:
        """Make a song of an upload, as a job."""
        return await self._finishing.process(context, upload_id)

    async def get(self, principal: Principal, upload_id: str) -> UploadRow:
        """One of the caller's own uploads. Raises NOT_FOUND."""
        reader = self._desk.tools.database.reader
        row = await reader.fetch_one(rows.ONE, id=upload_id, user_id=principal.user_id)
        if row is None:
            raise not_found("upload")
        return UploadRow(*row)

    async def list(self, principal: Principal, page: Page) -> Slice[UploadRow]:
        """The caller's own uploads, the newest first; those that ended are shown for a week."""
        reader, user_id = self._desk.tools.database.reader, principal.user_id
        found = await reader.fetch(rows.LISTED, user_id=user_id, limit=page.limit, offset=page.offset)
        total = (await reader.fetch(rows.COUNT, user_id=user_id))[0][0]
        return Slice([UploadRow(*row) for row in found], int(total), page)

    async def room(self, principal: Principal) -> Room:
        """How much of what the caller may upload is taken. Raises NOT_SIGNED_IN, FORBIDDEN as `check_right`."""
        check_may_upload(principal)
        return await room_of(self._desk, principal)

    async def call_off(self, principal: Principal, upload_id: str) -> None:
        """Call an upload off, or forget one that has ended; a song that it became stays. Raises NOT_FOUND."""
        row = await self.get(principal, upload_id)
        # It may end just now: what the table says when it is to be forgotten decides.
        if row.state in ("done", "failed") or not await self._finishing.drop(upload_id):
            async with self._desk.tools.database.transaction() as transaction:
                await rows.remove(transaction, upload_id)
                await rows.remove_ended(transaction, upload_id)

    async def publish(self, principal: Principal, upload_id: str) -> UploadRow:
        """Let everybody see the song of an upload, at once or as soon as it is one. Raises NOT_FOUND, FORBIDDEN, and
        CONFLICT `upload_failed`."""
        check_may_upload(principal)
        desk = self._desk
        async with desk.tools.database.transaction() as transaction:
            found = await transaction.fetch_one(rows.ONE, id=upload_id, user_id=principal.user_id)
            if found is None:
                raise not_found("upload")
            row = UploadRow(*found)
            if row.state == "failed" or (row.state == "done" and row.song_id is None):
                raise AntiphonError(Kind.CONFLICT, "upload_failed", "This upload has become no song.")
            await rows.change(transaction, upload_id, row.state, draft=0)
            if row.song_id is not None:
                await self.drafts.set(as_editor(principal), row.song_id, draft=False)
        return await self.get(principal, upload_id)
