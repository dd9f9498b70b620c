"""Albums and artists that somebody makes before there is any music of theirs."""

import random
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from antiphon.areas.library.internal import edits, revisions
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.editing.albums import words_follow, write_credits
from antiphon.areas.library.internal.edits import Changed, insert_one
from antiphon.areas.library.internal.fold import name_key, sort_key
from antiphon.areas.library.internal.scan.bulk import add_words
from antiphon.areas.library.internal.scan.stale import mark_stale
from antiphon.areas.library.internal.scan.totals import refresh_these
from antiphon.kernel.db import Transaction, insert_unless_there
from antiphon.kernel.ids import new_opaque_id


async def uploads_library(transaction: Transaction) -> int:
    """The library of what people bring themselves; made where there is none yet."""
    made = insert_unless_there(transaction, t.library).values(name="Uploads", path="", created_at=time.time())
    await transaction.execute(made.on_conflict_do_nothing())
    row = await transaction.fetch_one(select(t.library.c.id).where(t.library.c.path == ""))
    assert row is not None
    return int(row[0])


async def make_album(
    transaction: Transaction, facts: Mapping[str, Any], named: Mapping[str, int], *, user_id: int | None, now: float
) -> int:
    """A new album's id. `facts` has all of an album's fields."""
    artists = facts["artists"]
    album_id = await insert_one(
        transaction,
        t.album,
        {
            "library_id": await uploads_library(transaction),
            "match_key": new_opaque_id("album"),
            "title": facts["title"],
            "title_key": sort_key(facts["title"], facts["sort_title"]),
            "sort_title": facts["sort_title"],
            "artists_told": int(bool(artists["credits"])),
            "artist_text": artists["text"],
            "year": facts["year"],
            "release_date": facts["release_date"],
            "release_at": facts["release_at"] or 0,
            "uploader_id": user_id,
            "by_hand": 1,
            "shuffle": random.random(),
            "created_at": now,
            "updated_at": now,
        },
    )
    if artists["credits"]:
        await write_credits(transaction, album_id, artists["credits"], named, now)
    await add_words(transaction, t.album_search, [(album_id, "")])
    await words_follow(transaction, album_id)
    credited = await transaction.fetch(select(t.album_credit.c.artist_id).where(t.album_credit.c.album_id == album_id))
    stale = {("album", album_id), *(("artist", row[0]) for row in credited)}
    await mark_stale(transaction, stale)
    await refresh_these(transaction, stale, now)
    made = Changed(album_id, "title", None, facts["title"])
    await edits.note(transaction, "album", [made], user_id=user_id, now=now)
    await revisions.library_changed(transaction)
    return album_id


async def make_artist(transaction: Transaction, facts: Mapping[str, Any], *, user_id: int | None, now: float) -> int:
    """A new artist's id."""
    key = name_key(facts["name"])
    await edits.drop_alias(transaction, "artist", key)
    artist_id = await insert_one(
        transaction,
        t.artist,
        {
            "name": facts["name"],
            "name_key": key,
            "sort_name": facts["sort_name"],
            "sort_key": sort_key(facts["name"], facts["sort_name"], drop_article=True),
            "by_hand": 1,
            "shuffle": random.random(),
            "created_at": now,
            "updated_at": now,
        },
    )
    await add_words(transaction, t.artist_search, [(artist_id, key)])
    await edits.note(transaction, "artist", [Changed(artist_id, "name", None, facts["name"])], user_id=user_id, now=now)
    await revisions.library_changed(transaction)
    return artist_id


async def forget_artist(transaction: Transaction, artist_id: int) -> None:
    """An artist whom nothing names goes, with what was kept of them."""
    named = await transaction.fetch_one(
        select(t.song_credit.c.song_id).where(t.song_credit.c.artist_id == artist_id).limit(1)
    )
    if named is None:
        await transaction.execute(delete(t.artist).where(t.artist.c.id == artist_id))
        await transaction.execute(
            delete(t.name_alias).where(t.name_alias.c.thing == "artist", t.name_alias.c.thing_id == artist_id)
        )
        await edits.forget(transaction, "artist", [artist_id])
    await revisions.library_changed(transaction)
