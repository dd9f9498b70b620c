"""Data folders of servers with many songs, without the music: written by the scan's own writer, kept in the cache.

There are two libraries (the second, a twentieth of the albums, is for those with the right), an admin, and a listener
with that right, with stars, ratings and plays.
"""

import hashlib
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import uvloop
from sqlalchemy import insert, select, text, update

import antiphon.bootstrap.migrations
from antiphon.areas.accounts.data import Registration
from antiphon.areas.library.data.ports import FoundLyrics
from antiphon.areas.library.data.tags import Credit, ReadTags
from antiphon.areas.library.internal import revisions
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan.albums import SongToWrite
from antiphon.areas.library.internal.scan.prepare import PreparedSong, prepare
from antiphon.areas.library.internal.scan.store import Store
from antiphon.areas.library.internal.scan.totals import refresh_totals
from antiphon.areas.library.internal.search import FIND, match_expression
from antiphon.bootstrap.migrations.run import migrate
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import Application, database_file, open_application
from antiphon.kernel.principal import USER, Principal
from bench.invention import Collection, MadeAlbum
from bench.music import cache_folder

BATCH = 5000
NOW = 1_760_000_000.0
YEARS_SECONDS = 5 * 365 * 86_400.0
PASSWORD = "correct horse battery staple"
# So many songs are found by each search, in a catalogue of any size.
LEAST_HITS, MOST_HITS, SEARCHES = 20, 80, 200
FORMATS = (("mp3", "audio/mpeg", 320, 0), ("flac", "audio/flac", 900, 16), ("opus", "audio/ogg", 128, 0))
# What the listener has starred, rated and heard, of everything.
ANNOTATED_SHARE = {"song": 0.03, "album": 0.05, "artist": 0.03}
ANNOTATED_MOST = 30_000
POPULAR_SHARE = 0.3


class Catalogue(msgspec.Struct, frozen=True):
    """A data folder, its music folders, and how the listener gets in."""

    folder: str
    music: list[str]
    songs: int
    albums: int
    artists: int
    user_id: int
    username: str
    app_password: str
    api_key: str
    words: list[str]
    common_words: list[str]

    @property
    def environment(self) -> dict[str, str]:
        """What a server needs to know to serve it."""
        return {"ANTIPHON_DATA": self.folder, "ANTIPHON_MUSIC": ":".join(self.music)}


def catalogue(songs: int) -> Catalogue:
    """A data folder with so many songs, made where it is missing or made for other tables."""
    versions = sorted((Path(antiphon.bootstrap.migrations.__file__).parent / "versions").glob("*.py"))
    shape = hashlib.sha256(b"".join(file.read_bytes() for file in versions)).hexdigest()[:12]
    folder = cache_folder() / f"catalogue-{songs}-{shape}"
    told = folder / "catalogue.json"
    if not told.exists():
        shutil.rmtree(folder, ignore_errors=True)
        start = time.monotonic()
        print(f"Making a catalogue of {songs:,} songs in {folder} …", flush=True)
        made = uvloop.run(_make(folder, songs))
        told.write_bytes(msgspec.json.encode(made))
        print(f"… made in {time.monotonic() - start:.0f} s.", flush=True)
    return msgspec.json.decode(told.read_bytes(), type=Catalogue)


async def _make(folder: Path, songs: int) -> Catalogue:
    music = [folder / "music", folder / "private-music"]
    for place in music:
        place.mkdir(parents=True)
    environment = {"ANTIPHON_DATA": str(folder), "ANTIPHON_MUSIC": ":".join(map(str, music))}
    async with open_application(read_settings(environment, folder), "heavy") as application:
        await migrate(application.database, database_file(application.settings))
        await application.areas.library.scans.declare_folders(music)
        collection = Collection(songs)
        await _write_songs(application, collection, music)
        user_id, app_password, api_key = await _people(application)
        await _annotate(application, user_id)
        async with application.database.transaction() as transaction:
            await revisions.library_changed(transaction)
            counted = [
                (await transaction.fetch(text(f"SELECT count(*) FROM {thing}")))[0][0] for thing in ("album", "artist")
            ]
            await transaction.execute(text("ANALYZE"))
        await application.areas.library.search.order.renew()
        common_words = collection.common_words(400)
        words: list[str] = []
        for word in dict.fromkeys(collection.common_words(10_000)):
            typed = await _like_hits(application, user_id, word)
            words += [typed] if typed else []
            if len(words) == SEARCHES:
                break
    return Catalogue(
        folder=str(folder),
        music=[str(place) for place in music],
        songs=songs,
        albums=counted[0],
        artists=counted[1],
        user_id=user_id,
        username="listener",
        app_password=app_password,
        api_key=api_key,
        words=words,
        common_words=[word[:5] for word in common_words],
    )


async def _like_hits(application: Application, user_id: int, word: str) -> str:
    """What of a word is typed until it finds about as many songs as in a catalogue of any other size; empty where it
    never does."""
    viewer = {"viewer": user_id, "admin": 0, "now": int(time.time())}
    for length in range(len(word), 0, -1):
        typed = word[:length]
        expression = match_expression(typed, "sqlite")
        found = await application.database.reader.fetch(
            FIND["song"], words=expression, candidates=MOST_HITS + 1, **viewer
        )
        if len(found) >= LEAST_HITS:
            return typed if len(found) <= MOST_HITS else ""
    return ""


