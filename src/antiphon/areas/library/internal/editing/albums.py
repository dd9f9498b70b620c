"""Albums as people make and change them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, delete, func, select, update

from antiphon.areas.library.data.tags import Credit
from antiphon.areas.library.internal import edits
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.editing.checks import later
from antiphon.areas.library.internal.editing.songs import settle
from antiphon.areas.library.internal.edits import Changed
from antiphon.areas.library.internal.fold import search_text, sort_key
from antiphon.areas.library.internal.listing import relist
from antiphon.areas.library.internal.scan.bulk import as_list, change_words
from antiphon.areas.library.internal.scan.names import Names
from antiphon.areas.library.internal.scan.prepare import album_words, prepared_artist
from antiphon.areas.library.internal.scan.stale import mark_stale, stale_of_songs
from antiphon.areas.library.internal.visibility import listed_albums
from antiphon.kernel.db import Statement, Transaction

_ID = bindparam("id", type_=BigInteger)
_IDS = bindparam("ids", type_=Text)


class AlbumNow(NamedTuple):
    """An album while a transaction holds it. `credits` is the text kept ready in its row."""

    id: int
    match_key: str
    title: str
    sort_title: str
    artists_told: int
    artist_text: str
    credits: str
    year: int | None
    release_date: str
    release_at: int
    by_hand: int
    uploader_id: int | None
    flagged: int
    updated_at: float
    library_path: str

    @property
    def facts(self) -> dict[str, Any]:
        """The value of each field that can be changed."""
        credits = msgspec.json.decode(self.credits) if self.artists_told else []
        return {
            "title": self.title,
            "sort_title": self.sort_title,
            "artists": {
                "text": self.artist_text if self.artists_told else "",
                "credits": [[one["name"], "artist"] for one in credits],
            },
            "year": self.year,
            "release_date": self.release_date,
            "release_at": self.release_at or None,
        }


_albums = (
    select(
        t.album.c.id,
        t.album.c.match_key,
        t.album.c.title,
        t.album.c.sort_title,
        t.album.c.artists_told,
        t.album.c.artist_text,
        t.album.c.credits,
        t.album.c.year,
        t.album.c.release_date,
        t.album.c.release_at,
        t.album.c.by_hand,
        t.album.c.uploader_id,
        t.album.c.flagged,
        t.album.c.updated_at,
        t.library.c.path,
    )
    .join_from(t.album, t.library, t.library.c.id == t.album.c.library_id)
    .where(t.album.c.id == _ID)
    .with_for_update(of=t.album)
)
VISIBLE = Statement(_albums.where(listed_albums()))
ANY = Statement(_albums)
SONG_IDS = Statement(select(t.song.c.id).where(t.song.c.album_id == _ID).order_by(t.song.c.id))


async def write(
    transaction: Transaction,
    album: AlbumNow,
    changes: Sequence[Changed],
    named: Mapping[str, int],
    *,
    user_id: int | None,
    now: float,
) -> bool:
    """Make the changes, with everything that follows. `named` are artists whom the change means by their ids. False
    where totals are left for the job."""
    new = {change.field: change.new for change in changes}
    facts = {**album.facts, **new}
    stale = {("album", album.id), *await _artists_of(transaction, album.id)}
    if "artists" in new:
        await write_credits(transaction, album.id, facts["artists"]["credits"], named, now)
        stale |= await _artists_of(transaction, album.id)
    told = bool(facts["artists"]["credits"])
    columns = {
        "title": facts["title"],
        "title_key": sort_key(facts["title"], facts["sort_title"]),
        "sort_title": facts["sort_title"],
        "artists_told": int(told) if "artists" in new else album.artists_told,
        "artist_text": facts["artists"]["text"] if "artists" in new else album.artist_text,
        "year": facts["year"],
        "release_date": facts["release_date"],
        "release_at": facts["release_at"] or 0,
        "updated_at": later(now, album.updated_at),
    }
    await transaction.execute(update(t.album).where(t.album.c.id == album.id).values(**columns))
    if new.keys() & {"artists", "release_at"}:
        stale |= await _relisted(transaction, album.id)
    await edits.note(transaction, "album", changes, user_id=user_id, now=now)
    if album.library_path:
        await edits.keep(transaction, "album", changes)
    await mark_stale(transaction, stale)
    if new.keys() & {"title", "artists"}:
        await words_follow(transaction, album.id)
    return await settle(transaction, stale, now)


async def _relisted(transaction: Transaction, album_id: int) -> set[tuple[str, int]]:
    """Have the songs of an album be listed as the album is now; what became stale by it."""
    songs = as_list([row[0] for row in await transaction.fetch(SONG_IDS, id=album_id)])
    await relist(transaction, songs)
    return await stale_of_songs(transaction, songs)


async def write_credits(
    transaction: Transaction, album_id: int, credits: Sequence[Sequence[str]], named: Mapping[str, int], now: float
) -> None:
    """The artists of an album, in their order; those who are not known yet are made."""
    names = Names(0)
    artists = [prepared_artist(Credit(name=name), "artist") for name, _ in credits]
    await names.artists(transaction, [artist for artist in artists if artist.name not in named], now)
    await transaction.execute(delete(t.album_credit).where(t.album_credit.c.album_id == album_id))
    ids = dict.fromkeys(named[artist.name] if artist.name in named else names.artist_id(artist) for artist in artists)
    rows = [(album_id, place, artist_id) for place, artist_id in enumerate(ids)]
    await transaction.insert_rows(t.album_credit, ("album_id", "position", "artist_id"), rows)


async def _artists_of(transaction: Transaction, album_id: int) -> set[tuple[str, int]]:
    rows = await transaction.fetch(select(t.album_credit.c.artist_id).where(t.album_credit.c.album_id == album_id))
    return {("artist", row[0]) for row in rows}


async def words_follow(transaction: Transaction, album_id: int) -> None:
    """Have an album and its songs be found by its words of today."""
    row = await transaction.fetch_one(select(t.album.c.title, t.album.c.artist_text).where(t.album.c.id == album_id))
    assert row is not None
    await change_words(transaction, t.album_search, [(album_id, album_words(row[0], (row[1],)))])
    songs = await transaction.fetch(
        select(t.song.c.id, t.song.c.title, t.song.c.artist_text).where(t.song.c.album_id == album_id)
    )
    words = [(song_id, search_text(title, artist, row[0])) for song_id, title, artist in songs]
    await change_words(transaction, t.song_search, words)


async def leave_empty(transaction: Transaction, album: AlbumNow) -> None:
    """An album without songs goes: its row too, unless files in a music folder may name it again."""
    if album.library_path:
        await transaction.execute(update(t.album).where(t.album.c.id == album.id).values(by_hand=0))
        return
    left = await transaction.fetch_one(select(func.count()).where(t.song.c.album_id == album.id))
    if left == (0,):
        await transaction.execute(delete(t.album).where(t.album.c.id == album.id))
        await edits.forget(transaction, "album", [album.id])
    else:
        await transaction.execute(update(t.album).where(t.album.c.id == album.id).values(by_hand=0))
