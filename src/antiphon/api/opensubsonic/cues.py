"""The single words of synced lyrics with their times and their places in the line."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from antiphon.api.opensubsonic.lyrics_answers import Cue, CueLine
from antiphon.areas.library.data import SyncedLine


def cue_lines(lines: Sequence[SyncedLine]) -> tuple[CueLine, ...]:
    """The lines of which the words' times are known, each with its place among all lines."""
    following = [line.start for line in lines[1:]]
    return tuple(
        _cue_line(index, line, next_start)
        for index, (line, next_start) in enumerate(zip(lines, [*following, None], strict=True))
        if line.words
    )


def _cue_line(index: int, line: SyncedLine, next_start: int | None) -> CueLine:
    sizes = [len(word.text.encode()) for word in line.words]
    places = pairwise(accumulate(sizes, initial=0))
    ends = _ends(line, next_start)
    return CueLine(
        index=index,
        start=line.words[0].start,
        end=ends[-1],
        value=line.text,
        cue=tuple(
            Cue(start=word.start, end=end, byte_start=first, byte_end=past - 1, value=word.text)
            for word, end, (first, past) in zip(line.words, ends, places, strict=True)
        ),
    )


def _ends(line: SyncedLine, next_start: int | None) -> list[int | None]:
    """When each word ends: clients are told it of all words of a line or of none, so that the next word, or the next
    line, ends those of which it is not known."""
    nothing: list[int | None] = [None] * len(line.words)
    if all(word.end is None for word in line.words):
        return nothing
    last = line.words[-1]
    if last.end is None and (next_start is None or next_start < last.start):
        return nothing
    followers = [*(word.start for word in line.words[1:]), next_start]
    return [
        word.end if word.end is not None else follower for word, follower in zip(line.words, followers, strict=True)
    ]
