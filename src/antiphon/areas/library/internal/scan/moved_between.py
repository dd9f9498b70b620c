"""Files that lie in another library now than they did: sorted from a folder for what is new into the one for good, or
in a folder whose libraries were laid together or taken apart."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Text, bindparam, literal_column, select

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.compare import Comparison
from antiphon.areas.library.internal.scan.lost_files import LostFiles, keys_of
from antiphon.areas.library.internal.visibility import MISSING
from antiphon.kernel.db import Reader, Statement, in_list

_SIZES, _GONE = bindparam("sizes", type_=Text), bindparam("gone", type_=Text)
_left = (
    select(
        t.media_file.c.library_id,
        t.library.c.path,
        t.media_file.c.path,
        t.media_file.c.size,
        t.media_file.c.modified_ns,
        t.media_file.c.song_id,
        t.media_file.c.missing_since,
    )
    .join(t.library, t.library.c.id == t.media_file.c.library_id)
    .join(t.song, t.song.c.id == t.media_file.c.song_id)
    .where(in_list(t.media_file.c.size, _SIZES), t.library.c.path != "", t.song.c.uploader_id.is_(None))
)
_missing = select(t.song.c.id).where(
    t.song.c.library_id.in_(select(t.library.c.id)), t.song.c.missing == literal_column(str(MISSING))
)
_out_of_use = select(t.library.c.id).where(t.library.c.active == 0)
# Songs whose files are not where they were, or in a folder that is no library any more. Each part has an index.
LEFT = Statement(
    _left.where(t.media_file.c.song_id.in_(_missing)).union_all(
        _left.where(t.media_file.c.library_id.in_(_out_of_use)), _left.where(in_list(t.media_file.c.song_id, _GONE))
    )
)
_FOLDERS = Statement(select(t.library.c.path).where(t.library.c.path != "").limit(2))


class Compared(NamedTuple):
    """What differs in one library; `is_first` tells that it is scanned first."""

    library_id: int
    name: str
    path: str
    is_first: bool
    comparison: Comparison


class _Left(NamedTuple):
    library_id: int
    folder: str
    path: str
    size: int
    modified_ns: int
    song_id: int
    missing_since: float | None

    @property
    def place(self) -> str:
        return f"{self.folder}/{self.path}"

    @property
    def stamp(self) -> tuple[str, int, int]:
        return self.path, self.size, self.modified_ns


async def follow_moved_files(reader: Reader, found: Sequence[Compared], into: Sequence[Compared]) -> None:
    """A new file of one of `into`, with the size and the modification time of one that another library has lost, is
    that file. `found` are all libraries that were looked at; what they have lost so is not gone."""
    sizes = {entry.file.size for one in into for entry in one.comparison.to_read if entry.song_id is None}
    if not sizes or len(await reader.fetch(_FOLDERS)) < 2:
        return
    gone = [song_id for one in found for song_id in one.comparison.gone.values()]
    seen = {song_id for one in found for song_id in _seen(one.comparison)}
    rows = await reader.fetch_slow(LEFT, sizes=as_list(sizes), gone=as_list(gone))
    left = {file.song_id: file for file in (_Left(*row) for row in rows) if file.song_id not in seen}
    taken = [file for one in into for file in _take(one, left)] if left else []
    if taken:
        _not_gone(found, taken)


def _seen(comparison: Comparison) -> set[int]:
    """Songs whose files are there, whatever was known of them."""
    return {entry.song_id for entry in comparison.to_read if entry.song_id is not None} | set(comparison.returned)


def _take(library: Compared, left: dict[int, _Left]) -> list[_Left]:
    """Let the new files of a library be the songs that they are elsewhere: the one that lay at that very place, else
    the only one of that name, else the only one. Gives where those were, which are not `left` any more."""
    elsewhere = [file for file in left.values() if file.library_id != library.library_id]
    lost = LostFiles({file.song_id: keys_of(*file.stamp, file.place) for file in elsewhere})
    comparison, taken = library.comparison, []
    for number, entry in enumerate(comparison.to_read):
        if entry.song_id is not None:
            continue
        file = entry.file
        song_id = lost.take(keys_of(file.path, file.size, file.modified_ns, f"{library.path}/{file.path}"))
        if song_id is None:
            continue
        chosen = left.pop(song_id)
        taken.append(chosen)
        comparison.to_read[number] = msgspec.structs.replace(entry, song_id=song_id, moved=True)
        if chosen.missing_since is not None:
            comparison.returned.append(song_id)
    return taken


def _not_gone(found: Sequence[Compared], taken: Sequence[_Left]) -> None:
    """Take songs that lie in other libraries now off what is gone. That they do is not written yet: until it is, no
    look tells that nothing has changed where they were."""
    by_library: dict[int, set[int]] = defaultdict(set)
    for file in taken:
        by_library[file.library_id].add(file.song_id)
    for one in found:
        if songs := by_library.get(one.library_id):
            comparison = one.comparison
            comparison.gone = {path: song_id for path, song_id in comparison.gone.items() if song_id not in songs}
            comparison.absent = [song_id for song_id in comparison.absent if song_id not in songs]
            comparison.look = ""
