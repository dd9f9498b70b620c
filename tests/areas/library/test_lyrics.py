"""Times of single words: as people write them between the words, and as they are kept."""

import json

from hypothesis import given
from hypothesis import strategies as some

from antiphon.areas.library.data import SungWord, SyncedLine
from antiphon.areas.library.data.lyrics import LATEST, as_kept, line_of_words, mark, moved, read_kept, written_line

SYLLABLES = some.text(alphabet="abc夜ñ", min_size=1, max_size=5)


@some.composite
def sung_lines(draw: some.DrawFn) -> SyncedLine:
    """A line of syllables in order of time, some with blanks between them, some with a rest after them."""
    texts = draw(some.lists(some.tuples(SYLLABLES, some.booleans(), some.booleans()), min_size=1, max_size=8))
    times = iter(sorted(draw(some.lists(some.integers(0, LATEST), min_size=2 * len(texts), max_size=2 * len(texts)))))
    words = [
        SungWord(next(times), text + " " * is_apart, next(times) if rests else None)
        for text, is_apart, rests in [*texts[:-1], (texts[-1][0], False, texts[-1][2])]
    ]
    return SyncedLine(draw(some.integers(0, LATEST)), "".join(word.text for word in words), tuple(words))


def written(line: SyncedLine) -> str:
    """The words as enhanced LRC has them, each behind its mark; one that only ends a word has nothing behind it."""
    return "".join(
        mark(word.start) + word.text + ("" if word.end is None else mark(word.end) + " " * word.text.endswith(" "))
        for word in line.words
    )


@given(sung_lines())
def test_what_is_written_is_read(line: SyncedLine) -> None:
    assert written_line(line.start, written(line)) == line


@given(some.lists(sung_lines(), max_size=4), some.lists(some.tuples(some.integers(0, LATEST), SYLLABLES), max_size=4))
def test_what_is_kept_is_read(sung: list[SyncedLine], plain: list[tuple[int, str]]) -> None:
    lines = [*sung, *(SyncedLine(*line) for line in plain)]
    assert read_kept(json.dumps(as_kept(lines))) == lines
    assert as_kept([SyncedLine(*line) for line in plain]) == [list(line) for line in plain]


@given(
    some.integers(0, LATEST),
    some.lists(some.one_of(some.text(max_size=8), some.from_regex(r"<\d{1,4}:\d{1,2}([.:]\d{1,3})?>", fullmatch=True))),
    some.integers(-LATEST, LATEST),
)
def test_no_text_breaks_the_reader(start: int, pieces: list[str], by: int) -> None:
    line = written_line(start, "".join(pieces))
    for found in (line, moved(line, by)):
        assert found.text == " ".join(found.text.split())
        assert not found.words or "".join(word.text for word in found.words) == found.text
        times = [time for word in found.words for time in (word.start, word.end) if time is not None]
        assert times == sorted(times)
        assert all(0 <= time <= LATEST for time in times) and found.start >= 0


def test_what_stands_before_the_first_mark_is_sung_from_the_start_of_the_line() -> None:
    assert written_line(500, "Oh  <00:01.00> to<00:01.20>day <00:02.00>") == SyncedLine(
        500, "Oh today", (SungWord(500, "Oh "), SungWord(1000, "to"), SungWord(1200, "day", 2000))
    )
    assert written_line(500, "<00:01.00> ") == SyncedLine(500, "")
    assert line_of_words(0, [(2000, "a"), (1000, "b")]).words == (SungWord(2000, "a"), SungWord(2000, "b"))
