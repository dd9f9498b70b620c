"""LRC in all its habits, and lyrics that lie beside a song."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from antiphon.adapters.media.tags import find_lyrics_beside, parse_lrc
from antiphon.adapters.media.tags.bounds import LINES_LIMIT, REPEATED_LIMIT, WORDS_LIMIT
from antiphon.adapters.media.tags.lyrics import tidy_synced
from antiphon.areas.library.data import SyncedLine
from antiphon.areas.library.data.ports import FoundLyrics

WORDS = (
    some.text(alphabet="abcdefg hijklm", min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
)
LINES = some.lists(
    some.tuples(some.integers(0, 5_999_990).map(lambda time: time // 10 * 10), WORDS), min_size=1, max_size=20
)


def _stamp(time: int) -> str:
    return f"[{time // 60_000:02d}:{time // 1000 % 60:02d}.{time % 1000 // 10:02d}]"


@given(LINES)
def test_what_is_written_is_read(lines: list[tuple[int, str]]) -> None:
    text = "[ar:Somebody]\n[length: 3:21]\n" + "\n".join(_stamp(time) + words for time, words in lines)
    synced, plain = parse_lrc(text)
    assert list(synced) == [SyncedLine(*line) for line in sorted(lines, key=lambda line: line[0])]
    assert plain == "\n".join(line.text for line in synced)


@given(LINES, some.integers(-10_000, 10_000))
def test_an_offset_shifts_all_lines(lines: list[tuple[int, str]], offset: int) -> None:
    body = "\n".join(_stamp(time) + words for time, words in lines)
    synced, _ = parse_lrc(f"[offset:{offset:+d}]\n{body}")
    assert sorted(synced) == sorted(SyncedLine(max(0, time - offset), words) for time, words in lines)


@given(some.lists(some.integers(0, 99).map(lambda time: time * 1000), min_size=1, max_size=6, unique=True), WORDS)
def test_several_times_repeat_a_line(times: list[int], words: str) -> None:
    synced, _ = parse_lrc("".join(_stamp(time) for time in times) + words)
    assert synced == tuple(SyncedLine(time, words) for time in sorted(times))


@given(some.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    synced, plain = parse_lrc(text)
    assert list(synced) == sorted(synced, key=lambda line: line[0])
    assert plain is None or plain.strip() == plain != ""


@pytest.mark.parametrize(
    ("line", "synced"),
    [
        ("[00:01]One", (1_000, "One")),
        ("[00:01.5]One", (1_500, "One")),
        ("[00:01.25]One", (1_250, "One")),
        ("[00:01.257]One", (1_257, "One")),
        ("[00:01:25]One", (1_250, "One")),
        ("[100:01.00]One", (6_001_000, "One")),
        ("  [00:01.00]  One ", (1_000, "One")),
        ("[00:01.00]", (1_000, "")),
        ("[00:01.00][ti:not a header]", (1_000, "[ti:not a header]")),
    ],
)
def test_forms_of_a_line(line: str, synced: tuple[int, str]) -> None:
    assert parse_lrc(line)[0] == (SyncedLine(*synced),)


def test_plain_text_stays_plain() -> None:
    assert parse_lrc("[ti:Song]\nOne\n\n[Chorus]\nTwo\n") == ((), "One\n\n[Chorus]\nTwo")
    assert parse_lrc("") == ((), None)


def test_lines_without_a_time_are_left_out_of_synced_lyrics() -> None:
    assert parse_lrc("Title\n[00:01.00]One")[0] == (SyncedLine(1_000, "One"),)


def test_hostile_amounts_are_bounded() -> None:
    assert len(parse_lrc("[00:01.00]" * 19_000 + "x")[0]) == LINES_LIMIT
    assert tidy_synced([(-5, "early"), (2**40, "late"), (7, " kept\n")]) == (SyncedLine(7, "kept"),)
    long = parse_lrc("[00:01.00]" * 9_000 + "word " * 15_000)[0]
    assert sum(len(line.text) for line in long) <= 75_000 + REPEATED_LIMIT
    repeated = parse_lrc("[00:01.00]" * 9_000 + "<00:01.00>x" * 100)[0]
    assert len(repeated) == 9_000 and sum(len(line.words) for line in repeated) <= WORDS_LIMIT


def test_a_file_beside_the_song(tmp_path: Path) -> None:
    song = tmp_path / "song.mp3"
    assert find_lyrics_beside(str(song)) == FoundLyrics()
    song.with_suffix(".txt").write_text("Only words\n", encoding="utf-8")
    assert find_lyrics_beside(str(song)) == FoundLyrics((), "Only words")
    song.with_suffix(".lrc").write_bytes("\ufeff[00:02.00]Größe".encode("utf-8"))
    assert find_lyrics_beside(str(song)) == FoundLyrics((SyncedLine(2_000, "Größe"),), "Größe")


@pytest.mark.parametrize(
    ("code", "words"), [("utf-16", "夜の歌"), ("cp1251", "Группа крови"), ("latin-1", "Größe"), ("utf-8", "Ñandú")]
)
def test_files_in_old_codes(tmp_path: Path, code: str, words: str) -> None:
    (tmp_path / "song.lrc").write_bytes(f"[00:02.00]{words}".encode(code))
    assert find_lyrics_beside(str(tmp_path / "song.flac")).synced == (SyncedLine(2_000, words),)


def test_what_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "song.lrc").mkdir()
    (tmp_path / "song.txt").write_text("Words", encoding="utf-8")
    assert find_lyrics_beside(str(tmp_path / "song.mp3")) == FoundLyrics((), "Words")
    assert find_lyrics_beside("nul\0byte.mp3") == FoundLyrics()
