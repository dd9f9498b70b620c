"""Bytes that come in: written as they come, counted while they come."""

import asyncio
import hashlib
import logging
import time

from antiphon.areas.library.api.uploads.tools import Desk
from antiphon.areas.library.data import Room, UploadRow
from antiphon.areas.library.internal.uploading import rows
from antiphon.areas.library.internal.uploading.incoming import IncomingFile
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.principal import Principal

log = logging.getLogger(__name__)

MOST_BYTES = 2 * 1024 * 1024 * 1024
WRITTEN_AT_ONCE = 1024 * 1024
MOST_PIECES = 256
TO_DISK_AT_ONCE = 16 * 1024 * 1024
NOTED_SECONDS = 2.0
# Where nobody told how much comes, the quota is taken in steps.
STEP = 32 * 1024 * 1024
RESUMABLE_SECONDS, ONE_REQUEST_SECONDS = 86_400.0, 3600.0
GIBIBYTE = 1024 * 1024 * 1024


class Receiving:
    """One upload while its bytes come in. Close it in any case."""

    def __init__(self, desk: Desk, row: UploadRow, file: IncomingFile) -> None:
        self._desk = desk
        self._row = row
        self._file = file
        self._start = row.received
        self._reserved = STEP if row.size is None else row.size
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._noted_at = time.monotonic()
        self._writing: asyncio.Future[None] | None = None
        self._going_to_disk: asyncio.Future[None] | None = None
        self._sent_to_disk = row.received
        # What comes in one go is summed up on the way; what is large or may be interrupted is read again later.
        self._sum = None if row.is_resumable or row.received else hashlib.sha256()
        self._drop_sum(row.size or 0)
        self.offset = row.received
        """How many bytes have come in all."""

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises TOO_LARGE, NO_SPACE, and NOT_FOUND where the upload was called off."""
        self.offset += len(chunk)
        if self.offset > (MOST_BYTES if self._row.size is None else self._row.size):
            raise too_large() if self._row.size is None else more_than_told()
        if self.offset > self._reserved:
            await self._reserve_more()
        self._drop_sum(self.offset)
        self._waiting.append(chunk)
        self._waiting_bytes += len(chunk)
        if self._waiting_bytes >= WRITTEN_AT_ONCE:
            await self._flush()
            if time.monotonic() - self._noted_at > NOTED_SECONDS:
                await self.keep()

    async def keep(self) -> None:
        """Have all that came be there after a crash, and say so. Raises NO_SPACE, NOT_FOUND."""
        await self._flush()
        await self._written()
        await asyncio.to_thread(self._file.keep)
        self._desk.incoming.check_space(0)
        now = self._desk.tools.clock()
        lifetime = RESUMABLE_SECONDS if self._row.is_resumable else ONE_REQUEST_SECONDS
        async with self._desk.tools.database.transaction() as transaction:
            is_wanted = await rows.change(
                transaction,
                self._row.id,
                "receiving",
                received=self.offset,
                updated_at=now,
                expires_at=now + lifetime,
            )
        if not is_wanted:
            raise not_found("upload")
        self._noted_at = time.monotonic()

    async def undo(self) -> None:
        """Forget what came since this began."""
        await self._written()
        self._waiting.clear()
        self._waiting_bytes = 0
        self.offset = self._start
        self._file.cut(self._start)
        await self.keep()

    def close(self) -> None:
        """Let others go on. What has not been kept is not counted."""
        self._file.close()
        if self._writing is not None:
            # Nobody waits for it any more.
            self._writing.add_done_callback(lambda done: done.cancelled() or done.exception())

    @property
    def sha256(self) -> str:
        """The SHA-256 of all bytes that were written; empty where they did not come in one go, or are too many."""
        return "" if self._sum is None else self._sum.hexdigest()

    def _drop_sum(self, size: int) -> None:
        if self._sum is not None and self._desk.reads_later(size, is_resumable=False):
            self._sum = None

    async def _flush(self) -> None:
        """Have what waits written, while the next bytes come in."""
        pieces, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if pieces:
            await self._written()
            loop = asyncio.get_running_loop()
            if self.offset - self._sent_to_disk >= TO_DISK_AT_ONCE and self._going_to_disk is None:
                # What the disk has taken already need not be waited for at the end.
                self._sent_to_disk = self.offset
                self._going_to_disk = loop.run_in_executor(None, self._file.keep)
                self._going_to_disk.add_done_callback(self._note_on_disk)
            self._writing = loop.run_in_executor(None, self._take, pieces)

    def _note_on_disk(self, done: asyncio.Future[None]) -> None:
        self._going_to_disk = None
        if not done.cancelled() and done.exception() is not None:
            # `keep` meets the same, and tells it.
            log.info("an upload does not get to the disk: %s", done.exception())

    async def _written(self) -> None:
        """Wait for what is being written. Raises NO_SPACE."""
        writing, self._writing = self._writing, None
        if writing is not None:
            await writing

    def _take(self, pieces: list[bytes]) -> None:
        if len(pieces) > MOST_PIECES:
            pieces = [b"".join(pieces)]
        self._file.write(*pieces)
        if (summing := self._sum) is not None:
            for piece in pieces:
                summing.update(piece)

    async def _reserve_more(self) -> None:
        wanted = self.offset + STEP
        async with self._desk.tools.database.transaction() as transaction:
            await rows.lock_person(transaction, self._row.user_id)
            await check_quota(transaction, self._desk, self._row.user_id, wanted - self._reserved)
            await rows.change(transaction, self._row.id, "receiving", reserved=wanted)
        self._reserved = wanted


async def check_quota(
    transaction: Transaction, desk: Desk, user_id: int, wanted: int, *, is_admin: bool = False
) -> int:
    """How many uploads of a person are being sent just now. Raises TOO_LARGE `quota_exceeded` where `wanted` more bytes
    are too many for them; admins have no quota but one of their own."""
    row = await transaction.fetch_one(rows.USE, user_id=user_id)
    assert row is not None
    stored, under_way, sending, own = row
    quota = own if own is not None else desk.quota
    if not (is_admin and own is None) and stored + under_way + wanted > quota:
        left = max(0, quota - stored - under_way)
        sentence = f"This is more than you may still upload: {left:,} of {quota:,} bytes are left."
        raise AntiphonError(Kind.TOO_LARGE, "quota_exceeded", sentence)
    return int(sending)


async def room_of(desk: Desk, principal: Principal) -> Room:
    """How much of what somebody may upload is taken."""
    row = await desk.tools.database.reader.fetch_one(rows.USE, user_id=principal.user_id)
    assert row is not None
    stored, under_way, _, own = row
    quota = own if own is not None else desk.quota
    return Room(int(stored), int(under_way), None if principal.is_admin and own is None else int(quota))


def too_large() -> AntiphonError:
    """More than any file may have."""
    return AntiphonError(Kind.TOO_LARGE, "too_large", f"A file may have {MOST_BYTES // GIBIBYTE} GiB at most.")


def more_than_told() -> AntiphonError:
    """More than was announced."""
    return AntiphonError(Kind.TOO_LARGE, "too_large", "More bytes came than were announced.")
