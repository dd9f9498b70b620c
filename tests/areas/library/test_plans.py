"""The query plans of hot statements: pages come along an index, entities by their keys, nothing is sorted whole."""

import sqlite3
from pathlib import Path

import pytest

from antiphon.areas.library.internal import desk, entities, lists, random, search
from antiphon.areas.library.internal.scan import moved_between
from antiphon.kernel.db import Statement

NONE: frozenset[str] = frozenset()
HOT: dict[str, Statement] = {
    "song": entities.SONG,
    "album": entities.ALBUM,
    "artist": entities.ARTIST,
    "songs of album": entities.SONGS_OF_ALBUM,
    "loose songs of artist": entities.LOOSE_SONGS_OF_ARTIST,
    "file of song": entities.FILE_OF_SONG,
    "songs by ids": entities.SONGS,
    "picture of album": entities.NAMED_ALBUM_ARTWORK,
    "random song": random._NEAR["song"],
    "random album": random._NEAR["album"],
    "random song of a genre": lists.among("song", frozenset({"genre"})),
    "random song of a library": lists.among("song", frozenset({"library_id"})),
    "random song of some years": lists.among("song", frozenset({"year_from", "year_to"})),
    "random album of a library": lists.among("album", frozenset({"library_id"})),
    "random artist": lists.among("artist", NONE),
    "songs by title": lists.song_list("title", NONE),
    "songs by newest": lists.song_list("newest", NONE),
    "albums by title": lists.album_list("title", NONE),
    "albums by artist": lists.album_list("artist", NONE),
    "albums by newest": lists.album_list("newest", NONE),
    "albums by year": lists.album_list("year", NONE),
    "albums most played": lists.album_list("most_played", NONE),
    "artists by name": lists.artist_list("name", NONE),
    "search songs": search.FIND["song"],
    "search albums": search.FIND["album"],
    "search artists": search.FIND["artist"],
    "search songs in a library": search.FIND_IN_LIBRARY["song"],
    "search songs of signs": search.FIND_NAMED["song"],
    "search albums of signs": search.FIND_NAMED["album"],
    "search artists of signs": search.FIND_NAMED["artist"],
    "search songs of signs in a library": search.FIND_NAMED_IN_LIBRARY["song"],
    "files that other libraries have lost": moved_between.LEFT,
}
DESK = {
    **{f"own songs by {sort}": desk.song_page(sort, "all", False) for sort in desk._SONG_ORDERS},
    **{f"own albums by {sort}": desk.album_page(sort, False) for sort in desk._ALBUM_ORDERS},
    "own drafts": desk.song_page("newest", "draft", True),
    "totals": desk.TOTALS,
}
# The rows of one page may be sorted again after they were joined; ids of libraries are few.
SMALL = ("page", "walked", "library", "points", "json_each")


@pytest.mark.parametrize("name", HOT)
def test_hot_statements_use_indexes(name: str, sqlite_template: Path) -> None:
    compiled = HOT[name].compiled("sqlite")
    with sqlite3.connect(sqlite_template) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", [None] * len(compiled.names)).fetchall()
    steps = [row[3] for row in plan]
    whole = [
        step
        for step in steps
        if step.startswith("SCAN")
        and "USING" not in step
        and "VIRTUAL TABLE" not in step
        and not any(step.startswith(f"SCAN {small}") for small in SMALL)
    ]
    assert whole == [], "\n".join(steps)


@pytest.mark.parametrize(
    "name", [name for name in HOT if " by " in name and "ids" not in name and "artists" not in name]
)
def test_pages_far_down_a_list_are_found_along_the_index_alone(name: str, sqlite_template: Path) -> None:
    compiled = HOT[name].compiled("sqlite")
    with sqlite3.connect(sqlite_template) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", [None] * len(compiled.names)).fetchall()
    thing = name.split("s ")[0]
    first = next(row[3] for row in plan if row[3].split()[1] == thing)
    assert f"{thing} USING COVERING INDEX ix_{thing}_" in first, plan


@pytest.mark.parametrize("name", DESK)
def test_what_somebody_owns_is_found_by_its_owner(name: str, sqlite_template: Path) -> None:
    compiled = DESK[name].compiled("sqlite")
    with sqlite3.connect(sqlite_template) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", [None] * len(compiled.names)).fetchall()
    steps = [row[3] for row in plan]
    assert any("_uploader_id (uploader_id=?)" in step for step in steps), "\n".join(steps)


# What leads to the few that are read whole to be chosen from.
CHANCE = {
    "genre": (lists.at_random("song", frozenset({"genre"})), "song_genre USING PRIMARY KEY (genre_id=?)"),
    "years": (lists.at_random("song", frozenset({"year_from", "year_to"})), "ix_song_year (year>? AND year<?)"),
    "library": (lists.at_random("song", frozenset({"library_id"})), "ix_song_listed (library_id=? AND missing=?)"),
    "genre of a library": (
        lists.at_random("song", frozenset({"genre", "library_id"})),
        "song_genre USING PRIMARY KEY (genre_id=?)",
    ),
}


@pytest.mark.parametrize("name", CHANCE)
def test_few_songs_to_choose_from_are_found_by_what_makes_them_few(name: str, sqlite_template: Path) -> None:
    statement, expected = CHANCE[name]
    compiled = statement.compiled("sqlite")
    with sqlite3.connect(sqlite_template) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", [None] * len(compiled.names)).fetchall()
    assert any(expected in row[3] for row in plan), plan


@pytest.mark.parametrize("thing", ["song", "album", "artist"])
def test_what_chance_hits_is_looked_up_by_its_id(thing: str, sqlite_template: Path) -> None:
    for narrowed in (NONE, {"library_id"}, *([{"genre"}, {"year_from", "year_to"}] if thing != "artist" else [])):
        compiled = lists.among(thing, frozenset(narrowed)).compiled("sqlite")
        with sqlite3.connect(sqlite_template) as connection:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", [None] * len(compiled.names)).fetchall()
        assert plan[0][3] == f"SEARCH {thing} USING INTEGER PRIMARY KEY (rowid=?)", plan


@pytest.mark.parametrize(("thing", "column"), [("song", "title"), ("album", "title"), ("artist", "name")])
def test_names_of_signs_are_walked_along_their_index(thing: str, column: str, sqlite_template: Path) -> None:
    for find in (search.FIND_NAMED, search.FIND_NAMED_IN_LIBRARY):
        compiled = find[thing].compiled("sqlite")
        with sqlite3.connect(sqlite_template) as connection:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", [None] * len(compiled.names)).fetchall()
        walk = f"SEARCH {thing} USING COVERING INDEX ix_{thing}_{column}_key ({column}_key>?)"
        steps = [row[3] for row in plan]
        assert walk in steps and f"SEARCH {thing} USING INTEGER PRIMARY KEY (rowid=?)" in steps, steps


def test_releases_are_found_along_their_index(sqlite_template: Path) -> None:
    compiled = entities.RELEASES.compiled("sqlite")
    with sqlite3.connect(sqlite_template) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", [None] * len(compiled.names)).fetchall()
    assert sum("ix_song_listed_from" in row[3] for row in plan) == 2, plan
