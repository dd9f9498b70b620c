"""From a checked file to a song, in one transaction."""

from typing import Literal

import msgspec
from msgspec import UNSET
from sqlalchemy import bindparam, delete, insert, select, update

from antiphon.areas.library.data import CheckedSound, FoundLyrics, SongEdit, Visibility
from antiphon.areas.library.data.tags import Credit, ReadTags
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.editing import checks
from antiphon.areas.library.internal.editing.making import uploads_library
from antiphon.areas.library.internal.editing.songs import settle
from antiphon.areas.library.internal.listing import relist
from antiphon.areas.library.internal.scan.albums import SongToWrite
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.prepare import UNKNOWN_ARTIST, PreparedSong, prepare
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.areas.library.internal.scan.store import Store
from antiphon.areas.library.internal.uploading.rows import PRIVACY, STORED
from antiphon.areas.library.internal.uploading.tables import stored_file
from antiphon.kernel.db import Transaction, in_list, insert_unless_there


class StoredCover(msgspec.Struct, frozen=True):
    """A cover in the storage: its name there and the SHA-256 of its bytes."""

    name: str
    hash: str


class FoundSong(msgspec.Struct, frozen=True):
    """All that is known of an upload once it has been looked at."""

    sound: CheckedSound
    size: int
    cover: StoredCover | None = None
    words: FoundLyrics = FoundLyrics()


class Uploader(msgspec.Struct, frozen=True):
    """Who brings a song."""

    id: int
    name: str


async def make_song(
    transaction: Transaction, found: FoundSong, stored_name: str, uploader: Uploader, *, draft: bool, now: float
) -> tuple[int, bool]:
    """A new song's id, and whether all totals have been added up. What people say otherwise is changed afterwards."""
    library_id = await uploads_library(transaction)
    entry = SongToWrite(_prepared(found, stored_name, uploader, now), None, None)
    await Store(library_id, "", now, first=False).songs(transaction, [entry], {})
    song_id = entry.song_id
    assert song_id is not None
    await transaction.execute(
        update(t.song)
        .where(t.song.c.id == song_id)
        .values(uploader_id=uploader.id, path=found.sound.tags.path, privacy=PRIVACY["draft" if draft else "public"])
    )
    album = select(t.song.c.album_id).where(t.song.c.id == song_id).scalar_subquery()
    await transaction.execute(
        update(t.album).where(t.album.c.id == album, t.album.c.uploader_id.is_(None)).values(uploader_id=uploader.id)
    )
    await transaction.execute(
        insert(stored_file).values(
            song_id=song_id,
            name=stored_name,
            size=found.size,
            sha256=found.sound.sha256,
            audio_sha256=found.sound.audio_sha256,
        )
    )
    if found.cover is not None:
        artwork_id = await keep_cover(transaction, found.cover)
        await transaction.execute(update(t.song).where(t.song.c.id == song_id).values(artwork_id=artwork_id))
        await transaction.execute(
            update(t.album).where(t.album.c.id == album, t.album.c.artwork_id.is_(None)).values(artwork_id=artwork_id)
        )
    await relist(transaction, as_list([song_id]))
    is_complete = await settle(transaction, await stale_of_songs(transaction, as_list([song_id])), now)
    return song_id, is_complete


async def keep_cover(transaction: Transaction, cover: StoredCover) -> int:
    """The id of a stored cover, which is known once however many things show it."""
    known = insert_unless_there(transaction, t.artwork).values(
        hash=cover.hash, mime="image/jpeg", path=cover.name, embedded=STORED
    )
    held = select(t.artwork.c.id).where(t.artwork.c.hash == cover.hash).with_for_update(read=True, key_share=True)
    row = None
    # Nothing may have shown it until now, and it may just have been forgotten.
    while row is None:
        await transaction.execute(known.on_conflict_do_nothing(index_elements=["hash"]))
        row = await transaction.fetch_one(held)
    return int(row[0])


async def show_cover(
    transaction: Transaction, thing: Literal["song", "album"], thing_id: int, cover: StoredCover | None, now: float
) -> None:
    """Have a song or an album show a cover, or none."""
    table = t.song if thing == "song" else t.album
    artwork_id = None if cover is None else await keep_cover(transaction, cover)
    await transaction.execute(update(table).where(table.c.id == thing_id).values(artwork_id=artwork_id, updated_at=now))


async def set_visibility(transaction: Transaction, song_ids: str, visibility: Visibility, now: float) -> list[int]:
    """Have songs (a JSON list of ids) be seen by whom `visibility` names; gives those that were seen by others."""
    wanted = PRIVACY[visibility]
    others = (in_list(t.song.c.id, bindparam("ids")), t.song.c.privacy != wanted)
    found = [row[0] for row in await transaction.fetch(select(t.song.c.id).where(*others), ids=song_ids)]
    changed = update(t.song).where(*others).values(privacy=wanted, updated_at=now)
    await transaction.execute(changed, {"ids": song_ids})
    return found


async def remove_empty_albums(transaction: Transaction, user_id: int) -> None:
    """Remove what is left of the albums of a person whose songs have gone."""
    songs = select(t.song.c.id).where(t.song.c.album_id == t.album.c.id)
    await transaction.execute(delete(t.album).where(t.album.c.uploader_id == user_id, ~songs.exists()))


def told_by_owner(tags: ReadTags, edit: SongEdit) -> ReadTags:
    """What a file tells, with what its owner says in its place. Raises INVALID by field."""
    values: dict[str, object] = {}
    if edit.title is not UNSET:
        values |= {"title": checks.checked_line("title", edit.title, checks.LONGEST_TITLE), "sort_title": None}
    if edit.artist is not UNSET:
        artist = checks.checked_line("artist", edit.artist, checks.LONGEST_NAME)
        values |= {"artists": (Credit(name=artist),), "artist_text": artist}
    if edit.genres is not UNSET:
        values["genres"] = tuple(checks.checked_genres(edit.genres))
    if edit.lyrics is not UNSET:
        lyrics = checks.checked_text("lyrics", edit.lyrics, checks.LONGEST_LYRICS)
        values |= {"lyrics": lyrics or None, "synced_lyrics": ()}
    if edit.album_id is not UNSET:
        values["album"] = None
    return msgspec.structs.replace(tags, **values)


def left_to_say(edit: SongEdit) -> SongEdit | None:
    """What is left of an edit once `told_by_owner` has taken its part; None where nothing is."""
    left = msgspec.structs.replace(edit, title=UNSET, artist=UNSET, genres=UNSET, lyrics=UNSET)
    if left.album_id is None:
        left = msgspec.structs.replace(left, album_id=UNSET)
    return None if left == SongEdit() else left


def _prepared(found: FoundSong, stored_name: str, uploader: Uploader, now: float) -> PreparedSong:
    tags = found.sound.tags
    song = prepare(tags, tags.path, found.size, int(now * 1e9), found.words)
    if song.columns.artist_text == UNKNOWN_ARTIST and not tags.artists:
        # Who brings a song that names nobody is taken to be its artist.
        named = msgspec.structs.replace(
            tags, title=song.columns.title, track=song.columns.track, artists=(Credit(name=uploader.name),)
        )
        song = prepare(named, named.path, found.size, int(now * 1e9), found.words)
    album = song.album
    if album is not None:
        # Albums of one name that different people bring are different albums.
        album = msgspec.structs.replace(album, match_key=f"{uploader.id}:{album.match_key}")
    return msgspec.structs.replace(song, path=stored_name, has_picture=False, album=album)
