"""Songs and artists that sound alike: found by sound alone, and only among what the caller may see."""

import asyncio
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from antiphon.adapters.media.neighbours import SoundNeighbours
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import artists, scan, song, songs
from tests.areas.library.vectors import hide, put_vectors
from tests.stage import Stage


async def with_vectors(stage: Stage, vectors: dict[str, tuple[float, ...]]) -> dict[str, int]:
    """Songs called so, each with its vector: `Artist - Title`. Their ids."""
    for name in vectors:
        artist, _, title = name.partition(" - ")
        song(stage, f"{name}.mp3", title=title, artist=artist, album=f"Album of {title}")
    await scan(stage)
    ids = {row.title: row.id for row in (await songs(stage)).values()}
    await put_vectors(
        stage.application.database, {ids[name.partition(" - ")[2]]: numbers for name, numbers in vectors.items()}
    )
    return ids


CIRCLE = {
    "Ann - East": (1, 0),
    "Ben - A bit north": (1, 0.2),
    "Ben - North east": (1, 1),
    "Cid - North": (0, 1),
    "Dee - West": (-1, 0),
    "Ann - South": (-0.2, -1),
}


async def test_the_nearest_come_first(empty_stage: Stage) -> None:
    ids = await with_vectors(empty_stage, CIRCLE)
    similar = empty_stage.areas.discovery.similar
    found = await similar.to_song(SYSTEM, ids["East"], 3)
    assert [one.song.title for one in found] == ["A bit north", "North east"], "only what does sound like it"
    assert found[0].similarity == pytest.approx(0.99, abs=0.01)
    everything = await similar.nearest(SYSTEM, ids["East"], 50)
    assert everything[-1].song.title == "West"
    assert everything[-1].similarity == 0
    assert ids["East"] not in [one.song.id for one in everything]


async def test_a_path_leads_from_one_to_the_other(empty_stage: Stage) -> None:
    ids = await with_vectors(empty_stage, CIRCLE)
    found = await empty_stage.areas.discovery.similar.path(SYSTEM, ids["East"], ids["North"], 4)
    assert [one.song.title for one in found] == ["East", "A bit north", "North east", "North"]
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)


async def test_what_the_caller_may_not_see_is_not_among_them(empty_stage: Stage) -> None:
    """Even where it would fill the first answer: what lies behind it is looked at then."""
    ids = await with_vectors(empty_stage, CIRCLE)
    person = await empty_stage.person("listener")
    hidden = [ids[title] for title in ("A bit north", "North east", "North")]
    await hide(empty_stage.application.database, hidden)
    similar = empty_stage.areas.discovery.similar
    found = await similar.nearest(person, ids["East"], 1)
    assert [one.song.title for one in found] == ["South"]
    path = await similar.path(person, ids["East"], ids["West"], 10)
    assert {one.song.title for one in path} <= {"East", "South", "West"}
    with pytest.raises(AntiphonError):
        await similar.nearest(person, 999_999, 1)


async def test_artists_are_alike_by_their_songs(empty_stage: Stage) -> None:
    vectors = {f"{name} - {name} {n}": (x, 1 - x, n / 20) for name, x in NAMES for n in range(3)}
    await with_vectors(empty_stage, vectors)
    by_name = await artists(empty_stage)
    found = await empty_stage.areas.discovery.similar.artists(SYSTEM, by_name["One"].id, 10)
    assert found[0].artist.name == "Two"
    assert "Far" not in [one.artist.name for one in found]
    mix = await empty_stage.areas.discovery.similar.to_artist(SYSTEM, by_name["One"].id, 8)
    assert [one.song.artist for one in mix[:3]] == ["One", "Two", "Two"]
    assert {one.song.artist for one in mix} == {"One", "Two", "Three"}
    assert len({one.song.id for one in mix}) == len(mix) == 8


NAMES = (("One", 0.9), ("Two", 0.8), ("Three", 0.2), ("Far", -3.0))


