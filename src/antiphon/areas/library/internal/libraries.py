"""The music folders: keeping the rows in line with the settings, and what admins change of them."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, func, insert, select, update

from antiphon.areas.accounts.views import person
from antiphon.areas.library.data.libraries import WatchState
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.paths import stored_path
from antiphon.areas.library.internal.visibility import readable_libraries
from antiphon.kernel.db import Statement, Transaction

_ID = bindparam("id", type_=BigInteger)
_IS_FOLDER = (t.library.c.active == 1, t.library.c.path != "")

FOLDERS = Statement(select(t.library.c.id, t.library.c.path).where(*_IS_FOLDER))
NAMED_FOLDERS = Statement(select(t.library.c.id, t.library.c.name, t.library.c.path).where(*_IS_FOLDER))
# Where the libraries lie that admins have added.
ADDED = Statement(select(t.library.c.path).where(t.library.c.declared == 0, *_IS_FOLDER))
SONG_COUNT = Statement(select(func.count()).select_from(t.song).where(t.song.c.missing == 0))

_named = (
    select(func.count()).select_from(t.library_right).where(t.library_right.c.library_id == t.library.c.id)
).scalar_subquery()
_details = select(
    t.library.c.id,
    t.library.c.name,
    t.library.c.path,
    t.library.c.open_to_all,
    t.library.c.declared,
    _named.label("people_count"),
    t.library.c.scanned_at,
    t.library.c.watch,
    t.library.c.watch_note,
).where(t.library.c.id.in_(readable_libraries()))
DETAILS = Statement(_details.order_by(t.library.c.id))
DETAIL = Statement(_details.where(t.library.c.id == _ID))
PEOPLE = Statement(
    select(person.c.id, person.c.username, person.c.full_name)
    .join_from(t.library_right, person, person.c.id == t.library_right.c.user_id)
    .where(t.library_right.c.library_id == _ID)
    .order_by(person.c.username)
)
CLOSED = Statement(select(t.library.c.id).where(t.library.c.active == 1, t.library.c.open_to_all == 0))
RIGHTS_OF = Statement(
    select(t.library_right.c.library_id).where(t.library_right.c.user_id == bindparam("user_id", type_=BigInteger))
)


async def declare(transaction: Transaction, folders: Sequence[Path], added: Iterable[str] = ()) -> bool:
    """Make a library of each folder; True where one is new or back. `added` are the paths of libraries that admins have
    added and that may stay.

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
            await insert_library(transaction, folder.name or str(folder), path, declared=True)
            changed = True
        else:
            changed = changed or not known[path][1]
            await _set(transaction, known[path][0], active=1, declared=1)
    staying = {*wanted, *added}
    for path, (library_id, active) in known.items():
        if active and path not in staying:
            await _set(transaction, library_id, active=0)
    return changed


async def insert_library(transaction: Transaction, name: str, path: str, *, declared: bool) -> int:
    """A new library, open to everybody."""
    values = {"name": name, "path": path, "declared": int(declared), "created_at": time.time()}
    key = (await transaction.execute(insert(t.library).values(**values))).inserted_primary_key
    assert key is not None
    return int(key[0])


async def known_at(transaction: Transaction, path: str) -> int | None:
    """The library that lies or lay at a path."""
    row = await transaction.fetch_one(select(t.library.c.id).where(t.library.c.path == path))
    return None if row is None else int(row[0])


async def bring_back(transaction: Transaction, library_id: int, name: str) -> None:
    """Make a library that was taken out one that an admin has added."""
    await _set(transaction, library_id, active=1, declared=0, name=name)


async def take_out(transaction: Transaction, library_id: int) -> None:
    """Show a library to nobody any more."""
    await _set(transaction, library_id, active=0, watch="", watch_note="")


async def rename(transaction: Transaction, library_id: int, name: str) -> None:
    """Call a library otherwise."""
    await _set(transaction, library_id, name=name)


async def set_watch(transaction: Transaction, library_id: int, watch: WatchState, note: str) -> None:
    """Keep how a library is watched."""
    await _set(transaction, library_id, watch=watch, watch_note=note)


async def forget_look(transaction: Transaction, library_id: int) -> None:
    """Before files of a library become other songs, or songs other files: until a scan has seen all of it again, no
    look tells that it is as it was."""
    looked = update(t.library).where(t.library.c.id == library_id, t.library.c.last_look != "")
    await transaction.execute(looked.values(last_look=""))


async def set_rights(transaction: Transaction, library_id: int, *, is_open: bool, user_ids: Iterable[int]) -> None:
    """Open a library to everybody, or to these people alone; they stay named while it is open."""
    await _set(transaction, library_id, open_to_all=int(is_open))
    await transaction.execute(delete(t.library_right).where(t.library_right.c.library_id == library_id))
    rows = [{"library_id": library_id, "user_id": user_id} for user_id in user_ids]
    if rows:
        await transaction.execute(insert(t.library_right), rows)


async def set_rights_of(transaction: Transaction, user_id: int, library_ids: Iterable[int]) -> None:
    """Name a person among the rights of these libraries and of no others."""
    await transaction.execute(delete(t.library_right).where(t.library_right.c.user_id == user_id))
    rows = [{"library_id": library_id, "user_id": user_id} for library_id in library_ids]
    if rows:
        await transaction.execute(insert(t.library_right), rows)


async def people_among(transaction: Transaction, user_ids: Sequence[int]) -> set[int]:
    """Those of these ids that are people."""
    statement = select(person.c.id).where(person.c.id.in_(user_ids))
    return {row[0] for row in await transaction.fetch(statement)}


async def _set(transaction: Transaction, library_id: int, **values: Any) -> None:
    await transaction.execute(update(t.library).where(t.library.c.id == library_id).values(**values))
