"""Songs that are read again go on showing what was measured of them."""

from typing import Any

from sqlalchemy import BindParameter, Text, and_, bindparam, func, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.sound.tables import song_sound
from antiphon.kernel.db import Transaction, in_list

SHOWN = ("bpm", "track_gain", "track_peak", "album_gain", "album_peak", "loudness")
"""Columns of `song` that show what was measured where nobody has told anything."""

_IDS: BindParameter[str] = bindparam("ids", type_=Text)


async def show_measured(transaction: Transaction, song_ids: str) -> None:
    """Have songs (a JSON list of ids) that were read again show what was measured of the same file, where the file
    itself tells nothing."""
    same_file = and_(
        song_sound.c.song_id == t.song.c.id,
        song_sound.c.song_id == t.media_file.c.song_id,
        song_sound.c.size == t.media_file.c.size,
        song_sound.c.modified_ns == t.media_file.c.modified_ns,
    )

    def shown(name: str) -> Any:
        found = select(song_sound.c[name]).where(same_file).correlate(t.song).scalar_subquery()
        return func.coalesce(t.song.c[name], found)

    known = select(song_sound.c.song_id).where(in_list(song_sound.c.song_id, _IDS), song_sound.c.reason == "")
    values = {name: shown(name) for name in SHOWN}
    await transaction.execute(update(t.song).where(t.song.c.id.in_(known)).values(**values), {"ids": song_ids})
