"""What uploads leave behind: after a crash, after their time, and when songs and people go."""

import asyncio
import logging

from antiphon.areas.accounts.data import AccountRemoved
from antiphon.areas.library.api.uploads.tools import Desk
from antiphon.areas.library.data import SongsRemoved
from antiphon.areas.library.internal.editing import removing
from antiphon.areas.library.internal.exporting import rows as exports
from antiphon.areas.library.internal.uploading import making, rows
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs.data import INTERNAL_PREFIX

log = logging.getLogger(__name__)

REMOVE_STORED = f"{INTERNAL_PREFIX}stored-files"
"""The kind of job that removes files from the storage whose songs have gone."""
LOOKED_AT_ONCE = 500
GRACE_SECONDS = 3600.0
"""How long nobody must have claimed a file before it is removed."""


class Tidying:
    """Keeps table, storage and disk in line."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        # Since when nobody has claimed a file: one that is just being written down is claimed by the next look.
        self._unclaimed: dict[str, float] = {}

    async def after_start(self) -> None:
        """Put right what the end of the server has interrupted. Only before anything is received.

        Uploads of one request are gone; those that can go on do so from what is safely on disk.
        """
        desk = self._desk
        async with desk.tools.database.transaction() as transaction:
            found = await transaction.fetch(rows.UNFINISHED_ROWS)
            dead = [row for row in found if not row[2]]
            await rows.remove(transaction, *(row[0] for row in dead))
            resumable = {row[0] for row in found if row[2]}
            for upload_id, state, _, received, _ in found:
                there = desk.incoming.size(upload_id)
                if upload_id in resumable and state == "receiving" and there < received:
                    await rows.change(transaction, upload_id, "receiving", received=there)
        for upload_id in await asyncio.to_thread(desk.incoming.ids) - resumable:
            desk.incoming.remove(upload_id)
        try:
            await desk.storage.remove_leftovers()
            await desk.storage.delete([row[4] for row in dead if row[4]])
        except AntiphonError as error:
            log.warning("the storage of uploads could not be tidied up: %s", error)

    async def remove_old(self) -> int:
        """Forget uploads whose time is over, and remove files that nothing knows; how many there were."""
        desk = self._desk
        async with desk.tools.database.transaction() as transaction:
            expired = await transaction.fetch(rows.EXPIRED, now=desk.tools.clock())
            await rows.remove(transaction, *(row[0] for row in expired))
            removed = len(expired) + await rows.forget_unused_covers(transaction)
        for upload_id, _, _ in expired:
            desk.incoming.remove(upload_id)
        removed += await asyncio.to_thread(desk.copies.remove_old)
        return removed + await self._remove_unclaimed()

    async def remove_stored(self, names: list[str]) -> None:
        """Remove files from the storage, as a job."""
        await self._desk.storage.delete(names)

    async def on_songs_removed(self, event: SongsRemoved, transaction: Transaction) -> None:
        """The files of songs go with them: written down with their end, so that nothing is forgotten."""
        names = await rows.names_of_songs(transaction, list(event.song_ids))
        if names:
            await self._desk.tools.jobs.add(transaction, REMOVE_STORED, {"names": names})

    async def on_account_removed(self, event: AccountRemoved, transaction: Transaction) -> None:
        """What a person has uploaded goes with them, unless it is meant to stay."""
        if event.keep_songs:
            return
        desk = self._desk
        song_ids = await rows.songs_of(transaction, event.user_id)
        if song_ids:
            is_complete = await removing.remove(transaction, [], song_ids, desk.tools.clock())
            await desk.tools.add_up_later(transaction, is_complete)
        await making.remove_empty_albums(transaction, event.user_id)

    async def _remove_unclaimed(self) -> int:
        desk, unclaimed, looked = self._desk, set[str](), list[str]()
        try:
            async for name in desk.storage.names():
                looked.append(name)
                if len(looked) == LOOKED_AT_ONCE:
                    unclaimed |= await self.unclaimed(looked)
                    looked = []
            unclaimed |= await self.unclaimed(looked)
            now = desk.tools.clock()
            seen = {name: self._unclaimed.get(name, now) for name in unclaimed}
            known_long = [
                name for name, since in seen.items() if name in self._unclaimed and now - since >= GRACE_SECONDS
            ]
            # Asked once more: nothing that came to be needed while the storage was looked through is removed.
            gone = sorted(await self.unclaimed(known_long))
            await desk.storage.delete(gone)
        except AntiphonError as error:
            log.warning("the storage of uploads could not be tidied up: %s", error)
            return 0
        self._unclaimed = {name: since for name, since in seen.items() if name not in gone}
        return len(gone)

    async def unclaimed(self, names: list[str]) -> set[str]:
        """Those of these files that nothing knows."""
        async with self._desk.tools.database.transaction() as transaction:
            known = await rows.claimed(transaction, names) | await exports.claimed(transaction, names)
        return set(names) - known
