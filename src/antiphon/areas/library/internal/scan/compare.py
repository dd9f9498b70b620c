"""Comparing what a walk found with what is known."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, func, select

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan.lost_files import LostFiles, keys_of
from antiphon.areas.library.internal.scan.narrowing import MANY_PLACES, Narrowing
from antiphon.areas.library.internal.scan.walk import LYRICS_SUFFIXES, FoundFile, FoundFolder
from antiphon.kernel.db import Reader, Statement

# More than this share of a library gone at once is taken for an accident (an unmounted disk), not for a wish; where
# only some folders were looked at, as their changes were noticed, so many may be gone in any case.
GONE_SHARE = 0.2
GONE_OF_PLACES = 50

_LIBRARY = bindparam("library", type_=BigInteger)
_PREFIX = bindparam("prefix", type_=Text)
_files = select(
    t.media_file.c.path,
    t.media_file.c.size,
    t.media_file.c.modified_ns,
    t.media_file.c.song_id,
    t.media_file.c.missing_since,
).where(t.media_file.c.library_id == _LIBRARY)
_KNOWN = Statement(_files)
_KNOWN_MISSING = Statement(_files.where(t.media_file.c.missing_since.is_not(None)))
_KNOWN_AT_ROOT = Statement(_files.where(t.media_file.c.path.not_like("%/%")))
_begins_so = func.substr(t.media_file.c.path, 1, func.length(_PREFIX)) == _PREFIX
_KNOWN_BELOW = Statement(
    # SQLite compares texts byte by byte, so the index leads to them.
    sqlite=_files.where(t.media_file.c.path > _PREFIX, t.media_file.c.path < bindparam("beyond", type_=Text)),
    postgresql=_files.where(_begins_so),
)
_PRESENT = Statement(
    select(func.count())
    .select_from(t.media_file)
    .where(t.media_file.c.library_id == _LIBRARY, t.media_file.c.missing_since.is_(None))
)
_BROKEN = Statement(
    select(t.broken_file.c.path, t.broken_file.c.size, t.broken_file.c.modified_ns).where(
        t.broken_file.c.library_id == _LIBRARY
    )
)
_FOLDERS = Statement(
    select(t.scanned_folder.c.path, t.scanned_folder.c.signature).where(t.scanned_folder.c.library_id == _LIBRARY)
)


class ToRead(msgspec.Struct, frozen=True, gc=False):
    """A file to be read, the song it is known to be (None: not known yet), whether that song lay elsewhere, and whether
    the file is another one than was read then."""

    file: FoundFile
    song_id: int | None
    has_lyrics: bool
    cover: str | None
    moved: bool = False
    is_changed: bool = False


class Comparison(msgspec.Struct, kw_only=True):
    """What differs. `gone` are songs that were there at the last scan, `absent` also those missing before.

    `broken` are the paths on the list of broken files, `mended` those among them that are again what was read once, or
    have gone; one that is read leaves the list when it could be read.
    `growing` counts files that somebody still writes to: they are left as they are. `look` is what a walk through the
    whole library found (see `last_look`), empty where only places of it were looked at.
    """

    files: int = 0
    growing: int = 0
    to_read: list[ToRead] = []
    moved: int = 0
    returned: list[int] = []
    gone: dict[str, int] = {}
    known_present: int = 0
    is_narrowed: bool = False
    absent: list[int] = []
    signatures: dict[str, str] = {}
    broken: frozenset[str] = frozenset()
    mended: list[str] = []
    look: str = ""

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to write."""
        return not (self.to_read or self.gone or self.returned or self.signatures or self.mended)

    @property
    def looks_like_an_accident(self) -> bool:
        """True where more than a fifth of what was there is gone."""
        least = GONE_OF_PLACES if self.is_narrowed else 0
        return len(self.gone) > max(GONE_SHARE * self.known_present, least)


Row = tuple[Any, ...]


async def compare(
    reader: Reader,
    library_id: int,
    folders: list[FoundFolder],
    narrowing: Narrowing,
    *,
    unreadable: Collection[str] = (),
    full: bool,
) -> Comparison:
    """What to do about each file that `narrowing` covers. With `full`, each of them is read again. Known files that are
    `unreadable` or lie below something that is are left alone."""
    known = await _known(reader, library_id, narrowing)
    broken = await _broken(reader, library_id, narrowing)
    before = {row[0]: row[1] for row in await reader.fetch_slow(_FOLDERS, library=library_id)}
    present = await reader.fetch_slow(_PRESENT, library=library_id)
    result = Comparison(known_present=present[0][0], is_narrowed=not narrowing.is_whole, broken=frozenset(broken))
    gone_broken = set(broken)
    fresh: list[ToRead] = []
    for folder in folders:
        signature = before.get(folder.path)
        again = full or (signature != folder.signature and _concerns(folder, signature))
        if signature != folder.signature:
            result.signatures[folder.path] = folder.signature
        for file in folder.files:
            result.files += 1
            row = known.pop(file.path, None)
            gone_broken.discard(file.path)
            if file.is_growing:
                result.growing += 1
            elif row is not None:
                known_broken = None if full else broken.get(file.path)
                _compare_known(result, folder, file, row, known_broken, again=again)
            elif full or broken.get(file.path) != (file.size, file.modified_ns):
                fresh.append(_to_read(folder, file, None))
    result.mended += sorted(path for path in gone_broken if not _lies_in(path, unreadable))
    absent = _absent(known, unreadable)
    result.gone = {path: row[3] for path, row in absent.items() if row[4] is None}
    result.absent = [row[3] for row in absent.values()]
    _recognise_moved(result, fresh, absent)
    return result


