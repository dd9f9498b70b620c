"""The least that could give the same answers: ASGI without a framework, the product's own statements, rows, structs and
encoder.

Nobody signs in, and nothing is asked, routed, ranked, counted, tagged, limited, sealed or logged. What the product adds
to this is its price.
"""

import os
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from antiphon.adapters.db.sqlite import READER_PRAGMAS
from antiphon.api.opensubsonic import mapping
from antiphon.api.opensubsonic.values import ArtistWithAlbums
from antiphon.api.v1 import shapes
from antiphon.areas.library.data import AlbumRow, ArtistRow, SongRow
from antiphon.areas.library.internal import entities, lists, search
from antiphon.areas.library.internal.random import LARGEST_ID
from antiphon.kernel.db import Statement
from bench.catalogue_data import Catalogue

PAGE = 50
HITS = 20
Rows = list[Any]
Given = dict[str, str]


class Shapes(NamedTuple):
    """How rows become what a dialect tells."""

    song: Callable[[SongRow], Any]
    album: Callable[[AlbumRow], Any]
    artist: Callable[[ArtistRow], Any]
    album_with_songs: Callable[[AlbumRow, list[SongRow]], Any]
    artist_with_albums: Callable[[ArtistRow, list[AlbumRow], list[AlbumRow]], Any]


def _open_album(album: AlbumRow, songs: list[SongRow]) -> Any:
    return mapping.with_songs(mapping.to_album(album), songs)


def _open_artist(artist: ArtistRow, own: list[AlbumRow], others: list[AlbumRow]) -> Any:
    fields = msgspec.structs.asdict(mapping.to_artist(artist))
    return ArtistWithAlbums(album=mapping.to_albums(own + others), **fields)


V1 = Shapes(
    shapes.song_shape, shapes.album_shape, shapes.artist_shape, shapes.album_with_songs, shapes.artist_with_albums
)
OPENSUBSONIC = Shapes(mapping.to_song, mapping.to_album, mapping.to_artist, _open_album, _open_artist)


class Bare:
    """One connection, one function for each path; those under `/rest` answer as OpenSubsonic does, the rest as v1."""

    def __init__(self, folder: Path) -> None:
        catalogue = msgspec.json.decode((folder / "catalogue.json").read_bytes(), type=Catalogue)
        self._user_id = catalogue.user_id
        self._connection = sqlite3.connect(
            f"file:{folder / 'antiphon.db'}?mode=ro", uri=True, isolation_level=None, cached_statements=256
        )
        for pragma in READER_PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._encode = msgspec.json.Encoder().encode
        self._paths: dict[str, Callable[[Given], Any]] = {"/ready": lambda _: []}
        for prefix, told in (("", V1), ("/rest", OPENSUBSONIC)):
            self._paths |= {f"{prefix}{path}": answers for path, answers in self._answers(told).items()}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        given = dict(parse_qsl(scope["query_string"].decode()))
        body = self._encode({"data": self._paths[scope["path"]](given)})
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answers(self, told: Shapes) -> dict[str, Callable[[Given], Any]]:
        return {
            "/song": lambda given: told.song(SongRow(*self._rows(entities.SONG, id=int(given["id"]))[0])),
            "/album": lambda given: self._album(told, int(given["id"])),
            "/artist": lambda given: self._artist(told, int(given["id"])),
            "/songs": lambda given: [told.song(SongRow(*row)) for row in self._page(lists.song_list, given)],
            "/albums": lambda given: [told.album(AlbumRow(*row)) for row in self._page(lists.album_list, given)],
            "/search": lambda given: self._search(told, given["q"]),
            "/random": lambda _: [told.song(SongRow(*row)) for row in self._random()],
        }

    def _rows(self, statement: Statement, **parameters: Any) -> Rows:
        compiled = statement.compiled("sqlite")
        parameters |= {"viewer": self._user_id, "admin": 0, "now": int(time.time())}
        return self._connection.execute(compiled.text, compiled.arguments(parameters)).fetchall()

    def _album(self, told: Shapes, album_id: int) -> Any:
        (album,) = self._rows(entities.ALBUM, id=album_id)
        songs = [SongRow(*row) for row in self._rows(entities.SONGS_OF_ALBUM, id=album_id)]
        return told.album_with_songs(AlbumRow(*album), songs)

    def _artist(self, told: Shapes, artist_id: int) -> Any:
        (artist,) = self._rows(entities.ARTIST, id=artist_id)
        own, others = (
            [AlbumRow(*row) for row in self._rows(statement, id=artist_id)]
            for statement in (entities.ALBUMS_OF_ARTIST, entities.APPEARANCES_OF_ARTIST)
        )
        return told.artist_with_albums(ArtistRow(*artist), own, others)

    def _page(self, build: Callable[[str, frozenset[str]], Statement], given: Given) -> Rows:
        return self._rows(build(given["sort"], frozenset()), limit=PAGE, offset=int(given["offset"]))

    def _search(self, told: Shapes, query: str) -> dict[str, Any]:
        words = search.match_expression(query, "sqlite")
        found = {}
        for thing, whole, row_type, shape in (
            ("artist", entities.ARTISTS, ArtistRow, told.artist),
            ("album", entities.ALBUMS, AlbumRow, told.album),
            ("song", entities.LISTED_SONGS, SongRow, told.song),
        ):
            candidates = self._rows(search.FIND[thing], words=words, candidates=search.CANDIDATES)
            rows = self._rows(whole, ids=_listed(candidates[:HITS]))
            found[thing] = [shape(row_type(*row)) for row in rows]  # type: ignore[arg-type]
        return found

    def _random(self) -> Rows:
        ((largest_id,),) = self._rows(LARGEST_ID["song"])
        ids = [int(random.random() * largest_id) + 1 for _ in range(PAGE)]
        return self._rows(entities.LISTED_SONGS, ids=self._encode(ids).decode())


def _listed(rows: Rows) -> str:
    return msgspec.json.encode([row[0] for row in rows]).decode()


application = Bare(Path(os.environ["ANTIPHON_DATA"]))
