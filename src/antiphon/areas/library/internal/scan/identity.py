"""Recognising a file that was moved *and* changed: by its recording id, else by artist, title, album and duration.

The order of all match keys: path (compare.py); same size and modification time elsewhere (compare.py); recording id;
artist + title + album + duration. Keys lead to songs; they are not the songs' identity, which is stored.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Text, bindparam, select

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.fold import fold
from antiphon.areas.library.internal.scan.prepare import PreparedSong
from antiphon.kernel.db import Reader, Statement, in_list

DURATION_SECONDS = 2.0

_ABSENT = Statement(
    select(t.song.c.id, t.song.c.recording_id, t.song.c.artist_text, t.song.c.title, t.album.c.title, t.song.c.duration)
    .select_from(t.song.outerjoin(t.album, t.album.c.id == t.song.c.album_id))
    .where(in_list(t.song.c.id, bindparam("ids", type_=Text)))
)


class Absent:
    """The songs whose files are not where they were."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self._by_recording: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[tuple[str, str, str], list[tuple[float, int]]] = defaultdict(list)
        self._left = {row[0] for row in rows}
        for song_id, recording_id, artist, title, album, duration in rows:
            if recording_id:
                self._by_recording[recording_id].append(song_id)
            self._by_name[(fold(artist), fold(title), fold(album or ""))].append((duration, song_id))

    @classmethod
    async def load(cls, reader: Reader, song_ids: list[int]) -> "Absent":
        """The absent songs with these ids."""
        if not song_ids:
            return cls([])
        return cls(await reader.fetch_slow(_ABSENT, ids=msgspec.json.encode(song_ids).decode()))

    def take(self, song: PreparedSong) -> int | None:
        """The absent song that `song` is, or None; nobody else is told the same one again.

        A key that leads to two songs leads to none: a wrong match would mix up two people's memories.
        """
        if not self._left:
            return None
        same_recording = self._by_recording.get(song.columns.recording_id, [])
        found = _first_two(song_id for song_id in same_recording if song_id in self._left)
        if len(found) != 1:
            album = song.album.columns.title if song.album else ""
            key = (fold(song.columns.artist_text), fold(song.columns.title), fold(album))
            found = _first_two(
                song_id
                for duration, song_id in self._by_name.get(key, [])
                if song_id in self._left and abs(duration - song.columns.duration) <= DURATION_SECONDS
            )
        if len(found) != 1:
            return None
        self._left.discard(found[0])
        return found[0]

    def still_absent(self, song_id: int) -> bool:
        """True until somebody took the song."""
        return song_id in self._left


def _first_two(found: Iterator[int]) -> list[int]:
    """Enough to see whether it is the only one."""
    return list(islice(found, 2))