async def _broken(reader: Reader, library_id: int, narrowing: Narrowing) -> dict[str, Row]:
    """The size and the time of each file on the list of broken ones, by path, of those that `narrowing` covers."""
    rows = await reader.fetch_slow(_BROKEN, library=library_id)
    return {row[0]: row[1:] for row in rows if narrowing.covers_file(row[0])}


def _absent(known: dict[str, Row], unreadable: Collection[str]) -> dict[str, Row]:
    """Which of the known files that were not found are absent: of those that are `unreadable` nobody knows."""
    if not unreadable:
        return known
    return {path: row for path, row in known.items() if row[4] is not None or not _lies_in(path, unreadable)}


def _lies_in(path: str, places: Collection[str]) -> bool:
    """Whether a path is one of the places or lies below one."""
    if not places:
        return False
    while path not in places:
        if not path:
            return False
        path = path.rpartition("/")[0]
    return True


def _compare_known(
    result: Comparison, folder: FoundFolder, file: FoundFile, row: Row, known_broken: Row | None, *, again: bool
) -> None:
    """A file at the path of a known one. It is read `again` in any case, or where it has changed; not where it is still
    the one that could not be read (`known_broken`: its size and time)."""
    if known_broken is not None and known_broken == (file.size, file.modified_ns):
        return
    is_changed = row[1] != file.size or row[2] != file.modified_ns
    if again or is_changed:
        to_read = _to_read(folder, file, row[3])
        result.to_read.append(msgspec.structs.replace(to_read, is_changed=True) if is_changed else to_read)
    elif file.path in result.broken:
        result.mended.append(file.path)
    if row[4] is not None:
        result.returned.append(row[3])


async def _known(reader: Reader, library_id: int, narrowing: Narrowing) -> dict[str, Row]:
    """The files that are known, by path: those that `narrowing` covers, and all that are missing, as they may be what
    was found there."""
    if narrowing.is_whole:
        return {row[0]: row for row in await reader.fetch_slow(_KNOWN, library=library_id)}
    rows = await reader.fetch_slow(_KNOWN_MISSING, library=library_id)
    if len(narrowing.places) > MANY_PLACES:
        rows += await reader.fetch_slow(_KNOWN, library=library_id)
    else:
        for place in narrowing.places:
            if place.path:
                rows += await reader.fetch_slow(
                    _KNOWN_BELOW, library=library_id, prefix=f"{place.path}/", beyond=f"{place.path}0"
                )
            else:
                rows += await reader.fetch_slow(_KNOWN_AT_ROOT, library=library_id)
    return {row[0]: row for row in rows if row[4] is not None or narrowing.covers_file(row[0])}


def _concerns(folder: FoundFolder, before: str | None) -> bool:
    """A folder seen for the first time with nothing beside its songs has no news for them."""
    return before is not None or bool(folder.signature)


def _to_read(folder: FoundFolder, file: FoundFile, song_id: int | None) -> ToRead:
    has_lyrics = False
    if folder.lyrics:
        stem = file.path.rpartition("/")[2].rpartition(".")[0]
        has_lyrics = any(f"{stem}.{suffix}" in folder.lyrics for suffix in LYRICS_SUFFIXES)
    return ToRead(file, song_id, has_lyrics, folder.cover)


def _recognise_moved(result: Comparison, fresh: list[ToRead], absent: dict[str, Row]) -> None:
    """A new path with the size and the modification time of an absent file is that file, moved or renamed."""
    paths = {row[3]: path for path, row in absent.items()}
    lost = LostFiles({song_id: keys_of(path, *absent[path][1:3]) for song_id, path in paths.items()})
    found: set[int] = set()
    for candidate in fresh:
        file = candidate.file
        song_id = lost.take(keys_of(file.path, file.size, file.modified_ns)) if absent else None
        if song_id is None:
            result.to_read.append(candidate)
            continue
        found.add(song_id)
        result.to_read.append(msgspec.structs.replace(candidate, song_id=song_id, moved=True))
        result.gone.pop(paths[song_id], None)
        if absent[paths[song_id]][4] is not None:
            result.returned.append(song_id)
    result.moved += len(found)
    result.absent = [song_id for song_id in result.absent if song_id not in found]
