"""Adding up what albums, artists and genres hold, for those whose totals have become stale."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, Text, bindparam, case, delete, func, insert, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.fold import fold, sort_key
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.names import Names
from antiphon.areas.library.internal.scan.prepare import VARIOUS_ARTISTS, PreparedArtist
from antiphon.areas.library.internal.scan.stale import mark_stale
from antiphon.areas.library.internal.turns import take_turn
from antiphon.areas.library.internal.visibility import NEVER
from antiphon.kernel.db import Database, Statement, Transaction, in_list

BATCH = 1000

_IDS = bindparam("ids", type_=Text)
_STALE = Statement(
    select(t.stale_total.c.id)
    .where(
        t.stale_total.c.thing == bindparam("thing", type_=Text),
        t.stale_total.c.id > bindparam("after", type_=BigInteger),
    )
    .order_by(t.stale_total.c.id)
    .limit(BATCH)
)
_SONGS = (
    select(
        t.song.c.album_id,
        t.song.c.duration,
        t.song.c.disc,
        t.song.c.year,
        t.song.c.genres,
        t.song.c.credits,
        t.song.c.created_at,
        t.song.c.missing,
        t.song.c.listed_from,
    )
    .where(in_list(t.song.c.album_id, _IDS))
    .order_by(t.song.c.album_id, t.song.c.disc, t.song.c.track, t.song.c.id)
)
_CREDITS = (
    select(t.album_credit.c.album_id, t.artist.c.id, t.artist.c.name, t.artist.c.sort_key)
    .join(t.artist, t.artist.c.id == t.album_credit.c.artist_id)
    .where(in_list(t.album_credit.c.album_id, _IDS))
    .order_by(t.album_credit.c.album_id, t.album_credit.c.position)
)


async def refresh_totals(database: Database, now: float, things: Sequence[str] = ("album", "artist", "genre")) -> bool:
    """Add up all of these things that is stale, up to BATCH a transaction; True where there was anything.

    Albums come first: artists and genres count albums that have songs.
    """
    any_stale = False
    for thing in things:
        add_up, after = _ADD_UP[thing], 0
        while True:
            async with database.transaction() as transaction:
                await take_turn(transaction)
                ids = [row[0] for row in await transaction.fetch(_STALE, thing=thing, after=after)]
                if not ids:
                    break
                await add_up(transaction, ids, now)
                await _no_longer_stale(transaction, thing, ids)
            any_stale, after = True, ids[-1]
    return any_stale


Artists = set[int]
"""Artists whose totals became stale by adding up something else."""


class _Sum(msgspec.Struct):
    """What the songs of one album come to."""

    song_count: int = 0
    duration: float = 0.0
    hidden_count: int = 0
    discs: set[int] = set()
    years: list[int] = []
    # How many songs have each list of genres, and each list of credits: an album's songs mostly say the same.
    genres: dict[str, int] = {}
    credits: dict[str, int] = {}
    created_at: float | None = None


def _sums(rows: list[tuple[Any, ...]], now: float) -> dict[int, _Sum]:
    sums: dict[int, _Sum] = {}
    for album_id, duration, disc, year, genres, credits, created_at, missing, listed_from in rows:
        entry = sums.setdefault(album_id, _Sum())
        if missing:
            continue
        if listed_from > now:
            entry.hidden_count += 1
        else:
            entry.song_count += 1
            entry.duration += duration
        entry.discs.add(disc or 1)
        if year:
            entry.years.append(year)
        entry.genres[genres] = entry.genres.get(genres, 0) + 1
        entry.credits[credits] = entry.credits.get(credits, 0) + 1
        if entry.created_at is None or created_at < entry.created_at:
            entry.created_at = created_at
    return sums


def _genres_of(entry: _Sum) -> str:
    """The genres of an album's songs, those of most of them first, as JSON."""
    if len(entry.genres) == 1:
        return next(iter(entry.genres))
    found: Counter[str] = Counter()
    for listed, songs in entry.genres.items():
        found.update(dict.fromkeys(msgspec.json.decode(listed, type=list[str]), songs))
    return as_list(name for name, _ in found.most_common())


def _firsts_of(entry: _Sum) -> set[int]:
    """The ids of the artists whom an album's songs name first."""
    all_credits = map(msgspec.json.decode, entry.credits)
    firsts = (next((one["id"] for one in credits if one["role"] == "artist"), None) for credits in all_credits)
    return {first for first in firsts if first is not None}