async def _write_songs(application: Application, collection: Collection, music: list[Path]) -> None:
    database = application.database
    stores = [Store(number, str(place), NOW, first=True) for number, place in enumerate(music, 1)]
    waiting: list[list[PreparedSong]] = [[], []]
    for album in collection.albums():
        library = 1 if album.number % 20 == 19 else 0
        waiting[library] += _prepared(collection, album)
        if len(waiting[library]) >= BATCH:
            await _write(application, stores[library], waiting[library])
            waiting[library] = []
    for store, left in zip(stores, waiting, strict=True):
        await _write(application, store, left)
    await refresh_totals(database, NOW)
    async with database.transaction() as transaction:
        await transaction.execute(update(t.library).values(scanned_at=NOW))
        await transaction.execute(update(t.library).where(t.library.c.id == 2).values(open_to_all=0))


async def _write(application: Application, store: Store, songs: list[PreparedSong]) -> None:
    if songs:
        async with application.database.transaction() as transaction:
            await transaction.execute(text("PRAGMA cache_size=-1000000"))
            await store.songs(transaction, [SongToWrite(song, None, None) for song in songs], {})


def _prepared(collection: Collection, album: MadeAlbum) -> Iterator[PreparedSong]:
    chance = random.Random(f"tags {album.number}")
    suffix, content_type, bitrate, depth = chance.choice(FORMATS)
    has_picture = chance.random() < 0.6
    added = NOW - chance.random() * YEARS_SECONDS
    names = collection.artists
    by = [names[number] for number in album.artists] or ["Various Artists"]
    for number, song in enumerate(album.songs, 1):
        duration = chance.uniform(90, 420)
        tags = ReadTags(
            path="",
            suffix=suffix,
            content_type=content_type,
            codec=suffix,
            duration=duration,
            bitrate=bitrate,
            sample_rate=44_100,
            channels=2,
            bit_depth=depth or None,
            title=song.title,
            artists=tuple(Credit(names[artist]) for artist in song.artists),
            album=album.title,
            album_artists=tuple(Credit(name) for name in by),
            contributors=() if song.composer is None else (Credit(names[song.composer], "composer"),),
            compilation=album.compilation,
            track=song.track,
            disc=song.disc,
            genres=tuple(song.genres),
            year=album.year,
            date=str(album.year),
            has_picture=has_picture,
        )
        path = f"{by[0]}/{album.title} ({album.number})/{number:02} {song.title}.{suffix}"
        yield prepare(tags, path, int(duration * bitrate * 125), int((added + number) * 1e9), FoundLyrics())


async def _people(application: Application) -> tuple[int, str, str]:
    """(id of the listener, an app password, an API key)."""
    accounts = application.areas.accounts
    await accounts.registration.create_admin("admin@example.org", "admin", PASSWORD)
    listener = Registration(username="listener", email="listener@example.org", password=PASSWORD)
    user = (await accounts.registration.register(listener)).user
    principal = Principal(user_id=user.id, username=user.username, roles=frozenset({USER}))
    app_password = await accounts.keys.create_app_password(principal, "bench")
    api_key = await accounts.keys.create_api_key(principal, "bench", None)
    async with application.database.transaction() as transaction:
        await transaction.execute(insert(t.library_right).values(user_id=user.id, library_id=2))
    return user.id, app_password.password, api_key.key


async def _annotate(application: Application, user_id: int) -> None:
    """Give everything plays, as all people together have, and the listener's own stars, ratings and plays."""
    chance = random.Random("annotations")
    for thing, whole, annotation in (
        ("song", t.song, t.song_annotation),
        ("album", t.album, t.album_annotation),
        ("artist", t.artist, t.artist_annotation),
    ):
        async with application.database.transaction() as transaction:
            ids = [row[0] for row in await transaction.fetch(select(whole.c.id))]
            if thing != "artist":
                popular = chance.sample(ids, round(len(ids) * POPULAR_SHARE))
                plays = [(int(chance.paretovariate(0.8)) % 5000, thing_id) for thing_id in popular]
                await transaction.execute(
                    text(f"UPDATE {thing} SET play_count = :plays WHERE id = :id"),
                    [{"plays": count, "id": thing_id} for count, thing_id in plays],
                )
            own = chance.sample(ids, min(ANNOTATED_MOST, max(1, round(len(ids) * ANNOTATED_SHARE[thing]))))
            rows = [
                (
                    user_id,
                    thing_id,
                    NOW - chance.random() * YEARS_SECONDS if chance.random() < 0.5 else None,
                    chance.choice((0, 0, 3, 4, 5)),
                    own_plays := chance.randint(0, 40),
                    NOW - chance.random() * YEARS_SECONDS if own_plays else None,
                )
                for thing_id in own
            ]
            columns = ("user_id", f"{thing}_id", "starred_at", "rating", "play_count", "last_played_at")
            await transaction.insert_rows(annotation, columns, rows)
