"""TTML as tools write it, and as people write it who mean no good."""

from pathlib import Path

import pytest

from antiphon.adapters.media.tags import find_lyrics_beside
from antiphon.adapters.media.tags.bounds import FILE_LIMIT, WORDS_LIMIT
from antiphon.adapters.media.tags.ttml import DEPTH_LIMIT, ELEMENTS_LIMIT, NoTtml, parse_ttml
from antiphon.areas.library.data import LyricsLayer, Singer, SungWord, SyncedLine
from tests.audio.timed_text import DUET

BOMB = (
    '<!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><tt><body><p begin="1s">&b;</p></body></tt>'
)
OUTSIDE = '<!DOCTYPE tt [<!ENTITY a SYSTEM "file:///etc/passwd">]><tt><body><p begin="1s">&a;</p></body></tt>'


def lines(body: str, more: str = "") -> tuple[SyncedLine, ...]:
    """The lines of a document with this body."""
    return parse_ttml(f"<tt {more}><body>{body}</body></tt>".encode()).synced


def test_singers_translations_and_what_is_sung_behind() -> None:
    found = parse_ttml(DUET.encode())
    night = (SungWord(1000, "夜", 1400), SungWord(1400, "の ", 1600), SungWord(1700, "bell", 2500))
    behind = (SungWord(2600, "ooh ", 2900), SungWord(3000, "ooh", 3500))
    assert found.synced == (
        SyncedLine(1000, "夜の bell", night, "v1"),
        SyncedLine(2600, "ooh ooh", behind, "background"),
        SyncedLine(5000, "Größe <&> klein", (), "v2"),
        SyncedLine(8000, "みんな", (), "v1000"),
        SyncedLine(11_000, "", (), "v1"),
    )
    assert (found.language, found.plain) == ("ja", "夜の bell\nGröße <&> klein\nみんな")
    assert found.singing.singers == (
        Singer("v1", "main", "Ines"),
        Singer("background", "bg"),
        Singer("v2", "voice"),
        Singer("v1000", "group"),
    )
    spoken = (SungWord(1000, "yoru "), SungWord(1500, "no"))
    assert set(found.singing.layers) == {
        LyricsLayer("translation", "en", (
            SyncedLine(1000, "The night is a bell"), SyncedLine(5000, "Large & small"), SyncedLine(8000, "All of us"),
        )),
        LyricsLayer("pronunciation", "ja-Latn", (SyncedLine(1000, "yoru no", spoken),)),
    }  # fmt: skip


def test_times_are_read_however_they_are_written() -> None:
    times = {"1:02.5": 62_500, "00:01:02.500": 62_500, "62.5s": 62_500, "62500ms": 62_500, "62.5": 62_500}
    times |= {"00:00:01:15": 1500, "30f": 1000, "1m": 60_000, "0.5h": 1_800_000}
    for text, wanted in times.items():
        assert lines(f'<p begin="{text}">x</p>') == (SyncedLine(wanted, "x"),), text
    rates = 'ttp:frameRate="25" ttp:tickRate="1000" xmlns:ttp="t"'
    assert lines('<p begin="50f">x</p><p begin="2500t">y</p>', rates) == (SyncedLine(2000, "x"), SyncedLine(2500, "y"))
    for text in ("", "soon", "-1s", "1:2:3:4:5", "\u0663s"):
        assert parse_ttml(f'<tt><body><p begin="{text}">x</p></body></tt>'.encode()).plain == "x"
        assert lines(f'<p begin="{text}">x</p>') == ()


def test_times_may_count_from_what_they_stand_in() -> None:
    inside = '<p begin="2s"><span begin="0.5s">one </span><span begin="1s">two</span></p>'
    words = (SungWord(2500, "one "), SungWord(3000, "two"))
    assert lines(inside) == (SyncedLine(2000, "one two", words),)
    later = tuple(SungWord(word.start + 10_000, word.text) for word in words)
    assert lines(f'<div begin="10s">{inside}</div>') == (SyncedLine(12_000, "one two", later),)


@pytest.mark.parametrize(
    "stored",
    [
        BOMB.encode(),
        OUTSIDE.encode(),
        b"",
        b"[00:01.00]LRC",
        b"<html/>",
        b"<tt><body>",
        b"\xff\xfe<",
        b'<?xml version="1.0" encoding="nonsense"?><tt/>',
        ("<tt>" + "<div>" * (DEPTH_LIMIT + 1) + "</div>" * (DEPTH_LIMIT + 1) + "</tt>").encode(),
        ("<tt>" + "<p/>" * (ELEMENTS_LIMIT + 1) + "</tt>").encode(),
    ],
    ids=["bomb", "outside", "empty", "lrc", "html", "cut", "bytes", "code", "deep", "many"],
)
def test_what_is_no_good_is_named_and_the_next_file_is_read(stored: bytes, tmp_path: Path) -> None:
    with pytest.raises(NoTtml) as refused:
        parse_ttml(stored)
    (tmp_path / "song.ttml").write_bytes(stored)
    (tmp_path / "song.lrc").write_text("[00:02.00]Words")
    found = find_lyrics_beside(str(tmp_path / "song.mp3"))
    assert (found.synced, found.problem) == ((SyncedLine(2000, "Words"),), f"song.ttml: {refused.value}")


def test_what_is_large_has_bounds(tmp_path: Path) -> None:
    song = tmp_path / "song.ttml"
    song.write_bytes(b"<tt><body><p begin='1s'>x</p>" + b" " * FILE_LIMIT + b"</body></tt>")
    assert "too large" in find_lyrics_beside(str(tmp_path / "song.mp3")).problem
    words = "<span begin='1s'>x</span>" * 30_000
    first, second = lines(f"<p begin='1s'>{words}</p><p begin='2s'>{words}</p>")
    assert (len(first.words), len(second.words)) == (30_000, 0) and WORDS_LIMIT > 30_000
