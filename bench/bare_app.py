"""The least that could answer: ASGI without a framework, the product's own statements, rows as JSON lists.

Nobody signs in, nothing is checked, named, grouped or ranked. What the product adds to this is its price.
"""

import os
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from antiphon.areas.library.internal import entities, lists, search
from antiphon.areas.library.internal.random import _NEAR as NEAR
from antiphon.kernel.db import Statement
from bench.catalogue_data import Catalogue

PAGE = 50
HITS = 20
Rows = list[Any]


class Bare:
    """One connection, one function for each path."""

    def __init__(self, folder: Path) -> None:
        catalogue = msgspec.json.decode((folder / "catalogue.json").read_bytes(), type=Catalogue)
        self._user_id = catalogue.user_id
        self._connection = sqlite3.connect(
            f"file:{folder / 'antiphon.db'}?mode=ro", uri=True, isolation_level=None, cached_statements=256
        )
        for pragma in ("query_only=1", "cache_size=-65536", "mmap_size=268435456", "temp_store=MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._encode = msgspec.json.Encoder().encode
        self._paths: dict[str, Callable[[dict[str, str]], Rows]] = {
            "/ready": lambda _: [],
            "/song": lambda given: self._rows(entities.SONG, id=int(given["id"])),
            "/album": self._album,
            "/artist": self._artist,
            "/songs": lambda given: self._page(lists.song_list, given),
            "/albums": lambda given: self._page(lists.album_list, given),
            "/artists": lambda given: self._page(lists.artist_list, given),
            "/genres": lambda _: self._rows(entities.GENRES),
            "/starred": lambda given: self._page(lists.song_list, given),
            "/search": self._search,
            "/random": self._random,
        }

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        given = dict(parse_qsl(scope["query_string"].decode()))
        body = self._encode(self._paths[scope["path"]](given))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _rows(self, statement: Statement, **parameters: Any) -> Rows:
        compiled = statement.compiled("sqlite")
        parameters |= {"viewer": self._user_id, "admin": 0, "now": int(time.time())}
        return self._connection.execute(compiled.text, compiled.arguments(parameters)).fetchall()

    def _album(self, given: dict[str, str]) -> Rows:
        album_id = int(given["id"])
        return [self._rows(entities.ALBUM, id=album_id), self._rows(entities.SONGS_OF_ALBUM, id=album_id)]

    def _artist(self, given: dict[str, str]) -> Rows:
        artist_id = int(given["id"])
        statements = (entities.ARTIST, entities.ALBUMS_OF_ARTIST, entities.APPEARANCES_OF_ARTIST)
        return [self._rows(statement, id=artist_id) for statement in statements]

    def _page(self, build: Callable[[str, frozenset[str]], Statement], given: dict[str, str]) -> Rows:
        narrowed = {name: value for name, value in given.items() if name not in ("sort", "offset")}
        offset = int(given.get("offset", 0))
        return self._rows(build(given["sort"], frozenset(narrowed)), limit=PAGE, offset=offset, **narrowed)

    def _search(self, given: dict[str, str]) -> Rows:
        words = search.match_expression(given["q"], "sqlite")
        found = []
        for thing, whole in (("artist", entities.ARTISTS), ("album", entities.ALBUMS), ("song", entities.LISTED_SONGS)):
            candidates = self._rows(search.FIND[thing], words=words, candidates=search.CANDIDATES)
            found.append(self._rows(whole, ids=_listed(candidates[:HITS])))
        return found

    def _random(self, _: dict[str, str]) -> Rows:
        points = self._encode([random.random() for _ in range(PAGE + PAGE // 4 + 1)]).decode()
        near = [row for row in self._rows(NEAR["song"], points=points) if row[0] is not None]
        return self._rows(entities.LISTED_SONGS, ids=_listed(near[:PAGE]))


def _listed(rows: Rows) -> str:
    return msgspec.json.encode([row[0] for row in rows]).decode()


application = Bare(Path(os.environ["ANTIPHON_DATA"]))