async def _albums(transaction: Transaction, ids: list[int], now: float) -> Artists:
    listed = as_list(ids)
    sums = _sums(await transaction.fetch(_SONGS, ids=listed), now)
    stale = await _untold_artists(transaction, listed, sums, now)
    credits: dict[int, list[tuple[int, str, str]]] = {}
    for album_id, artist_id, name, key in await transaction.fetch(_CREDITS, ids=listed):
        credits.setdefault(album_id, []).append((artist_id, name, key))
    told = await transaction.fetch(
        select(t.album.c.id, t.album.c.artists_told, t.album.c.artist_text, t.album.c.year, t.album.c.created_at).where(
            in_list(t.album.c.id, _IDS)
        ),
        ids=listed,
    )
    rows = []
    for album_id, artists_told, artist_text, year, created_at in told:
        entry, artists = sums.get(album_id, _Sum()), credits.get(album_id, [])
        names = ", ".join(name for _, name, _ in artists)
        rows.append(
            {
                "album": album_id,
                "song_count": entry.song_count,
                "duration": round(entry.duration, 3),
                "hidden_count": entry.hidden_count,
                "disc_count": len(entry.discs),
                "genres": _genres_of(entry),
                "credits": as_list({"id": i, "name": name, "role": "artist"} for i, name, _ in artists),
                "artist_text": (artist_text if artists_told else "") or names,
                "artist_key": artists[0][2] if artists else sort_key(artist_text),
                "year": year or (max(entry.years) if entry.years else None),
                "created_at": entry.created_at if entry.created_at is not None else created_at,
            }
        )
    await transaction.execute(update(t.album).where(t.album.c.id == bindparam("album")), rows)
    await _album_genres(transaction, listed)
    return stale


async def _untold_artists(transaction: Transaction, listed: str, sums: dict[int, _Sum], now: float) -> Artists:
    """Albums whose tags name no artist are by the one all songs share, else by various artists. Gives the artists whose
    totals are stale for it."""
    untold = [
        row[0]
        for row in await transaction.fetch(
            select(t.album.c.id).where(in_list(t.album.c.id, _IDS), t.album.c.artists_told == 0), ids=listed
        )
    ]
    if not untold:
        return set()
    firsts = {album_id: _firsts_of(sums[album_id]) if album_id in sums else set() for album_id in untold}
    various = 0
    if any(len(artists) > 1 for artists in firsts.values()):
        various = await _various_artists(transaction, now)
    rows = [
        {"album_id": album_id, "position": 0, "artist_id": next(iter(artists)) if len(artists) == 1 else various}
        for album_id, artists in firsts.items()
        if artists
    ]
    before = await transaction.fetch(
        select(t.album_credit.c.artist_id).where(in_list(t.album_credit.c.album_id, _IDS)).distinct(),
        ids=as_list(untold),
    )
    await transaction.execute(
        delete(t.album_credit).where(in_list(t.album_credit.c.album_id, _IDS)), {"ids": as_list(untold)}
    )
    if rows:
        await transaction.execute(insert(t.album_credit), rows)
    stale = {row[0] for row in before} | {row["artist_id"] for row in rows}
    await mark_stale(transaction, {("artist", artist_id) for artist_id in stale})
    return stale


async def _various_artists(transaction: Transaction, now: float) -> int:
    artist = PreparedArtist(VARIOUS_ARTISTS, fold(VARIOUS_ARTISTS), "", sort_key(VARIOUS_ARTISTS), "", "artist")
    names = Names(0)
    await names.artists(transaction, [artist], now)
    return names.artist_id(artist)


async def _album_genres(transaction: Transaction, listed: str) -> None:
    await transaction.execute(delete(t.album_genre).where(in_list(t.album_genre.c.album_id, _IDS)), {"ids": listed})
    wanted = (
        select(t.song_genre.c.genre_id, t.song.c.album_id)
        .join(t.song, t.song.c.id == t.song_genre.c.song_id)
        .where(in_list(t.song.c.album_id, _IDS), t.song.c.missing == 0)
        .distinct()
    )
    await transaction.execute(insert(t.album_genre).from_select(["genre_id", "album_id"], wanted), {"ids": listed})


_HIDDEN = -1
"""In the place of a moment: seen by its owner and admins only, and nobody knows until when."""


def _since(first: Any, now: float) -> Any:
    """From when on something counts that is listed from `first` on: 0 for what does already, or `_HIDDEN`."""
    return case((first <= now, 0), (first >= NEVER, _HIDDEN), else_=first)


async def _artists(transaction: Transaction, ids: list[int], now: float) -> Artists:
    listed = as_list(ids)
    presence: dict[tuple[int, int, int], dict[str, int]] = {}
    for name, statement in (("song_count", _songs_of_artists(now)), ("album_count", _albums_of_artists(now))):
        for artist_id, library_id, since, count in await transaction.fetch(statement, ids=listed):
            key = (artist_id, library_id, max(since, 0))
            entry = presence.setdefault(key, {"song_count": 0, "album_count": 0, "hidden_count": 0})
            entry[name] += count if since != _HIDDEN else 0
            # Owners see it before its release, so who looks must look at their own as well.
            entry["hidden_count"] += count if since else 0
    await transaction.execute(
        delete(t.artist_presence).where(in_list(t.artist_presence.c.artist_id, _IDS)), {"ids": listed}
    )
    rows = [
        {"artist_id": artist_id, "library_id": library_id, "since": since, **counts}
        for (artist_id, library_id, since), counts in presence.items()
    ]
    if rows:
        await transaction.execute(insert(t.artist_presence), rows)
    return set()


