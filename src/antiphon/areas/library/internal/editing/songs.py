"""Songs as people change them: many at once, each with its credits, genres, words and history."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Text, bindparam, delete, select, update

from antiphon.areas.library.data.tags import Credit
from antiphon.areas.library.internal import edits, revisions
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.editing.checks import later
from antiphon.areas.library.internal.edits import Changed
from antiphon.areas.library.internal.fold import search_text, sort_key
from antiphon.areas.library.internal.listing import relist
from antiphon.areas.library.internal.scan.bulk import as_list, change_words
from antiphon.areas.library.internal.scan.names import Names
from antiphon.areas.library.internal.scan.prepare import PreparedArtist, prepared_artist, prepared_genres
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.areas.library.internal.scan.totals import refresh_these
from antiphon.areas.library.internal.visibility import REMOVED, accessible_songs
from antiphon.kernel.db import Statement, Transaction, in_list

_IDS = bindparam("ids", type_=Text)


class SongNow(NamedTuple):
    """A song while a transaction holds it. `credits` and `genres` are the texts kept ready in its row."""

    id: int
    library_id: int
    album_id: int | None
    album_key: str | None
    title: str
    sort_title: str
    artist_text: str
    credits: str
    genres: str
    disc: int | None
    track: int | None
    year: int | None
    language: str
    comment: str
    release_at: int
    licence: str
    own_bpm: int | None
    own_key: str
    uploader_id: int | None
    updated_at: float
    plain: str | None
    synced: str | None
    singing: str | None
    library_path: str

    @property
    def facts(self) -> dict[str, Any]:
        """The value of each field that can be changed."""
        credits = msgspec.json.decode(self.credits)
        return {
            "title": self.title,
            "sort_title": self.sort_title,
            "artists": {"text": self.artist_text, "credits": [[one["name"], one["role"]] for one in credits]},
            "album": {"id": self.album_id, "key": self.album_key},
            "disc": self.disc,
            "track": self.track,
            "year": self.year,
            "genres": msgspec.json.decode(self.genres),
            "language": self.language,
            "comment": self.comment,
            "lyrics": {
                "plain": self.plain or "",
                "synced": msgspec.json.decode(self.synced or "[]"),
                "singing": self.singing or "[]",
            },
            "release_at": self.release_at or None,
            "licence": msgspec.json.decode(self.licence) if self.licence else None,
            "bpm": self.own_bpm,
            "key": self.own_key,
        }


_songs = (
    select(
        t.song.c.id,
        t.song.c.library_id,
        t.song.c.album_id,
        t.album.c.match_key,
        t.song.c.title,
        t.song.c.sort_title,
        t.song.c.artist_text,
        t.song.c.credits,
        t.song.c.genres,
        t.song.c.disc,
        t.song.c.track,
        t.song.c.year,
        t.song.c.language,
        t.song.c.comment,
        t.song.c.release_at,
        t.song.c.licence,
        t.song.c.own_bpm,
        t.song.c.own_key,
        t.song.c.uploader_id,
        t.song.c.updated_at,
        t.song_lyrics.c.plain,
        t.song_lyrics.c.synced,
        t.song_lyrics.c.singing,
        t.library.c.path,
    )
    .select_from(
        t.song.join(t.library, t.library.c.id == t.song.c.library_id)
        .outerjoin(t.album, t.album.c.id == t.song.c.album_id)
        .outerjoin(t.song_lyrics, t.song_lyrics.c.song_id == t.song.c.id)
    )
    .order_by(t.song.c.id)
    .with_for_update(of=t.song)
)
# Held until the transaction ends, in one order everywhere.
VISIBLE = Statement(_songs.where(in_list(t.song.c.id, _IDS), accessible_songs()))
ANY = Statement(_songs.where(in_list(t.song.c.id, _IDS)))
REMOVED_SONGS = Statement(_songs.where(in_list(t.song.c.id, _IDS), t.song.c.missing == REMOVED))


async def held(transaction: Transaction, song_ids: Iterable[int]) -> list[SongNow]:
    """Songs, whoever may see them."""
    return [SongNow(*row) for row in await transaction.fetch(ANY, ids=as_list(song_ids))]


class Credited(NamedTuple):
    """Artists that a change names by their id, so that a namesake is not taken for them."""

    ids: Mapping[tuple[int, str], int]

    def find(self, song_id: int, name: str) -> int | None:
        """The artist whom a song's new credit means by `name`, where that is known."""
        return self.ids.get((song_id, name))


