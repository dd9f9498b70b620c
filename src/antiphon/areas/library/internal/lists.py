"""Lists of songs, albums and artists: a statement for each order and each set of filters, built once and kept.

The page of ids is taken first, along an index where there is one; what belongs to them is joined afterwards.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Integer,
    Select,
    Text,
    bindparam,
    func,
    select,
)

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.columns import select_albums, select_artists, select_songs
from antiphon.areas.library.internal.visibility import (
    VIEWER,
    artists_of_library,
    artists_with_albums,
    listed_albums,
    listed_artists,
    listed_songs,
    there_is,
)
from antiphon.kernel.db import Statement, checked, in_list

LIMIT = bindparam("limit", type_=Integer)
OFFSET = bindparam("offset", type_=BigInteger)

Order = tuple[ColumnElement[Any], bool]
"""A column and whether it is descending."""

_SONG_ORDERS: dict[str, list[Order]] = {
    "title": [(t.song.c.title_key, False), (t.song.c.id, False)],
    "newest": [(t.song.c.created_at, True), (t.song.c.id, True)],
    "most_played": [(t.song.c.play_count, True), (t.song.c.id, True)],
    "year": [(t.song.c.year, True), (t.song.c.id, True)],
    "album": [(t.song.c.album_id, False), (t.song.c.disc, False), (t.song.c.track, False), (t.song.c.id, False)],
    "added": [(t.song.c.id, False)],
}
_ALBUM_ORDERS: dict[str, list[Order]] = {
    "title": [(t.album.c.title_key, False), (t.album.c.id, False)],
    "artist": [(t.album.c.artist_key, False), (t.album.c.title_key, False), (t.album.c.id, False)],
    "newest": [(t.album.c.created_at, True), (t.album.c.id, True)],
    "added": [(t.album.c.id, False)],
    "year": [(t.album.c.year, True), (t.album.c.title_key, True), (t.album.c.id, True)],
    "year_reversed": [(t.album.c.year, False), (t.album.c.title_key, False), (t.album.c.id, False)],
    "most_played": [(t.album.c.play_count, True), (t.album.c.id, True)],
}
_ARTIST_ORDERS: dict[str, list[Order]] = {
    "name": [(t.artist.c.sort_key, False), (t.artist.c.id, False)],
    "newest": [(t.artist.c.created_at, True), (t.artist.c.id, True)],
    "added": [(t.artist.c.id, False)],
}
# Whose year nobody knows stands in none of them: the databases disagree about its place.
YEAR_ORDERS = ("year", "year_reversed")
# Orders by what the caller did: read from their annotations, of which there are few.
OWN_ORDERS = {
    "recently_played": "last_played_at",
    "starred": "starred_at",
    "rating": "rating",
    "own_most_played": "play_count",
}


def _own_order(annotation: Any, thing: str, sort: str) -> list[Order]:
    return [(annotation.c[OWN_ORDERS[sort]], True), (annotation.c[f"{thing}_id"], True)]


def _turned(orders: list[Order], reverse: bool) -> list[Order]:
    """The same order, or from its end: an index is read from either side."""
    return [(column, not descending) for column, descending in orders] if reverse else orders


def _page(ids: Select[Any], orders: list[Order]) -> Any:
    """The ids of one page, with what they are ordered by."""
    labelled = [column.label(f"order_{index}") for index, (column, _) in enumerate(orders)]
    ordered = [column.desc() if descending else column.asc() for column, descending in orders]
    return ids.add_columns(*labelled).order_by(*ordered).limit(LIMIT).offset(OFFSET).subquery("page")


def _reordered(statement: Select[Any], page: Any, orders: list[Order]) -> Select[Any]:
    columns = [page.c[f"order_{index}"] for index in range(len(orders))]
    return statement.order_by(
        *(
            column.desc() if descending else column.asc()
            for column, (_, descending) in zip(columns, orders, strict=True)
        )
    )


def _genre_id() -> Any:
    return select(t.genre.c.id).where(t.genre.c.name_key == bindparam("genre", type_=Text)).scalar_subquery()


def _own(
    thing: str, sort: str, annotation: Any, ids: Select[Any], narrowed: frozenset[str]
) -> tuple[Select[Any], bool]:
    """Join the caller's annotations where the order or the filter `starred` asks for them."""
    if sort not in OWN_ORDERS and "starred" not in narrowed:
        return ids, False
    joined = ids.join(annotation, annotation.c[f"{thing}_id"] == _TABLES[thing].c.id).where(
        annotation.c.user_id == VIEWER
    )
    if "starred" in narrowed or sort == "starred":
        joined = joined.where(annotation.c.starred_at.is_not(None))
    if sort == "recently_played":
        joined = joined.where(annotation.c.last_played_at.is_not(None))
    if sort in ("rating", "own_most_played"):
        joined = joined.where(annotation.c[OWN_ORDERS[sort]] > 0)
    return joined, True


