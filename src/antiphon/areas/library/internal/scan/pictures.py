"""Albums whose picture is no longer there: they show another one of their songs', or none."""

import asyncio
import os
from collections.abc import Iterable

from sqlalchemy import BindParameter, bindparam, select, update

from antiphon.areas.library.data.libraries import Place
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.paths import real_text
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.kernel.db import Reader, Statement, Transaction, in_list

_IDS: BindParameter[str] = bindparam("ids")
# Pictures beside songs (0) and within them (1): what people have given an album stays, whatever its files carry.
_WITHIN = 1
GIVEN = t.artwork.c.embedded > _WITHIN
_SHOWN = Statement(
    select(t.album.c.id, t.artwork.c.path, t.artwork.c.embedded)
    .join(t.artwork, t.artwork.c.id == t.album.c.artwork_id)
    .where(in_list(t.album.c.id, _IDS), t.artwork.c.embedded <= _WITHIN)
)
_GIVEN_SONGS = Statement(
    select(t.song.c.id, t.song.c.artwork_id)
    .join(t.artwork, t.artwork.c.id == t.song.c.artwork_id)
    .where(in_list(t.song.c.id, _IDS), GIVEN)
)
_SONGS = Statement(
    select(t.song.c.album_id, t.song.c.id, t.media_file.c.path)
    .join(t.media_file, t.media_file.c.song_id == t.song.c.id)
    .where(in_list(t.song.c.album_id, _IDS), t.media_file.c.missing_since.is_(None))
)


async def given_to_songs(transaction: Transaction, song_ids: str) -> dict[int, int]:
    """The artworks of those songs that somebody has given a picture."""
    return {row[0]: row[1] for row in await transaction.fetch(_GIVEN_SONGS, ids=song_ids)}


class Bare:
    """Which songs of one library a scan has read that give their albums no picture."""

    def __init__(self, library_id: int, root: str) -> None:
        self._library_id = library_id
        self._root = root
        self._read: dict[int, set[int]] = {}
        self._paths: set[str] = set()
        self._lost: set[int] = set()

    def note(self, songs: Iterable[tuple[int | None, int | None, str]]) -> None:
        """These songs (album, id, path) have been read and give no picture."""
        for album_id, song_id, path in songs:
            if album_id is not None and song_id is not None:
                self._read.setdefault(album_id, set()).add(song_id)
                self._paths.add(f"{self._root}/{path}")

    async def left_to_ask(self, reader: Reader) -> dict[int, Place]:
        """The songs, and where they lie, that may have a picture for an album whose own has gone, and that have not
        been read: whoever changes the files of an album one by one is noticed in the middle of it."""
        shown = await reader.fetch_slow(_SHOWN, ids=as_list(self._read)) if self._read else []
        songs: dict[int, dict[int, str]] = {row[0]: {} for row in shown}
        for album_id, song_id, path in await reader.fetch_slow(_SONGS, ids=as_list(songs)) if songs else []:
            if song_id not in self._read[album_id]:
                songs[album_id][song_id] = path
        gone = await asyncio.to_thread(self._gone, shown)
        self._lost = {album_id for album_id, left in songs.items() if not left or album_id in gone}
        return {
            song_id: Place(self._library_id, path.rpartition("/")[0], deep=False)
            for album_id in self._lost
            for song_id, path in songs[album_id].items()
        }

    def _gone(self, shown: Iterable[tuple[int, str, int]]) -> set[int]:
        return {
            album_id
            for album_id, path, embedded in shown
            if (embedded and path in self._paths) or not os.path.isfile(real_text(path))
        }

    async def clear(self, transaction: Transaction, now: float) -> bool:
        """Let albums that have lost their picture show none; whether there were any."""
        if not self._lost:
            return False
        await transaction.execute(
            update(t.album).where(in_list(t.album.c.id, _IDS)).values(artwork_id=None, updated_at=now),
            {"ids": as_list(self._lost)},
        )
        return True
