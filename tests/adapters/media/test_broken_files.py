"""Files that hold no music are told apart, with a reason, quickly, and without harm to the others."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from antiphon.adapters.media.tags import Unreadable, read_many, read_tags
from antiphon.areas.library.data.tags import BrokenFile, ReadTags
from tests.audio import AudioMaker
from tests.audio.maker import BROKEN_KINDS

REASONS = {
    "empty.mp3": "The file is empty.",
    "text.mp3": "It is text, not audio.",
    "picture.mp3": "It is a picture (PNG), not audio.",
    "playlist.mp3": "It is a playlist, not audio.",
    "dir.mp3": "It is a folder, not a file.",
}


def test_each_broken_file_has_its_reason_and_stops_nothing(audio: AudioMaker, tmp_path: Path) -> None:
    good = audio.song(tmp_path / "good.mp3", {"title": "Fine"})
    broken = audio.broken(tmp_path / "broken")
    paths = [str(path) for path in (*broken, good)]
    read = read_many([(path, True) for path in paths])
    assert len(read) == len(BROKEN_KINDS) + 2
    for path, one in zip(broken, read, strict=False):
        assert isinstance(one, BrokenFile), path.name
        assert one.path == str(path)
        assert one.reason == REASONS.get(path.name, one.reason)
        assert one.reason.endswith(".")
        assert len(one.reason) > 10
    assert isinstance(read[-1], ReadTags)
    assert read[-1].title == "Fine"


def test_what_is_not_there_or_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    with pytest.raises(Unreadable, match="not there"):
        read_tags(str(tmp_path / "missing.mp3"))
    with pytest.raises(Unreadable, match="not a regular file"):
        read_tags(str(tmp_path / "pipe.mp3"))
    assert isinstance(read_many([("nul\0byte.mp3", False)])[0], BrokenFile)


def test_a_loop_of_links_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop.mp3").symlink_to(tmp_path / "loop.mp3")
    with pytest.raises(Unreadable, match="could not be opened"):
        read_tags(str(tmp_path / "loop.mp3"))


def test_a_large_file_of_zeros_costs_little(tmp_path: Path) -> None:
    path = tmp_path / "zeros.mp3"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    started = time.process_time()
    assert isinstance(read_many([(str(path), False)])[0], BrokenFile)
    assert time.process_time() - started < 2


def test_a_wrong_length_in_a_wav_file_costs_little(audio: AudioMaker, tmp_path: Path) -> None:
    whole = audio.tone("wav").read_bytes()
    place = whole.index(b"LIST") + 4
    path = tmp_path / "wrong.wav"
    path.write_bytes(whole[:place] + b"\x1a\x00\x00\x80" + whole[place + 4 :])
    started = time.process_time()
    assert read_many([(str(path), False)]) == [BrokenFile(str(path), "There is no sound in it.")]
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("kind", ["flac", "aiff", "wavpack", "wav"])
@pytest.mark.parametrize("part", [0.25, 0.6])
def test_a_file_that_ends_in_the_middle_lasts_as_long_as_what_is_left(
    audio: AudioMaker, tmp_path: Path, kind: str, part: float
) -> None:
    whole = audio.song(tmp_path / "whole", {"title": "Cut"}, kind=kind, seconds=60.0)
    told = read_tags(str(whole))
    assert told.duration == pytest.approx(60, abs=0.001)
    stored = whole.read_bytes()
    (tmp_path / "cut").write_bytes(stored[: int(len(stored) * part)])
    cut = read_tags(str(tmp_path / "cut"))
    assert cut.duration == pytest.approx(60 * part, abs=3)
    if told.bitrate:
        assert cut.bitrate == pytest.approx(told.bitrate, rel=0.2)


@pytest.mark.parametrize("kind", ["flac", "wavpack"])
def test_what_stands_behind_the_sound_makes_it_no_shorter(audio: AudioMaker, tmp_path: Path, kind: str) -> None:
    whole = audio.song(tmp_path / "whole", {"title": "Tagged"}, kind=kind, seconds=20.0)
    for size in (10_000, 700_000):
        whole.write_bytes(whole.read_bytes() + bytes(size))
        assert read_tags(str(whole)).duration == pytest.approx(20, abs=0.1)


def test_a_protected_file_says_so(audio: AudioMaker, tmp_path: Path) -> None:
    path = tmp_path / "bought.m4a"
    path.write_bytes(audio.tone("aac").read_bytes().replace(b"mp4a", b"drms"))
    with pytest.raises(Unreadable, match="protected"):
        read_tags(str(path))


@pytest.mark.parametrize("kind", ["mp3", "flac", "vorbis", "opus", "aac", "alac", "wav", "aiff", "wavpack", "adts"])
def test_damaged_bytes_never_raise(audio: AudioMaker, tmp_path: Path, kind: str) -> None:
    whole = audio.song(tmp_path / "whole", {"title": "Bent", "artist": "A"} if kind != "adts" else None, kind=kind)
    original = whole.read_bytes()
    chance = random.Random(kind)
    paths = []
    for number in range(60):
        bent = bytearray(original[: chance.choice((len(original), len(original) // 2, 600))])
        for _ in range(chance.choice((1, 8, 64))):
            bent[chance.randrange(min(len(bent), 2_000))] = chance.randrange(256)
        path = tmp_path / f"{number}.{kind}"
        path.write_bytes(bent)
        paths.append((str(path), number % 2 == 0))
    started = time.process_time()
    for one in read_many(paths):
        assert isinstance(one, BrokenFile) or 0 < one.duration <= 86_400
    assert time.process_time() - started < 20