def _song_ids(narrowed: frozenset[str], sort: str) -> Select[Any]:
    ids, _ = _own("song", sort, t.song_annotation, select(t.song.c.id).select_from(t.song), narrowed)
    ids = ids.where(listed_songs())
    if "genre" in narrowed:
        ids = ids.join(t.song_genre, t.song_genre.c.song_id == t.song.c.id).where(
            t.song_genre.c.genre_id == _genre_id()
        )
    if "artist_id" in narrowed:
        credit = t.song_credit
        ids = ids.where(
            t.song.c.id.in_(
                select(credit.c.song_id).where(credit.c.artist_id == bindparam("artist_id", type_=BigInteger))
            )
        )
    if "album_id" in narrowed:
        ids = ids.where(t.song.c.album_id == bindparam("album_id", type_=BigInteger))
    if "library_id" in narrowed:
        # Where nothing else leads to a few songs and they need no order, their library does.
        leads = sort == "random" and narrowed <= {"library_id", "until_id"}
        library = t.song.c.library_id if leads else checked(t.song.c.library_id)
        ids = ids.where(library == bindparam("library_id", type_=BigInteger))
    if "format" in narrowed:
        ids = ids.where(t.song.c.format == bindparam("format", type_=Text))
    ids = _added(_rated(_uploaded(ids, t.song, narrowed), t.song, narrowed), t.song, narrowed)
    if sort in YEAR_ORDERS:
        ids = ids.where(t.song.c.year.is_not(None))
    return _in_years(_after(ids, t.song, narrowed), t.song, narrowed)


def _uploaded(ids: Select[Any], table: Any, narrowed: frozenset[str]) -> Select[Any]:
    if "uploader_id" not in narrowed:
        return ids
    return ids.where(table.c.uploader_id == bindparam("uploader_id", type_=BigInteger))


def _rated(ids: Select[Any], table: Any, narrowed: frozenset[str]) -> Select[Any]:
    if "rating_from" not in narrowed:
        return ids
    least = bindparam("rating_from", type_=Double)
    return ids.where(table.c.rating_count > 0, table.c.rating_sum >= least * table.c.rating_count)


def _added(ids: Select[Any], table: Any, narrowed: frozenset[str]) -> Select[Any]:
    if "added_since" not in narrowed:
        return ids
    return ids.where(checked(table.c.created_at) >= bindparam("added_since", type_=Double))


def _after(ids: Select[Any], table: Any, narrowed: frozenset[str]) -> Select[Any]:
    if "until_id" in narrowed:
        ids = ids.where(checked(table.c.id) <= bindparam("until_id", type_=BigInteger))
    return ids.where(table.c.id > bindparam("after_id", type_=BigInteger)) if "after_id" in narrowed else ids


def _in_years(ids: Select[Any], table: Any, narrowed: frozenset[str]) -> Select[Any]:
    if "year_from" in narrowed:
        ids = ids.where(table.c.year >= bindparam("year_from", type_=Integer))
    if "year_to" in narrowed:
        ids = ids.where(table.c.year <= bindparam("year_to", type_=Integer))
    return ids