def _songs_of_artists(now: float) -> Select[Any]:
    credit = select(t.song_credit.c.artist_id, t.song_credit.c.song_id).where(in_list(t.song_credit.c.artist_id, _IDS))
    credited = credit.distinct().subquery("credited")
    return _counted(
        select(
            credited.c.artist_id.label("owner"), t.song.c.library_id, _since(t.song.c.listed_from, now).label("since")
        )
        .join(t.song, t.song.c.id == credited.c.song_id)
        .where(t.song.c.missing == 0)
    )


def _albums_of_artists(now: float) -> Select[Any]:
    return _counted(
        select(t.album_credit.c.artist_id.label("owner"), t.album.c.library_id, _album_since(now).label("since"))
        .join(t.album, t.album.c.id == t.album_credit.c.album_id)
        .where(in_list(t.album_credit.c.artist_id, _IDS), _has_songs)
    )


_has_songs = t.album.c.song_count + t.album.c.hidden_count > 0


def _album_since(now: float) -> Any:
    """An album counts with the first of its songs."""
    first = (
        select(func.coalesce(func.min(t.song.c.listed_from), NEVER))
        .where(t.song.c.album_id == t.album.c.id, t.song.c.missing == 0)
        .scalar_subquery()
    )
    return case((t.album.c.song_count > 0, 0), else_=_since(first, now))


def _counted(rows: Select[Any]) -> Select[Any]:
    """How many rows there are of each owner, library and moment."""
    each = rows.subquery("each")
    keys = (each.c.owner, each.c.library_id, each.c.since)
    return select(*keys, func.count()).group_by(*keys)


async def _genres(transaction: Transaction, ids: list[int], now: float) -> Artists:
    listed = as_list(ids)
    songs = _counted(
        select(
            t.song_genre.c.genre_id.label("owner"),
            t.song.c.library_id,
            _since(t.song.c.listed_from, now).label("since"),
        )
        .join(t.song, t.song.c.id == t.song_genre.c.song_id)
        .where(in_list(t.song_genre.c.genre_id, _IDS), t.song.c.missing == 0)
    )
    albums = _counted(
        select(t.album_genre.c.genre_id.label("owner"), t.album.c.library_id, _album_since(now).label("since"))
        .join(t.album, t.album.c.id == t.album_genre.c.album_id)
        .where(in_list(t.album_genre.c.genre_id, _IDS), _has_songs)
    )
    presence: dict[tuple[int, int, int], dict[str, int]] = {}
    for name, statement in (("song_count", songs), ("album_count", albums)):
        for genre_id, library_id, since, count in await transaction.fetch(statement, ids=listed):
            if since != _HIDDEN:
                entry = presence.setdefault((genre_id, library_id, since), {"song_count": 0, "album_count": 0})
                entry[name] = count
    await transaction.execute(
        delete(t.genre_presence).where(in_list(t.genre_presence.c.genre_id, _IDS)), {"ids": listed}
    )
    rows = [
        {"genre_id": genre_id, "library_id": library_id, "since": since, **counts}
        for (genre_id, library_id, since), counts in presence.items()
    ]
    if rows:
        await transaction.execute(insert(t.genre_presence), rows)
    return set()


_ADD_UP = {"album": _albums, "artist": _artists, "genre": _genres}


async def _no_longer_stale(transaction: Transaction, thing: str, ids: list[int]) -> None:
    await transaction.execute(
        delete(t.stale_total).where(t.stale_total.c.thing == thing, in_list(t.stale_total.c.id, _IDS)),
        {"ids": as_list(ids)},
    )


# What is larger is added up by a job: an edit should not wait for it.
QUICK_SONGS = 5000
_SIZES = {
    "artist": select(t.song_credit.c.artist_id, func.count())
    .where(in_list(t.song_credit.c.artist_id, _IDS))
    .group_by(t.song_credit.c.artist_id),
    "genre": select(t.song_genre.c.genre_id, func.count())
    .where(in_list(t.song_genre.c.genre_id, _IDS))
    .group_by(t.song_genre.c.genre_id),
}


async def refresh_these(transaction: Transaction, things: set[tuple[str, int]], now: float) -> bool:
    """Add up these, which have been marked as stale, in the transaction that made them so. False where some of them are
    so large that they were left for `refresh_totals`."""
    await take_turn(transaction)
    is_complete, artists = True, {thing_id for thing, thing_id in things if thing == "artist"}
    for thing, add_up in _ADD_UP.items():
        ids = artists if thing == "artist" else {thing_id for kind, thing_id in things if kind == thing}
        if thing in _SIZES and ids:
            sizes = await transaction.fetch(_SIZES[thing], ids=as_list(ids))
            large = {thing_id for thing_id, size in sizes if size > QUICK_SONGS}
            is_complete, ids = is_complete and not large, ids - large
        ordered = sorted(ids)
        for start in range(0, len(ordered), BATCH):
            batch = ordered[start : start + BATCH]
            artists |= await add_up(transaction, batch, now)
            await _no_longer_stale(transaction, thing, batch)
    return is_complete
