"""Artists as people make and rename them: every song and album that names them follows."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, select, update

from antiphon.areas.library.internal import edits
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.editing.checks import later
from antiphon.areas.library.internal.editing.songs import settle
from antiphon.areas.library.internal.edits import Changed
from antiphon.areas.library.internal.fold import name_key, search_text, sort_key
from antiphon.areas.library.internal.scan.bulk import as_list, change_words
from antiphon.areas.library.internal.scan.prepare import album_words
from antiphon.areas.library.internal.scan.stale import mark_stale
from antiphon.areas.library.internal.visibility import listed_artists
from antiphon.kernel.db import Statement, Transaction, in_list

_ID = bindparam("id", type_=BigInteger)
_IDS = bindparam("ids", type_=Text)
BATCH = 500


class ArtistNow(NamedTuple):
    """An artist while a transaction holds it."""

    id: int
    name: str
    name_key: str
    sort_name: str
    by_hand: int
    updated_at: float

    @property
    def facts(self) -> dict[str, Any]:
        """The value of each field that can be changed."""
        return {"name": self.name, "sort_name": self.sort_name}


_artists = (
    select(
        t.artist.c.id,
        t.artist.c.name,
        t.artist.c.name_key,
        t.artist.c.sort_name,
        t.artist.c.by_hand,
        t.artist.c.updated_at,
    )
    .where(t.artist.c.id == _ID)
    .with_for_update()
)
VISIBLE = Statement(_artists.where(listed_artists(t.artist)))
ANY = Statement(_artists)
NAMED = Statement(
    select(t.artist.c.id).where(t.artist.c.name_key == bindparam("key", type_=Text)).order_by(t.artist.c.id).limit(1)
)
NAMES = Statement(select(t.artist.c.id, t.artist.c.name).where(in_list(t.artist.c.id, _IDS), listed_artists(t.artist)))
SONG_IDS = Statement(
    select(t.song_credit.c.song_id).where(t.song_credit.c.artist_id == _ID).distinct().order_by(t.song_credit.c.song_id)
)
ALBUM_IDS = Statement(
    select(t.album_credit.c.album_id).where(t.album_credit.c.artist_id == _ID).order_by(t.album_credit.c.album_id)
)


async def write(
    transaction: Transaction, artist: ArtistNow, changes: list[Changed], *, user_id: int | None, now: float
) -> bool:
    """Rename an artist, with everything that follows. False where totals are left for the job."""
    facts = {**artist.facts, **{change.field: change.new for change in changes}}
    name, key = facts["name"], name_key(facts["name"])
    columns = {
        "name": name,
        "name_key": key,
        "sort_name": facts["sort_name"],
        "sort_key": sort_key(name, facts["sort_name"], drop_article=True),
        "updated_at": later(now, artist.updated_at),
    }
    await transaction.execute(update(t.artist).where(t.artist.c.id == artist.id).values(**columns))
    await edits.note(transaction, "artist", changes, user_id=user_id, now=now)
    stale = {("artist", artist.id)}
    if name != artist.name:
        await edits.set_alias(transaction, "artist", artist.name_key, artist.id)
        await edits.set_alias(transaction, "artist", key, artist.id)
        await change_words(transaction, t.artist_search, [(artist.id, key)])
        await _songs_follow(transaction, artist, name, now)
        stale |= {("album", album_id) for album_id in await _albums_follow(transaction, artist, name, now)}
    await mark_stale(transaction, stale)
    return await settle(transaction, stale, now)


async def _songs_follow(transaction: Transaction, artist: ArtistNow, name: str, now: float) -> None:
    ids = [row[0] for row in await transaction.fetch(SONG_IDS, id=artist.id)]
    for start in range(0, len(ids), BATCH):
        rows = await transaction.fetch(
            select(t.song.c.id, t.song.c.title, t.song.c.artist_text, t.song.c.credits, t.album.c.title)
            .select_from(t.song.outerjoin(t.album, t.album.c.id == t.song.c.album_id))
            .where(in_list(t.song.c.id, _IDS)),
            ids=as_list(ids[start : start + BATCH]),
        )
        songs, words = [], []
        for song_id, title, text, credits, album in rows:
            said = text.replace(artist.name, name)
            songs.append(
                {"song": song_id, "artist_text": said, "credits": _renamed(credits, artist.id, name), "updated_at": now}
            )
            words.append((song_id, search_text(title, said, album or "")))
        await transaction.execute(update(t.song).where(t.song.c.id == bindparam("song")), songs)
        await change_words(transaction, t.song_search, words)


async def _albums_follow(transaction: Transaction, artist: ArtistNow, name: str, now: float) -> list[int]:
    ids = [row[0] for row in await transaction.fetch(ALBUM_IDS, id=artist.id)]
    if not ids:
        return []
    rows = await transaction.fetch(
        select(t.album.c.id, t.album.c.title, t.album.c.artist_text).where(in_list(t.album.c.id, _IDS)),
        ids=as_list(ids),
    )
    said = {album_id: text.replace(artist.name, name) for album_id, _, text in rows}
    columns = [{"album": album_id, "artist_text": text, "updated_at": now} for album_id, text in said.items()]
    await transaction.execute(update(t.album).where(t.album.c.id == bindparam("album")), columns)
    words = [(album_id, album_words(title, (said[album_id],))) for album_id, title, _ in rows]
    await change_words(transaction, t.album_search, words)
    return ids


def _renamed(credits: str, artist_id: int, name: str) -> str:
    found = msgspec.json.decode(credits)
    return msgspec.json.encode([{**one, "name": name} if one["id"] == artist_id else one for one in found]).decode()


def without(facts: Mapping[str, Any], name: str, unknown: str) -> dict[str, Any]:
    """The artists of a song or an album when one of them goes: `unknown` where nobody is left."""
    left = [credit for credit in facts["credits"] if credit[0] != name]
    if not any(role == "artist" for _, role in left):
        left = [[unknown, "artist"], *left] if unknown else left
    named = [credit[0] for credit in left if credit[1] == "artist"]
    return {"text": ", ".join(named), "credits": left}
