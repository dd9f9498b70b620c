"""Seeded music: as much as is wanted, the same every time, and really playable."""

from pathlib import Path

from antiphon.adapters.demo_music.seed_names import album_titles, artist_names, genre_names, song_titles
from antiphon.adapters.demo_music.seeding import SONGS_OF_ALBUM, make_seed_songs, plan_songs
from antiphon.adapters.media.tags import read_many
from antiphon.areas.library.data.tags import ReadTags


def test_names_are_never_the_same_twice() -> None:
    for names in (genre_names(1), artist_names(1), album_titles(1), song_titles(1)):
        some = [names[number] for number in range(20_000)]
        assert len(set(some)) == len(some) and all(name.strip() == name and "  " not in name for name in some)
    assert genre_names(1)[0] == genre_names(2)[0] == "Jazz"
    assert artist_names(1)[0] != artist_names(2)[0]


def test_a_larger_plan_begins_like_a_smaller_one() -> None:
    small, large = plan_songs(10, 3), plan_songs(5_000, 3)
    assert large[:10] == small
    assert len({song.path for song in large}) == len(large)
    assert len({(song.artist, song.album) for song in large}) == -(-5_000 // SONGS_OF_ALBUM)
    assert all(song.path.parts[0] == song.artist for song in large)


def test_songs_are_made_once_and_play(tmp_path: Path) -> None:
    plan = plan_songs(2, 7)
    told: list[float] = []
    assert make_seed_songs(tmp_path, plan[:1], lambda share, _: told.append(share)) == 1
    assert told == sorted(told) and told[-1] == 1.0
    first = tmp_path / plan[0].path
    written = first.stat().st_mtime_ns
    assert make_seed_songs(tmp_path, plan, lambda *_: None) == 1
    assert make_seed_songs(tmp_path, plan, lambda *_: None) == 0
    assert first.stat().st_mtime_ns == written
    for song in plan:
        (read,) = read_many([(str(tmp_path / song.path), False)])
        assert isinstance(read, ReadTags)
        assert (read.title, read.artists[0].name, read.album, read.genres) == (
            song.title, song.artist, song.album, (song.genre,),
        )  # fmt: skip
        assert read.duration > 8 and read.year == song.year
        assert (tmp_path / song.path).with_name("cover.jpg").stat().st_size > 1000
    assert list(tmp_path.rglob(".*.mp3")) == []
