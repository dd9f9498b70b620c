"""Large files that came as forms are listened to from end to end once their songs are there."""

import asyncio
import logging

from antiphon.areas.library.api.uploads.finishing import same_audio
from antiphon.areas.library.api.uploads.sameness import hash_of
from antiphon.areas.library.api.uploads.tools import Desk
from antiphon.areas.library.data import HELPER_ENDED, MOST_HELPERS_ENDED
from antiphon.areas.library.internal.editing.songs import settle
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.areas.library.internal.uploading import rows
from antiphon.kernel.errors import AntiphonError, Kind

log = logging.getLogger(__name__)


class Listening:
    """What only the whole of a file tells: how long it sounds, and what tells its bytes and its audio apart."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def listen(self, song_id: int, attempt: int = 1) -> None:
        """Listen to the file of a song, as a job (its `attempt` counts from 1). Nothing happens where that was done, or
        the song has gone. Raises UNAVAILABLE."""
        desk = self._desk
        row = await desk.tools.database.reader.fetch_one(rows.UNHEARD, song_id=song_id)
        if row is None:
            return
        name, user_id = row
        file = await desk.copies.file(name)
        try:
            sound = await desk.sounds.check(file, str(song_id))
            duration, sha256, heard = sound.tags.duration, sound.sha256, sound.audio_sha256
        except AntiphonError as error:
            is_the_file = error.code == HELPER_ENDED and attempt >= MOST_HELPERS_ENDED
            if error.kind is not Kind.UNSUPPORTED_MEDIA and not is_the_file:
                raise
            log.warning("song %s could not be listened to from end to end: %s", song_id, error)
            duration, sha256 = None, await asyncio.to_thread(hash_of, file)
            # Only the very same file is known to sound the same.
            heard = sha256
        async with desk.tools.transaction() as transaction:
            same = None if user_id is None else await same_audio(transaction, user_id, heard)
            await rows.note_hash(transaction, song_id, sha256, audio_sha256=heard)
            if await rows.note_heard(transaction, song_id, duration, same, desk.tools.clock()):
                stale = await stale_of_songs(transaction, as_list([song_id]))
                await desk.tools.add_up_later(transaction, await settle(transaction, stale, desk.tools.clock()))
