"""What songs tell of their albums: the last one read is believed; pictures and the titles of discs add up."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, bindparam, delete, exists, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.fold import search_text
from antiphon.areas.library.internal.paths import real_text
from antiphon.areas.library.internal.scan.bulk import as_list, change_words
from antiphon.areas.library.internal.scan.keeping import Keeper, KeptAlbum, edited_columns
from antiphon.areas.library.internal.scan.names import Names
from antiphon.areas.library.internal.scan.pictures import GIVEN
from antiphon.areas.library.internal.scan.prepare import PreparedAlbum, PreparedSong, album_words
from antiphon.kernel.db import Transaction, in_list

_IDS: BindParameter[str] = bindparam("ids")
_ALBUM = t.album.c.id == bindparam("album")
_SHOWS_WHAT_WAS_GIVEN = exists().where(t.artwork.c.id == t.album.c.artwork_id, GIVEN)
_ARTWORKS = select(t.artwork.c.hash, t.artwork.c.id).where(in_list(t.artwork.c.hash, _IDS))


class SongToWrite(msgspec.Struct, gc=False):
    """A song that was read, the song it is known to be (None: new), and the picture that stands for it. `read` is what
    the file says where that differs from `song`; `album` is where somebody has put it, `is_removed` whether somebody
    has removed it."""

    song: PreparedSong
    song_id: int | None
    cover: str | None
    moved: bool = False
    read: PreparedSong | None = None
    album: KeptAlbum | None = None
    is_removed: bool = False


class Albums:
    """The albums of one library during one scan. What was told once need not be written twice."""

    def __init__(self, root: str, now: float, names: Names) -> None:
        self._root = root
        self._now = now
        self._names = names
        self._told: dict[str, PreparedAlbum] = {}
        self._titles: dict[str, str] = {}
        self._pictured: set[str] = set()
        self._disc_titles: dict[str, dict[str, str]] = {}
        self._cover_stamps: dict[str, str] = {}

    def forget(self) -> None:
        """Believe nothing that was written in a transaction which has been undone."""
        self._told.clear()
        self._titles.clear()
        self._pictured.clear()
        self._disc_titles.clear()

    async def told(
        self, transaction: Transaction, batch: Sequence[SongToWrite], made: set[str], keeper: Keeper
    ) -> None:
        """Write what songs tell of their albums. The rows of those in `made` say so already; what people have set
        stays."""
        songs = [entry.song for entry in batch]
        told = {song.album.match_key: song.album for song in songs if song.album}
        news = {key: album for key, album in told.items() if self._told.get(key) != album}
        self._told.update(news)
        known = {key: album for key, album in news.items() if key not in made}
        same = {entry.song.album.match_key: keeper.is_unchanged(entry.song_id) for entry in batch if entry.song.album}
        edited = await keeper.album_columns(
            {self._names.album_id(key): (album, same[key]) for key, album in known.items()}
        )
        if known:
            rows = [self._row(self._names.album_id(key), album, edited) for key, album in known.items()]
            await transaction.execute(update(t.album).where(_ALBUM), rows)
            self._titles.update((key, row["title"]) for key, row in zip(known, rows, strict=True))
            words = [(row["album"], self._words(row, album)) for row, album in zip(rows, known.values(), strict=True)]
            await change_words(transaction, t.album_search, words)
        named = {
            key: album
            for key, album in news.items()
            if album.artists and "artists" not in edited.get(self._names.album_id(key), {})
        }
        await self._credits(transaction, named, made)
        await self._discs(transaction, songs)

    def words_of(self, song: PreparedSong) -> str:
        """The words that a song is found by: its album's among them, as people call it."""
        album = song.album
        title = self._titles.get(album.match_key) if album else None
        if album is None or title is None or title == album.columns.title:
            return song.words
        return search_text(song.columns.title, song.columns.artist_text, title)

    def _row(self, album_id: int, album: PreparedAlbum, edited: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
        columns = edited_columns(album.columns, edited.get(album_id, {}))
        return {"album": album_id, **columns, "updated_at": self._now}

    def _words(self, row: Mapping[str, Any], album: PreparedAlbum) -> str:
        if row["title"] == album.columns.title and row["artist_text"] == album.columns.artist_text:
            return album.words
        return album_words(row["title"], (row["artist_text"],))

    async def _credits(self, transaction: Transaction, named: dict[str, PreparedAlbum], made: set[str]) -> None:
        again = [self._names.album_id(key) for key in named if key not in made]
        if again:
            credits = delete(t.album_credit).where(in_list(t.album_credit.c.album_id, _IDS))
            await transaction.execute(credits, {"ids": as_list(again)})
        rows = [
            (self._names.album_id(key), position, self._names.artist_id(artist))
            for key, album in named.items()
            for position, artist in enumerate(album.artists)
        ]
        await transaction.insert_rows(t.album_credit, ("album_id", "position", "artist_id"), rows)

    async def _discs(self, transaction: Transaction, songs: Sequence[PreparedSong]) -> None:
        told: dict[str, dict[str, str]] = {}
        for song in songs:
            if song.album and song.disc_title:
                told.setdefault(song.album.match_key, {})[str(song.columns.disc or 1)] = song.disc_title
        for key, titles in told.items():
            album_id = self._names.album_id(key)
            if key not in self._disc_titles:
                row = await transaction.fetch_one(select(t.album.c.disc_titles).where(t.album.c.id == album_id))
                self._disc_titles[key] = msgspec.json.decode(row[0] if row else "{}", type=dict[str, str])
            merged = {**self._disc_titles[key], **titles}
            if merged != self._disc_titles[key]:
                self._disc_titles[key] = merged
                text = msgspec.json.encode(merged, order="sorted").decode()
                await transaction.execute(update(t.album).where(t.album.c.id == album_id).values(disc_titles=text))

    async def pictures(self, transaction: Transaction, batch: Sequence[SongToWrite]) -> dict[str, int]:
        """Give each album the first picture that its songs have, unless somebody has given it one; gives the artworks
        of songs without an album.

        The key is the song's path.
        """
        of_albums: dict[str, tuple[str, str, int]] = {}
        of_songs: dict[str, tuple[str, str, int]] = {}
        for entry in batch:
            album = entry.song.album
            if album and (album.match_key in self._pictured or album.match_key in of_albums):
                continue
            picture = self._picture(entry)
            if picture is not None and album:
                of_albums[album.match_key] = picture
            elif picture is not None:
                of_songs[entry.song.path] = picture
        artworks = await self._artworks(transaction, [*of_albums.values(), *of_songs.values()])
        if of_albums:
            rows = [
                {"album": self._names.album_id(key), "artwork_id": artworks[picture[0]]}
                for key, picture in of_albums.items()
            ]
            await transaction.execute(update(t.album).where(_ALBUM, ~_SHOWS_WHAT_WAS_GIVEN), rows)
            self._pictured.update(of_albums)
        return {path: artworks[picture[0]] for path, picture in of_songs.items()}

    def _picture(self, entry: SongToWrite) -> tuple[str, str, int] | None:
        """(hash, path, is embedded) of a file beside the song, else of the song that carries one, else None.

        The hash is made from what identifies the file: reading every picture would take the scan's time.
        """
        song = entry.song
        if entry.cover is not None:
            path, embedded = f"{self._root}/{entry.cover}", 0
            if path not in self._cover_stamps:
                self._cover_stamps[path] = _stamp(path)
            stamp = self._cover_stamps[path]
        elif song.has_picture:
            path, embedded, stamp = f"{self._root}/{song.path}", 1, f"{song.size}:{song.modified_ns}"
        else:
            return None
        return hashlib.sha256(f"{path}\0{stamp}\0{embedded}".encode()).hexdigest(), path, embedded

    async def _artworks(self, transaction: Transaction, pictures: Sequence[tuple[str, str, int]]) -> dict[str, int]:
        """The id of each picture, by its hash."""
        by_hash = {picture[0]: picture for picture in pictures}
        if not by_hash:
            return {}
        found = {row[0]: row[1] for row in await transaction.fetch(_ARTWORKS, ids=as_list(by_hash))}
        new = [(stamp, "", path, embedded) for stamp, path, embedded in by_hash.values() if stamp not in found]
        if new:
            await transaction.insert_rows(t.artwork, ("hash", "mime", "path", "embedded"), new)
            found.update(await transaction.fetch(_ARTWORKS, ids=as_list(row[0] for row in new)))
        return found


def _stamp(path: str) -> str:
    try:
        status = os.stat(real_text(path))
    except OSError:
        return "gone"
    return f"{status.st_size}:{status.st_mtime_ns}"
