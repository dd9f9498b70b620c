"""The plans that PostgreSQL makes for statements over full tables."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from antiphon.adapters.db.postgres import _SERVER_SETTINGS
from antiphon.bootstrap.metadata import metadata
from antiphon.kernel.db import Statement
from tests.services.full_tables import filling
from tests.services.postgresql import RecycledDatabases

SIZES = {
    "user_account": 60,
    "library": 2,
    "genre": 50,
    "artist": 3_000,
    "album": 2_000,
    "song": 12_000,
    "media_file": 12_000,
    "song_credit": 12_000,
    "album_credit": 2_000,
    "song_genre": 12_000,
    "artist_presence": 3_000,
    "song_annotation": 12_000,
    "album_annotation": 2_000,
    "artist_annotation": 3_000,
    "song_search": 12_000,
    "album_search": 2_000,
    "artist_search": 3_000,
    "playlist": 500,
    "playlist_item": 8_000,
    "activity": 12_000,
    "now_playing": 20,
}
# Whole reads of these cost what they hold, which grows with the music and with the people.
LARGE = {name for name, size in SIZES.items() if size >= 1_000}
_STARRED = {"starred_at": "CASE WHEN n % 5 = 0 THEN n END", "play_count": "n % 40", "last_played_at": "n"}
VALUES: dict[str, Mapping[str, str]] = {
    "library": {"path": "'/music/' || n"},
    "song": {
        "play_count": "n % 700",
        "uploader_id": "CASE WHEN n % 50 = 0 THEN 1 + n % 60 END",
        "year": "1950 + n % 70",
    },
    "album": {"song_count": "10", "play_count": "n % 300", "year": "1950 + n % 70"},
    "song_credit": {"position": "0", "role": "'artist'"},
    "album_credit": {"position": "0"},
    "artist_presence": {"song_count": "20", "album_count": "2"},
    "song_annotation": _STARRED,
    "album_annotation": _STARRED,
    "artist_annotation": _STARRED,
    "song_search": {"words": "'word' || n % 9000 || ' title' || n", "position": "n", "id": "n"},
    "album_search": {"words": "'word' || n % 900 || ' album' || n", "position": "n", "id": "n"},
    "artist_search": {"words": "'word' || n % 400 || ' artist' || n", "position": "n", "id": "n"},
    "playlist": {"is_public": "n % 2"},
    "playlist_item": {"place": "'p' || n"},
    "activity": {"action": "'play'", "at": "1700000000 + n"},
}
GIVEN: dict[str, Any] = {
    "id": 7,
    "viewer": 3,
    "admin": 0,
    "now": 1_700_000_000,
    "limit": 50,
    "offset": 0,
    "candidates": 300,
    "words": "'word12':*",
    "name_key": "!!!",
    "ids": "[7, 8, 9]",
    "points": "[0.2, 0.7]",
    "genre": "name_key 7",
    "genre_key": "name_key 7",
    "year_from": 1990,
    "year_to": 1990,
    "library_id": 1,
    "until_id": 11_000,
    "moment": 1_700_000_000.0,
    "since": 1_700_030_000.0,
    "title": "title 7",
    "key": "title_key 7",
}


@pytest.fixture(scope="session")
def full_database(postgresql_databases: RecycledDatabases) -> Iterator[str]:
    """The address of a database with the rows of `SIZES`."""
    with postgresql_databases.take() as address:
        yield address


@pytest_asyncio.fixture(scope="session")
async def planner(full_database: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection such as the product's readers have, to that database, whose planner knows its rows."""
    opened = await asyncpg.connect(full_database, server_settings=_SERVER_SETTINGS)
    async with opened.transaction():
        # What refers to what is known to be there.
        await opened.execute("SET LOCAL session_replication_role = replica")
        for name, rows in SIZES.items():
            await opened.execute(filling(metadata.tables[name], rows, SIZES, VALUES.get(name, {})))
    await opened.execute("ANALYZE")
    yield opened
    await opened.close()


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


async def assert_goes_along(planner: asyncpg.Connection, statement: Statement, indexes: tuple[str, ...]) -> None:
    """See that the plan names `indexes`, and that it reads no large table whole."""
    compiled = statement.compiled("postgresql")
    told = await planner.fetchval(f"EXPLAIN (FORMAT JSON) {compiled.text}", *compiled.arguments(GIVEN))
    nodes = list(_nodes(msgspec.json.decode(told)[0]["Plan"]))
    shown = [tuple(node.get(part) for part in ("Node Type", "Relation Name", "Index Name")) for node in nodes]
    assert not {table for kind, table, _ in shown if kind == "Seq Scan"} & LARGE, shown
    assert set(indexes) <= {index for _, _, index in shown}, shown
