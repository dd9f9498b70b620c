"""Random choices among what filters leave: whatever fits has the same chance, wherever in a large library it stands."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest

from antiphon.areas.library.data import AlbumFilter, ArtistFilter, SongFilter
from antiphon.areas.library.internal import random, tables
from antiphon.kernel.db import metadata
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM, Principal
from tests.stage import Stage

MANY = 9_000
EVERY = 10
LIBRARY, OTHER, ROCK, RARE = 91, 92, 91, 92
NOW = 1_700_000_000.0
OPEN = (LIBRARY, "Large", "/large", NOW)
CLOSED = (OTHER, "Other", "/other", NOW)
LAST = ("shuffle", "created_at", "updated_at")


async def fill(stage: Stage, count: int) -> None:
    """`count` songs, albums and artists with ids from 1 on: nine of ten songs are rock and of the year 2000, every
    tenth is of another library, and the last seven have a genre of their own."""
    numbers = range(1, count + 1)
    tables: Iterable[tuple[str, tuple[str, ...], Iterable[tuple[Any, ...]]]] = (
        ("library", ("id", "name", "path", "created_at"), (OPEN, CLOSED)),
        ("genre", ("id", "name", "name_key"), ((ROCK, "Rock", "rock"), (RARE, "Rare", "rare"))),
        ("artist", ("id", "name", "name_key", "sort_name", "sort_key", "by_hand", *LAST), map(artist, numbers)),
        ("album", ("id", "library_id", "match_key", "title", "title_key", "song_count", *LAST), map(album, numbers)),
        ("song", ("id", "library_id", "album_id", "title", "title_key", "year", *LAST), map(song, numbers)),
        ("song_genre", ("song_id", "genre_id"), ((n, ROCK) for n in numbers if n % EVERY)),
        ("song_genre", ("song_id", "genre_id"), ((n, RARE) for n in numbers[-7:])),
    )
    async with stage.application.database.transaction() as transaction:
        for name, columns, rows in tables:
            await transaction.insert_rows(metadata.tables[name], columns, list(rows))


def library_of(number: int) -> int:
    return LIBRARY if number % EVERY else OTHER


def artist(number: int) -> tuple[Any, ...]:
    name = f"a{number}"
    return (number, name, name, name, name, 1, 0.5, NOW, NOW)


def album(number: int) -> tuple[Any, ...]:
    return (number, library_of(number), f"m{number}", f"A{number}", f"a{number}", 1, 0.5, NOW, NOW)


def song(number: int) -> tuple[Any, ...]:
    year = 2000 if number % EVERY else 1980
    return (number, library_of(number), number, f"S{number}", f"s{number}", year, 0.5, NOW, NOW)


Call = Callable[[Stage, int], Any]


def songs(principal: Principal = SYSTEM, **filters: Any) -> Call:
    return lambda stage, limit: stage.areas.library.browse.songs(
        principal, SongFilter(**filters), "random", Page(limit), count=False
    )


CHOICES: dict[str, Call] = {
    "songs of a genre": songs(genre="rock"),
    "songs of a year": songs(year_from=1990, year_to=2010),
    "songs of a library": songs(library_id=LIBRARY),
    "songs of a few": songs(library_id=OTHER),
    "songs of several": songs(library_id=LIBRARY, genre="rock", year_to=2005),
    "albums": lambda stage, limit: stage.areas.library.browse.albums(
        SYSTEM, AlbumFilter(library_id=LIBRARY), "random", Page(limit), count=False
    ),
    "artists": lambda stage, limit: stage.areas.library.browse.artists(
        SYSTEM, ArtistFilter(), "random", Page(limit), count=False
    ),
}


async def test_the_whole_of_a_large_library_is_chosen_from(empty_stage: Stage) -> None:
    await fill(empty_stage, MANY)
    for name, call in CHOICES.items():
        ids = [row.id for row in (await call(empty_stage, 200)).rows]
        assert len(set(ids)) == len(ids) == 200, name
        for part in range(6):
            # 33 on the average; fewer than 9 would come once in a million times.
            assert sum(MANY // 6 * part < number <= MANY // 6 * (part + 1) for number in ids) >= 9, (name, part)
        # Neighbours do not come together, nor what is older first.
        assert sum(second == first + 1 for first, second in pairwise(ids)) < 20, name
        assert ids != sorted(ids), name
    few = (await songs(genre="rare")(empty_stage, 20)).rows
    assert sorted(row.id for row in few) == list(range(MANY - 6, MANY + 1))
    assert (await songs(genre="none")(empty_stage, 20)).rows == []


@pytest.mark.parametrize("first", [0, random.TRIAL], ids=["thrown", "read whole"])
async def test_whatever_fits_is_as_likely(empty_stage: Stage, first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "TRIAL", first)
    await fill(empty_stage, 100)
    for name, call in CHOICES.items():
        times: Counter[int] = Counter()
        for _ in range(300):
            ids = [row.id for row in (await call(empty_stage, 6)).rows]
            assert len(set(ids)) == len(ids) == 6, name
            times.update(ids)
        fitting = {number for number in range(1, 101) if name == "artists" or (number % EVERY == 0) == ("few" in name)}
        assert times.keys() == fitting, name
        # Some twenty times each, or 180 where there are ten.
        mean = 1_800 / len(fitting)
        assert max(times.values()) < mean + 6 * mean**0.5, name
        assert 0.75 < sum(times[number] for number in range(1, 51)) / 900 < 1.25, name


async def test_what_a_person_may_not_see_is_not_chosen(empty_stage: Stage) -> None:
    await fill(empty_stage, 2_000)
    async with empty_stage.application.database.transaction() as transaction:
        await transaction.execute(tables.library.update().where(tables.library.c.id == OTHER).values(open_to_all=0))
    mara = await empty_stage.person("mara")
    assert (await songs(mara, library_id=OTHER)(empty_stage, 20)).rows == []
    found = (await songs(mara, year_from=1)(empty_stage, 100)).rows
    assert len(found) == 100 and all(row.id % EVERY for row in found)