NOBODY = Credited({})


def differing(songs: Sequence[SongNow], wanted: Callable[[SongNow], dict[str, Any]]) -> list[Changed]:
    """What changes where each song gets the facts that `wanted` gives for it."""
    found: list[Changed] = []
    for song in songs:
        facts = song.facts
        found += [
            Changed(song.id, field, facts[field], value)
            for field, value in wanted(song).items()
            if edits.stored(facts[field]) != edits.stored(value)
        ]
    return found


async def write(
    transaction: Transaction,
    songs: Sequence[SongNow],
    changes: Sequence[Changed],
    *,
    user_id: int | None,
    now: float,
    named: Credited = NOBODY,
) -> bool:
    """Make the changes, with everything that follows. False where totals are left for the job that adds them up."""
    if not changes:
        return True
    by_song: dict[int, dict[str, Any]] = {}
    for change in changes:
        by_song.setdefault(change.thing_id, {})[change.field] = change.new
    touched = [song for song in songs if song.id in by_song]
    ids = as_list(song.id for song in touched)
    moves = any(facts.keys() & {"album", "artists", "release_at"} for facts in by_song.values())
    stale = await stale_of_songs(transaction, ids, with_artists=moves)
    await _Writing(transaction, touched, by_song, named, now).run()
    await edits.note(transaction, "song", changes, user_id=user_id, now=now)
    await edits.keep(transaction, "song", changes)
    if moves:
        await relist(transaction, ids)
    return await settle(transaction, stale | await stale_of_songs(transaction, ids, with_artists=moves), now)


async def settle(transaction: Transaction, stale: set[tuple[str, int]], now: float) -> bool:
    """Add up what became stale and tell that the library has changed. False where some is left for the job."""
    is_complete = await refresh_these(transaction, stale, now)
    await revisions.library_changed(transaction)
    return is_complete


