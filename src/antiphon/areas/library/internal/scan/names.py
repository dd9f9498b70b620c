"""Finding or making the artists, genres and albums that songs name, some hundred at a time."""

import random
from collections.abc import Iterable

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, select, update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan.bulk import add_words, allocate_ids, as_list
from antiphon.areas.library.internal.scan.prepare import AlbumColumns, PreparedAlbum, PreparedArtist
from antiphon.kernel.db import Statement, Transaction, in_list

_KEYS = bindparam("keys", type_=Text)
_ARTISTS = Statement(
    select(t.artist.c.id, t.artist.c.name_key, t.artist.c.musicbrainz_id)
    .where(in_list(t.artist.c.name_key, _KEYS))
    .order_by(t.artist.c.id)
)
_GENRES = Statement(select(t.genre.c.id, t.genre.c.name_key).where(in_list(t.genre.c.name_key, _KEYS)))
_ALBUMS = Statement(
    select(t.album.c.id, t.album.c.match_key).where(
        t.album.c.library_id == bindparam("library", type_=BigInteger), in_list(t.album.c.match_key, _KEYS)
    )
)

_ARTIST_COLUMNS = (
    *("id", "name", "name_key", "sort_name", "sort_key", "musicbrainz_id"),
    *("shuffle", "created_at", "updated_at"),
)
_ALBUM_COLUMNS = (
    *("id", "library_id", "match_key"),
    *AlbumColumns.__struct_fields__,
    *("shuffle", "created_at", "updated_at"),
)


class Names:
    """Ids of artists, genres and albums of one library. What was found once is kept for the rest of the scan."""

    def __init__(self, library_id: int) -> None:
        self._library_id = library_id
        self._artists: dict[tuple[str, str], int] = {}
        self._genres: dict[str, int] = {}
        self._albums: dict[str, int] = {}

    def forget(self) -> None:
        """Believe nothing any more: after a transaction that was undone."""
        self._artists.clear()
        self._genres.clear()
        self._albums.clear()

    async def artists(self, transaction: Transaction, wanted: Iterable[PreparedArtist], now: float) -> None:
        """Make sure that every artist has an id."""
        new = {(a.key, a.musicbrainz_id): a for a in wanted if (a.key, a.musicbrainz_id) not in self._artists}
        if not new:
            return
        rows = await transaction.fetch(_ARTISTS, keys=as_list({key for key, _ in new}))
        by_id = {row[2]: row[0] for row in rows if row[2]}
        by_name: dict[str, list[tuple[int, str]]] = {}
        for artist_id, key, musicbrainz_id in rows:
            by_name.setdefault(key, []).append((artist_id, musicbrainz_id))
        missing: list[PreparedArtist] = []
        # Those with an id of MusicBrainz first: they make known who a bare name means.
        for artist in sorted(new.values(), key=lambda a: not a.musicbrainz_id):
            found = self._match(artist, by_id, by_name)
            if found is None:
                missing.append(artist)
                continue
            self._artists[(artist.key, artist.musicbrainz_id)] = found
            if artist.musicbrainz_id and artist.musicbrainz_id not in by_id:
                by_id[artist.musicbrainz_id] = found
                await transaction.execute(
                    update(t.artist).where(t.artist.c.id == found).values(musicbrainz_id=artist.musicbrainz_id)
                )
        await self._insert_artists(transaction, missing, now)

    def _match(
        self, artist: PreparedArtist, by_id: dict[str, int], by_name: dict[str, list[tuple[int, str]]]
    ) -> int | None:
        if artist.musicbrainz_id and artist.musicbrainz_id in by_id:
            return by_id[artist.musicbrainz_id]
        same = by_name.get(artist.key, [])
        if artist.musicbrainz_id:
            # An artist known by name only is taken to be this one.
            return next((artist_id for artist_id, musicbrainz_id in same if not musicbrainz_id), None)
        return same[0][0] if same else None

    async def _insert_artists(self, transaction: Transaction, missing: list[PreparedArtist], now: float) -> None:
        # Among new ones, too, a bare name means the one with an id.
        new: dict[tuple[str, str], PreparedArtist] = {}
        first_of_name: dict[str, tuple[str, str]] = {}
        for artist in missing:
            if artist.musicbrainz_id or artist.key not in first_of_name:
                key = (artist.key, artist.musicbrainz_id)
                new[key] = artist
                first_of_name.setdefault(artist.key, key)
        if not new:
            return
        ids = await allocate_ids(transaction, t.artist, len(new))
        rows = []
        for artist_id, (key, artist) in zip(ids, new.items(), strict=True):
            self._artists[key] = artist_id
            names = (artist.name, artist.key, artist.sort_name, artist.sort_key, artist.musicbrainz_id)
            rows.append((artist_id, *names, random.random(), now, now))
        await transaction.insert_rows(t.artist, _ARTIST_COLUMNS, rows)
        await add_words(transaction, t.artist_search, [(row[0], row[2]) for row in rows])
        for artist in missing:
            self._artists.setdefault((artist.key, artist.musicbrainz_id), self._artists[first_of_name[artist.key]])

    def artist_id(self, artist: PreparedArtist) -> int:
        """The id that `artists` has found."""
        return self._artists[(artist.key, artist.musicbrainz_id)]

    async def genres(self, transaction: Transaction, wanted: Iterable[tuple[str, str]]) -> None:
        """Make sure that every genre (name, key) has an id."""
        new = {key: name for name, key in wanted if key not in self._genres}
        if not new:
            return
        for genre_id, key in await transaction.fetch(_GENRES, keys=as_list(new)):
            self._genres[key] = genre_id
            del new[key]
        if new:
            ids = await allocate_ids(transaction, t.genre, len(new))
            rows = [(genre_id, name, key) for genre_id, (key, name) in zip(ids, new.items(), strict=True)]
            await transaction.insert_rows(t.genre, ("id", "name", "name_key"), rows)
            self._genres.update({key: genre_id for genre_id, _, key in rows})

    def genre_id(self, key: str) -> int:
        """The id that `genres` has found."""
        return self._genres[key]

    async def albums(
        self, transaction: Transaction, wanted: Iterable[PreparedAlbum], renamed: dict[str, int], now: float
    ) -> set[str]:
        """Make sure that every album has an id; gives the match keys of those that were made.

        `renamed` says which known album goes by a new match key now.
        """
        new = {album.match_key: album for album in wanted if album.match_key not in self._albums}
        if not new:
            return set()
        for album_id, key in await transaction.fetch(_ALBUMS, library=self._library_id, keys=as_list(new)):
            self._albums[key] = album_id
            del new[key]
        for key in [key for key in new if key in renamed]:
            self._albums[key] = renamed[key]
            here = {"library_id": self._library_id, "match_key": key}
            await transaction.execute(update(t.album).where(t.album.c.id == renamed[key]).values(**here))
            del new[key]
        if not new:
            return set()
        ids = await allocate_ids(transaction, t.album, len(new))
        self._albums.update(zip(new, ids, strict=True))
        rows = [
            (album_id, self._library_id, key, *msgspec.structs.astuple(album.columns), random.random(), now, now)
            for album_id, (key, album) in zip(ids, new.items(), strict=True)
        ]
        await transaction.insert_rows(t.album, _ALBUM_COLUMNS, rows)
        words = [(album_id, album.words) for album_id, album in zip(ids, new.values(), strict=True)]
        await add_words(transaction, t.album_search, words)
        return set(new)

    def album_id(self, match_key: str) -> int:
        """The id that `albums` has found."""
        return self._albums[match_key]
