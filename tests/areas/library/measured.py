"""What was measured of songs, set without measuring."""

from sqlalchemy import delete, update

from antiphon.areas.library.internal import tables
from antiphon.areas.library.internal.sound.tables import song_sound
from antiphon.kernel.db import Database


async def tag_tempo(database: Database, song_id: int, beats: int) -> None:
    """As if the file of a song told its tempo, in beats a minute."""
    async with database.transaction() as transaction:
        await transaction.execute(update(tables.song).where(tables.song.c.id == song_id).values(bpm=beats))


async def leave_unmeasured(database: Database, song_id: int) -> None:
    """As if nobody had measured a song yet."""
    async with database.transaction() as transaction:
        await transaction.execute(delete(song_sound).where(song_sound.c.song_id == song_id))


async def tell_reason(database: Database, song_id: int, reason: str) -> None:
    """As if measuring a song had failed for a reason; with none, as if it had not."""
    async with database.transaction() as transaction:
        await transaction.execute(update(song_sound).where(song_sound.c.song_id == song_id).values(reason=reason))
