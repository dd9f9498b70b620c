"""The last of the match keys: a file that was moved *and* retagged is known again by its audio, once it is measured.

The song that had vanished gets the file, and with it the stars and playlists that name it live on; the one that was
made of the file meanwhile is missing from then on. Where the file lies in another library now, so does the song. The
next scan reads the tags.
"""

from collections import Counter

from sqlalchemy import BindParameter, Text, bindparam, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.libraries import forget_look
from antiphon.areas.library.internal.sound.tables import song_sound
from antiphon.areas.library.internal.visibility import MISSING
from antiphon.kernel.db import Statement, Transaction, in_list

_IDS: BindParameter[str] = bindparam("ids", type_=Text)
_new, _old = song_sound.alias("new"), song_sound.alias("old")
_new_song, _old_song = t.song.alias("new_song"), t.song.alias("old_song")
_new_file, _old_file = t.media_file.alias("new_file"), t.media_file.alias("old_file")
_folders = select(t.library.c.id).where(t.library.c.path != "")
_judged = select(t.song_annotation.c.song_id).where(t.song_annotation.c.song_id == _new.c.song_id)
# Songs of these that nobody has done anything with yet, each with one that had vanished before they came.
_MATCHES = Statement(
    select(
        _new.c.song_id, _old.c.song_id, _new_file.c.path, _new_file.c.size, _old_file.c.path, _old_file.c.size,
        _old_file.c.modified_ns, _old_file.c.missing_since, _new_song.c.library_id, _old_song.c.library_id,
    )
    .join(_old, _old.c.audio_sha256 == _new.c.audio_sha256)
    .join(_new_song, _new_song.c.id == _new.c.song_id)
    .join(_old_song, _old_song.c.id == _old.c.song_id)
    .join(_new_file, _new_file.c.song_id == _new.c.song_id)
    .join(_old_file, _old_file.c.song_id == _old.c.song_id)
    .where(in_list(_new.c.song_id, _IDS), _new.c.audio_sha256 != "", _new_song.c.missing == 0)
    .where(_old_song.c.missing == MISSING, _old_song.c.uploader_id.is_(None))
    .where(_old_song.c.library_id.in_(_folders), _new_song.c.library_id.in_(_folders))
    .where(_new_song.c.uploader_id.is_(None), _new_song.c.play_count == 0, ~_judged.exists())
    .where(_new_song.c.created_at >= _old_file.c.missing_since)
)  # fmt: skip


async def recognise(transaction: Transaction, song_ids: str) -> list[int]:
    """Give the files of these songs (a JSON list of ids) back to the songs that they were before. All songs that have
    changed; a match that could be another is none."""
    matches = await transaction.fetch(_MATCHES, ids=song_ids)
    news, olds = Counter(row[0] for row in matches), Counter(row[1] for row in matches)
    changed: list[int] = []
    for new, old, path, size, old_path, old_size, old_modified, since, here, there in matches:
        if news[new] > 1 or olds[old] > 1:
            continue
        for library_id in {here, there}:
            await forget_look(transaction, library_id)
        # Two files must not meet under one path. A time that no file has makes the next scan read the tags.
        await _file(transaction, new, path=f"\x01{path}")
        await _file(transaction, old, library_id=here, path=path, size=size, modified_ns=0, missing_since=None)
        came = {"path": old_path, "size": old_size, "modified_ns": old_modified, "missing_since": since}
        await _file(transaction, new, library_id=there, **came)
        await _song(transaction, old, library_id=here, path=path, missing=0)
        await _song(transaction, new, library_id=there, path=old_path, missing=MISSING)
        changed += [new, old]
    return changed


async def _file(transaction: Transaction, song_id: int, **values: object) -> None:
    await transaction.execute(update(t.media_file).where(t.media_file.c.song_id == song_id).values(**values))


async def _song(transaction: Transaction, song_id: int, **values: object) -> None:
    await transaction.execute(update(t.song).where(t.song.c.id == song_id).values(**values))
