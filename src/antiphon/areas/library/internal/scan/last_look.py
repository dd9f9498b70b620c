"""Telling at one look that a folder is as the last scan left it: then nothing known of it need be read."""

import asyncio
import hashlib
from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan.compare import Comparison, compare
from antiphon.areas.library.internal.scan.narrowing import Narrowing
from antiphon.areas.library.internal.scan.walk import FoundFolder
from antiphon.kernel.db import Reader, Statement, Transaction

_LIBRARY = bindparam("library", type_=BigInteger)
_present = (
    select(func.count())
    .select_from(t.media_file)
    .where(t.media_file.c.library_id == _LIBRARY, t.media_file.c.missing_since.is_(None))
    .scalar_subquery()
)
_broken_only = (
    select(func.count())
    .select_from(t.broken_file)
    .where(
        t.broken_file.c.library_id == _LIBRARY,
        ~select(t.media_file.c.song_id)
        .where(
            t.media_file.c.library_id == t.broken_file.c.library_id,
            t.media_file.c.path == t.broken_file.c.path,
            t.media_file.c.missing_since.is_(None),
        )
        .exists(),
    )
    .scalar_subquery()
)
_KEPT = Statement(select(t.library.c.last_look, _present).where(t.library.c.id == _LIBRARY))
_COUNTS = Statement(select(_present, _broken_only))


async def differences(
    reader: Reader,
    library_id: int,
    folders: list[FoundFolder],
    narrowing: Narrowing,
    *,
    unreadable: Collection[str] = (),
    full: bool,
) -> Comparison:
    """What `compare` finds, and at once that it is nothing, where all looks as it did after the last scan."""
    look = await asyncio.to_thread(_look_of, folders) if narrowing.is_whole else ""
    if look and not full and (present := await _present_if_unchanged(reader, library_id, look)) is not None:
        return Comparison(files=sum(len(folder.files) for folder in folders), known_present=present)
    comparison = await compare(reader, library_id, folders, narrowing, unreadable=unreadable, full=full)
    comparison.look = look
    return comparison


def _look_of(folders: Sequence[FoundFolder]) -> str:
    """What a walk through a whole folder found, as a text that is another one when anything is."""
    digest = hashlib.blake2b(digest_size=16)
    encoder = msgspec.msgpack.Encoder()
    for folder in folders:
        digest.update(encoder.encode((folder.path, folder.files, folder.cover, folder.signature)))
    return digest.hexdigest()


async def _present_if_unchanged(reader: Reader, library_id: int, look: str) -> int | None:
    """How many songs of a library are there, where the folder looks as it did when all that was found was kept; None
    where it does not, or where what was kept then has changed."""
    for kept, present in await reader.fetch_slow(_KEPT, library=library_id):
        if kept == f"{look} {present}":
            return int(present)
    return None


async def keep_look(transaction: Transaction, library_id: int, look: str, files: int) -> None:
    """At the end of a scan of the whole library: keep what it looked like, where every one of the files found is a song
    that is there or stands on the list of broken ones."""
    present, broken_only = (await transaction.fetch(_COUNTS, library=library_id))[0]
    if present + broken_only == files:
        kept = update(t.library).where(t.library.c.id == library_id)
        await transaction.execute(kept.values(last_look=f"{look} {present}"))
