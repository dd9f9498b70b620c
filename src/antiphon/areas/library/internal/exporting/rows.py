"""What stands in tables that people take away, page by page, and the rows that know of them."""

from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Double,
    Integer,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from antiphon.areas.library.data import ExportRow
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.exporting.tables import export
from antiphon.areas.library.internal.visibility import REMOVED, VIEWER, accessible_songs, listed_albums
from antiphon.kernel.db import Statement, Transaction, in_list

_USER = bindparam("user_id", type_=BigInteger)
_ID = bindparam("id", type_=Text)
_IDS = bindparam("ids", type_=Text)
_AFTER = bindparam("after", type_=BigInteger)
_LIMIT = bindparam("limit", type_=Integer)
_OFFSET = bindparam("offset", type_=BigInteger)
_MOMENT = bindparam("moment", type_=Double)

COLUMNS = [export.c[name] for name in ExportRow.__struct_fields__]
BY_ID = Statement(select(*COLUMNS).where(export.c.id == _ID))
_mine = (export.c.user_id == _USER, export.c.expires_at > _MOMENT)
ONE = Statement(select(*COLUMNS).where(export.c.id == _ID, *_mine))
LISTED = Statement(
    select(*COLUMNS).where(*_mine).order_by(export.c.created_at.desc(), export.c.id).limit(_LIMIT).offset(_OFFSET)
)
COUNT = Statement(select(func.count()).select_from(export).where(*_mine))
UNFINISHED = Statement(
    select(export.c.id).where(
        export.c.user_id == _USER, export.c.size == 0, export.c.kind == bindparam("kind", type_=Text)
    )
)
EXPIRED = Statement(select(export.c.id, export.c.stored_name).where(export.c.expires_at <= _MOMENT))
OF_PERSON = Statement(
    select(export.c.stored_name, export.c.kind, export.c.file_name, export.c.row_count, export.c.created_at).where(
        export.c.user_id == _USER
    )
)

_whose = or_(bindparam("everybody", type_=Integer) == 1, t.song.c.uploader_id == VIEWER)
_songs = (_whose, t.song.c.missing < REMOVED, accessible_songs())
SONGS = Statement(
    select(
        t.song.c.id,
        t.song.c.title,
        t.song.c.artist_text,
        t.song.c.credits,
        t.album.c.title.label("album"),
        t.song.c.disc,
        t.song.c.track,
        t.song.c.genres,
        t.song.c.year,
        t.song.c.duration,
        t.song.c.language,
        t.song.c.licence,
        t.song.c.flagged,
        t.song.c.privacy,
        case((t.album.c.release_at > t.song.c.release_at, t.album.c.release_at), else_=t.song.c.release_at),
        t.song.c.format,
        t.song.c.bitrate,
        t.song.c.size,
        t.song.c.play_count,
        t.song.c.rating_sum,
        t.song.c.rating_count,
        t.song.c.created_at,
        t.song.c.updated_at,
        t.song.c.uploader_id,
    )
    .select_from(t.song.outerjoin(t.album, t.album.c.id == t.song.c.album_id))
    .where(*_songs, t.song.c.id > _AFTER)
    .order_by(t.song.c.id)
    .limit(_LIMIT)
)
SONG_COUNT = Statement(select(func.count()).select_from(t.song).where(*_songs))


def _number(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


_judged = t.song_annotation
# Per song: stars, then how many gave one star, two, three, four and five.
RECEPTION = Statement(
    select(
        _judged.c.song_id,
        _number(_judged.c.starred_at.is_not(None)),
        *(_number(_judged.c.rating == stars) for stars in range(1, 6)),
    )
    .where(in_list(_judged.c.song_id, _IDS))
    .group_by(_judged.c.song_id)
)

_albums = (t.album.c.uploader_id == VIEWER, listed_albums())
ALBUMS = Statement(
    select(
        t.album.c.id,
        t.album.c.title,
        t.album.c.artist_text,
        t.album.c.genres,
        t.album.c.year,
        t.album.c.release_date,
        t.album.c.release_at,
        t.album.c.song_count + t.album.c.hidden_count,
        t.album.c.play_count,
        select(func.count())
        .where(t.album_annotation.c.album_id == t.album.c.id, t.album_annotation.c.starred_at.is_not(None))
        .scalar_subquery(),
        t.album.c.rating_sum,
        t.album.c.rating_count,
        t.album.c.flagged,
        t.album.c.created_at,
        t.album.c.updated_at,
    )
    .where(*_albums, t.album.c.id > _AFTER)
    .order_by(t.album.c.id)
    .limit(_LIMIT)
)
ALBUM_COUNT = Statement(select(func.count()).select_from(t.album).where(*_albums))


def _rated(thing: str, annotation: Any, name: Any, by: Any, *conditions: Any) -> Any:
    return (
        select(
            bindparam(None, thing, type_=Text).label("thing"),
            annotation.c[f"{thing}_id"].label("id"),
            name.label("name"),
            by.label("by"),
            annotation.c.rating,
            annotation.c.starred_at,
            annotation.c.play_count,
            annotation.c.last_played_at,
        )
        .join(name.table, name.table.c.id == annotation.c[f"{thing}_id"])
        .where(annotation.c.user_id == VIEWER, or_(annotation.c.rating > 0, annotation.c.starred_at.is_not(None)))
        .where(*conditions)
    )


_everything = union_all(
    _rated("song", t.song_annotation, t.song.c.title, t.song.c.artist_text, accessible_songs()),
    _rated("album", t.album_annotation, t.album.c.title, t.album.c.artist_text, listed_albums()),
).subquery("rated")
RATINGS = Statement(
    select(*_everything.c).order_by(_everything.c.thing.desc(), _everything.c.id).limit(_LIMIT).offset(_OFFSET)
)
RATING_COUNT = Statement(select(func.count()).select_from(_everything))


async def claimed(transaction: Transaction, names: list[str]) -> set[str]:
    """Those of these names in the storage that a table which may still be taken away has."""
    found = select(export.c.stored_name).where(export.c.stored_name.in_(names))
    return {row[0] for row in await transaction.fetch(found)}


async def add(transaction: Transaction, row: ExportRow) -> None:
    """Write down a table that is to be made."""
    await transaction.execute(insert(export).values(**msgspec.structs.asdict(row)))


async def finish(transaction: Transaction, export_id: str, *, size: int, row_count: int, expires_at: float) -> None:
    """Write down that a table lies in the storage."""
    made = update(export).where(export.c.id == export_id)
    await transaction.execute(made.values(size=size, row_count=row_count, expires_at=expires_at))


async def remove(transaction: Transaction, *export_ids: str) -> None:
    """Forget tables."""
    await transaction.execute(delete(export).where(export.c.id.in_(export_ids)))