class _Writing:
    """The rows of some songs, written together."""

    def __init__(
        self,
        transaction: Transaction,
        songs: Sequence[SongNow],
        changed: Mapping[int, dict[str, Any]],
        named: Credited,
        now: float,
    ) -> None:
        self._transaction = transaction
        self._songs = songs
        self._credits_before = {song.id: song.credits for song in songs}
        self._facts = {song.id: {**song.facts, **changed[song.id]} for song in songs}
        self._changed = changed
        self._named = named
        self._now = now
        self._names = Names(0)

    async def run(self) -> None:
        """Write songs, credits, genres, lyrics and words."""
        artists = {song.id: self._artists(song) for song in self._songs if "artists" in self._changed[song.id]}
        await self._names.artists(self._transaction, [one for some in artists.values() for one in some], self._now)
        genres = {
            song.id: prepared_genres(tuple(self._changed[song.id]["genres"]))
            for song in self._songs
            if "genres" in self._changed[song.id]
        }
        await self._names.genres(self._transaction, {one for some in genres.values() for one in some})
        credits = {song_id: self._credits(song_id, some) for song_id, some in artists.items()}
        rows = [self._row(song, credits.get(song.id)) for song in self._songs]
        await self._transaction.execute(update(t.song).where(t.song.c.id == bindparam("song")), rows)
        await self._replace(
            t.song_credit,
            ("song_id", "position", "artist_id", "role"),
            credits,
            [
                (song_id, place, one["id"], one["role"])
                for song_id, some in credits.items()
                for place, one in enumerate(some)
            ],
        )
        await self._replace(
            t.song_genre,
            ("song_id", "genre_id"),
            genres,
            [(song_id, self._names.genre_id(key)) for song_id, some in genres.items() for _, key in some],
        )
        await self._lyrics()
        await self._words()

    def _artists(self, song: SongNow) -> list[PreparedArtist]:
        return [prepared_artist(Credit(name=name), role) for name, role in self._changed[song.id]["artists"]["credits"]]

    def _credits(self, song_id: int, artists: Sequence[PreparedArtist]) -> list[dict[str, Any]]:
        # Of two artists of one name, the song goes on meaning the one it meant.
        known = {one["name"]: one["id"] for one in msgspec.json.decode(self._credits_before[song_id])}
        found = []
        for artist in artists:
            meant = self._named.find(song_id, artist.name) or known.get(artist.name) or self._names.artist_id(artist)
            found.append({"id": meant, "name": artist.name, "role": artist.role})
        return found

    def _row(self, song: SongNow, credits: list[dict[str, Any]] | None) -> dict[str, Any]:
        facts = self._facts[song.id]
        lyrics = facts["lyrics"]
        return {
            "song": song.id,
            "title": facts["title"],
            "title_key": sort_key(facts["title"], facts["sort_title"]),
            "sort_title": facts["sort_title"],
            "artist_text": facts["artists"]["text"],
            "credits": song.credits if credits is None else msgspec.json.encode(credits).decode(),
            "genres": msgspec.json.encode(facts["genres"]).decode(),
            "album_id": facts["album"]["id"],
            "disc": facts["disc"],
            "track": facts["track"],
            "year": facts["year"],
            "language": facts["language"],
            "comment": facts["comment"],
            "release_at": facts["release_at"] or 0,
            "licence": "" if facts["licence"] is None else msgspec.json.encode(facts["licence"]).decode(),
            "own_bpm": facts["bpm"],
            "own_key": facts["key"],
            "has_lyrics": int(bool(lyrics["plain"] or lyrics["synced"])),
            "updated_at": later(self._now, song.updated_at),
        }

    async def _replace(
        self, table: Any, columns: tuple[str, ...], songs: Iterable[int], rows: list[tuple[Any, ...]]
    ) -> None:
        """What songs have in a table of their own."""
        parameters = {"ids": as_list(songs)}
        await self._transaction.execute(delete(table).where(in_list(table.c.song_id, _IDS)), parameters)
        await self._transaction.insert_rows(table, columns, rows)

    async def _lyrics(self) -> None:
        given = {song.id: self._facts[song.id] for song in self._songs if "lyrics" in self._changed[song.id]}
        rows = [
            (
                song_id,
                facts["lyrics"]["plain"],
                msgspec.json.encode(facts["lyrics"]["synced"]).decode(),
                facts["language"],
                facts["lyrics"].get("singing", "[]"),
            )
            for song_id, facts in given.items()
            if facts["lyrics"]["plain"] or facts["lyrics"]["synced"]
        ]
        await self._replace(t.song_lyrics, ("song_id", "plain", "synced", "language", "singing"), given, rows)

    async def _words(self) -> None:
        said = {"title", "artists", "album"}
        facts = {song.id: self._facts[song.id] for song in self._songs if self._changed[song.id].keys() & said}
        albums = {one["album"]["id"] for one in facts.values()} - {None}
        titles = select(t.album.c.id, t.album.c.title).where(in_list(t.album.c.id, _IDS))
        known = dict(await self._transaction.fetch(titles, ids=as_list(albums)))  # type: ignore[var-annotated]
        words = [
            (song_id, search_text(one["title"], one["artists"]["text"], known.get(one["album"]["id"], "")))
            for song_id, one in facts.items()
        ]
        await change_words(self._transaction, t.song_search, words)
