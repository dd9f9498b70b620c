"""The demo library as people get it: complete, well tagged, audible, and there at once or not at all."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from antiphon.adapters.demo_music import library, make_demo_library
from antiphon.adapters.demo_music.catalogue import ALBUMS
from antiphon.adapters.media.tags import read_tags
from antiphon.areas.library.data.tags import ReadTags


@pytest.fixture(scope="session")
def songs(demo_library: Path) -> list[ReadTags]:
    paths = sorted(path for path in demo_library.rglob("*") if path.is_file() and path.suffix != ".jpg")
    return [read_tags(str(path), with_picture=True) for path in paths]


def _decode(path: str) -> np.ndarray:
    resampler = av.AudioResampler("fltp", "stereo", 44_100)
    with av.open(path) as container:
        pieces = [piece.to_ndarray() for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate(pieces, axis=1)


def test_thirty_songs_on_five_albums_by_three_artists(songs: list[ReadTags]) -> None:
    assert len(songs) == 30
    assert len({song.title for song in songs}) == 30
    assert len({(song.album, song.album_artist_text) for song in songs}) == 5
    assert len({credit.name for song in songs for credit in (*song.artists, *song.album_artists)}) == 3
    assert {song.suffix for song in songs} == {"flac", "mp3", "opus", "m4a"}
    assert all(20 <= song.duration <= 40 for song in songs)


def test_the_tags_are_complete(songs: list[ReadTags]) -> None:
    for song in songs:
        assert song.title
        assert song.album_artists
        assert song.genres
        assert song.moods
        assert song.bpm
        assert song.initial_key
        assert song.year is not None
        assert song.date is not None
        assert 2019 <= song.year <= 2025
        assert len(song.date) == 10
        assert song.license == "https://creativecommons.org/publicdomain/zero/1.0/"
        assert song.copyright is not None
        assert "CC0" in song.copyright
        assert all(credit.sort_name for credit in song.artists)
        assert song.replaygain_track_gain is not None
        assert song.replaygain_album_gain is not None
        assert -8 < song.replaygain_track_gain < 4
    assert len({song.genres[0] for song in songs}) >= 6


def test_tracks_and_discs_are_numbered_without_gaps(songs: list[ReadTags]) -> None:
    places = Counter((song.album, song.disc) for song in songs)
    for (album, disc), count in places.items():
        found = [song for song in songs if (song.album, song.disc) == (album, disc)]
        assert sorted(song.track or 0 for song in found) == list(range(1, count + 1))
        assert {song.track_total for song in found} == {count}
    rooftop = [song for song in songs if song.album == "Rooftop Radio"]
    assert {(song.disc, song.disc_total, song.disc_subtitle) for song in rooftop} == {
        (1, 2, "Sunset"),
        (2, 2, "After Dark"),
    }


def test_guests_are_credited(songs: list[ReadTags]) -> None:
    guests = {song.title: [credit.name for credit in song.artists] for song in songs if len(song.artists) > 1}
    assert guests == {
        "Borrowed Sunglasses": ["The Velvet Kettle", "Marla Quill"],
        "Midnight on the Tin": ["The Velvet Kettle", "Neon Heron"],
    }
    shown = {song.artist_text for song in songs if len(song.artists) > 1}
    assert shown == {"The Velvet Kettle feat. Marla Quill", "The Velvet Kettle feat. Neon Heron"}


def test_some_songs_have_words_and_some_of_them_times(songs: list[ReadTags]) -> None:
    assert sum(song.lyrics is not None for song in songs) >= 6
    synced = [song for song in songs if song.synced_lyrics]
    assert len(synced) >= 3
    for song in synced:
        times = [line.start for line in song.synced_lyrics]
        assert times == sorted(set(times))
        assert times[0] >= 0
        assert times[-1] < song.duration * 1000
        assert song.lyrics == "\n".join(line.text for line in song.synced_lyrics)
    by_word = [song for song in synced if all(line.words for line in song.synced_lyrics)]
    assert {song.title for song in by_word} == {"Passport to Nowhere", "Borrowed Sunglasses", "Salt on the Envelope"}
    assert all(len(line.words) == len(line.text.split()) for song in by_word for line in song.synced_lyrics)


def test_each_album_has_a_cover_of_its_own(songs: list[ReadTags], demo_library: Path) -> None:
    covers = {song.picture for song in songs if song.picture is not None}
    beside = [path.read_bytes() for path in demo_library.rglob("cover.jpg")]
    assert len(covers) == 3
    assert len(beside) == 2
    assert len({*covers, *beside}) == 5
    for cover in (*covers, *beside):
        with Image.open(io.BytesIO(cover), formats=("JPEG",)) as picture:
            assert picture.size == (1000, 1000)
            assert len(picture.convert("RGB").resize((50, 50)).getcolors(2500) or ()) > 60
        assert len(cover) <= 200_000


def test_the_music_is_audible_and_never_clips(songs: list[ReadTags]) -> None:
    for song in songs:
        sound = _decode(song.path)
        assert np.abs(sound).max() < 1.0, song.title
        assert np.sqrt(np.mean(sound**2)) > 0.03, song.title
        seconds = sound[:, : sound.shape[1] // 44_100 * 44_100].reshape(2, -1, 44_100)
        assert np.sqrt(np.mean(seconds[:, :-3] ** 2, axis=(0, 2))).min() > 0.003, song.title
        assert abs(float(sound.mean())) < 0.01, song.title
        assert np.corrcoef(sound)[0, 1] < 0.999, song.title


def test_nothing_else_is_left(demo_library: Path) -> None:
    assert [path.name for path in demo_library.parent.iterdir()] == [demo_library.name]
    assert {path.suffix for path in demo_library.rglob("*") if path.is_file()} == {
        ".flac",
        ".mp3",
        ".opus",
        ".m4a",
        ".jpg",
    }


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    album = ALBUMS[1]
    monkeypatch.setattr(library, "ALBUMS", (album._replace(songs=album.songs[-1:]),))


@pytest.mark.usefixtures("small")
def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    make_demo_library(tmp_path / "new" / "demo", lambda part, sentence: told.append((part, sentence)))
    assert [part for part, _ in told] == sorted(part for part, _ in told)
    assert (told[0][0], told[-1][0]) == (0.0, 1.0)
    assert all(sentence.endswith(".") for _, sentence in told)


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="not empty"):
        make_demo_library(tmp_path, lambda _part, _sentence: None)
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.usefixtures("small")
def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(library, "write_song_tags", fail)
    with pytest.raises(OSError, match="disk full"):
        make_demo_library(tmp_path / "demo", lambda _part, _sentence: None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.server
@pytest.mark.usefixtures("small")
def test_a_killed_run_leaves_no_half_library_and_no_process(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from antiphon.adapters.demo_music import make_demo_library\n"
        "if __name__ == '__main__':\n"
        "    make_demo_library(pathlib.Path(sys.argv[1]), lambda part, sentence: print(part, flush=True))\n"
    )
    script = tmp_path / "run.py"
    script.write_text(program)
    target = tmp_path / "music" / "demo"
    run = subprocess.Popen([sys.executable, script, target], stdout=subprocess.PIPE, start_new_session=True)
    assert run.stdout is not None
    run.stdout.readline()
    assert float(run.stdout.readline()) > 0
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    assert not target.exists()
    assert len(list(target.parent.glob(".demo.making-*"))) == 1
    _wait_until_group_ended(run.pid)
    make_demo_library(target, lambda _part, _sentence: None)
    assert [path.name for path in target.parent.iterdir()] == ["demo"]


def _wait_until_group_ended(group: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
    raise AssertionError("the workers outlived their parent")
