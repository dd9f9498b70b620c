"""What the library knows about a person."""

from typing import Any

from sqlalchemy import BigInteger, Select, Table, bindparam, delete, func, select, update

from antiphon.areas.library.internal import revisions
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.uploading.tables import upload
from antiphon.kernel.db import Reader, Statement, Transaction

_USER = bindparam("user_id", type_=BigInteger)
_NAMES = {"song": t.song.c.title, "album": t.album.c.title, "artist": t.artist.c.name}
_ANNOTATIONS = {"song": t.song_annotation, "album": t.album_annotation, "artist": t.artist_annotation}
_WHOLES = {"song": t.song, "album": t.album}
_COLUMNS = ("id", "name", "starred_at", "rating", "play_count", "last_played_at")


def _of(thing: str) -> Select[Any]:
    annotation = _ANNOTATIONS[thing]
    thing_id = annotation.c[f"{thing}_id"]
    name = _NAMES[thing]
    return (
        select(thing_id, name, *(annotation.c[column] for column in _COLUMNS[2:]))
        .join_from(annotation, name.table, name.table.c.id == thing_id)
        .where(annotation.c.user_id == _USER)
        .order_by(thing_id)
    )


_EXPORTED = {thing: Statement(_of(thing)) for thing in _ANNOTATIONS}
_RIGHTS = Statement(select(t.library_right.c.library_id).where(t.library_right.c.user_id == _USER))
_UPLOADED = Statement(
    select(t.song.c.id, t.song.c.title, t.song.c.artist_text, t.song.c.created_at)
    .where(t.song.c.uploader_id == _USER)
    .order_by(t.song.c.id)
)
_UPLOAD_NAMES = ("id", "label", "size", "received", "state", "wanted")
_UPLOADS = Statement(
    select(*(upload.c[name] for name in _UPLOAD_NAMES)).where(upload.c.user_id == _USER).order_by(upload.c.id)
)
_CHANGE_NAMES = ("id", "at", "thing", "thing_id", "field", "old", "new")
_CHANGES = Statement(
    select(*(t.catalogue_change.c[name] for name in _CHANGE_NAMES))
    .where(t.catalogue_change.c.user_id == _USER)
    .order_by(t.catalogue_change.c.id)
)


async def export(reader: Reader, user_id: int) -> dict[str, Any]:
    """A person's stars, ratings and play counts, the closed libraries they may browse, what they uploaded and what they
    changed in the catalogue."""
    found: dict[str, Any] = {}
    for thing, statement in _EXPORTED.items():
        rows = await reader.fetch_slow(statement, user_id=user_id)
        found[f"{thing}_annotation"] = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    found["library_right"] = [row[0] for row in await reader.fetch(_RIGHTS, user_id=user_id)]
    uploaded = await reader.fetch_slow(_UPLOADED, user_id=user_id)
    found["uploaded_song"] = [dict(zip(("id", "title", "artist", "created_at"), row, strict=True)) for row in uploaded]
    uploads = await reader.fetch_slow(_UPLOADS, user_id=user_id)
    found["upload"] = [dict(zip(_UPLOAD_NAMES, row, strict=True)) for row in uploads]
    changes = await reader.fetch_slow(_CHANGES, user_id=user_id)
    found["catalogue_change"] = [dict(zip(_CHANGE_NAMES, row, strict=True)) for row in changes]
    return found


async def erase(transaction: Transaction, user_id: int) -> None:
    """Remove what a person thinks of music, and take their name off what they uploaded. Play counts of songs stay."""
    for thing, whole in _WHOLES.items():
        await _take_ratings_back(transaction, whole, _ANNOTATIONS[thing], f"{thing}_id", user_id)
    for annotation in _ANNOTATIONS.values():
        await transaction.execute(delete(annotation).where(annotation.c.user_id == user_id))
    await transaction.execute(delete(t.library_right).where(t.library_right.c.user_id == user_id))
    for whole in _WHOLES.values():
        await transaction.execute(update(whole).where(whole.c.uploader_id == user_id).values(uploader_id=None))
    changed = t.catalogue_change
    await transaction.execute(update(changed).where(changed.c.user_id == user_id).values(user_id=None))
    await transaction.execute(delete(t.revision).where(t.revision.c.name == revisions.of_user(user_id)))
    await revisions.library_changed(transaction)


async def _take_ratings_back(
    transaction: Transaction, whole: Table, annotation: Table, column: str, user_id: int
) -> None:
    """Have the means of songs and albums follow when a person's ratings go."""
    rated = select(annotation.c[column]).where(annotation.c.user_id == user_id, annotation.c.rating > 0)
    rating = (
        select(func.coalesce(annotation.c.rating, 0))
        .where(annotation.c.user_id == user_id, annotation.c[column] == whole.c.id)
        .scalar_subquery()
    )
    await transaction.execute(
        update(whole)
        .where(whole.c.id.in_(rated))
        .values(rating_sum=whole.c.rating_sum - rating, rating_count=whole.c.rating_count - 1)
    )