def _album_ids(narrowed: frozenset[str], sort: str) -> Select[Any]:
    ids, _ = _own("album", sort, t.album_annotation, select(t.album.c.id).select_from(t.album), narrowed)
    ids = ids.where(listed_albums())
    if "genre" in narrowed:
        ids = ids.join(t.album_genre, t.album_genre.c.album_id == t.album.c.id)
        ids = ids.where(t.album_genre.c.genre_id == _genre_id())
    if "artist_id" in narrowed:
        credit = t.album_credit
        ids = ids.where(
            t.album.c.id.in_(
                select(credit.c.album_id).where(credit.c.artist_id == bindparam("artist_id", type_=BigInteger))
            )
        )
    if "library_id" in narrowed:
        ids = ids.where(checked(t.album.c.library_id) == bindparam("library_id", type_=BigInteger))
    if "format" in narrowed:
        song = select(t.song.c.id).where(
            t.song.c.album_id == t.album.c.id, t.song.c.format == bindparam("format", type_=Text), listed_songs()
        )
        ids = ids.where(there_is(song))
    ids = _added(_rated(_uploaded(ids, t.album, narrowed), t.album, narrowed), t.album, narrowed)
    if sort in YEAR_ORDERS:
        ids = ids.where(t.album.c.year.is_not(None))
    return _in_years(_after(ids, t.album, narrowed), t.album, narrowed)


def _artist_ids(narrowed: frozenset[str], sort: str) -> Select[Any]:
    ids, _ = _own("artist", sort, t.artist_annotation, select(t.artist.c.id).select_from(t.artist), narrowed)
    ids = ids.where(listed_artists(t.artist))
    library_id = bindparam("library_id", type_=BigInteger) if "library_id" in narrowed else None
    if "with_albums" in narrowed:
        ids = ids.where(artists_with_albums(t.artist, library_id))
    elif library_id is not None:
        ids = ids.where(artists_of_library(t.artist, library_id))
    return _after(ids, t.artist, narrowed)


@lru_cache(maxsize=512)
def song_list(sort: str, narrowed: frozenset[str], reverse: bool = False) -> Statement:
    """One page of songs, `reverse` from the order's end. Parameters: `limit`, `offset`, the filters in `narrowed`, and
    those of visibility."""
    orders = _SONG_ORDERS[sort] if sort in _SONG_ORDERS else _own_order(t.song_annotation, "song", sort)
    if sort == "added" and "genre" in narrowed:
        # The genre's own songs stand in this order: nothing is sorted.
        orders = [(t.song_genre.c.song_id, False)]
    orders = _turned(orders, reverse)
    page = _page(_song_ids(narrowed, sort), orders)
    return Statement(_reordered(select_songs(page), page, orders))


@lru_cache(maxsize=512)
def album_list(sort: str, narrowed: frozenset[str], reverse: bool = False) -> Statement:
    """One page of albums, `reverse` from the order's end."""
    orders = _ALBUM_ORDERS[sort] if sort in _ALBUM_ORDERS else _own_order(t.album_annotation, "album", sort)
    orders = _turned(orders, reverse)
    page = _page(_album_ids(narrowed, sort), orders)
    return Statement(_reordered(select_albums(page), page, orders))


@lru_cache(maxsize=512)
def artist_list(sort: str, narrowed: frozenset[str]) -> Statement:
    """One page of artists."""
    orders = _ARTIST_ORDERS[sort] if sort in _ARTIST_ORDERS else _own_order(t.artist_annotation, "artist", sort)
    page = _page(_artist_ids(narrowed, sort), orders)
    return Statement(_reordered(select_artists(page), page, orders))


_TABLES = {"song": t.song, "album": t.album, "artist": t.artist}
_IDS = {"song": _song_ids, "album": _album_ids, "artist": _artist_ids}


@lru_cache(maxsize=512)
def count(thing: str, narrowed: frozenset[str], sort: str = "") -> Statement:
    """How many rows a list has for the caller."""
    return Statement(select(func.count()).select_from(_IDS[thing](narrowed, sort).subquery("counted")))


@lru_cache(maxsize=512)
def among(thing: str, narrowed: frozenset[str]) -> Statement:
    """Those of `ids` (a JSON list) that a list has, in no order that anybody may rely on."""
    ids = bindparam("ids", type_=Text)
    return Statement(_IDS[thing](narrowed, "").where(in_list(_TABLES[thing].c.id, ids)))


@lru_cache(maxsize=512)
def at_random(thing: str, narrowed: frozenset[str]) -> Statement:
    """`limit` ids of a list by chance: reads the whole list, which is meant to be short."""
    return Statement(_IDS[thing](narrowed, "random").order_by(func.random()).limit(LIMIT))


NEWEST = {thing: Statement(select(func.max(table.c.id))) for thing, table in _TABLES.items()}
