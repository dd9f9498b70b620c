"""Writing what was read: a batch of songs in one transaction of at most some 50 ms."""

import hashlib
import os
import random
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.paths import real_text
from antiphon.areas.library.internal.scan.names import Names, allocate_ids, as_list
from antiphon.areas.library.internal.scan.prepare import PreparedSong, Unreadable
from antiphon.kernel.db import Transaction, in_list

_IDS: BindParameter[str] = bindparam("ids")


class SongToWrite(msgspec.Struct, gc=False):
    """A song that was read, the song it is known to be (None: new), and the picture that stands for it."""

    song: PreparedSong
    song_id: int | None
    cover: str | None
    moved: bool = False


class Store:
    """Writes to one library. `now` is the moment of the scan; `first` tells that the library is scanned first."""

    def __init__(self, library_id: int, root: str, now: float, *, first: bool) -> None:
        self._library_id = library_id
        self._root = root
        self._now = now
        self._first = first
        self._artworks: dict[str, int] = {}
        self.names = Names(library_id)

    def forget(self) -> None:
        """Believe nothing that was found in a transaction which has been undone."""
        self.names.forget()
        self._artworks.clear()

    async def songs(self, transaction: Transaction, batch: Sequence[SongToWrite], renamed: dict[str, int]) -> None:
        """Write songs with all that belongs to them, and note whose totals are stale now."""
        songs = [entry.song for entry in batch]
        artists = [artist for song in songs for artist in song.artists]
        artists += [artist for song in songs if song.album for artist in song.album.artists]
        await self.names.artists(transaction, artists, self._now)
        await self.names.genres(transaction, {genre for song in songs for genre in song.genres})
        await self.names.albums(transaction, [song.album for song in songs if song.album], renamed, self._now)
        covers = await self._covers(transaction, batch)
        known = [entry for entry in batch if entry.song_id is not None]
        new = [entry for entry in batch if entry.song_id is None]
        ids = await allocate_ids(transaction, t.song, len(new)) if new else []
        for entry, song_id in zip(new, ids, strict=True):
            entry.song_id = song_id
        await self._stale_before(transaction, known)
        await self._insert(transaction, new, covers)
        await self._update(transaction, known, covers)
        await self._belongings(transaction, batch, known)
        await self._albums_told(transaction, batch, covers)
        await self._stale_after(transaction, songs)

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

    async def readable(self, transaction: Transaction, paths: Iterable[str]) -> None:
        """Take files off the list of broken ones."""
        await transaction.execute(
            delete(t.broken_file).where(
                t.broken_file.c.library_id == self._library_id, in_list(t.broken_file.c.path, _IDS)
            ),
            {"ids": as_list(paths)},
        )

    async def presence(self, transaction: Transaction, song_ids: Iterable[int], *, missing: bool) -> None:
        """Mark songs as missing, or as back again."""
        ids = {"ids": as_list(song_ids)}
        since = self._now if missing else None
        await transaction.execute(
            update(t.media_file).where(in_list(t.media_file.c.song_id, _IDS)).values(missing_since=since), ids
        )
        await transaction.execute(
            update(t.song).where(in_list(t.song.c.id, _IDS)).values(missing=int(missing), updated_at=self._now), ids
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
        rows = [
            {"library_id": self._library_id, "path": path, "signature": signature}
            for path, signature in signatures.items()
        ]
        await transaction.execute(insert(t.scanned_folder), rows)

    async def _step_aside(self, transaction: Transaction, song_ids: Iterable[int]) -> None:
        await transaction.execute(
            update(t.media_file).where(in_list(t.media_file.c.song_id, _IDS)).values(path="\x01" + t.media_file.c.path),
            {"ids": as_list(song_ids)},
        )

    async def _covers(self, transaction: Transaction, batch: Sequence[SongToWrite]) -> dict[str, int]:
        """The artwork of each picture that the batch names: a file beside the songs, or a song that carries one."""
        sources: dict[str, tuple[str, int]] = {}
        for entry in batch:
            if entry.cover is not None:
                sources.setdefault(entry.cover, (f"{self._root}/{entry.cover}", 0))
            elif entry.song.has_picture:
                sources.setdefault(entry.song.path, (f"{self._root}/{entry.song.path}", 1))
        # A picture's hash is made from what identifies its file: reading every picture would take the scan's time.
        hashes = {source: _stamp(*where) for source, where in sources.items()}
        new = {stamp for stamp in hashes.values() if stamp not in self._artworks}
        if new:
            found = await transaction.fetch(
                select(t.artwork.c.hash, t.artwork.c.id).where(in_list(t.artwork.c.hash, _IDS)), ids=as_list(new)
            )
            self._artworks.update({row[0]: row[1] for row in found})
        rows = {
            hashes[source]: {"hash": hashes[source], "mime": "", "path": path, "embedded": embedded}
            for source, (path, embedded) in sources.items()
            if hashes[source] not in self._artworks
        }
        if rows:
            await transaction.execute(insert(t.artwork), list(rows.values()))
            found = await transaction.fetch(
                select(t.artwork.c.hash, t.artwork.c.id).where(in_list(t.artwork.c.hash, _IDS)), ids=as_list(rows)
            )
            self._artworks.update({row[0]: row[1] for row in found})
        return {source: self._artworks[stamp] for source, stamp in hashes.items()}

    def _row(self, entry: SongToWrite, covers: dict[str, int]) -> dict[str, Any]:
        song = entry.song
        credits = [
            {"id": self.names.artist_id(artist), "name": artist.name, "role": artist.role} for artist in song.artists
        ]
        own_picture = covers.get(song.path) if song.album is None else None
        return {
            **song.columns,
            "album_id": self.names.album_id(song.album.match_key) if song.album else None,
            "credits": msgspec.json.encode(credits).decode(),
            "genres": as_list(name for name, _ in song.genres),
            "has_lyrics": int(bool(song.plain_lyrics or song.synced_lyrics)),
            "artwork_id": covers.get(entry.cover) if song.album is None and entry.cover else own_picture,
            "path": song.path,
            "missing": 0,
            "updated_at": self._now,
        }

    def _file(self, entry: SongToWrite) -> dict[str, Any]:
        return {
            "song_id": entry.song_id,
            "library_id": self._library_id,
            "path": entry.song.path,
            "size": entry.song.size,
            "modified_ns": entry.song.modified_ns,
            "missing_since": None,
        }

    async def _insert(self, transaction: Transaction, new: Sequence[SongToWrite], covers: dict[str, int]) -> None:
        if not new:
            return
        # At the first scan songs were "added" when their files were made; later, when the scan finds them.
        rows = [
            {
                "id": entry.song_id,
                "library_id": self._library_id,
                **self._row(entry, covers),
                "shuffle": random.random(),
                "created_at": min(self._now, entry.song.modified_ns / 1e9) if self._first else self._now,
            }
            for entry in new
        ]
        await transaction.execute(insert(t.song), rows)
        await transaction.execute(insert(t.media_file), [self._file(entry) for entry in new])

    async def _update(self, transaction: Transaction, known: Sequence[SongToWrite], covers: dict[str, int]) -> None:
        if not known:
            return
        rows = [{"song": entry.song_id, **self._row(entry, covers)} for entry in known]
        await transaction.execute(update(t.song).where(t.song.c.id == bindparam("song")), rows)
        elsewhere = [entry.song_id for entry in known if entry.moved]
        if elsewhere:
            await self._step_aside(transaction, [song_id for song_id in elsewhere if song_id is not None])
        files = []
        for entry in known:
            file = self._file(entry)
            file["song"] = file.pop("song_id")
            files.append(file)
        await transaction.execute(update(t.media_file).where(t.media_file.c.song_id == bindparam("song")), files)
        ids = {"ids": as_list(entry.song_id for entry in known)}
        for table in (t.song_credit, t.song_genre, t.song_lyrics):
            await transaction.execute(delete(table).where(in_list(table.c.song_id, _IDS)), ids)

    async def _belongings(
        self, transaction: Transaction, batch: Sequence[SongToWrite], known: Sequence[SongToWrite]
    ) -> None:
        """Credits, genres, lyrics and search words."""
        credits: list[dict[str, Any]] = []
        genres: list[dict[str, Any]] = []
        lyrics: list[dict[str, Any]] = []
        for entry in batch:
            song, song_id = entry.song, entry.song_id
            for position, artist in enumerate(song.artists):
                artist_id = self.names.artist_id(artist)
                credits.append({"song_id": song_id, "position": position, "artist_id": artist_id, "role": artist.role})
            genres += [
                {"genre_id": self.names.genre_id(key), "song_id": song_id} for key in {k for _, k in song.genres}
            ]
            if song.plain_lyrics or song.synced_lyrics:
                synced = msgspec.json.encode(song.synced_lyrics).decode()
                language = song.columns["language"]
                lyrics.append({"song_id": song_id, "plain": song.plain_lyrics, "synced": synced, "language": language})
        for table, rows in ((t.song_credit, credits), (t.song_genre, genres), (t.song_lyrics, lyrics)):
            if rows:
                await transaction.execute(insert(table), rows)
        fresh = [{"id": entry.song_id, "words": entry.song.words} for entry in batch if entry not in known]
        if fresh:
            await transaction.execute(insert(t.song_search), fresh)
        if known:
            words = [{"song": entry.song_id, "words": entry.song.words} for entry in known]
            await transaction.execute(update(t.song_search).where(t.song_search.c.id == bindparam("song")), words)

    async def _albums_told(
        self, transaction: Transaction, batch: Sequence[SongToWrite], covers: dict[str, int]
    ) -> None:
        """What songs tell of their albums: the last one read is believed; disc titles and pictures add up."""
        told = {entry.song.album.match_key: entry.song.album for entry in batch if entry.song.album}
        if not told:
            return
        rows = [
            {"album": self.names.album_id(key), **album.columns, "updated_at": self._now} for key, album in told.items()
        ]
        await transaction.execute(update(t.album).where(t.album.c.id == bindparam("album")), rows)
        await self._pictures(transaction, batch, covers)
        await self._disc_titles(transaction, batch)
        words = [{"album": self.names.album_id(key), "words": album.words} for key, album in told.items()]
        await transaction.execute(update(t.album_search).where(t.album_search.c.id == bindparam("album")), words)
        named = {key: album for key, album in told.items() if album.artists}
        ids = as_list(self.names.album_id(key) for key in named)
        await transaction.execute(delete(t.album_credit).where(in_list(t.album_credit.c.album_id, _IDS)), {"ids": ids})
        credits = [
            {"album_id": self.names.album_id(key), "position": position, "artist_id": self.names.artist_id(artist)}
            for key, album in named.items()
            for position, artist in enumerate(album.artists)
        ]
        if credits:
            await transaction.execute(insert(t.album_credit), credits)

    async def _pictures(self, transaction: Transaction, batch: Sequence[SongToWrite], covers: dict[str, int]) -> None:
        chosen: dict[int, int] = {}
        for entry in batch:
            picture = covers.get(entry.cover or entry.song.path)
            if entry.song.album and picture is not None:
                chosen.setdefault(self.names.album_id(entry.song.album.match_key), picture)
        if chosen:
            rows = [{"album": album_id, "artwork_id": picture} for album_id, picture in chosen.items()]
            await transaction.execute(update(t.album).where(t.album.c.id == bindparam("album")), rows)

    async def _disc_titles(self, transaction: Transaction, batch: Sequence[SongToWrite]) -> None:
        told: dict[int, dict[str, str]] = {}
        for entry in batch:
            if entry.song.album and entry.song.album.disc_title:
                disc, title = entry.song.album.disc_title
                told.setdefault(self.names.album_id(entry.song.album.match_key), {})[str(disc)] = title
        for album_id, titles in told.items():
            row = await transaction.fetch_one(select(t.album.c.disc_titles).where(t.album.c.id == album_id))
            known = msgspec.json.decode(row[0] if row else "{}", type=dict[str, str])
            merged = msgspec.json.encode({**known, **titles}, order="sorted").decode()
            await transaction.execute(update(t.album).where(t.album.c.id == album_id).values(disc_titles=merged))

    async def _stale_before(self, transaction: Transaction, known: Sequence[SongToWrite]) -> None:
        """What songs belonged to until now."""
        if known:
            await stale_of_songs(transaction, as_list(entry.song_id for entry in known))

    async def _stale_after(self, transaction: Transaction, songs: Sequence[PreparedSong]) -> None:
        """What songs belong to from now on."""
        stale = {("album", self.names.album_id(song.album.match_key)) for song in songs if song.album}
        stale |= {("artist", self.names.artist_id(artist)) for song in songs for artist in song.artists}
        stale |= {
            ("artist", self.names.artist_id(artist)) for song in songs if song.album for artist in song.album.artists
        }
        stale |= {("genre", self.names.genre_id(key)) for song in songs for _, key in song.genres}
        await mark_stale(transaction, stale)


def _stamp(path: str, embedded: int) -> str:
    try:
        status = os.stat(real_text(path))
        stamp = f"{status.st_size}:{status.st_mtime_ns}"
    except OSError:
        stamp = "gone"
    return hashlib.sha256(f"{path}\0{stamp}\0{embedded}".encode()).hexdigest()


async def mark_stale(transaction: Transaction, things: Iterable[tuple[str, int]]) -> None:
    """Note that totals of albums, artists or genres no longer fit."""
    rows = [{"thing": thing, "id": thing_id} for thing, thing_id in things]
    if rows:
        dialect = sqlite if transaction.dialect == "sqlite" else postgresql
        await transaction.execute(dialect.insert(t.stale_total).on_conflict_do_nothing(), rows)


async def stale_of_songs(transaction: Transaction, song_ids: str) -> None:
    """Note that the totals of everything these songs belong to no longer fit. `song_ids` is a JSON list."""
    found: set[tuple[str, int]] = set()
    for thing, column, song_column in (
        ("album", t.song.c.album_id, t.song.c.id),
        ("artist", t.song_credit.c.artist_id, t.song_credit.c.song_id),
        ("genre", t.song_genre.c.genre_id, t.song_genre.c.song_id),
    ):
        rows = await transaction.fetch(
            select(column).where(in_list(song_column, _IDS), column.is_not(None)).distinct(), ids=song_ids
        )
        found |= {(thing, row[0]) for row in rows}
    albums = as_list(thing_id for thing, thing_id in found if thing == "album")
    credits = await transaction.fetch(
        select(t.album_credit.c.artist_id).where(in_list(t.album_credit.c.album_id, _IDS)).distinct(), ids=albums
    )
    await mark_stale(transaction, found | {("artist", row[0]) for row in credits})
