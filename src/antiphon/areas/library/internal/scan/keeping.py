"""What people have changed survives a scan: a field that somebody has set stays theirs while the file goes on saying
what it said then. A file whose tag says something else since has the last word."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Text, bindparam, select

from antiphon.areas.library.data.lyrics import as_kept, from_kept, read_singing, singing_as_kept
from antiphon.areas.library.data.tags import Credit
from antiphon.areas.library.internal import edits
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.edits import Aliases, Changed, Edit, stored
from antiphon.areas.library.internal.fold import name_key, search_text, sort_key
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.prepare import (
    AlbumColumns,
    PreparedAlbum,
    PreparedArtist,
    PreparedSong,
    prepared_artist,
    prepared_genres,
)
from antiphon.kernel.db import Statement, Transaction, in_list

_IDS = bindparam("ids", type_=Text)
_EDITED = Statement(select(t.edited_field.c.thing).distinct())
_STAMPS = Statement(
    select(t.media_file.c.song_id, t.media_file.c.size, t.media_file.c.modified_ns).where(
        in_list(t.media_file.c.song_id, _IDS)
    )
)


class KeptAlbum(msgspec.Struct, frozen=True):
    """The album that somebody has put a song into; None for no album."""

    id: int | None


class Keeper:
    """The edits of one batch of a scan. Files that people never touched cost one small read."""

    def __init__(self, transaction: Transaction, now: float) -> None:
        self._transaction = transaction
        self._now = now
        self._aliases = Aliases({}, {})
        self._edited: set[str] = set()
        self._unchanged: set[int] = set()

    async def load(self, known: Mapping[int, PreparedSong]) -> dict[int, dict[str, Edit]]:
        """The edits of songs that are read again, by id and field."""
        self._aliases = await Aliases.load(self._transaction)
        self._edited = {row[0] for row in await self._transaction.fetch(_EDITED)}
        if not self._edited or not known:
            return {}
        stamps = await self._transaction.fetch(_STAMPS, ids=as_list(known))
        self._unchanged = {
            song_id
            for song_id, size, modified_ns in stamps
            if (size, modified_ns) == (known[song_id].size, known[song_id].modified_ns)
        }
        return await edits.edits_of(self._transaction, "song", known) if "song" in self._edited else {}

    def renamed(self, song: PreparedSong) -> PreparedSong:
        """A song whose artists and genres are called as people call them now."""
        if not self._aliases:
            return song
        artists, text = self._artists(song.artists, song.columns.artist_text)
        genres = prepared_genres(tuple(self._genre_names([name for name, _ in song.genres])))
        album = song.album
        if album is not None:
            credits, album_text = self._artists(album.artists, album.columns.artist_text)
            told = msgspec.structs.replace(album.columns, artist_text=album_text)
            album = msgspec.structs.replace(album, artists=credits, columns=told)
        columns = msgspec.structs.replace(song.columns, artist_text=text)
        return _worded(msgspec.structs.replace(song, artists=artists, genres=genres, album=album, columns=columns))

    async def kept(
        self, songs: Mapping[int, PreparedSong], found: Mapping[int, dict[str, Edit]]
    ) -> tuple[dict[int, PreparedSong], dict[int, KeptAlbum]]:
        """Songs as people have changed them, and the albums that people have put them into."""
        changed: dict[int, PreparedSong] = {}
        albums: dict[int, KeptAlbum] = {}
        lost: list[Changed] = []
        for song_id, fields in found.items():
            facts, values = song_facts(songs[song_id]), {}
            for field, edit in fields.items():
                if song_id in self._unchanged or self._says(field, facts[field]) == self._says(field, edit.told):
                    values[field] = edit.value
                else:
                    lost.append(Changed(song_id, field, edit.value, facts[field]))
            if "album" in values:
                albums[song_id] = KeptAlbum(await self._existing(values["album"]["id"]))
            changed[song_id] = self.renamed(_with(songs[song_id], values))
        await edits.note(self._transaction, "song", lost, user_id=None, now=self._now)
        await edits.give_back(self._transaction, "song", [(change.thing_id, change.field) for change in lost])
        return changed, albums

    async def album_columns(self, told: Mapping[int, tuple[PreparedAlbum, bool]]) -> dict[int, dict[str, Any]]:
        """What people have set of albums, by id and fact. `told` has what a file says now of each of them, and whether
        that file is the same as before."""
        if "album" not in self._edited:
            return {}
        values: dict[int, dict[str, Any]] = {}
        lost: list[Changed] = []
        for album_id, fields in (await edits.edits_of(self._transaction, "album", told)).items():
            album, is_unchanged = told[album_id]
            facts = album_facts(album)
            for field, edit in fields.items():
                says = self._says(field, facts[field])
                # A song that says nothing about it leaves the word to people.
                if is_unchanged or facts[field] in (None, "") or says == self._says(field, edit.told):
                    values.setdefault(album_id, {})[field] = edit.value
                else:
                    lost.append(Changed(album_id, field, edit.value, facts[field]))
        await edits.note(self._transaction, "album", lost, user_id=None, now=self._now)
        await edits.give_back(self._transaction, "album", [(change.thing_id, change.field) for change in lost])
        return values

    def is_unchanged(self, song_id: int | None) -> bool:
        """Whether the file of a song is the one that was read before."""
        return song_id in self._unchanged

    async def _existing(self, album_id: int | None) -> int | None:
        row = await self._transaction.fetch_one(select(t.album.c.id).where(t.album.c.id == album_id))
        return None if row is None else int(row[0])

    def _says(self, field: str, value: Any) -> str:
        """A fact in a form that is the same where the file says the same."""
        if field == "album":
            return stored(value["key"])
        if field == "genres":
            return stored(self._genre_names(value))
        if field == "artists":
            return stored([[self._aliases.artists.get(name_key(name), name), role] for name, role in value["credits"]])
        return stored(value)

    def _genre_names(self, names: Sequence[str]) -> list[str]:
        called = [self._aliases.genres.get(name_key(name), name) for name in names]
        return [name for name in called if name is not None]

    def _artists(self, artists: tuple[PreparedArtist, ...], text: str) -> tuple[tuple[PreparedArtist, ...], str]:
        called: list[PreparedArtist] = []
        for artist in artists:
            name = self._aliases.artists.get(artist.key)
            if name is None or name == artist.name:
                called.append(artist)
                continue
            credit = Credit(name=name, musicbrainz_id=artist.musicbrainz_id or None)
            called.append(prepared_artist(credit, artist.role))
            text = text.replace(artist.name, name)
        return tuple(called), text


def song_facts(song: PreparedSong) -> dict[str, Any]:
    """What a file says of a song, as facts."""
    columns = song.columns
    return {
        "title": columns.title,
        "sort_title": columns.sort_title,
        "artists": {"text": columns.artist_text, "credits": [[one.name, one.role] for one in song.artists]},
        "album": {"id": None, "key": song.album.match_key if song.album else None},
        "disc": columns.disc,
        "track": columns.track,
        "year": columns.year,
        "genres": [name for name, _ in song.genres],
        "language": columns.language,
        "comment": columns.comment,
        "lyrics": {
            "plain": song.plain_lyrics,
            "synced": as_kept(song.synced_lyrics),
            "singing": singing_as_kept(song.singing),
        },
    }


def album_facts(album: PreparedAlbum) -> dict[str, Any]:
    """What a file says of its album, as facts."""
    columns = album.columns
    text = columns.artist_text if columns.artists_told else ""
    return {
        "title": columns.title,
        "sort_title": columns.sort_title,
        "artists": {"text": text, "credits": [[one.name, "artist"] for one in album.artists]},
        "year": columns.year,
        "release_date": columns.release_date,
    }


def edited_columns(columns: AlbumColumns, values: Mapping[str, Any]) -> dict[str, Any]:
    """An album's columns as people have changed them."""
    found = msgspec.structs.asdict(columns)
    found.update({name: values[name] for name in ("title", "sort_title", "year", "release_date") if name in values})
    found["title_key"] = sort_key(found["title"], found["sort_title"])
    if "artists" in values:
        found["artist_text"] = values["artists"]["text"]
        found["artists_told"] = int(bool(values["artists"]["credits"]))
    return found