async def test_a_song_without_a_vector_has_no_neighbours(empty_stage: Stage) -> None:
    song(empty_stage, "a.mp3", title="A")
    await scan(empty_stage)
    number = (await songs(empty_stage))["A"].id
    similar = empty_stage.areas.discovery.similar
    assert await similar.to_song(SYSTEM, number, 5) == []
    assert not await similar.is_ready()


async def test_what_is_measured_between_two_looks_throws_nothing_away(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two ask at once; while the first takes vectors in, more are written than the second has seen."""
    ids = await with_vectors(empty_stage, {name: CIRCLE[name] for name in list(CIRCLE)[:3]})
    song(empty_stage, "late.mp3", title="Late", artist="Eve")
    await scan(empty_stage)
    late = (await songs(empty_stage))["Late"].id
    similar, sounds = empty_stage.areas.discovery.similar, type(empty_stage.areas.library.sounds)
    newest, looks, cleared = sounds.newest_vector, [0], []
    both_have_looked = asyncio.Event()

    async def slow(self: Any) -> int:
        found = await newest(self)
        looks[0] += 1
        if looks[0] == 2:
            await put_vectors(empty_stage.application.database, {late: (1, 0.1)})
            both_have_looked.set()
        await both_have_looked.wait()
        return found

    clear = SoundNeighbours.clear

    async def clearing(self: SoundNeighbours) -> None:
        cleared.append(self)
        await clear(self)

    monkeypatch.setattr(sounds, "newest_vector", slow)
    monkeypatch.setattr(SoundNeighbours, "clear", clearing)
    answers = await asyncio.gather(*(similar.nearest(SYSTEM, ids["East"], 5) for _ in range(2)))
    assert [[one.song.title for one in found] for found in answers] == [["Late", "A bit north", "North east"]] * 2
    assert cleared == []


async def test_neighbours_begin_anew_with_other_vectors(tmp_path: Path) -> None:
    east, north = (struct.pack("<64e", *(float(at == one) for at in range(64))) for one in (0, 1))
    neighbours = SoundNeighbours(tmp_path)
    try:
        await neighbours.add([(1, east), (2, east), (3, north)])
        assert (await neighbours.nearest([1], 1))[0].song_id == 2
        await neighbours.clear()
        await neighbours.add([(1, east), (2, north), (3, east)])
        assert (await neighbours.nearest([1], 1))[0].song_id == 3
    finally:
        await neighbours.close()
    assert list(tmp_path.iterdir()) == []


async def test_neighbours_of_many_songs_are_quick_and_in_step(tmp_path: Path) -> None:
    """100,000 songs: exact, in some milliseconds, with a song that was measured again found by its newer vector."""
    import numpy as np

    made = np.random.default_rng(3).normal(size=(100_000, 64)).astype("<f4")
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    halves = made.astype("<f2")
    neighbours = SoundNeighbours(tmp_path)
    try:
        await neighbours.add([(number + 1, row.tobytes()) for number, row in enumerate(halves)])
        await neighbours.nearest([1], 5)
        took = []
        for seed in range(1, 21):
            start = time.perf_counter()
            found = await neighbours.nearest([seed], 50)
            took.append(time.perf_counter() - start)
            nearness = halves.astype("f4") @ halves[seed - 1].astype("f4") if seed == 1 else None
            if nearness is not None:
                nearness[0] = -2
                assert [one.song_id for one in found[:10]] == [int(at) + 1 for at in np.argsort(-nearness)[:10]]
        assert sorted(took)[10] < 0.1
        await neighbours.add([(77, halves[0].tobytes())])
        again = await neighbours.nearest([1], 3)
        assert (again[0].song_id, round(again[0].nearness, 2)) == (77, 1.0)
        assert sum(one.song_id == 77 for one in await neighbours.nearest([1], 100_000)) == 1
    finally:
        await neighbours.close()
    assert list(tmp_path.iterdir()) == []
