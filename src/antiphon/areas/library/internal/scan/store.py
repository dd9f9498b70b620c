"""Writing what was read: a batch of songs in one transaction of at most some 50 ms."""

import random
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from antiphon.areas.library.data.lyrics import as_kept, singing_as_kept
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.listing import relist_hidden
from antiphon.areas.library.internal.scan.albums import Albums, SongToWrite
from antiphon.areas.library.internal.scan.bulk import add_words, allocate_ids, as_list, change_words
from antiphon.areas.library.internal.scan.keeping import Keeper
from antiphon.areas.library.internal.scan.names import Names
from antiphon.areas.library.internal.scan.pictures import Bare, given_to_songs
from antiphon.areas.library.internal.scan.prepare import PreparedSong, SongColumns, Unreadable
from antiphon.areas.library.internal.scan.stale import mark_stale, stale_of_songs
from antiphon.areas.library.internal.sound.showing import show_measured
from antiphon.areas.library.internal.turns import take_turn
from antiphon.areas.library.internal.visibility import REMOVED
from antiphon.kernel.db import Transaction, in_list

_IDS: BindParameter[str] = bindparam("ids")
# What is written of new songs and of known ones, in the order of `Store._values`.
_VALUES = (
    "library_id",
    *SongColumns.__struct_fields__,
    "album_id",
    "credits",
    "genres",
    "artwork_id",
    "path",
    "missing",
    "updated_at",
)
_NEW = ("id", *_VALUES, "shuffle", "created_at")
_FILE = ("library_id", "path", "size", "modified_ns", "missing_since")
# The songs of an album come one after the other and say mostly the same.
_KEPT = 256


