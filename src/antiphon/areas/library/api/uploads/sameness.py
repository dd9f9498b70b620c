"""Whether somebody has brought the same bytes before: of large files only those of one size are ever read for that."""

import asyncio
import hashlib
from pathlib import Path

from antiphon.areas.library.api.uploads.tools import Desk
from antiphon.areas.library.data import AlreadyUploaded
from antiphon.areas.library.internal.uploading import rows
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind


class StillUnknown(Exception):
    """Only comparing contents tells, and that is no work for a transaction."""


class Sameness:
    """Compares what one upload brings with what the same person has stored. `sha256` is that of its bytes, empty as
    long as nothing of theirs has its size."""

    def __init__(self, desk: Desk, user_id: int, size: int, sha256: str) -> None:
        self._desk = desk
        self._user_id = user_id
        self._bytes = size
        self._vanished: set[str] = set()
        self.sha256 = sha256

    async def check(self, transaction: Transaction) -> None:
        """Raise AlreadyUploaded, and StillUnknown where `compare` has to come first."""
        known = await transaction.fetch(rows.SAME_SIZE, user_id=self._user_id, size=self._bytes)
        compared = [row for row in known if row[1] not in self._vanished]
        if compared and not (self.sha256 and all(row[2] for row in compared)):
            raise StillUnknown
        for song_id, _, sha256 in compared:
            self._refuse(int(song_id), str(sha256))

    async def compare(self, file: Path) -> None:
        """Read the upload, which is `file`, and stored files that nobody has read yet, as far as sizes are the same.
        Raises AlreadyUploaded, UNAVAILABLE, NO_SPACE."""
        reader = self._desk.tools.database.reader
        known = await reader.fetch(rows.SAME_SIZE, user_id=self._user_id, size=self._bytes)
        if known and not self.sha256:
            self.sha256 = await asyncio.to_thread(hash_of, file)
        for song_id, name, sha256 in known:
            self._refuse(int(song_id), str(sha256) or await self._read(int(song_id), str(name)))

    def _refuse(self, song_id: int, sha256: str) -> None:
        if sha256 == self.sha256:
            raise AlreadyUploaded(song_id)

    async def _read(self, song_id: int, name: str) -> str:
        """The SHA-256 of a stored file, which is written down; "-" where the file has vanished."""
        try:
            found = await asyncio.to_thread(hash_of, await self._desk.copies.file(name))
        except (AntiphonError, FileNotFoundError) as error:
            if isinstance(error, AntiphonError) and error.kind is not Kind.NOT_FOUND:
                raise
            self._vanished.add(name)
            return "-"
        async with self._desk.tools.database.transaction() as transaction:
            await rows.note_hash(transaction, song_id, found)
        return found


def hash_of(file: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