def _with(song: PreparedSong, values: Mapping[str, Any]) -> PreparedSong:
    """A song with these facts instead of what its file says."""
    columns = {name: values[name] for name in _COLUMNS if name in values}
    whole: dict[str, Any] = {}
    if "artists" in values:
        columns["artist_text"] = values["artists"]["text"]
        whole["artists"] = tuple(
            prepared_artist(Credit(name=name), role) for name, role in values["artists"]["credits"]
        )
    if "genres" in values:
        whole["genres"] = prepared_genres(tuple(values["genres"]))
    if "album" in values:
        whole["album"] = None
    if "lyrics" in values:
        lyrics = values["lyrics"]
        whole["plain_lyrics"] = lyrics["plain"]
        whole["synced_lyrics"] = tuple(from_kept(lyrics["synced"]))
        whole["singing"] = read_singing(lyrics.get("singing", "[]"))
        columns["has_lyrics"] = int(bool(lyrics["plain"] or lyrics["synced"]))
    changed = msgspec.structs.replace(song.columns, **columns)
    key = sort_key(changed.title, changed.sort_title)
    return _worded(msgspec.structs.replace(song, columns=msgspec.structs.replace(changed, title_key=key), **whole))


_COLUMNS = ("title", "sort_title", "disc", "track", "year", "language", "comment")


def _worded(song: PreparedSong) -> PreparedSong:
    album = song.album.columns.title if song.album else ""
    return msgspec.structs.replace(song, words=search_text(song.columns.title, song.columns.artist_text, album))