class Store:
    """Writes to one library. `now` is the moment of the scan; `first` tells that the library is scanned first."""

    def __init__(self, library_id: int, root: str, now: float, *, first: bool) -> None:
        self._library_id = library_id
        self._now = now
        self.is_first = first
        self.names = Names(library_id)
        self.bare = Bare(library_id, root)
        self._albums = Albums(root, now, self.names)

    def forget(self) -> None:
        """Believe nothing that was found in a transaction which has been undone."""
        self.names.forget()
        self._albums.forget()

    async def songs(self, transaction: Transaction, batch: Sequence[SongToWrite], renamed: dict[str, int]) -> None:
        """Write songs with all that belongs to them, and note whose totals are stale now."""
        await take_turn(transaction)
        keeper = await self._keep(transaction, batch)
        songs = [entry.song for entry in batch]
        artists = [artist for song in songs for artist in song.artists]
        artists += [artist for song in songs if song.album for artist in song.album.artists]
        await self.names.artists(transaction, artists, self._now)
        await self.names.genres(transaction, {genre for song in songs for genre in song.genres})
        made = await self.names.albums(transaction, [song.album for song in songs if song.album], renamed, self._now)
        pictures = await self._albums.pictures(transaction, batch)
        known = [entry for entry in batch if entry.song_id is not None]
        new = [entry for entry in batch if entry.song_id is None]
        ids = await allocate_ids(transaction, t.song, len(new)) if new else []
        for entry, song_id in zip(new, ids, strict=True):
            entry.song_id = song_id
        if known:
            await stale_of_songs(transaction, as_list(entry.song_id for entry in known))
            removed = await self._removed(transaction, as_list(entry.song_id for entry in known))
            for entry in known:
                entry.is_removed = entry.song_id in removed
            given = await given_to_songs(transaction, as_list(entry.song_id for entry in known))
            pictures |= {entry.song.path: given[entry.song_id] for entry in known if entry.song_id in given}
        await self._insert(transaction, new, pictures)
        await self._update(transaction, known, pictures)
        await self._belongings(transaction, batch)
        await self._albums.told(transaction, batch, made, keeper)
        await add_words(transaction, t.song_search, self._words(new))
        await change_words(transaction, t.song_search, self._words(known))
        # A song that joins a flagged album, or one whose release is to come, is as hidden as the others.
        await relist_hidden(transaction, as_list(entry.song_id for entry in batch))
        await mark_stale(transaction, self._belongs_to(batch))
        if not self.is_first:
            bare = (entry for entry in batch if entry.cover is None and not entry.song.has_picture)
            self.bare.note((self._album_id(entry), entry.song_id, entry.song.path) for entry in bare)

    async def _keep(self, transaction: Transaction, batch: Sequence[SongToWrite]) -> Keeper:
        """Put what people have changed in place of what the files say."""
        keeper = Keeper(transaction, self._now)
        for entry in batch:
            # A batch is written again where its transaction was undone.
            entry.read = entry.song = entry.read or entry.song
        known = {entry.song_id: entry.song for entry in batch if entry.song_id is not None}
        found = await keeper.load(known)
        kept, albums = await keeper.kept(known, found)
        for entry in batch:
            changed = kept.get(entry.song_id or 0)
            entry.song = keeper.renamed(entry.song) if changed is None else changed
            entry.album = albums.get(entry.song_id or 0)
        return keeper

    async def unreadable(self, transaction: Transaction, files: Iterable[Unreadable]) -> None:
        """List files that are no readable music."""
        rows = [
            {
                "library_id": self._library_id,
                "path": file.path,
                "size": file.size,
                "modified_ns": file.modified_ns,
                "reason": file.reason,
                "found_at": self._now,
            }
            for file in files
        ]
        await self.readable(transaction, [row["path"] for row in rows])  # type: ignore[misc]
        if rows:
            await transaction.execute(insert(t.broken_file), rows)

    async def readable(self, transaction: Transaction, paths: Sequence[str]) -> None:
        """Take files off the list of broken ones."""
        if paths:
            await transaction.execute(
                delete(t.broken_file).where(
                    t.broken_file.c.library_id == self._library_id, in_list(t.broken_file.c.path, _IDS)
                ),
                {"ids": as_list(paths)},
            )

    async def presence(self, transaction: Transaction, song_ids: Iterable[int], *, missing: bool) -> None:
        """Mark songs as missing, or as back again."""
        await take_turn(transaction)
        ids = {"ids": as_list(song_ids)}
        since = self._now if missing else None
        await transaction.execute(
            update(t.media_file).where(in_list(t.media_file.c.song_id, _IDS)).values(missing_since=since), ids
        )
        await transaction.execute(
            update(t.song)
            .where(in_list(t.song.c.id, _IDS), t.song.c.missing != REMOVED)
            .values(missing=int(missing), updated_at=self._now),
            ids,
        )
        await stale_of_songs(transaction, ids["ids"])

    async def signatures(self, transaction: Transaction, signatures: dict[str, str]) -> None:
        """Keep what lies beside the songs of folders."""
        if not signatures:
            return
        await transaction.execute(
            delete(t.scanned_folder).where(
                t.scanned_folder.c.library_id == self._library_id, in_list(t.scanned_folder.c.path, _IDS)
            ),
            {"ids": as_list(signatures)},
        )
        rows = [(self._library_id, path, signature) for path, signature in signatures.items()]
        await transaction.insert_rows(t.scanned_folder, ("library_id", "path", "signature"), rows)

    async def _removed(self, transaction: Transaction, song_ids: str) -> set[int]:
        """Those of these songs that people have removed: a changed file does not bring them back."""
        statement = select(t.song.c.id).where(in_list(t.song.c.id, _IDS), t.song.c.missing == REMOVED)
        return {row[0] for row in await transaction.fetch(statement, ids=song_ids)}

    async def _step_aside(self, transaction: Transaction, song_ids: Iterable[int | None]) -> None:
        await transaction.execute(
            update(t.media_file).where(in_list(t.media_file.c.song_id, _IDS)).values(path="\x01" + t.media_file.c.path),
            {"ids": as_list(song_ids)},
        )

    def _values(self, entry: SongToWrite, pictures: dict[str, int]) -> tuple[Any, ...]:
        song = entry.song
        artist_id = self.names.artist_id
        return (
            self._library_id,
            *msgspec.structs.astuple(song.columns),
            self._album_id(entry),
            _credits_text(tuple([(artist_id(artist), artist.name, artist.role) for artist in song.artists])),
            _genres_text(tuple([name for name, _ in song.genres])),
            pictures.get(song.path),
            song.path,
            REMOVED if entry.is_removed else 0,
            self._now,
        )

    def _album_id(self, entry: SongToWrite) -> int | None:
        if entry.album is not None:
            return entry.album.id
        return self.names.album_id(entry.song.album.match_key) if entry.song.album else None

    def _file(self, song: PreparedSong) -> tuple[Any, ...]:
        return (self._library_id, song.path, song.size, song.modified_ns, None)

    async def _insert(self, transaction: Transaction, new: Sequence[SongToWrite], pictures: dict[str, int]) -> None:
        # At the first scan songs were "added" when their files were made; later, when the scan finds them.
        rows = [
            (
                entry.song_id,
                *self._values(entry, pictures),
                random.random(),
                min(self._now, entry.song.modified_ns / 1e9) if self.is_first else self._now,
            )
            for entry in new
        ]
        await transaction.insert_rows(t.song, _NEW, rows)
        files = [(entry.song_id, *self._file(entry.song)) for entry in new]
        await transaction.insert_rows(t.media_file, ("song_id", *_FILE), files)

    async def _update(self, transaction: Transaction, known: Sequence[SongToWrite], pictures: dict[str, int]) -> None:
        if not known:
            return
        rows = [
            {"song": entry.song_id, **dict(zip(_VALUES, self._values(entry, pictures), strict=True))} for entry in known
        ]
        await transaction.execute(update(t.song).where(t.song.c.id == bindparam("song")), rows)
        # Files that changed places must not meet on the way.
        elsewhere = [entry.song_id for entry in known if entry.moved]
        if elsewhere:
            await self._step_aside(transaction, elsewhere)
        files = [{"song": entry.song_id, **dict(zip(_FILE, self._file(entry.song), strict=True))} for entry in known]
        await transaction.execute(update(t.media_file).where(t.media_file.c.song_id == bindparam("song")), files)
        ids = {"ids": as_list(entry.song_id for entry in known)}
        await show_measured(transaction, ids["ids"])
        for table in (t.song_credit, t.song_genre, t.song_lyrics):
            await transaction.execute(delete(table).where(in_list(table.c.song_id, _IDS)), ids)

    async def _belongings(self, transaction: Transaction, batch: Sequence[SongToWrite]) -> None:
        """Credits, genres and lyrics."""
        credits: list[tuple[Any, ...]] = []
        genres: list[tuple[Any, ...]] = []
        lyrics: list[tuple[Any, ...]] = []
        for entry in batch:
            song, song_id = entry.song, entry.song_id
            for position, artist in enumerate(song.artists):
                credits.append((song_id, position, self.names.artist_id(artist), artist.role))
            genres += [(self.names.genre_id(key), song_id) for key in {key for _, key in song.genres}]
            if song.columns.has_lyrics:
                synced = msgspec.json.encode(as_kept(song.synced_lyrics)).decode()
                language = song.lyrics_language or song.columns.language
                lyrics.append((song_id, song.plain_lyrics, synced, language, singing_as_kept(song.singing)))
        await transaction.insert_rows(t.song_credit, ("song_id", "position", "artist_id", "role"), credits)
        await transaction.insert_rows(t.song_genre, ("genre_id", "song_id"), genres)
        await transaction.insert_rows(t.song_lyrics, ("song_id", "plain", "synced", "language", "singing"), lyrics)

    def _belongs_to(self, batch: Sequence[SongToWrite]) -> set[tuple[str, int]]:
        """What songs belong to from now on."""
        songs = [entry.song for entry in batch]
        albums = {entry.album.id for entry in batch if entry.album is not None and entry.album.id is not None}
        albums |= {self.names.album_id(key) for key in {song.album.match_key for song in songs if song.album}}
        named = {song.artists for song in songs} | {song.album.artists for song in songs if song.album}
        artists = {self.names.artist_id(artist) for several in named for artist in several}
        genres = {self.names.genre_id(key) for several in {song.genres for song in songs} for _, key in several}
        ids = (("album", albums), ("artist", artists), ("genre", genres))
        return {(thing, thing_id) for thing, found in ids for thing_id in found}

    def _words(self, entries: Sequence[SongToWrite]) -> list[tuple[int, str]]:
        words = self._albums.words_of
        return [(entry.song_id, words(entry.song)) for entry in entries if entry.song_id is not None]


@lru_cache(maxsize=_KEPT)
def _credits_text(credits: tuple[tuple[int, str, str], ...]) -> str:
    """Credits (id and name of the artist, and role) as songs keep them ready."""
    named = [{"id": artist_id, "name": name, "role": role} for artist_id, name, role in credits]
    return msgspec.json.encode(named).decode()


@lru_cache(maxsize=_KEPT)
def _genres_text(genres: tuple[str, ...]) -> str:
    return as_list(genres)
