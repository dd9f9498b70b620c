"""The music folders: keeping the rows in line with the settings."""

import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, insert, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.paths import stored_path
from antiphon.kernel.db import Statement, Transaction

FOLDERS = Statement(select(t.library.c.id, t.library.c.path).where(t.library.c.active == 1, t.library.c.path != ""))
SONG_COUNT = Statement(select(func.count()).select_from(t.song).where(t.song.c.missing == 0))


async def declare(transaction: Transaction, folders: Sequence[Path]) -> bool:
    """Make a library of each folder; True where one is new or back.

    A folder that is no longer named stays known, with all its songs, and is shown to nobody until it is named again.
    """
    wanted = {stored_path(str(folder)): folder for folder in folders}
    known = {
        path: (library_id, active)
        for library_id, path, active in await transaction.fetch(
            select(t.library.c.id, t.library.c.path, t.library.c.active).where(t.library.c.path != "")
        )
    }
    changed = False
    for path, folder in wanted.items():
        if path not in known:
            name = folder.name or str(folder)
            await transaction.execute(insert(t.library).values(name=name, path=path, created_at=time.time()))
            changed = True
        elif not known[path][1]:
            await _set_active(transaction, known[path][0], 1)
            changed = True
    for path, (library_id, active) in known.items():
        if active and path not in wanted:
            await _set_active(transaction, library_id, 0)
    return changed


async def _set_active(transaction: Transaction, library_id: int, active: int) -> None:
    await transaction.execute(update(t.library).where(t.library.c.id == library_id).values(active=active))
