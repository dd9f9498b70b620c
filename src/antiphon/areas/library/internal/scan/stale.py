"""Noting whose totals no longer fit: in the transaction of the cause, so that not even a crash forgets it."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import BigInteger, BindParameter, Text, bindparam, cast, column, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import JSON

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.kernel.db import Transaction, in_list, insert_unless_there

_IDS: BindParameter[str] = bindparam("ids")
_THINGS = bindparam("things", type_=Text)
_OF_SONGS = {
    thing: select(owner).where(in_list(song, _IDS), owner.is_not(None)).distinct()
    for thing, owner, song in (
        ("album", t.song.c.album_id, t.song.c.id),
        ("artist", t.song_credit.c.artist_id, t.song_credit.c.song_id),
        ("genre", t.song_genre.c.genre_id, t.song_genre.c.song_id),
    )
}
_ARTISTS_OF_ALBUMS = select(t.album_credit.c.artist_id).where(in_list(t.album_credit.c.album_id, _IDS)).distinct()


def _pairs(dialect: str) -> Any:
    """The pairs (thing, id) of the JSON list in `things`, as rows."""
    if dialect == "sqlite":
        rows = func.json_each(_THINGS).table_valued("value", name="things")
        first, second = (func.json_extract(rows.c.value, f"$[{place}]") for place in (0, 1))
        return select(first, second).where(true())
    rows = func.json_array_elements(cast(_THINGS, JSON)).table_valued(column("value", JSON), name="things")
    thing, number = (rows.c.value.op("->>")(literal_column(str(place))) for place in (0, 1))
    return select(thing, cast(number, BigInteger))


async def mark_stale(transaction: Transaction, things: Iterable[tuple[str, int]]) -> None:
    """Note that totals of albums, artists or genres no longer fit."""
    listed = sorted(things)
    if listed:
        marks = insert_unless_there(transaction, t.stale_total).from_select(
            ["thing", "id"], _pairs(transaction.dialect)
        )
        await transaction.execute(marks.on_conflict_do_nothing(), {"things": msgspec.json.encode(listed).decode()})


async def stale_of_songs(transaction: Transaction, song_ids: str, *, with_artists: bool = True) -> set[tuple[str, int]]:
    """Note that the totals of everything these songs belong to no longer fit, and give it; `with_artists` only where
    whose they are may have changed, or who sees them. `song_ids` is a JSON list."""
    found: set[tuple[str, int]] = set()
    for thing, owners in _OF_SONGS.items():
        if with_artists or thing != "artist":
            found |= {(thing, row[0]) for row in await transaction.fetch(owners, ids=song_ids)}
    if with_artists:
        albums = as_list(thing_id for thing, thing_id in found if thing == "album")
        credits = await transaction.fetch(_ARTISTS_OF_ALBUMS, ids=albums)
        found |= {("artist", row[0]) for row in credits}
    await mark_stale(transaction, found)
    return found
