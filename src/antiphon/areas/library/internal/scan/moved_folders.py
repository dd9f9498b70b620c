"""Music folders that lie elsewhere now: a disk mounted under another name, a folder renamed while the server rested."""

import asyncio
import os
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, exists, select, update

from antiphon.areas.library.internal import revisions
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.paths import real_text, shown_text
from antiphon.areas.library.internal.scan.walk import Walk
from antiphon.kernel.db import Database, Statement

# So much of what was known of a folder lies in another one at the same place, with the same size and time: it is this.
SAME_SHARE = 0.5

_has_files = exists().where(t.media_file.c.library_id == t.library.c.id)
_LIBRARIES = Statement(
    select(
        t.library.c.id,
        t.library.c.name,
        t.library.c.path,
        t.library.c.active,
        t.library.c.declared,
        t.library.c.open_to_all,
        _has_files,
    ).where(t.library.c.path != "")
)
_FILES = Statement(
    select(t.media_file.c.path, t.media_file.c.size, t.media_file.c.modified_ns).where(
        t.media_file.c.library_id == bindparam("library", type_=BigInteger)
    )
)


class _Library(msgspec.Struct, frozen=True):
    id: int
    name: str
    path: str
    active: int
    declared: int
    open_to_all: int
    has_files: bool


async def follow_moved_folders(database: Database, apart: Mapping[str, Collection[str]]) -> list[str]:
    """Where the folder of a library has gone, and one that nothing is known of yet holds most of its files: let the
    library lie there, with all that people have done with its songs. Gives a sentence about each.

    `apart` tells what lies in each folder and belongs to another library.
    """
    libraries = [_Library(*row) for row in await database.reader.fetch_slow(_LIBRARIES)]
    # Where an admin has ruled who may listen, it is meant to be another one.
    fresh = [one for one in libraries if one.active and not one.has_files and one.open_to_all]
    gone = await asyncio.to_thread(_gone, libraries) if fresh else []
    told: list[str] = []
    for new in fresh if gone else ():
        found = await asyncio.to_thread(_files_below, new, apart.get(new.path, ()))
        old = await _most_alike(database, gone, found) if found else None
        if old is not None:
            gone.remove(old)
            await _move(database, old, new)
            where = f"from {shown_text(old.path)} to {shown_text(new.path)}"
            told.append(f"{old.name}: its folder has moved {where}. Its songs are the same as before.")
    return told


def _gone(libraries: Collection[_Library]) -> list[_Library]:
    return [one for one in libraries if one.has_files and not os.path.isdir(real_text(one.path))]


def _files_below(library: _Library, apart: Collection[str]) -> set[tuple[str, int, int]]:
    walk = Walk(Path(real_text(library.path)), apart=apart)
    return {(file.path, file.size, file.modified_ns) for folder in walk for file in folder.files}


async def _most_alike(
    database: Database, gone: Collection[_Library], found: Collection[tuple[str, int, int]]
) -> _Library | None:
    """The library of which most lies among what was found; None where of none enough does."""
    shares = []
    for library in gone:
        known = await database.reader.fetch_slow(_FILES, library=library.id)
        shares.append((sum(tuple(row) in found for row in known) / len(known), -library.id, library))
    best = max(shares, default=None)
    return best[2] if best is not None and best[0] >= SAME_SHARE else None


async def _move(database: Database, old: _Library, new: _Library) -> None:
    name = new.name if old.name == Path(old.path).name else old.name
    async with database.transaction() as transaction:
        await transaction.execute(delete(t.library).where(t.library.c.id == new.id))
        values = {"path": new.path, "name": name, "active": 1, "declared": new.declared}
        await transaction.execute(update(t.library).where(t.library.c.id == old.id).values(**values))
        await revisions.library_changed(transaction)
